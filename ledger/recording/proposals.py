"""Four eyes: what one proposes, another has recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from ledger.aggregates.oversight import demand_other
from ledger.errors import Problem, Refused, nearest
from ledger.events import ChangeProposed, Event, EventReversed, PolicySet, SchemeEnacted
from ledger.journal.record import canonical, record
from ledger.journal.rows import Row
from ledger.recording.context import terms
from ledger.recording.deeds import Work, new_id
from ledger.recording.intake import Entry, entry_of, event_id
from ledger.recording.recall import restore, void_among
from ledger.rules.source import Source


def proposal(work: Work, deed: Callable[[Work], object], today: date) -> ChangeProposed:
    """Accepts what a deed would record as a proposal, once it has been judged."""
    work.desk.proposing = True
    deed(work)
    named: dict[str, str] = {}
    events = []
    for made in work.desk.withdraw():
        said = msgspec.json.decode(made.state)
        named |= said.pop("named", {})
        events.append({"kind": made.topic, "version": made.version, "body": said})
    if not events:
        raise Refused(Problem("recording.nothing_proposed"))
    event = ChangeProposed(id=new_id("proposal"), on=today, events=tuple(events), named=named or None)
    work.desk.accept(event)
    return event


def approve(work: Work, reference: str, actor: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Accepts what a proposal proposes; the ids that it reverses and those that it records. See :meth:`Recording.approve`."""
    row = _open(work, reference)
    demand_other(row.id, row.recorded_by, actor)
    work.desk.proposing = True  # two have seen it now
    entries = [entry_of(event.model_copy(update={"approves": row.id})) for event in proposed(row)]
    reversals = [entry for entry in entries if isinstance(entry.event, EventReversed)]
    others = [entry for entry in entries if not isinstance(entry.event, EventReversed)]
    work.desk.prepare(entries)
    for entry in entries:
        if work.desk.recorded_already(entry):
            raise Refused(Problem("recording.recorded_already", "id", params={"id": entry.event.id}))
    if reversals:
        _correct(work, row.id, reversals, others)
    else:
        for entry in others:
            _take(work, row.id, entry)
    gone = tuple(entry.event.target for entry in reversals if isinstance(entry.event, EventReversed))
    return gone, tuple(entry.event.id for entry in others)


def proposed(row: Row) -> Iterator[Event]:
    """The events that a proposal holds. Raises LogError where they cannot be read."""
    event = restore(row)
    assert isinstance(event, ChangeProposed)
    for each in event.events:
        yield restore(row._replace(kind=each["kind"], version=each["version"], body=canonical(each["body"])))


def _open(work: Work, reference: str) -> Row:
    """The row of a proposal that waits. Raises Refused for none, one withdrawn, and one carried out."""
    writer = work.writer
    own_id = event_id(writer, reference)
    row = writer.by_id([own_id]).get(own_id)
    if row is None or row.kind != ChangeProposed.kind:
        waiting = [each.id for each in writer.rows([ChangeProposed.kind])]
        raise Refused(Problem("recording.no_proposal", "proposal", params={"proposal": reference, "nearest": nearest(reference, waiting)}))
    _, void = void_among(writer, [row])
    if row.id in void:
        raise Refused(Problem("recording.withdrawn", "proposal", params={"proposal": row.id}))
    work.desk.demand_waiting(row.id)
    return row


def _take(work: Work, proposal: str, entry: Entry) -> None:
    """A fact is judged again, and so is whether a scheme is new; a policy is as it was proposed."""
    if isinstance(entry.event, SchemeEnacted):
        work.desk.world.schemes.demand_new(terms(Source(entry.event.content)))
    if isinstance(entry.event, SchemeEnacted | PolicySet):
        work.desk.accept(entry.event)
    else:
        work.desk.demand_open(entry.event, proposal)
        work.desk.judge(entry)


def _correct(work: Work, proposal: str, reversals: list[Entry], others: list[Entry]) -> None:
    """A correction as it was proposed. Raises Refused where other events depend on the target, or it has become late, by now."""
    for entry in others:
        work.desk.demand_open(entry.event, proposal)
    *dependants, main = [entry.event for entry in reversals]
    assert isinstance(main, EventReversed)
    known, fallen = work.desk.reverse(main.target, cascade=True, instead=others[0] if others else None)
    foreseen = {event.target: event for event in dependants if isinstance(event, EventReversed)}
    if foreseen.keys() != {fact.id for fact in fallen}:
        raise Refused(Problem("recording.overtaken", "proposal", params={"proposal": proposal, "others": _others(fallen, foreseen)}))
    for fact in reversed(fallen):
        work.desk.accept(foreseen[fact.id], record(fact, 0).originator_id)
    work.desk.accept(main, known.stream)
    for entry in others:
        work.desk.accept(entry.event)


def _others(fallen: Iterable[Event], foreseen: Iterable[str]) -> str:
    return ", ".join(sorted({fact.id for fact in fallen} ^ set(foreseen)))
