"""What every boundary's state can do, and the questions that follow from it alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, Self

from ledger.errors import Problem
from ledger.events import Event


class Boundary(Protocol):
    """The live facts of one consistency boundary. States are values: ``evolve`` and ``retract`` make new ones."""

    def evolve(self, fact: Event) -> Self:
        """The state with one more live fact."""

    def retract(self, fact: Event) -> Self:
        """The state without that fact; unchanged where it is not live here."""

    def decide(self, fact: Event) -> Problem | None:
        """Why ``fact`` cannot stand beside the other live facts, or None. The order of recording does not matter."""

    def live(self) -> Iterator[Event]:
        """The live facts."""


def impossible(state: Boundary) -> list[Event]:
    """The live facts that would be refused given the rest: after a reversal its live dependants, or what a unit that left still has."""
    return [fact for fact in state.live() if state.retract(fact).decide(fact)]
