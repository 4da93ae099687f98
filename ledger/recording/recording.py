"""The use cases of writing: open a ledger, import a file, record, correct, enact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

from ledger import points, times
from ledger.aggregates.cells import EXTRA, typed
from ledger.aggregates.scheme import Schemes
from ledger.aggregates.unit import Roster
from ledger.errors import Problem, Refused
from ledger.events import Event, EventReversed, LedgerOpened, PointsAwarded, SchemeEnacted, UnitEnrolled, references
from ledger.journal.record import FORMAT, record, stream_of
from ledger.journal.sqlite import Journal, Writer
from ledger.recording.context import Context, current, terms
from ledger.recording.desk import Desk
from ledger.recording.importing import Import, Row
from ledger.recording.intake import Entry, Intake
from ledger.rules.source import Source

_FIXED = ("id", "kind")
_LONGEST_ID = 200


class Opened(NamedTuple):
    """A ledger that was made: its random id, and the position of its last first event."""

    ledger_id: str
    position: int


class Imported(NamedTuple):
    """What an import did, or, where there are problems or it was a dry run, would have done."""

    appended: int
    skipped: int
    position: int
    problems: tuple[Problem, ...]


class Recorded(NamedTuple):
    """One event and where it stands."""

    id: str
    position: int


class Corrected(NamedTuple):
    """The ids of the events that no longer count, of those that stand instead, and the log's last position."""

    reversed: tuple[str, ...]
    recorded: tuple[str, ...]
    position: int


def create(path: Path, source: Source, actor: str, clock: Callable[[], datetime] = times.now) -> Opened:
    """Makes a ledger under a scheme, with its roster, in one transaction.

    Raises StoreError where there is a file already, Refused for a roster that cannot be enrolled.
    """
    ledger = token_hex(16)
    events = [
        LedgerOpened(id=_new("opened"), on=clock().date(), ledger=ledger, hash="sha-256", format=FORMAT),
        _enactment(source),
        *_enrolments(source),
    ]
    with Journal.create(path, clock) as journal, journal.writing(actor) as writer:
        writer.append([record(event, 1) for event in events])
        return Opened(ledger, writer.position)


def _new(prefix: str) -> str:
    return f"{prefix}-{token_hex(8)}"


def _enactment(source: Source) -> SchemeEnacted:
    day, content = source.effective, dict(source.data)
    return SchemeEnacted(id=_new("scheme"), on=day, scheme=source.id, effective=day, sha256=source.sha256, content=content)


def _enrolments(source: Source) -> Iterator[UnitEnrolled]:
    schemes, roster = Schemes().enact(terms(source)), Roster()
    for unit in source.roster:
        said = {"id": _new("unit"), "on": source.effective, "unit_id": unit.id, "unit": unit.name, "class": unit.class_}
        staff = None if unit.staff is None else int(unit.staff)
        event = UnitEnrolled.model_validate({**said, "aliases": unit.aliases or None, "staff": staff})
        problem = schemes.decide(event) or roster.decide(event)
        if problem:
            raise Refused(problem.at(f"units.{unit.id}"))
        roster = roster.evolve(event)
        yield event


class _Left(NamedTuple):
    """What judged and read in a transaction, and the log's head after it: as long as the log has that head, they know it."""

    head: tuple[int, str, bytes]
    desk: Desk
    intake: Intake


class Recording:
    """Writes to one ledger. ``clock`` dates what has no date of its own."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime] = times.now) -> None:
        self._journal = journal
        self._clock = clock
        self._context: Context | None = None
        self._left: _Left | None = None

    def _resumed(self, writer: Writer) -> tuple[Desk, Intake]:
        """What judges and what reads: those of our last transaction, where nobody has written since; or new ones.

        All their state is fresh, for the write lock is held.
        """
        left, self._left = self._left, None
        if left and left.head == writer.head:
            left.desk.resume(writer)
            left.intake.resume(writer)
            return left.desk, left.intake
        self._context = current(writer, self._context)
        desk = Desk(writer, self._context)
        return desk, Intake(writer, desk.world, lambda: self._clock().date())

    def _leave(self, writer: Writer, desk: Desk, intake: Intake) -> None:
        """Keeps them for the next transaction. Where this one is not committed after all, the log has another head then."""
        self._left = _Left(writer.head, desk, intake)

    def import_file(
        self, rows: Iterable[Row], source: str, actor: str, *, dry_run: bool = False, progress: Callable[[int], None] | None = None
    ) -> Imported:
        """Appends every row that is not in the log yet, or, where any is refused or in a dry run, none.

        ``source`` is the file's name: it goes into the ids of rows that have neither id nor source. ``progress`` is told the
        number of rows done. Raises InputError where a row cannot be read at all, StoreError where the log cannot be written.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            before = writer.position
            done = Import(desk, intake, source)
            done.run(rows, progress)
            if dry_run or done.problems:
                writer.abandon()
            else:
                self._leave(writer, desk, intake)
            after = before if writer.abandoned else writer.position
            return Imported(0 if done.problems else done.appended, done.skipped, after, tuple(done.problems))

    def record(self, kind: str, fields: Mapping[str, object], actor: str) -> Recorded:
        """Appends one event; texts are read as the field's type. An id that the log has with the same content stays as it is.

        Raises Refused with everything that is wrong with it.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            entry = intake.entry({**typed(kind, fields), "kind": kind})
            desk.prepare([entry])
            if desk.recorded_already(entry):
                position = writer.by_id([entry.event.id])[entry.event.id].position
            else:
                desk.judge(entry)
                (position,) = desk.append()
            self._leave(writer, desk, intake)
            return Recorded(entry.event.id, position)

    def correct(self, target: str, reason: str, changes: Mapping[str, str], actor: str, *, cascade: bool = False) -> Corrected:
        """Reverses an event (by id or ``@N``) and, where there are changes, records it again with them.

        A blank change takes an optional field away. With ``cascade``, what depends on the event goes as well. Raises Refused
        for a target that is unknown or reversed already, for live dependants, and for a corrected event that cannot stand.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            old = desk.find(target).event
            entries = [_reversal(intake, old, reason)]
            if changes:
                entries.append(_corrected(writer, intake, old, changes))
            desk.prepare(entries)
            known, fallen = desk.reverse(old.id, cascade=cascade, instead=entries[1] if changes else None)
            fallen.reverse()
            for fact in fallen:
                desk.accept(_reversal(intake, fact, reason).event, stream_of(fact))
            desk.accept(entries[0].event, known.stream)
            for entry in entries[1:]:
                desk.accept(entry.event)
            desk.append()
            self._leave(writer, desk, intake)
            return Corrected((*(fact.id for fact in fallen), old.id), tuple(entry.event.id for entry in entries[1:]), writer.position)

    def enact(self, source: Source, actor: str) -> Recorded:
        """Brings a scheme into force from its effective date. Raises Refused for one that is in force on that day already."""
        with self._journal.writing(actor) as writer:
            desk = Desk(writer, current(writer, self._context))
            desk.world.schemes.demand_new(terms(source))
            event = _enactment(source)
            desk.accept(event)
            desk.append()
            return Recorded(event.id, writer.position)


def _reversal(intake: Intake, fact: Event, reason: str) -> Entry:
    return intake.entry({"kind": EventReversed.kind, "id": _new("rev"), "target": fact.id, "reason": reason})


def _corrected(writer: Writer, intake: Intake, old: Event, changes: Mapping[str, str]) -> Entry:
    """The event again, with changes, read like any record."""
    if isinstance(old, EventReversed):
        raise Refused(Problem("recording.reversal_not_settable", "target", params={"target": old.id}))
    for name in _FIXED:
        if name in changes:
            raise Refused(Problem("recording.not_settable", name, params={"field": name}))
    said = _spoken(old)
    persons = frozenset(str(said[use.name]) for use in references(type(old)) if use.ref == "person" and use.name in said)
    kept = {name: value for name, value in said.items() if name not in changes}
    entry = intake.entry({**typed(old.kind, {**kept, **changes}), "kind": old.kind, "id": _next_id(writer, old.id)}, persons)
    if _spoken(entry.event) == said:
        raise Refused(Problem("recording.nothing_changes", "set", params={"target": old.id}))
    return entry


def _spoken(event: Event) -> dict[str, Any]:
    """The fields of an event as a flat record would say them: points in points, not hundredths, an extra field by its whole name."""
    said = event.model_dump(by_alias=True, exclude_none=True, exclude={"id", "named"})
    said |= {f"{EXTRA}{name}": value for name, value in said.pop("extra", {}).items()}
    if isinstance(event, PointsAwarded):
        said["points"] = points.text(event.points)
    if "targets" in said:
        said["targets"] = {name: points.text(value) for name, value in said["targets"].items()}
    return said


def _next_id(writer: Writer, old: str) -> str:
    """The next free of ``old~2``, ``old~3`` …"""
    stem = re.sub(r"~\d+$", "", old, flags=re.ASCII)
    for number in count(2):
        new = f"{stem[: _LONGEST_ID - len(str(number)) - 1]}~{number}"
        if not writer.by_id([new]):
            return new
    raise AssertionError("numbers do not end")
