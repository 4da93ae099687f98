"""An incident's life: it occurred once, and was then reported and perhaps found fault with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.errors import Problem
from ledger.events import Event, IncidentOccurred, IncidentReported


@dataclass(frozen=True, slots=True)
class Incident:
    """The live facts about one incident; ``others`` are its reports and the findings that name it."""

    occurred: IncidentOccurred | None = None
    others: tuple[Event, ...] = ()

    def evolve(self, fact: Event) -> Incident:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if isinstance(fact, IncidentOccurred):
            return Incident(fact, self.others)
        return Incident(self.occurred, (*self.others, fact))

    def retract(self, fact: Event) -> Incident:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        return Incident(
            self.occurred if self.occurred and self.occurred.id != fact.id else None,
            tuple(each for each in self.others if each.id != fact.id),
        )

    def live(self) -> Iterator[Event]:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if self.occurred:
            yield self.occurred
        yield from self.others

    def decide(self, fact: Event) -> Problem | None:
        """An incident occurs once, and is reported no earlier."""
        if isinstance(fact, IncidentOccurred):
            return self._twice(fact)
        if self.occurred is None:
            return Problem("aggregates.incident_not_known", "incident", params={"incident": getattr(fact, "incident", None)})
        if isinstance(fact, IncidentReported) and fact.on < self.occurred.on:
            known = {"incident": fact.incident, "on": _clock(fact), "earliest": _clock(self.occurred)}
            return Problem("aggregates.reported_too_early", "on", params=known)
        return None

    def _twice(self, fact: IncidentOccurred) -> Problem | None:
        if self.occurred is None:
            return None
        known = {"incident": fact.incident, "id": self.occurred.id, "on": _clock(self.occurred)}
        return Problem("aggregates.incident_twice", "incident", params=known)


def _clock(fact: IncidentOccurred | IncidentReported) -> str:
    return fact.on.isoformat(timespec="seconds")
