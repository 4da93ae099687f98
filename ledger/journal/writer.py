"""One write transaction, and what a journal of any store is."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent

from ledger.errors import Problem
from ledger.journal.copies import Copy, What, note, noted
from ledger.journal.database import ALL, Database
from ledger.journal.failures import failure, faults
from ledger.journal.merkle import Hashing
from ledger.journal.names import NameTable
from ledger.journal.opening import hashing_of
from ledger.journal.places import Place
from ledger.journal.record import Record, canonical
from ledger.journal.rows import OF_KINDS, Row, among, found, listed, near, related, select
from ledger.journal.tail import Tail

Clock = Callable[[], datetime]
Warn = Callable[[Problem], None]


def say(problem: Problem) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{problem.line()}\n")


class Connection(Protocol):
    """A connection that writes, one transaction at a time."""

    @property
    def db(self) -> Database:
        """What statements are put to."""

    def begin(self) -> None:
        """Begins a transaction with the ledger's write lock."""

    def end(self, *, commit: bool) -> None:
        """Commits it, or undoes it, also where it cannot be committed; gives the lock back."""


def _faults() -> tuple[type[Exception], ...]:
    return PersistenceError, *faults()


class Tails:
    """Makes the :class:`.tail.Tail` of each transaction of one ledger: ``clock`` tells the time, ``warn`` is told when it stepped back."""

    def __init__(self, clock: Clock, warn: Warn) -> None:
        self._clock = clock
        self._warn = warn
        self._hashing: Hashing | None = None

    def tail(self, db: Database) -> Tail:
        """The log's end, in a write transaction; says it when the clock has stepped back."""
        hashing = self._hashing or hashing_of(db)
        tail = Tail(db, self._clock, hashing)
        if tail.position:  # a log that has begun keeps its hash
            self._hashing = hashing
        if tail.held:
            self._warn(tail.held)
        return tail


class Writer:
    """One write transaction: what the log says now, and appends to it. :meth:`Journal.writing` makes it.

    It is the ``with`` block itself, for a generator's block costs an event a hundredth.
    """

    names: NameTable
    _tail: Tail

    def __init__(self, connection: Connection, tails: Tails, path: Place, actor: str) -> None:
        self._connection = connection
        self._db = connection.db
        self._tails = tails
        self._path = path
        self._actor = actor
        self.abandoned = False

    def __enter__(self) -> Writer:
        try:
            self._connection.begin()
            try:
                self.names = NameTable(self._db, self._path)
                self._tail = self._tails.tail(self._db)
            except BaseException:
                self._connection.end(commit=False)
                raise
        except _faults() as error:
            raise failure(error, self._path) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._connection.end(commit=error is None and not self.abandoned)
        except faults() as failed:
            raise failure(failed, self._path) from failed
        if isinstance(error, _faults()):
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

    def holding(self, text: str, limit: int = ALL) -> list[int]:
        """The positions of the events whose record has ``text`` anywhere in it, as canonical JSON writes it. Reads the whole log."""
        written = canonical(text)[1:-1]
        statement = "SELECT rowid FROM stored_events WHERE instr(state, ?) > 0 OR instr(envelope, ?) > 0 ORDER BY rowid LIMIT ?"
        return [position for (position,) in self._db.execute(statement, (written, written, limit))]

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


class Journal(ABC):
    """A ledger, open for writing. Close it, or use it in a ``with`` block."""

    path: Place

    def __init__(self, path: Place, connection: Connection, tails: Tails) -> None:
        self.path = path
        self._connection = connection
        self._tails = tails

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Lets go of the ledger."""

    def writing(self, actor: str) -> Writer:
        """One transaction by ``actor``, with the write lock from the start of its ``with`` block.

        Committed where the block ends; nothing of it stays when the block raises or the writer is abandoned. Raises
        StoreError, or Refused for a version or an id that is taken.
        """
        return Writer(self._connection, self._tails, self.path, actor)


def foreign(event: StoredEvent) -> Record:
    """The record of an event of eventsourcing's own, which has no id and no business date, and mentions nothing."""
    stream = event.originator_id.hex if isinstance(event.originator_id, UUID) else event.originator_id
    return Record(stream, event.originator_version, event.topic, event.state, id="", on="", version=1, mentions=())
