"""Recomputing a whole log: whatever was changed, taken out or put in another order since it was recorded is found.

Each event's leaf is computed again from envelope and body, each column compared with them, the tree built again and
compared with what is kept of it. One thing a log cannot show alone: that its end was cut off and all that follows from
it made anew. A checkpoint kept elsewhere shows that.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import msgspec

from ledger.errors import InputError, LogError, Problem
from ledger.events import LedgerOpened
from ledger.journal.database import Database, streamed
from ledger.journal.decode import Fact, model_of, struct, subjects_named
from ledger.journal.failures import demand_damage, faults, store_errors
from ledger.journal.merkle import KEPT_LEVEL, SHA_256, Frontier
from ledger.journal.names import commitment
from ledger.journal.opening import hashing_of
from ledger.journal.places import Place
from ledger.journal.reader import connect
from ledger.journal.record import FORMAT, UNREADABLE, mentioning, read_body, read_envelope
from ledger.journal.rehash import Rehashed, Stored, batches, beside, rehashed
from ledger.journal.schema import LAST_GIVEN, STRAY_HEADS

MOST_FINDINGS = 100
"""More than these are only counted: a log that is wrong everywhere is not worth a line an event."""

_COLUMNS = "rowid, originator_id, originator_version, topic, event_id, recorded_at, recorded_by, business_date, state, envelope"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out: the number of events, the tree's root in hex as recomputed, and every finding."""

    events: int
    root: str
    findings: tuple[Problem, ...]


_NOWHERE = array("q")
_COPIES = ("position", "stream", "stream_version", "kind", "id", "recorded_at", "recorded_by", "on")
"""The first columns: copies of what is hashed."""


def verify(path: Place, progress: Callable[[int, int], None]) -> Verification:
    """Recomputes the log of the ledger at ``path``, in one snapshot of it; see :mod:`.rehash` for what goes on beside that.

    ``progress`` is called now and then with the events done and the events there are. Raises StoreError for a file that
    is no ledger, or whose hash this Python lacks; one that is damaged inside is a finding.
    """
    with closing(connect(path)) as db, store_errors(path):
        db.execute("BEGIN")
        return _verified(db, progress, lambda last, method: beside(path, last, method))


def verify_made(db: Database, progress: Callable[[int, int], None]) -> Verification:
    """Does :func:`verify` in the transaction that makes a ledger, through its own connection. Raises what the store raises."""
    return _verified(db, progress, lambda last, method: nullcontext(lambda: rehashed(db, last, method)))


_Hashing = Callable[[int, str], AbstractContextManager[Callable[[], Rehashed]]]
"""What hashes up to a position, by a hash of this name."""


def _verified(db: Database, progress: Callable[[int, int], None], hashing: _Hashing) -> Verification:
    check = _Check(db)
    try:
        last, method = check.begin()
    except faults() as error:
        return Verification(0, SHA_256.empty.hex(), (_damaged(demand_damage(error)),))
    with hashing(last, method) as hashed:
        check.read(last, progress)
        return check.result(hashed())


def _damaged(reason: object) -> Problem:
    return Problem("journal.found_damage", params={"reason": reason})


class _Kind(NamedTuple):
    """How a kind is read as it is now: the version, what reads a body, and which of the fields name streams, of which family."""

    version: int
    read: Callable[[bytes], Fact]
    mentioning: tuple[tuple[str, str], ...]


@cache
def _kind(kind: str) -> _Kind:
    """Raises LogError for a kind that this program does not know. The body has to have the kind's fields, and no others."""
    model = model_of(kind)
    strict = msgspec.defstruct(kind, [], bases=(struct(model),), frozen=True, forbid_unknown_fields=True, gc=False)
    return _Kind(model.version, msgspec.json.Decoder(strict).decode, mentioning(model))


class _Check:
    """One verification: what has been read so far, and what is to be compared with it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._hashing = SHA_256
        self._position = 0
        self._recorded_at = ""
        self._versions: dict[str, int] = {}
        self._mentions: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._commitments: dict[str, str] = {}
        self._findings: list[Problem] = []
        self._more = 0
        self._damage: list[str] = []

    def find(self, key: str, **params: object) -> None:
        """Notes a finding."""
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(Problem(key, params=params))
        else:
            self._more += 1

    def begin(self) -> tuple[int, str]:
        """The log's last position, and the name of its hash. One that is not known is a finding; the tree is then SHA-256's."""
        try:
            self._hashing = hashing_of(self._db)
        except InputError as error:
            self.find(error.problem.key, **error.problem.params)
        return self._db.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] or 0, self._hashing.name

    def read(self, last: int, progress: Callable[[int, int], None]) -> None:
        """Compares the columns and the tables beside the log with the events, as far as the file can be read."""
        try:
            for batch in batches(streamed(self._db, f"SELECT {_COLUMNS} FROM stored_events ORDER BY rowid")):
                self._rows(batch)
                progress(self._position, last)
            progress(last, last)
            self._mentioned()
            self._names()
        except faults() as error:
            self._damage.append(demand_damage(error))

    def result(self, hashed: Rehashed) -> Verification:
        """What was found, that of the file first."""
        for position in hashed.wrong:
            self.find("journal.found_leaf", position=position)
        frontier = Frontier(hashed.size, hashed.peaks, self._hashing)
        if not self._damage:
            try:
                self._kept(frontier, hashed)
            except faults() as error:
                self._damage.append(demand_damage(error))
        damage = dict.fromkeys([*hashed.damage, *self._damage])
        found = [*map(_damaged, damage), *self._findings]
        more = self._more + len(found[MOST_FINDINGS:])
        last = [Problem("journal.found_more", params={"count": more})] if more else []
        return Verification(frontier.size, frontier.root().hex(), (*found[:MOST_FINDINGS], *last))

    def _rows(self, batch: list[Stored]) -> None:
        """Compares each row with the one before it, and its columns with what is hashed.

        A row that is in order, as nearly all are, takes no call of ours: that is a fifth of the time. Any other is looked at
        again by what says what is wrong with it.
        """
        versions, mentions = self._versions, self._mentions
        for row in batch:
            position, stream, version, kind, own_id, recorded_at, recorded_by, on, body, sealed = row
            if position != self._position + 1:
                self.find("journal.found_missing", first=self._position + 1, last=position - 1)
            self._position = position
            if recorded_at != self._recorded_at:
                self._time(position, str(recorded_at))
            if version != versions.get(stream, 0) + 1:
                self._version(position, stream, version)
            else:
                versions[stream] = version
            try:
                known = _kind(kind)
                fields, envelope = known.read(body), read_envelope(sealed)
            except (*UNREADABLE, LogError):
                self._closely(row)
                continue
            if not (
                envelope.position == position
                and envelope.stream == stream
                and envelope.stream_version == version
                and envelope.kind == kind
                and envelope.version == known.version
                and envelope.recorded_at == recorded_at
                and envelope.recorded_by == recorded_by
                and envelope.on == on
                and fields.id == own_id
                and fields.named is None
                and position != 1
            ):
                self._closely(row)
                continue
            for name, family in known.mentioning:
                value = getattr(fields, name)
                if type(value) is str:
                    if family + value != stream:
                        mentions[family + value].append(position)
                elif value is not None:
                    for subject in [family + each for each in value if family + each != stream]:
                        mentions[subject].append(position)

    def _version(self, position: int, stream: str, version: object) -> None:
        expected = self._versions.get(stream, 0) + 1
        self.find("journal.found_version", position=position, stream=stream, version=version, expected=expected)
        self._versions[stream] = version if isinstance(version, int) else expected

    def _time(self, position: int, recorded_at: str) -> None:
        if recorded_at < self._recorded_at:
            self.find("journal.found_time", position=position, recorded_at=recorded_at, before=self._recorded_at)
        self._recorded_at = recorded_at

    def _closely(self, row: Stored) -> None:
        """Says what is wrong with a row, and notes what it mentions all the same."""
        position, *_, body, sealed = row
        if not type(sealed) is type(body) is bytes:
            return  # the leaf says so already
        try:
            envelope, fields = read_envelope(sealed), read_body(body)
            copied = (
                envelope.position, envelope.stream, envelope.stream_version, envelope.kind, fields.get("id"),
                envelope.recorded_at, envelope.recorded_by, envelope.on,
            )  # fmt: skip
            if row[:8] != copied:
                self._copies(row, copied)
            for subject in subjects_named(envelope, fields):
                self._mentions[subject].append(position)
            self._commitments |= fields.get("named") or {}
        except (*UNREADABLE, ValueError) as error:
            self.find("journal.bad_body", position=position, reason=str(error))
        except LogError as error:
            self.find(error.problem.key, **error.problem.params)
        else:
            if position == 1 and (envelope.kind != LedgerOpened.kind or fields.get("format") != FORMAT):
                self.find("journal.found_first", kind=envelope.kind, format=FORMAT)

    def _copies(self, row: Stored, hashed: tuple[object, ...]) -> None:
        for column, stored, recorded in zip(_COPIES, row, hashed, strict=False):
            if stored != recorded:
                self.find("journal.found_column", position=row[0], column=column, stored=stored, recorded=recorded)

    def _mentioned(self) -> None:
        """The table of mentions, read in its own order, which needs no sorting, is that of the events."""
        kept = streamed(self._db, "SELECT subject, position FROM event_mentions ORDER BY subject, position")
        for subject, rows in groupby(kept, itemgetter(0)):
            self._compare(subject, [position for _, position in rows], self._mentions.pop(subject, _NOWHERE).tolist())
        for subject, positions in self._mentions.items():
            self._compare(subject, [], positions.tolist())

    def _compare(self, subject: str, kept: list[int], named: list[int]) -> None:
        if kept != named:
            both = set(kept).intersection(named)
            for position in (each for each in (*kept, *named) if each not in both):
                self.find("journal.found_mention", position=position, subject=subject)

    def _kept(self, frontier: Frontier, hashed: Rehashed) -> None:
        """The head, those of before where they are kept, and the nodes beside the log are those of the tree just built."""
        head = self._db.execute("SELECT position, recorded_at, frontier FROM head").fetchall()
        given = self._db.execute(LAST_GIVEN).fetchone()
        if head != [(self._position, self._recorded_at, frontier.to_bytes())]:
            self.find("journal.found_head", position=head[0][0] if head else 0, events=frontier.size)
        if (given[0] if given else 0) != self._position:
            self.find("journal.found_tail", position=self._position, given=given[0] if given else 0)
        kept = self._db.execute("SELECT level, idx, hash FROM tree_nodes ORDER BY level, idx").fetchall()
        if kept != [(KEPT_LEVEL, index, node) for index, node in enumerate(hashed.nodes)]:
            self.find("journal.found_nodes", events=frontier.size)
        before = {*hashed.heads, *(position for (position,) in self._db.execute(STRAY_HEADS, (self._position,)))}
        if before:
            self.find("journal.found_heads", count=len(before), position=min(before))

    def _names(self) -> None:
        """A name that has not been erased is the one that was committed to."""
        for person, name, salt in self._db.execute("SELECT person, name, CAST(salt AS BLOB) FROM person_names"):
            if person in self._commitments and self._commitments[person] != commitment(salt, str(name)):
                self.find("journal.found_name", person=person)
