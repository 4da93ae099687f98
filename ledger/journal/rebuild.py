"""A ledger made again from nothing but what is hashed: envelopes and bodies, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ledger.errors import LogError
from ledger.events import PeriodClosed
from ledger.journal.database import Database, streamed
from ledger.journal.decode import subjects_named
from ledger.journal.failures import store_errors
from ledger.journal.making import filling
from ledger.journal.merkle import KEPT_LEVEL, Frontier
from ledger.journal.opening import hashing_by
from ledger.journal.places import Place
from ledger.journal.reader import connect
from ledger.journal.record import UNREADABLE, leaf_input, read_body, read_envelope, unreadable
from ledger.journal.tail import INSERT, INSERT_MENTION, INSERT_NODE, MOVE_HEAD

_CHUNK = 5000
_STORED = "SELECT rowid, envelope, state FROM stored_events ORDER BY rowid"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: the number of events, the tree's root in hex, and the root just before each closing, by its position."""

    events: int
    root: str
    before_closing: Mapping[int, str]


def rebuild(path: Place, target: Path, progress: Callable[[int, int], None]) -> Rebuilt:
    """Makes ``target`` a ledger of the records of the one at ``path``, every column, index and hash anew, names left out.

    ``progress`` is told the events done, of how many. Raises StoreError for a file that is no ledger, LogError where a record
    cannot be read or does not stand in its place.
    """
    with closing(connect(path)) as source, filling(target) as db, store_errors(path):
        source.execute("BEGIN")
        total = source.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] or 0
        return Rebuilding(db).run(source, path, total, progress)


class Rebuilding:
    """A ledger as far as it is made, in a transaction that its caller commits."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._frontier = Frontier()
        self._recorded_at = ""
        self._before: dict[int, str] = {}
        self._mentions: list[tuple[str, int]] = []
        self._nodes: list[tuple[int, int, bytes]] = []

    def run(self, source: Database, path: Place, total: int, progress: Callable[[int, int], None]) -> Rebuilt:
        """Makes all of it, from the ``total`` records of the ledger at ``path``, to which ``source`` is open. Raises as :func:`rebuild`."""
        for chunk in _chunks(source, path):
            self._take(chunk)
            progress(self._frontier.size, total)
        return self._finish()

    def _take(self, chunk: list[tuple[int, bytes, bytes]]) -> None:
        self._db.executemany(INSERT, self._rows(chunk))
        self._db.executemany(INSERT_MENTION, self._mentions)
        self._db.executemany(INSERT_NODE, self._nodes)
        self._mentions.clear()
        self._nodes.clear()

    def _rows(self, chunk: list[tuple[int, bytes, bytes]]) -> Iterator[tuple[object, ...]]:
        for position, sealed, body in chunk:
            try:
                yield self._row(position, sealed, body)
            except UNREADABLE as error:
                raise unreadable(position, error) from error

    def _row(self, position: int, sealed: bytes, body: bytes) -> tuple[object, ...]:
        said, fields = read_envelope(sealed), read_body(body)
        if said.position != position or position != self._frontier.size + 1:
            raise LogError.of("journal.found_missing", first=self._frontier.size + 1, last=position)
        if position == 1:
            self._frontier = Frontier(hashing=hashing_by(said.kind, body))
        if said.kind == PeriodClosed.kind:
            self._before[position] = self._frontier.root().hex()
        self._mentions += [(subject, position) for subject in subjects_named(said, fields)]
        leaf = self._frontier.hashing.leaf(leaf_input(sealed, body))
        node = self._frontier.append(leaf)
        if node:
            self._nodes.append((KEPT_LEVEL, (position >> KEPT_LEVEL) - 1, node))
        self._recorded_at = said.recorded_at
        own_id, on = fields.get("id"), said.on or None
        return position, said.stream, said.stream_version, said.kind, body, own_id, said.recorded_at, said.recorded_by, on, sealed, leaf

    def _finish(self) -> Rebuilt:
        """Sets the head."""
        head = (self._frontier.size, self._recorded_at, self._frontier.to_bytes())
        self._db.executemany(MOVE_HEAD, [head])
        return Rebuilt(self._frontier.size, self._frontier.root().hex(), self._before)


def _chunks(source: Database, path: Place) -> Iterator[list[tuple[int, bytes, bytes]]]:
    """The records, some at a time. Raises StoreError where they cannot be read: that is then not the fault of what is made."""
    with store_errors(path):
        stored: Iterator[tuple[int, bytes, bytes]] = iter(streamed(source, _STORED))
    while True:
        with store_errors(path):
            chunk = list(islice(stored, _CHUNK))
        if not chunk:
            return
        yield chunk
