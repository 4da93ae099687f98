"""The ranked table, in the contract's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger import points
from ledger.projections.cut import Basis
from ledger.rules.evaluate import Evaluation, Standing


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's line, or a person's, who has no class. Points and number measures are hundredths."""

    unit: str
    unit_id: str
    class_: str
    rank: int | None
    class_rank: int | None
    score: int
    pending: int
    if_closed: int
    flags: tuple[str, ...]
    measures: Mapping[str, int | date | None]
    person: bool = False

    def as_json(self) -> dict[str, object]:
        """The row in the contract's words, points as JSON numbers."""
        place = {"rank": self.rank} if self.person else {"class": self.class_, "rank": self.rank, "class_rank": self.class_rank}
        return {
            **called(self.unit, self.unit_id, person=self.person),
            **place,
            "score": points.number(self.score),
            "if_closed": points.number(self.if_closed),
            "pending": points.number(self.pending),
            "flags": list(self.flags),
            "measures": {name: plain(value) for name, value in self.measures.items()},
        }


@dataclass(frozen=True, slots=True)
class Standings:
    """All units, or persons, of a year at a cut, the best first. ``unpriced`` are the ids of facts that no rule prices."""

    basis: Basis
    rows: tuple[Row, ...]
    unpriced: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The document in the contract's words."""
        return {**self.basis.as_json(), "rows": [row.as_json() for row in self.rows], "unpriced": list(self.unpriced)}


def called(name: str, id: str, *, person: bool) -> dict[str, object]:
    """A unit or a person as JSON: the name, and the id, which never changes."""
    return {"person": name, "person_id": id} if person else {"unit": name, "unit_id": id}


def plain(value: int | date | None) -> int | float | str | None:
    """A measure as JSON: a number, a date or null."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else points.number(value)


def row(standing: Standing, as_of: date) -> Row:
    """One unit's line; its name is that of the as-of date."""
    year = standing.year
    return Row(
        unit=year.unit.on(as_of).name,
        unit_id=year.unit.id,
        class_=standing.class_,
        rank=standing.rank,
        class_rank=standing.class_rank,
        score=year.score,
        pending=year.pending,
        if_closed=year.if_closed,
        flags=standing.flags,
        measures=year.measures,
    )


def person_row(standing: Standing, name: str) -> Row:
    """One person's line, under a name."""
    return replace(row(standing, date.max), unit=name, person=True)


def table(evaluation: Evaluation, as_of: date) -> tuple[Row, ...]:
    """The lines by rank, or by class and rank within it where units are ranked only so; ties in the roster's order."""
    rows = [row(standing, as_of) for standing in evaluation.standings.values()]
    classes = list(dict.fromkeys(each.class_ for each in rows))
    return tuple(sorted(rows, key=lambda each: (each.rank or 0, 0 if each.rank else classes.index(each.class_), each.class_rank or 0)))


def nothing_yet(rows: Sequence[Row]) -> bool:
    """Whether all stand alike and nothing was measured: no fact of the year counts."""
    return len({(row.score, row.if_closed) for row in rows}) <= 1 and not any(value for row in rows for value in row.measures.values())
