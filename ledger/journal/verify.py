"""Recomputing a whole log: whatever was changed, taken out or put in another order since it was recorded is found.

Each event's leaf is computed again from envelope and body, each column compared with them, the tree built again and
compared with what is kept of it. One thing a log cannot show alone: that its end was cut off and all that follows from
it made anew. A checkpoint kept elsewhere shows that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ledger.errors import InputError, LogError, Problem
from ledger.events import LedgerOpened
from ledger.journal.decode import model_of, upcast
from ledger.journal.failures import primary_code, store_errors
from ledger.journal.merkle import KEPT_LEVEL, SHA_256, Frontier, Hashing
from ledger.journal.names import commitment
from ledger.journal.opening import hashing_of
from ledger.journal.reader import connect
from ledger.journal.record import FORMAT, leaf_input, mentioned, read_envelope

MOST_FINDINGS = 100
"""More than these are only counted: a log that is wrong everywhere is not worth a line an event."""

_STEP = 1000
_ROWS = """SELECT rowid, originator_id, originator_version, topic, event_id, recorded_at, recorded_by, business_date, state, envelope, leaf
    FROM stored_events ORDER BY rowid"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out: the number of events, the tree's root in hex as recomputed, and every finding."""

    events: int
    root: str
    findings: tuple[Problem, ...]


class _Stored(NamedTuple):
    """A row of the log with all its columns; the first eight are copies of what is hashed."""

    position: int
    stream: str
    stream_version: int
    kind: str
    id: str
    recorded_at: str
    recorded_by: str
    on: str
    body: bytes
    envelope: bytes
    leaf: bytes


_BODY = msgspec.json.Decoder(dict[str, Any]).decode
_COPIES = _Stored._fields[:8]


def verify(path: Path, progress: Callable[[int, int], None]) -> Verification:
    """Recomputes the log of the ledger at ``path``, in one snapshot of it.

    ``progress`` is called now and then with the events done and the events there are. Raises StoreError for a file that
    is no ledger; one that is damaged inside is a finding.
    """
    with closing(connect(path)) as db, store_errors(path):
        db.execute("BEGIN")
        check = _Check(db)
        try:
            check.run(progress)
        except sqlite3.DatabaseError as error:
            if primary_code(error) != sqlite3.SQLITE_CORRUPT:
                raise
            check.find("journal.found_damage", reason=error)
        return check.result()


class _Mentions:
    """The table of mentions, read along with the log."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._rows = db.execute("SELECT position, subject FROM event_mentions ORDER BY position")
        self._next = self._rows.fetchone()

    def upto(self, position: float) -> set[tuple[int, str]]:
        """The mentions up to ``position`` that have not been given yet."""
        given = set()
        while self._next and self._next[0] <= position:
            given.add(self._next)
            self._next = self._rows.fetchone()
        return given


class _Check:
    """One verification: what has been recomputed so far."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._mentions = _Mentions(db)
        self._findings: list[Problem] = []
        self._more = 0
        self._hashing = self._fixed_hashing()
        self._frontier = Frontier(hashing=self._hashing)
        self._nodes: list[tuple[int, int, bytes]] = []
        self._position = 0
        self._recorded_at = ""
        self._commitments: dict[str, str] = {}

    def _fixed_hashing(self) -> Hashing:
        try:
            return hashing_of(self._db)
        except InputError as error:
            self._findings.append(error.problem)
            return SHA_256

    def find(self, key: str, **params: object) -> None:
        """Notes a finding."""
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(Problem(key, params=params))
        else:
            self._more += 1

    def result(self) -> Verification:
        """What was found."""
        more = [Problem("journal.found_more", params={"count": self._more})] if self._more else []
        return Verification(self._frontier.size, self._frontier.root().hex(), (*self._findings, *more))

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Checks everything."""
        self._file()
        total = self._db.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] or 0
        for row in map(_Stored._make, self._db.execute(_ROWS)):
            self._place(row)
            self._event(row)
            if self._position % _STEP == 0:
                progress(self._position, total)
        progress(total, total)
        self._mentioned(set(), inf)
        self._streams()
        self._kept()
        self._names()

    def _file(self) -> None:
        for (line,) in self._db.execute("PRAGMA integrity_check(10)"):
            if line != "ok":
                self.find("journal.found_damage", reason=line)

    def _place(self, row: _Stored) -> None:
        if row.position != self._position + 1:
            self.find("journal.found_missing", first=self._position + 1, last=row.position - 1)
        self._position = row.position

    def _event(self, row: _Stored) -> None:
        # SQLite keeps whatever type somebody else's program gave a column.
        readable = type(row.envelope) is bytes and type(row.body) is bytes
        leaf = self._hashing.leaf(leaf_input(row.envelope, row.body)) if readable else self._hashing.empty
        node = self._frontier.append(leaf)
        if node:
            self._nodes.append((KEPT_LEVEL, (self._frontier.size >> KEPT_LEVEL) - 1, node))
        if row.leaf != leaf:
            self.find("journal.found_leaf", position=row.position)
        recorded_at = str(row.recorded_at)
        if recorded_at < self._recorded_at:
            self.find("journal.found_time", position=row.position, recorded_at=recorded_at, before=self._recorded_at)
        self._recorded_at = recorded_at
        if readable:
            self._contents(row)

    def _contents(self, row: _Stored) -> None:
        try:
            envelope, fields = read_envelope(row.envelope), _BODY(row.body)
            self._copies(row, {**msgspec.structs.asdict(envelope), "id": fields.get("id")})
            model = model_of(envelope.kind, envelope.version)
            named = mentioned(model, upcast(envelope.kind, envelope.version, fields), envelope.stream)
            self._mentioned({(row.position, subject) for subject in named}, row.position)
        except msgspec.MsgspecError as error:
            self.find("journal.bad_body", position=row.position, reason=error)
        except LogError as error:
            self.find(error.problem.key, **error.problem.params)
        else:
            self._commitments |= fields.get("named", {})
            if row.position == 1 and (envelope.kind != LedgerOpened.kind or fields.get("format") != FORMAT):
                self.find("journal.found_first", kind=envelope.kind, format=FORMAT)

    def _copies(self, row: _Stored, hashed: dict[str, object]) -> None:
        for column in _COPIES:
            stored = getattr(row, column)
            if stored != hashed[column]:
                self.find("journal.found_column", position=row.position, column=column, stored=stored, recorded=hashed[column])

    def _mentioned(self, named: set[tuple[int, str]], position: float) -> None:
        for at, subject in sorted(named ^ self._mentions.upto(position)):
            self.find("journal.found_mention", position=at, subject=subject)

    def _streams(self) -> None:
        """Versions go 1, 2, 3 … in each stream, in the log's order."""
        last: tuple[object, int, int] = ("", 0, 0)
        places = "SELECT originator_id, originator_version, rowid FROM stored_events ORDER BY originator_id, originator_version"
        for stream, version, position in self._db.execute(places):
            _, before, at = last if last[0] == stream else ("", 0, 0)
            if version != before + 1 or position < at:
                self.find("journal.found_version", position=position, stream=stream, version=version, expected=before + 1)
            last = (stream, version, position)

    def _kept(self) -> None:
        """The head and the nodes beside the log are those of the tree just built."""
        head = self._db.execute("SELECT position, recorded_at, frontier FROM head").fetchall()
        given = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'").fetchone()
        if head != [(self._position, self._recorded_at, self._frontier.to_bytes())]:
            self.find("journal.found_head", position=head[0][0] if head else 0, events=self._frontier.size)
        if (given[0] if given else 0) != self._position:
            self.find("journal.found_tail", position=self._position, given=given[0] if given else 0)
        if self._db.execute("SELECT level, idx, hash FROM tree_nodes ORDER BY level, idx").fetchall() != self._nodes:
            self.find("journal.found_nodes", events=self._frontier.size)

    def _names(self) -> None:
        """A name that has not been erased is the one that was committed to."""
        for person, name, salt in self._db.execute("SELECT person, name, CAST(salt AS BLOB) FROM person_names"):
            if person in self._commitments and self._commitments[person] != commitment(salt, str(name)):
                self.find("journal.found_name", person=person)
