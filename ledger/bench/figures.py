"""A figure: what was measured, against what, and the bound it is held to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``ours`` and ``theirs`` are in ``unit``; ``ratio`` is held to ``bound``.

    ``key`` names the figure in the catalogue. A bound on an absolute (milliseconds, megabytes) has no ``theirs``.
    """

    key: str
    ours: float
    theirs: float | None
    unit: str
    value: float
    sense: Literal["at_least", "at_most"]
    bound: float

    @property
    def met(self) -> bool:
        """Whether the value keeps its bound."""
        return self.value >= self.bound if self.sense == "at_least" else self.value <= self.bound

    def as_json(self) -> dict[str, object]:
        """The figure as JSON."""
        return {
            "figure": self.key,
            "ours": round(self.ours, 3),
            "theirs": None if self.theirs is None else round(self.theirs, 3),
            "unit": self.unit,
            "value": round(self.value, 3),
            "sense": self.sense,
            "bound": self.bound,
            "met": self.met,
        }


def seconds(work: Callable[[], object]) -> float:
    """How long one run of the work takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def best(times: int, *works: Callable[[], object]) -> list[float]:
    """The best of several runs of each work, taken in turn so that a slow moment of the machine falls on all alike."""
    rounds = [[seconds(work) for work in works] for _ in range(times)]
    return [min(column) for column in zip(*rounds, strict=True)]
