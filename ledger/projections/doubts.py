"""Which ranks rest on a doubtful reading: the standings once more under every other option of every reading, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ledger import points
from ledger.projections.standings import Row, Standings
from ledger.rules.readings import Reading

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class First:
    """The names of the units in the first place, several where they share it, over all (``class_`` None) or within a class."""

    class_: str | None
    units: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The first as JSON."""
        return {"class": self.class_, "units": list(self.units)}


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit whose rank is another under an option: its line as it stands, and its line then."""

    before: Row
    after: Row

    def as_json(self) -> dict[str, Any]:
        """The shift as JSON."""
        return {
            "unit": self.before.unit,
            "unit_id": self.before.unit_id,
            "class": self.before.class_,
            "rank": {"from": self.before.rank, "to": self.after.rank},
            "class_rank": {"from": self.before.class_rank, "to": self.after.class_rank},
            "score": {"from": points.number(self.before.score), "to": points.number(self.after.score)},
        }


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another option of a reading: whose rank it changes, how many scores, and who would be first."""

    option: str
    words: str
    shifts: tuple[Shift, ...]
    scores: int
    firsts: tuple[First, ...]

    def as_json(self) -> dict[str, Any]:
        """The option as JSON."""
        return {
            "option": self.option,
            "words": self.words,
            "changes": [shift.as_json() for shift in self.shifts],
            "scores_changed": self.scores,
            "first": [first.as_json() for first in self.firsts],
        }


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reading of the scheme, the option that the standings take, and every other; no other where there is no choice."""

    reading: Reading
    taken: str
    alternatives: tuple[Alternative, ...]

    def as_json(self) -> dict[str, Any]:
        """The reading as JSON."""
        return {
            "reading": self.reading.id,
            "clause": self.reading.clause,
            "question": self.reading.question,
            "taken": self.taken,
            "alternatives": [each.as_json() for each in self.alternatives],
        }


@dataclass(frozen=True)
class Doubts:
    """Standings, who is first in them, and what the readings of their scheme could make of them."""

    standings: Standings
    firsts: tuple[First, ...]
    doubts: tuple[Doubt, ...]

    @cached_property
    def rests_on(self) -> Mapping[str, tuple[str, ...]]:
        """The readings that a unit's ranks rest on, by unit id; only units of which there are any."""
        found: dict[str, dict[str, None]] = {}
        for doubt in self.doubts:
            for alternative in doubt.alternatives:
                for shift in alternative.shifts:
                    found.setdefault(shift.before.unit_id, {})[doubt.reading.id] = None
        return {unit: tuple(readings) for unit, readings in found.items()}

    def ranks(self, row: Row) -> Range | None:
        """The best and the worst rank of a unit over all, under any one option; None where it is not ranked so."""
        return self._range(row.rank, (shift.after.rank for shift in self._shifts(row)))

    def class_ranks(self, row: Row) -> Range | None:
        """The same within its class."""
        return self._range(row.class_rank, (shift.after.class_rank for shift in self._shifts(row)))

    def _shifts(self, row: Row) -> Iterator[Shift]:
        alternatives = (each for doubt in self.doubts for each in doubt.alternatives)
        return (shift for each in alternatives for shift in each.shifts if shift.before.unit_id == row.unit_id)

    def _range(self, rank: int | None, others: Iterable[int | None]) -> Range | None:
        known = [each for each in (rank, *others) if each is not None]
        return (min(known), max(known)) if known else None

    def as_json(self) -> dict[str, Any]:
        """The standings in the contract's words, with each row's range of ranks and what it rests on, and every reading."""
        document = self.standings.as_json()
        rows = [{**row.as_json(), **self._doubtful(row)} for row in self.standings.rows]
        readings = [doubt.as_json() for doubt in self.doubts]
        return {**document, "rows": rows, "first": [first.as_json() for first in self.firsts], "by_reading": readings}

    def _doubtful(self, row: Row) -> dict[str, Any]:
        return {
            "rank_between": self.ranks(row),
            "class_rank_between": self.class_ranks(row),
            "rank_rests_on": list(self.rests_on.get(row.unit_id, ())),
        }


def firsts(rows: Sequence[Row], classes: Iterable[str]) -> tuple[First, ...]:
    """Who is first over all, where units are ranked so, and within each of these classes."""
    over_all = First(None, tuple(row.unit for row in rows if row.rank == 1))
    within = [First(class_, tuple(row.unit for row in rows if row.class_ == class_ and row.class_rank == 1)) for class_ in classes]
    return tuple(first for first in (over_all, *within) if first.units)


def alternative(reading: Reading, option: str, before: Standings, after: Standings, first: tuple[First, ...]) -> Alternative:
    """What an option of a reading changes in the standings, and who is then first."""
    then = {row.unit_id: row for row in after.rows}
    pairs = [(row, then[row.unit_id]) for row in before.rows if row.unit_id in then]
    return Alternative(
        option,
        reading.options[option],
        tuple(Shift(row, other) for row, other in pairs if (row.rank, row.class_rank) != (other.rank, other.class_rank)),
        sum(row.score != other.score for row, other in pairs),
        first,
    )
