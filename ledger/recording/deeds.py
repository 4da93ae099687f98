"""What is done on a desk: each deed is judged and accepted, by one who records it or one who only proposes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from itertools import count
from secrets import token_hex
from typing import Any, NamedTuple

from ledger import points
from ledger.aggregates.cells import EXTRA, typed
from ledger.aggregates.normalise import reason as said_reason
from ledger.errors import Problem, Refused
from ledger.events import Event, EventReversed, PointsAwarded, PolicySet, SchemeEnacted, references
from ledger.journal.record import stream_of
from ledger.journal.writer import Writer
from ledger.recording.context import terms
from ledger.recording.desk import Desk
from ledger.recording.intake import Entry, Intake
from ledger.rules.source import Source
from ledger.values import Covered

_FIXED = ("id", "kind")
_LONGEST_ID = 200


class Work(NamedTuple):
    """One transaction: what it writes, what judges, and what reads."""

    writer: Writer
    desk: Desk
    intake: Intake


class Done(NamedTuple):
    """A correction: the facts that fell with the target, in that order, the target's id, and the ids of what stands instead."""

    fallen: tuple[Event, ...]
    old: str
    instead: tuple[str, ...]


def new_id(prefix: str) -> str:
    """A random id of the ledger's own making."""
    return f"{prefix}-{token_hex(8)}"


def enactment(source: Source) -> SchemeEnacted:
    """The event that brings a scheme into force."""
    day, content = source.effective, dict(source.data)
    return SchemeEnacted(id=new_id("scheme"), on=day, scheme=source.id, effective=day, sha256=source.sha256, content=content)


def record(work: Work, kind: str, fields: Mapping[str, object], adjust: str | None = None) -> tuple[str, bool]:
    """Accepts one event, unless the log has it: its id, and whether it is new. Raises Refused with everything that is wrong with it."""
    work.desk.adjust = None if adjust is None else said_reason(adjust, "adjust")
    entry = work.intake.entry({**typed(kind, fields), "kind": kind})
    work.desk.prepare([entry])
    new = not work.desk.recorded_already(entry)
    if new:
        work.desk.judge(entry)
    return entry.event.id, new


def enact(desk: Desk, source: Source) -> SchemeEnacted:
    """Accepts a scheme. Raises Refused for one that is in force on its day already."""
    desk.world.schemes.demand_new(terms(source))
    event = enactment(source)
    desk.accept(event)
    return event


def policy(work: Work, covers: Collection[Covered], reason: str, today: date) -> PolicySet:
    """Accepts a policy of four eyes, in the order of the names. Raises Refused for no reason, or one that is too long."""
    event = PolicySet(id=new_id("policy"), on=today, four_eyes=tuple(sorted(covers)), reason=said_reason(reason, "reason"))
    work.desk.accept(event)
    return event


def correct(work: Work, target: str, reason: str, changes: Mapping[str, str], *, cascade: bool) -> Done:
    """Accepts the reversal of an event and, where there are changes, the corrected event. See :meth:`Recording.correct`."""
    writer, desk, intake = work
    old = desk.find(target).event
    entries = [_reversal(intake, old, reason)]
    reversal = entries[0].event
    assert isinstance(reversal, EventReversed)
    desk.adjust = reversal.reason  # a correction's reason serves
    if changes:
        entries.append(desk.adjusted(_corrected(writer, intake, old, changes)))
    desk.prepare(entries)
    known, fallen = desk.reverse(old.id, cascade=cascade, instead=entries[1] if changes else None)
    fallen.reverse()
    for fact in fallen:
        desk.accept(_reversal(intake, fact, reason).event, stream_of(fact))
    desk.accept(reversal, known.stream)
    for entry in entries[1:]:
        desk.accept(entry.event)
    return Done(tuple(fallen), old.id, tuple(entry.event.id for entry in entries[1:]))


def _reversal(intake: Intake, fact: Event, reason: str) -> Entry:
    return intake.entry({"kind": EventReversed.kind, "id": new_id("rev"), "target": fact.id, "reason": reason})


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
    said = event.model_dump(by_alias=True, exclude_none=True, exclude={"id", "named", "adjust", "approves"})
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
