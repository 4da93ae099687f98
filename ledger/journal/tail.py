"""The end of the log inside a write transaction: positions, recorded times, hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ledger.errors import Problem
from ledger.journal.database import Database
from ledger.journal.merkle import KEPT_LEVEL, Frontier, Hashing
from ledger.journal.opening import hashing_by
from ledger.journal.record import Record, envelope, leaf_input, stamp

INSERT = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_MENTION = "INSERT INTO event_mentions VALUES (?, ?)"
INSERT_NODE = "INSERT INTO tree_nodes VALUES (?, ?, ?)"
MOVE_HEAD = "UPDATE head SET position = ?, recorded_at = ?, frontier = ? WHERE one = 1"


class Tail:
    """Where the next event goes, and the one time that all events of the transaction are given.

    ``position`` is the log's last. ``recorded_at`` is the clock's time, or the last event's where the clock has stepped
    back: recorded times never do. ``head`` is the log's end as it is stored: it changes with whatever is appended.
    """

    position: int
    recorded_at: str
    head: tuple[int, str, bytes]

    def __init__(self, db: Database, clock: Callable[[], datetime], hashing: Hashing) -> None:
        """``hashing`` is the log's; where it is empty, its first event will say.

        ``clock`` is asked after the head: on a server it is this question that waits for the lock, and others append meanwhile.
        """
        self._db = db
        self.position, self._last, frontier = db.execute("SELECT position, recorded_at, frontier FROM head").fetchone()
        self.head = (self.position, self._last, frontier)
        self._frontier = Frontier(self.position, frontier, hashing)
        self._clock = stamp(clock())
        self.recorded_at = max(self._clock, self._last)

    @property
    def held(self) -> Problem | None:
        """What to say where the clock has stepped back."""
        if self.recorded_at == self._clock:
            return None
        return Problem("journal.clock_back", params={"clock": self._clock, "held": self.recorded_at})

    def append(self, entries: Sequence[Record], recorded_by: str) -> list[int]:
        """Appends the entries with their hashes and moves the head. Returns their positions.

        Raises the store's IntegrityError for a stream's version or an id that is taken; the transaction is then to be rolled back.
        """
        if not entries:
            return []
        first = self.position + 1
        if first == 1:
            self._frontier = Frontier(hashing=hashing_by(entries[0].topic, entries[0].state))
        nodes: list[tuple[int, int, bytes]] = []
        self._db.executemany(INSERT, self._rows(entries, recorded_by, nodes))
        mentions = [(subject, position) for position, entry in enumerate(entries, first) for subject in entry.mentions]
        if mentions:
            self._db.executemany(INSERT_MENTION, mentions)
        if nodes:
            self._db.executemany(INSERT_NODE, nodes)
        self.head = (self.position, self.recorded_at, self._frontier.to_bytes())
        self._db.executemany(MOVE_HEAD, [self.head])
        return list(range(first, self.position + 1))

    def _rows(self, entries: Sequence[Record], recorded_by: str, nodes: list[tuple[int, int, bytes]]) -> Iterator[tuple[object, ...]]:
        """The rows of the log, made as they are inserted; finished nodes of the tree go to ``nodes``."""
        recorded_at, leaf_hash = self.recorded_at, self._frontier.hashing.leaf
        for entry in entries:
            self.position = position = self.position + 1
            stream, version, kind, body, event_id, on, _, _ = entry
            sealed = envelope(entry, position, recorded_at, recorded_by)
            leaf = leaf_hash(leaf_input(sealed, body))
            node = self._frontier.append(leaf)
            if node:
                nodes.append((KEPT_LEVEL, (position >> KEPT_LEVEL) - 1, node))
            yield position, stream, version, kind, body, event_id or None, recorded_at, recorded_by, on or None, sealed, leaf
