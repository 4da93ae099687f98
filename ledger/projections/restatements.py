"""What has changed since a period was closed: unit by unit, and by which events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ledger import points
from ledger.projections.snapshots import Difference, Line, Snapshot, differing

Cause = Literal["late", "correction", "scheme", "ruling", "roster", "evaluator"]
"""What kind of thing moved a published figure; ``evaluator`` is this program, where it scores the same facts otherwise."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event recorded after a closing, with what it says of itself, or, without a position, the program that evaluates."""

    cause: Cause
    position: int | None = None
    id: str | None = None
    kind: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The step as JSON."""
        return {"cause": self.cause, "position": self.position, "id": self.id, "kind": self.kind, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one step did to one unit's line. A line that is not there counts as no points."""

    step: Step
    before: Line | None
    after: Line | None

    @property
    def change(self) -> int:
        """By how much the score moved, in hundredths."""
        return score(self.after) - score(self.before)

    @property
    def figures(self) -> tuple[Difference, ...]:
        """The figures that it moved."""
        return differing(self.before, self.after)

    def as_json(self) -> dict[str, Any]:
        """The effect as JSON."""
        figures = [each.as_json() for each in self.figures]
        return {**self.step.as_json(), "points": points.number(self.change), "figures": figures}


@dataclass(frozen=True, slots=True)
class Restatement:
    """One unit of a closed period whose figures are not what was published. The changes of the effects add up to the whole."""

    snapshot: Snapshot
    unit: str
    unit_id: str
    published: Line | None
    current: Line | None
    effects: tuple[Effect, ...]

    @property
    def change(self) -> int:
        """By how much the score differs from the published one, in hundredths."""
        return score(self.current) - score(self.published)

    @property
    def figures(self) -> tuple[Difference, ...]:
        """The figures that differ."""
        return differing(self.published, self.current)

    def as_json(self) -> dict[str, Any]:
        """The change in the contract's words: the scores, null where the unit has no line, and the events."""
        return {
            "period": self.snapshot.period,
            "unit": self.unit,
            "unit_id": self.unit_id,
            "published": _shown(self.published),
            "current": _shown(self.current),
            "difference": points.number(self.change),
            "events": [effect.step.id for effect in self.effects if effect.step.id],
            "figures": [each.as_json() for each in self.figures],
            "effects": [effect.as_json() for effect in self.effects],
        }


def score(line: Line | None) -> int:
    """The score of a line, in hundredths; 0 where there is none."""
    return int(line["score"]) if line else 0


def _shown(line: Line | None) -> int | float | None:
    return points.number(line["score"]) if line else None


class Tracking:
    """The table of a closed period as it moves: told each step's lines, it keeps what moved whom."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._published = {str(line["unit_id"]): line for line in snapshot.rows}
        self._lines: Mapping[str, Line] = self._published
        self._effects: dict[str, list[Effect]] = {}

    def moved(self, step: Step, lines: Mapping[str, Line]) -> None:
        """The lines after a step, by unit."""
        for unit in dict.fromkeys([*self._lines, *lines]):
            before, after = self._lines.get(unit), lines.get(unit)
            if before != after and differing(before, after):
                self._effects.setdefault(unit, []).append(Effect(step, before, after))
        self._lines = lines

    def restatements(self) -> Iterator[Restatement]:
        """The units whose figures differ from the published ones by now, in the order in which they were published."""
        for unit in dict.fromkeys([*self._published, *self._lines]):
            published, current = self._published.get(unit), self._lines.get(unit)
            if differing(published, current):
                name = str((current or published or {})["unit"])
                yield Restatement(self._snapshot, name, unit, published, current, tuple(self._effects.get(unit, ())))
