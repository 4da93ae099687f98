"""Writing the log: eventsourcing's SQLite recorder over our tables, and the journal over the recorder."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from ledger import times
from ledger.errors import Problem, StoreError, reason
from ledger.journal.copies import Copy, What, note, noted
from ledger.journal.datastore import JournalConnection, JournalDatastore
from ledger.journal.failures import failure, store_errors
from ledger.journal.merkle import Hashing
from ledger.journal.names import NameTable
from ledger.journal.opening import hashing_of
from ledger.journal.reader import connect
from ledger.journal.record import FORMAT, Record, canonical
from ledger.journal.rows import OF_KINDS, Row, among, found, listed, near, related, select
from ledger.journal.schema import APPLICATION_ID, STATEMENTS
from ledger.journal.tail import Tail

Clock = Callable[[], datetime]
Warn = Callable[[Problem], None]


def say(problem: Problem) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{problem.line()}\n")


class SQLiteJournalRecorder(SQLiteApplicationRecorder):
    """eventsourcing's application recorder with position, recorded time, hashes and guards.

    It takes eventsourcing's stored events, which have no id and no business date, and our records alike; ``insert_events``
    takes ``recorded_by``.
    """

    def __init__(self, datastore: JournalDatastore, *, clock: Clock = times.now, warn: Warn = say) -> None:
        super().__init__(datastore)
        self._clock = clock
        self._warn = warn
        self._hashing: Hashing | None = None

    def construct_create_table_statements(self) -> list[str]:
        """The ledger's tables and guards, instead of the library's one table."""
        return list(STATEMENTS)

    def tail(self, db: sqlite3.Connection) -> Tail:
        """The log's end, in a write transaction; says it when the clock has stepped back."""
        hashing = self._hashing or hashing_of(db)
        tail = Tail(db, self._clock(), hashing)
        if tail.position:  # a log that has begun keeps its hash
            self._hashing = hashing
        if tail.held:
            self._warn(tail.held)
        return tail

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent | Record], *, recorded_by: str = "", **_: Any
    ) -> Sequence[int]:
        entries = [each if isinstance(each, Record) else _foreign(each) for each in stored_events]
        return self.tail(c.sqlite_cursor.connection).append(entries, recorded_by)


def _foreign(event: StoredEvent) -> Record:
    stream = event.originator_id.hex if isinstance(event.originator_id, UUID) else event.originator_id
    return Record(stream, event.originator_version, event.topic, event.state, id="", on="", version=1, mentions=())


class Writer:
    """One write transaction: what the log says now, and appends to it. :meth:`Journal.writing` makes it.

    It is the ``with`` block itself, for a generator's block costs an event a hundredth.
    """

    names: NameTable
    _tail: Tail

    def __init__(self, connection: JournalConnection, recorder: SQLiteJournalRecorder, path: Path, actor: str) -> None:
        self._connection = connection
        self._db = connection.db
        self._recorder = recorder
        self._path = path
        self._actor = actor
        self.abandoned = False

    def __enter__(self) -> Writer:
        try:
            self._connection.begin()
            try:
                self.names = NameTable(self._db)
                self._tail = self._recorder.tail(self._db)
            except BaseException:
                self._connection.end(commit=False)
                raise
        except (PersistenceError, sqlite3.Error) as error:
            raise failure(error, self._path) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._connection.end(commit=error is None and not self.abandoned)
        except sqlite3.Error as failed:
            raise failure(failed, self._path) from failed
        if isinstance(error, PersistenceError | sqlite3.Error):
            raise failure(error, self._path) from error

    @property
    def position(self) -> int:
        """The log's last position, with what this transaction has appended."""
        return self._tail.position

    @property
    def head(self) -> tuple[int, str, bytes]:
        """The log's end: position, recorded time and the tree's full subtrees. The same end is the same log, by its hashes."""
        return self._tail.head

    @property
    def recorded_at(self) -> str:
        """The recorded time of everything this transaction appends."""
        return self._tail.recorded_at

    def append(self, records: Sequence[Record]) -> list[int]:
        """Appends the records; returns their positions. May be called many times.

        A stream's version or an id that is taken raises Refused where the ``with`` block ends; nothing is then recorded.
        """
        return self._tail.append(records, self._actor)

    def abandon(self) -> None:
        """Records nothing after all: the transaction is rolled back where the ``with`` block ends (a dry run)."""
        self.abandoned = True

    def load(self, streams: Collection[str]) -> list[Row]:
        """The events of these streams and those that mention one of them, by position.

        What mentions a unit is left out: that is most of the log. See :meth:`mentioning`.
        """
        mentioned = [stream for stream in streams if not stream.startswith("unit:")]
        return list(related(self._db, streams, mentioned))

    def mentioning(self, subject: str, limit: int) -> list[Row]:
        """The first ``limit`` events that mention ``subject``, by position."""
        statement = "SELECT position FROM event_mentions WHERE subject = ? ORDER BY position LIMIT ?"
        return list(found(self._db, statement, subject, limit))

    def by_id(self, ids: Collection[str]) -> dict[str, Row]:
        """The events that have one of these ids."""
        condition, value = among("event_id", ids)
        return {row.id: row for row in found(self._db, f"SELECT rowid FROM stored_events WHERE {condition}", value)}

    def at(self, position: int) -> Row | None:
        """The event at ``position``, if the log reaches there."""
        return next(select(self._db, "rowid = ?", position), None)

    def rows(self, kinds: Collection[str], since: int = 0) -> list[Row]:
        """The events of these kinds after position ``since``, by position."""
        return list(select(self._db, f"{OF_KINDS} AND rowid > ?", listed(kinds), since))

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """The last version in each of these streams that has one."""
        condition, value = among("originator_id", streams)
        statement = f"SELECT originator_id, max(originator_version) FROM stored_events WHERE {condition} GROUP BY 1"
        return dict(self._db.execute(statement, (value,)).fetchall())

    def holding(self, text: str, limit: int = -1) -> list[int]:
        """The positions of the events whose record has ``text`` anywhere in it, as canonical JSON writes it. Reads the whole log."""
        written = canonical(text)[1:-1]
        statement = "SELECT rowid FROM stored_events WHERE instr(state, ?1) OR instr(envelope, ?1) ORDER BY rowid LIMIT ?2"
        return [position for (position,) in self._db.execute(statement, (written, limit))]

    def copies(self, since: int) -> list[Copy]:
        """The copies noted since the log ended at ``since``."""
        return noted(self._db, since)

    def note_copy(self, what: What, place: str) -> Copy:
        """Notes that a copy of the ledger, or of its names, was made."""
        copy = Copy(self.recorded_at, what, place, self._actor, self.position)
        note(self._db, copy)
        return copy

    def near_streams(self, stream: str) -> list[str]:
        """The streams just before and after ``stream`` in the order of names, of its family: what it may have been meant for."""
        family = stream.partition(":")[0]
        return [each for each in near(self._db, "originator_id", stream) if each.startswith(f"{family}:")]

    def near_ids(self, event_id: str) -> list[str]:
        """The ids of events just before and after ``event_id`` in the order of ids."""
        return near(self._db, "event_id", event_id)


class Journal:
    """A ledger's file, open for writing. Close it, or use it in a ``with`` block.

    ``clock`` tells the time; ``warn`` says what is wrong without being an error. Raises StoreError for a file that
    cannot be made, opened or written.
    """

    def __init__(self, path: Path, clock: Clock, warn: Warn) -> None:
        self.path = path
        self._datastore = JournalDatastore(path)
        self._recorder = SQLiteJournalRecorder(self._datastore, clock=clock, warn=warn)
        with _edge(path):
            self._connection = self._datastore.connection()

    @classmethod
    def create(cls, path: Path, clock: Clock = times.now, warn: Warn = say) -> Journal:
        """Makes an empty ledger's file. Raises StoreError where something already is."""
        _make_file(path)
        try:
            _mark_file(path)
            journal = cls(path, clock, warn)
            with _edge(path):
                journal._recorder.create_table()
        except BaseException:
            for ending in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            raise
        return journal

    @classmethod
    def open(cls, path: Path, clock: Clock = times.now, warn: Warn = say) -> Journal:
        """Opens a ledger's file. Raises StoreError where there is none, or not one of this format."""
        connect(path).close()
        return cls(path, clock, warn)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file, which then holds the whole ledger: a copy of it is a copy of everything."""
        self._connection.settle()
        self._datastore.close()

    def writing(self, actor: str) -> Writer:
        """One transaction by ``actor``, with the write lock from the start of its ``with`` block.

        Committed where the block ends; nothing of it stays when the block raises or the writer is abandoned. Raises
        StoreError, or Refused for a version or an id that is taken.
        """
        return Writer(self._connection, self._recorder, self.path, actor)


@contextmanager
def _edge(path: Path) -> Iterator[None]:
    """The library's errors and SQLite's as ours."""
    try:
        yield
    except (PersistenceError, sqlite3.Error) as error:
        raise failure(error, path) from error


def _make_file(path: Path) -> None:
    try:
        with path.open("xb"):
            pass
    except FileExistsError:
        raise StoreError.of("journal.exists", path=path) from None
    except OSError as error:
        raise StoreError.of("journal.cannot_make", path=path, reason=reason(error)) from error


def _mark_file(path: Path) -> None:
    with store_errors(path), closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {FORMAT}")
