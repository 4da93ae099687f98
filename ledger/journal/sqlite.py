"""Writing the log: eventsourcing's SQLite recorder over our tables, and the journal over the recorder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from ledger import times
from ledger.errors import StoreError, reason
from ledger.journal.datastore import JournalConnection, JournalDatastore
from ledger.journal.failures import failure, store_errors
from ledger.journal.reader import connect
from ledger.journal.record import FORMAT, Record
from ledger.journal.schema import APPLICATION_ID, STATEMENTS
from ledger.journal.writer import Clock, Tails, Warn, foreign, say
from ledger.journal.writer import Journal as AnyJournal


class SQLiteJournalRecorder(SQLiteApplicationRecorder):
    """eventsourcing's application recorder with position, recorded time, hashes and guards.

    It takes eventsourcing's stored events, which have no id and no business date, and our records alike; ``insert_events``
    takes ``recorded_by``.
    """

    def __init__(self, datastore: JournalDatastore, *, clock: Clock = times.now, warn: Warn = say) -> None:
        super().__init__(datastore)
        self.tails = Tails(clock, warn)

    def construct_create_table_statements(self) -> list[str]:
        """The ledger's tables and guards, instead of the library's one table."""
        return list(STATEMENTS)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent | Record], *, recorded_by: str = "", **_: Any
    ) -> Sequence[int]:
        entries = [each if isinstance(each, Record) else foreign(each) for each in stored_events]
        return self.tails.tail(c.sqlite_cursor.connection).append(entries, recorded_by)


class Journal(AnyJournal):
    """A ledger's file, open for writing. Close it, or use it in a ``with`` block.

    ``clock`` tells the time; ``warn`` says what is wrong without being an error. Raises StoreError for a file that
    cannot be made, opened or written.
    """

    path: Path
    _connection: JournalConnection

    def __init__(self, path: Path, clock: Clock, warn: Warn) -> None:
        self._datastore = JournalDatastore(path)
        self._recorder = SQLiteJournalRecorder(self._datastore, clock=clock, warn=warn)
        with _edge(path):
            connection = self._datastore.connection()
        super().__init__(path, connection, self._recorder.tails)

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
            _remove(path)
            raise
        return journal

    @classmethod
    def open(cls, path: Path, clock: Clock = times.now, warn: Warn = say) -> Journal:
        """Opens a ledger's file. Raises StoreError where there is none, or not one of this format."""
        connect(path).close()
        return cls(path, clock, warn)

    @contextmanager
    def filling(self) -> Iterator[sqlite3.Connection]:
        """One transaction for whoever makes the tables' rows himself: committed where the block ends, undone where it raises."""
        self._connection.begin()
        try:
            yield self._connection.db
        except BaseException:
            self._connection.end(commit=False)
            raise
        self._connection.end(commit=True)

    def close(self) -> None:
        """Closes the file, which then holds the whole ledger: a copy of it is a copy of everything."""
        self._connection.settle()
        self._datastore.close()


@contextmanager
def making_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A new ledger's database, in the transaction that fills it: where the block raises, the file is gone again."""
    journal = Journal.create(path)
    try:
        with journal, journal.filling() as db:
            yield db
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


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
