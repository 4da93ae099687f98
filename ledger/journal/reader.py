"""Reading the log, without what writing needs: this module must start fast, and so does not import eventsourcing.

A reader's connection is read-only and never checkpoints (see :mod:`.datastore`), so any number may read while one
writes. Each call sees the log as it stands then; what has to agree across calls is asked for up to a position.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, overload

from ledger.errors import LogError, StoreError, Unknown
from ledger.journal.database import Database
from ledger.journal.decode import Fact, decoder, model_of
from ledger.journal.failures import primary_code, store_errors
from ledger.journal.merkle import KEPT_LEVEL, Frontier, Hashing
from ledger.journal.names import NameTable
from ledger.journal.opening import hashing_of
from ledger.journal.places import Address, Place, demand_client
from ledger.journal.record import FORMAT, UNREADABLE, read_envelope, unreadable
from ledger.journal.rows import IN_STREAMS, MENTIONS, OF_IDS, OF_KINDS, RELATED, Row, listed, near, select
from ledger.journal.schema import APPLICATION_ID, IS_RARE, RARE_KINDS

BUSY_SECONDS = 60.0
"""How long a statement waits for another process's lock."""

_Terms = dict[str, list[object]]
"""Terms of a WHERE clause, each with the values of its question marks."""


class Head(NamedTuple):
    """The log's end: its last position (0 when empty), when that was recorded, and the tree's root in hex."""

    position: int
    recorded_at: str
    root: str


@overload
def connect(path: Path) -> sqlite3.Connection: ...
@overload
def connect(path: Place) -> Database: ...
def connect(path: Place) -> Database:
    """A read-only connection to a ledger.

    Raises StoreError when there is none, when it is no ledger, or when a newer program wrote its format.
    """
    if isinstance(path, Address):
        demand_client()
        from ledger.journal.server import reading

        return reading(path)
    if not path.is_file():
        raise StoreError.of("journal.missing", path=path)
    with store_errors(path):
        db = _connected(path)
        try:
            _demand_ledger(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _connected(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("SELECT 1 FROM sqlite_master")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        db.close()
        # A write-ahead log's index cannot be made on a read-only medium. Without such a log the file is the whole ledger.
        wal = path.with_name(f"{path.name}-wal")
        if primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or (wal.exists() and wal.stat().st_size):
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    return db


def _demand_ledger(db: sqlite3.Connection, path: Path) -> None:
    ((application,), (version,)) = db.execute("PRAGMA application_id").fetchone(), db.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise StoreError.of("journal.not_a_ledger", path=path)
    if version != FORMAT:
        raise StoreError.of("journal.other_format", path=path, format=version, known=FORMAT)


class LogReader:
    """Questions to the log of one ledger. Close it, or use it in a ``with`` block.

    Raises StoreError as :func:`connect`, and LogError for an event that cannot be read as its kind.
    """

    def __init__(self, path: Place) -> None:
        self.path = path
        self._db = connect(path)
        self.names = NameTable(self._db, path)

    def __enter__(self) -> LogReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._db.close()

    @property
    def db(self) -> Database:
        """The connection, for whoever copies all that there is."""
        return self._db

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is asked inside sees the log, and the names beside it, as they stand at the start of the ``with`` block."""
        with store_errors(self.path):
            self._db.execute("BEGIN")
            self._db.execute("SELECT position FROM head").fetchone()  # it is taken at the first reading
        try:
            yield
        finally:
            with store_errors(self.path):
                self._db.execute("COMMIT")

    def head(self) -> Head:
        """The log's end. Raises LogError for one that cannot be read."""
        with store_errors(self.path):
            found = self._db.execute("SELECT position, recorded_at, frontier FROM head").fetchone()
        try:
            position, recorded_at, frontier = found
            return Head(position, recorded_at, Frontier(position, frontier, self.hashing()).root().hex())
        except (TypeError, ValueError) as error:  # also where there is none
            raise LogError.of("journal.bad_head", path=self.path, reason=str(error)) from error

    def leaves(self, start: int, count: int) -> list[bytes]:
        """The stored leaf hashes of ``count`` events from leaf ``start``, which is from 0; fewer where the log ends."""
        statement = "SELECT leaf FROM stored_events WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
        return [leaf for (leaf,) in self._all(statement, start, start + count)]

    def kept_nodes(self, start: int, count: int) -> list[bytes]:
        """``count`` of the tree's nodes of the kept level from node ``start``, which is from 0; fewer where the log ends."""
        statement = "SELECT hash FROM tree_nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx"
        return [node for (node,) in self._all(statement, KEPT_LEVEL, start, start + count)]

    def stored(self, first: int, last: int) -> Iterator[tuple[bytes, bytes]]:
        """Envelope and body of the events from position ``first`` to ``last``, as they are hashed."""
        with store_errors(self.path):
            statement = "SELECT CAST(envelope AS BLOB), CAST(state AS BLOB) FROM stored_events WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
            yield from self._db.execute(statement, (first, last))

    def near_ids(self, event_id: str) -> list[str]:
        """The ids of events just before and after ``event_id`` in the order of ids."""
        with store_errors(self.path):
            return near(self._db, "event_id", event_id)

    def hashing(self) -> Hashing:
        """The hash of the log's tree. Raises InputError or StoreError for one that cannot be computed here."""
        with store_errors(self.path):
            return hashing_of(self._db)

    def scan(
        self,
        kinds: Mapping[str, Sequence[str] | None],
        *,
        upto: int | None = None,
        until: str | None = None,
        streams: Collection[str] | None = None,
    ) -> Iterator[tuple[int, str, Fact]]:
        """Position, kind and decoded fact of the events of these kinds, by position.

        For each kind only the named fields are decoded (None: all). ``upto`` is the last position, ``until`` the last
        business date ``YYYY-MM-DD``, both included; with ``streams``, only the events in these streams.
        """
        terms = _scanned(kinds, upto, until, streams)
        # Only a kind that has had several versions makes the envelope worth reading, for the event's.
        old = any(model_of(kind).version > 1 for kind in kinds)
        stored = "state, envelope" if old else "state"
        statement = f"SELECT rowid, topic, {stored} FROM stored_events WHERE {' AND '.join(terms)} ORDER BY rowid"
        with store_errors(self.path):
            found: Iterable[tuple[Any, ...]] = self._db.execute(statement, list(chain.from_iterable(terms.values())))
            if old:
                found = ((position, kind, (body, envelope)) for position, kind, body, envelope in found)
            reading = _of_any_version if old else _of_first_version
            yield from _decoded(found, {kind: reading(kind, fields) for kind, fields in kinds.items()})

    def rows(
        self,
        *,
        since: int = 0,
        upto: int | None = None,
        kinds: Collection[str] | None = None,
        subject: str | None = None,
        ids: Collection[str] | None = None,
        streams: Collection[str] | None = None,
        dated: tuple[str, str] | None = None,
    ) -> Iterator[Row]:
        """The events after position ``since`` as they stand, by position, as far as each filter given lets them through.

        ``dated`` are the first and last business date ``YYYY-MM-DD``. ``subject`` is a stream: the events in it, and those
        that mention it; ``streams``: the events in these, with a subject besides its own.
        """
        terms: _Terms = {"rowid > ?": [since]}
        if upto is not None:
            terms["rowid <= ?"] = [upto]
        if kinds is not None:
            terms |= _of_kinds(kinds)
        if dated is not None:
            terms["business_date BETWEEN ? AND ?"] = list(dated)
        if ids is not None:
            terms[OF_IDS] = [listed(ids)]
        if subject is not None:
            terms[RELATED] = [listed({subject, *(streams or ())}), listed([subject])]
        elif streams is not None:
            terms[IN_STREAMS] = [listed(streams)]
        with store_errors(self.path):
            yield from select(self._db, " AND ".join(terms), *chain.from_iterable(terms.values()))

    def of_kinds_or_saying(self, kinds: Collection[str], texts: Collection[str]) -> Iterator[Row]:
        """The events of these kinds, and those whose bodies hold one of these texts, by position."""
        saying = " OR ".join(["instr(state, ?) > 0"] * len(texts))
        with store_errors(self.path):
            yield from select(self._db, f"{OF_KINDS} OR {saying}", listed(kinds), *map(str.encode, texts))

    def streams_of(self, subject: str) -> set[str]:
        """The streams of what ``subject`` is part of, and ``subject`` itself: not those of its like, which have lives of their own."""
        found = self._all(f"SELECT DISTINCT originator_id FROM stored_events WHERE rowid IN ({MENTIONS})", listed([subject]))
        family = subject.partition(":")[0]
        return {subject, *(stream for (stream,) in found if stream.partition(":")[0] != family)}

    def units_in(self, stream: str) -> set[str]:
        """The ids of the units that the events of a stream name."""
        positions = "SELECT rowid FROM stored_events WHERE originator_id = ?"
        found = self._all(f"SELECT DISTINCT subject FROM event_mentions WHERE position IN ({positions}) AND subject LIKE 'unit:%'", stream)
        return {subject.partition(":")[2] for (subject,) in found}

    def mentions(self, subject: str) -> list[int]:
        """The positions of the events that mention a subject, in order."""
        found = self._all("SELECT position FROM event_mentions WHERE subject = ? ORDER BY position", subject)
        return [position for (position,) in found]

    def position_at(self, recorded_at: str) -> int:
        """The last position recorded at or before a time as :func:`~ledger.journal.record.stamp` writes it; 0 before all."""
        return bisect_right(range(1, self.head().position + 1), recorded_at, key=self.time_of)

    def time_of(self, position: int) -> str:
        """When ``position`` was recorded. Raises Unknown where the log does not reach."""
        for (recorded_at,) in self._all("SELECT recorded_at FROM stored_events WHERE rowid = ?", position):
            return str(recorded_at)
        raise Unknown.of("journal.no_position", position=position, last=self.head().position)

    def ids(self, positions: Iterable[int]) -> dict[int, str]:
        """The ids of the events at these positions. Raises LogError where there is none."""
        asked = list(positions)
        found: dict[int, str] = dict(
            self._all("SELECT rowid, event_id FROM stored_events WHERE rowid IN (SELECT value FROM json_each(?))", listed(asked))
        )
        if len(found) < len(asked) and (missing := set(asked) - found.keys()):
            raise LogError.of("journal.no_event", position=min(missing))
        return found

    def positions(self, ids: Iterable[str]) -> dict[str, int]:
        """The positions of the events of these ids."""
        return dict(self._all(f"SELECT event_id, rowid FROM stored_events WHERE {OF_IDS}", listed(ids)))

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with store_errors(self.path):
            return self._db.execute(statement, values).fetchall()


def _of_kinds(kinds: Collection[str]) -> _Terms:
    terms: _Terms = {OF_KINDS: [listed(kinds)]}
    return terms | {f"({IS_RARE})": []} if RARE_KINDS.issuperset(kinds) else terms


def _scanned(kinds: Collection[str], upto: int | None, until: str | None, streams: Collection[str] | None) -> _Terms:
    terms = _of_kinds(kinds)
    if upto is not None:
        terms["rowid <= ?"] = [upto]
    if until is not None:
        terms["business_date <= ?"] = [until]
    if streams is not None:
        terms[IN_STREAMS] = [listed(streams)]
    return terms


def _decoded(found: Iterable[tuple[Any, ...]], read: Mapping[str, Callable[[Any], Fact]]) -> Iterator[tuple[int, str, Fact]]:
    position = 0
    try:
        for position, kind, stored in found:
            yield position, kind, read[kind](stored)
    except UNREADABLE as error:
        raise unreadable(position, error) from error


def _of_first_version(kind: str, fields: Sequence[str] | None) -> Callable[[bytes], Fact]:
    return decoder(kind, 1, fields)


def _of_any_version(kind: str, fields: Sequence[str] | None) -> Callable[[tuple[bytes, bytes]], Fact]:
    return lambda stored: decoder(kind, read_envelope(stored[1]).version, fields)(stored[0])
