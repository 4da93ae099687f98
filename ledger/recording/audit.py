"""What the deciders would not have let into the log: looked for in a log that is there, whoever wrote it.

Hashes show that nothing was changed since it was recorded. They do not show that it was recorded through this program: who
has the file can append to it. So what the policy of four eyes and the closed periods demand is asked again of the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from ledger.aggregates.oversight import Oversight, Surveyed
from ledger.aggregates.period import Periods
from ledger.aggregates.scheme import Schemes
from ledger.errors import Problem, Refused
from ledger.events import (
    LEDGERS_OWN,
    ChangeProposed,
    Event,
    EventReversed,
    FindingEstablished,
    OrderSettled,
    PeriodClosed,
    PolicySet,
    SchemeEnacted,
)
from ledger.journal.reader import LogReader
from ledger.journal.rows import Row
from ledger.projections.cut import reversals
from ledger.recording.context import closed_by, terms
from ledger.recording.recall import reached, restore
from ledger.rules.source import Source
from ledger.views import reversed_pairs

_REASON = b'"adjust":'
_MARKS = (_REASON.decode(), '"approves":')
_JUDGED: tuple[type[Event], ...] = (EventReversed, FindingEstablished, OrderSettled, PeriodClosed, PolicySet, SchemeEnacted)
_LOOKED_AT = frozenset(model.kind for model in _JUDGED)
_EXEMPT = frozenset({EventReversed.kind, OrderSettled.kind, *(model.kind for model in LEDGERS_OWN)})
_OWN = frozenset({"approves", "named"})


def audit(reader: LogReader) -> Iterator[Problem]:
    """Everything that takes four eyes and had two, or none; every late fact without a reason.

    A log without a policy, a proposal or a closed period is not walked at all. Raises LogError for an event that cannot be read.
    """
    rare = list(reader.rows(kinds={PeriodClosed.kind, PolicySet.kind, ChangeProposed.kind}))
    if rare:
        looking = _Audit(reader, rare)
        for row in reader.of_kinds_or_saying(_LOOKED_AT, _MARKS):
            yield from looking.look(row)
        yield from looking.partly()
    for row in rare:
        if row.kind == PeriodClosed.kind:
            yield from _late(reader, row)


def _late(reader: LogReader, row: Row) -> Iterator[Problem]:
    """Facts dated in a period that were recorded after its closing and do not say why."""
    closed = closed_by(row)
    for each in reader.rows(since=row.position, dated=(closed.first.isoformat(), closed.last.isoformat())):
        if each.kind not in _EXEMPT and not _says_why(each):
            yield Problem("recording.found_late", params={"position": each.position, "id": each.id, "period": closed.name})


def _says_why(row: Row) -> bool:
    """Whether a fact has a reason of its own; a scheme may have given another field that name."""
    return _REASON in row.body and restore(row).adjust is not None


class _Audit:
    """The log as far as it has been looked at: what was in force and closed, and which proposals had been made."""

    def __init__(self, reader: LogReader, rare: list[Row]) -> None:
        self._reader = reader
        self._proposals = {row.id: row for row in rare if row.kind == ChangeProposed.kind}
        self._carried_out: Counter[str] = Counter()
        self._schemes, self._periods, self._oversight = Schemes(), Periods(), Oversight()

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        """The reversals of proposals, which are in their streams, with their targets, as positions."""
        return reversed_pairs(self._reader, self._reader.head().position, {f"proposal:{own_id}" for own_id in self._proposals})

    def look(self, row: Row) -> Iterator[Problem]:
        """What is wrong with one event, judged by what came before it."""
        event = restore(row)
        if event.approves is not None:
            yield from self._approved(row, event)
        elif self._oversight.covers:
            yield from self._alone(row, event)
        self._evolve(row, event)

    def _alone(self, row: Row, event: Event) -> Iterator[Problem]:
        fact = reached(event, lambda target: restore(next(self._reader.rows(ids={target}))))
        try:
            problem = self._oversight.decide(Surveyed(event, fact), self._schemes, self._periods)
        except Refused:  # a day before every scheme: nothing is a veto there
            return
        if problem:
            yield Problem("recording.found_alone", params={"position": row.position, "id": row.id, **problem.params})

    def _approved(self, row: Row, event: Event) -> Iterator[Problem]:
        made = self._proposals.get(str(event.approves))
        said = {"position": row.position, "id": row.id, "proposal": event.approves}
        if made is None or made.position > row.position:
            yield Problem("recording.found_no_proposal", params=said)
        elif made.recorded_by == row.recorded_by:
            yield Problem("recording.found_same_eyes", params={**said, "actor": row.recorded_by})
        elif not _is_proposed(made, row):
            yield Problem("recording.found_not_proposed", params=said)
        elif made.position in reversals(pair for pair in self._pairs if pair[0] < row.position):
            yield Problem("recording.found_withdrawn", params=said)
        self._carried_out[str(event.approves)] += 1

    def partly(self) -> Iterator[Problem]:
        """The proposals of which not everything was recorded, or something twice: they are carried out whole or not at all."""
        for own_id, count in self._carried_out.items():
            made = self._proposals.get(own_id)
            asked = len(msgspec.json.decode(made.body)["events"]) if made else count
            if count != asked:
                yield Problem("recording.found_partly", params={"proposal": own_id, "count": count, "asked": asked})

    def _evolve(self, row: Row, event: Event) -> None:
        match event:
            case SchemeEnacted():
                self._schemes = self._schemes.enact(terms(Source(event.content)))
            case PeriodClosed():
                self._periods = self._periods.evolve(closed_by(row))
            case PolicySet():
                self._oversight = self._oversight.evolve(event)


def _is_proposed(made: Row, row: Row) -> bool:
    """Whether an event is one that a proposal holds, to the letter."""
    said: Mapping[str, object] = {name: value for name, value in msgspec.json.decode(row.body).items() if name not in _OWN}
    return any(each["kind"] == row.kind and each["body"] == said for each in msgspec.json.decode(made.body)["events"])
