"""Closed periods: what was published stays as it was, and a fact that comes late says why it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ledger.errors import Problem, Refused
from ledger.events import Event, OrderSettled


class Closed(NamedTuple):
    """A closed period, from its first day to its last."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that have been closed, in the order in which they were."""

    closed: tuple[Closed, ...] = ()

    def evolve(self, closed: Closed) -> Periods:
        """The periods with one more."""
        return Periods((*self.closed, closed))

    def holding(self, fact: Event) -> tuple[str, ...]:
        """The closed periods that a fact is dated in."""
        if not self.closed:
            return ()
        day = fact.on.date() if isinstance(fact.on, datetime) else fact.on
        return tuple(period.name for period in self.closed if period.first <= day <= period.last)

    def late(self, fact: Event) -> tuple[str, ...]:
        """The closed periods for which a new fact is late. A ruling on a tie is not: it settles what a period left open."""
        return () if isinstance(fact, OrderSettled) else self.holding(fact)

    def decide(self, fact: Event) -> Problem | None:
        """A fact dated in a closed period says why it is taken all the same."""
        if fact.adjust is not None:
            return None
        names = self.late(fact)
        return Problem("aggregates.period_closed", "on", params={"on": fact.on, "period": ", ".join(names)}) if names else None

    def demand_open(self, period: Closed, today: date) -> None:
        """Raises Refused for a period that is closed already, or that has not ended: its last day must be over."""
        if any(each.name == period.name for each in self.closed):
            raise Refused(Problem("aggregates.closed_already", "period", params={"period": period.name}))
        if today <= period.last:
            raise Refused(Problem("aggregates.not_ended", "period", params={"period": period.name, "last": period.last, "today": today}))
