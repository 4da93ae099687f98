"""Four eyes: what one may not record alone, by a policy that the log itself holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.aggregates.period import Periods
from ledger.aggregates.scheme import Schemes
from ledger.errors import Problem, Refused
from ledger.events import Event, EventReversed, FindingEstablished, OrderSettled, PolicySet, SchemeEnacted
from ledger.values import Covered


@dataclass(frozen=True, slots=True)
class Surveyed:
    """An event, and the fact that it is about: the one that a reversal reaches in the end, or else itself."""

    event: Event
    fact: Event


@dataclass(frozen=True, slots=True)
class Oversight:
    """What the policy in force covers. A policy that covers anything is itself changed by two."""

    covers: frozenset[Covered] = frozenset()

    def evolve(self, event: PolicySet) -> Oversight:
        """The policy that was set last is the one in force."""
        return Oversight(frozenset(event.four_eyes))

    def decide(self, each: Surveyed, schemes: Schemes, periods: Periods) -> Problem | None:
        """Why an event is not for one alone to record, or None. One that carries out a proposal has been judged there."""
        if not self.covers or each.event.approves is not None:
            return None
        covered = next((cover for cover in _covers(each, schemes, periods) if cover in self.covers), None)
        if isinstance(each.event, PolicySet):
            covered = next(iter(sorted(self.covers)))
        return Problem("aggregates.four_eyes", params={"kind": each.event.kind, "covered": covered}) if covered else None


def _covers(each: Surveyed, schemes: Schemes, periods: Periods) -> Iterator[Covered]:
    """What an event falls under."""
    match each.fact:
        case SchemeEnacted():
            yield "schemes"
        case OrderSettled():
            yield "rulings"
        case FindingEstablished(finding=finding, on=on) if finding in schemes.vetoes(on):
            yield "veto_findings"
    if each.event.adjust is not None or (isinstance(each.event, EventReversed) and periods.holding(each.fact)):
        yield "closed_periods"


def demand_other(proposal: str, proposed_by: str, actor: str) -> None:
    """Raises Refused where the one who approves a proposal is the one who made it."""
    if actor == proposed_by:
        raise Refused(Problem("aggregates.same_eyes", "proposal", params={"proposal": proposal, "actor": actor}))
