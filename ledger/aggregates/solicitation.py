"""A solicitation's life: issued to some units, and answered once by each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.errors import Problem
from ledger.events import Event, SolicitationFulfilled, SolicitationIssued, SolicitationMissed

Answer = SolicitationFulfilled | SolicitationMissed
_BY_THE_CLOCK = ("late", "none")


@dataclass(frozen=True, slots=True)
class Solicitation:
    """The live facts about one solicitation."""

    issued: SolicitationIssued | None = None
    answers: tuple[Answer, ...] = ()

    def evolve(self, fact: Event) -> Solicitation:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if isinstance(fact, SolicitationIssued):
            return Solicitation(fact, self.answers)
        return Solicitation(self.issued, (*self.answers, fact)) if isinstance(fact, Answer) else self

    def retract(self, fact: Event) -> Solicitation:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        return Solicitation(
            self.issued if self.issued and self.issued.id != fact.id else None,
            tuple(each for each in self.answers if each.id != fact.id),
        )

    def live(self) -> Iterator[Event]:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if self.issued:
            yield self.issued
        yield from self.answers

    def decide(self, fact: Event) -> Problem | None:
        """A solicitation is issued once; a unit that was asked answers once, in time, or misses.

        An answer is given in the name that was asked, also when the unit has gone to another since: so each unit that was
        asked answers once, whoever writes, and the evaluator credits the one that it went to.
        """
        if isinstance(fact, SolicitationIssued):
            return self._issued_twice(fact)
        if not isinstance(fact, SolicitationFulfilled | SolicitationMissed):
            return None
        if self.issued is None:
            return Problem("aggregates.solicitation_not_known", "solicitation", params={"solicitation": fact.solicitation})
        return _not_asked(fact, self.issued) or _wrong_day(fact, self.issued) or self._answered_twice(fact)

    def _issued_twice(self, fact: SolicitationIssued) -> Problem | None:
        if self.issued is None:
            return None
        known = {"solicitation": fact.solicitation, "id": self.issued.id, "on": self.issued.on}
        return Problem("aggregates.solicitation_twice", "solicitation", params=known)

    def _answered_twice(self, fact: Answer) -> Problem | None:
        for other in self.answers:
            if other.unit == fact.unit and not (_follows(fact, other) or _follows(other, fact)):
                known = {"unit": fact.unit, "solicitation": fact.solicitation, "id": other.id, "on": other.on}
                return Problem("aggregates.answered_twice", "unit", params=known)
        return None


def _follows(miss: Answer, answer: Answer) -> bool:
    """Whether ``miss`` is the judgement of a piece that was sent in time: not fit for use, dated no earlier."""
    if not isinstance(miss, SolicitationMissed) or not isinstance(answer, SolicitationFulfilled):
        return False
    return miss.how not in _BY_THE_CLOCK and miss.on >= answer.on


def _not_asked(fact: Answer, issued: SolicitationIssued) -> Problem | None:
    if fact.unit in issued.units:
        return None
    known = {"unit": fact.unit, "on": fact.on, "solicitation": fact.solicitation, "asked": issued.units}
    return Problem("aggregates.not_asked", "unit", params=known)


def _wrong_day(fact: Answer, issued: SolicitationIssued) -> Problem | None:
    known = {"solicitation": fact.solicitation, "on": fact.on, "issued": issued.on, "due": issued.due}
    if fact.on < issued.on:
        return Problem("aggregates.answered_too_early", "on", params=known)
    if isinstance(fact, SolicitationFulfilled):
        return Problem("aggregates.fulfilled_too_late", "on", params=known) if fact.on > issued.due else None
    if fact.how in _BY_THE_CLOCK and fact.on <= issued.due:
        return Problem("aggregates.missed_too_early", "on", params={**known, "how": fact.how})
    return None
