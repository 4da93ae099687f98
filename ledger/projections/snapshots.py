"""What was published of a period when it was closed, and how another table differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger import events
from ledger.projections.cut import Basis, Cut
from ledger.projections.standings import Row, Standings

FIGURES = ("score", "pending", "if_closed", "class", "rank", "class_rank", "flags", "measures")
"""What a line says of a unit, beside its name and id."""

Line = Mapping[str, Any]
"""A row as it is recorded: plain values, points in hundredths, dates as text. A person's has no name, which may be erased."""


def line(of: Row) -> Line:
    """The line of a row."""
    whose = {"person_id": of.unit_id} if of.person else {"unit": of.unit, "unit_id": of.unit_id, "class": of.class_}
    places = {"rank": of.rank} if of.person else {"rank": of.rank, "class_rank": of.class_rank}
    return {
        **whose,
        **places,
        "score": of.score,
        "pending": of.pending,
        "if_closed": of.if_closed,
        "flags": list(of.flags),
        "measures": {name: value.isoformat() if isinstance(value, date) else value for name, value in of.measures.items()},
    }


def row(line: Line) -> Row:
    """The row of a unit's line."""
    measures = {name: date.fromisoformat(value) if isinstance(value, str) else value for name, value in line["measures"].items()}
    return Row(
        unit=line["unit"],
        unit_id=line["unit_id"],
        class_=line["class"],
        rank=line["rank"],
        class_rank=line["class_rank"],
        score=line["score"],
        pending=line["pending"],
        if_closed=line["if_closed"],
        flags=tuple(line["flags"]),
        measures=measures,
    )


def holder(each: Line) -> str:
    """The id of the unit or the person that a line is about."""
    return str(each["person_id"] if "person_id" in each else each["unit_id"])


def lines(standings: Standings) -> tuple[Line, ...]:
    """The lines of a table, in its order."""
    return tuple(map(line, standings.rows))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A closed period: its event's position, id, time and actor, and what the event holds (:class:`ledger.events.PeriodClosed`).

    ``position`` is the last one that was known, ``time`` when that was recorded; ``as_of`` the period's last day.
    """

    at: int
    id: str
    recorded_at: str
    recorded_by: str
    period: str
    first: date
    as_of: date
    year: int
    position: int
    time: str
    checkpoint: str
    scheme: str
    scheme_hash: str
    readings: Mapping[str, str]
    evaluator: str
    scored_account: str
    rows: tuple[Line, ...]
    persons: tuple[Line, ...]
    digest: str

    def standings(self, ledger_id: str) -> Standings:
        """The table as it was published, in its order, on its basis."""
        basis = Basis(
            ledger_id=ledger_id,
            scheme=self.scheme,
            scheme_hash=self.scheme_hash,
            year=self.year,
            cut=Cut(self.as_of, self.position, self.time),
            readings=self.readings,
            scored_account=self.scored_account,
            evaluator=self.evaluator,
        )
        return Standings(basis, tuple(map(row, self.rows)), ())

    def as_json(self) -> dict[str, Any]:
        """The snapshot without its rows."""
        return {
            "period": self.period,
            "first": self.first.isoformat(),
            "as_of": self.as_of.isoformat(),
            "year": self.year,
            "position": self.at,
            "id": self.id,
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by,
            "known_at": self.position,
            "scheme": self.scheme,
            "scheme_hash": self.scheme_hash,
            "readings": dict(self.readings),
            "evaluator": self.evaluator,
            "units": len(self.rows),
            "checkpoint": self.checkpoint,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a line that is not what it was; ``field`` names it, a measure as ``measures.adoption_year``."""

    field: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """The difference, points as numbers."""
        name, _, measure = self.field.partition(".")
        before, after = (events.shown({name: {measure: value} if measure else value})[name] for value in (self.before, self.after))
        pair = (before[measure], after[measure]) if measure else (before, after)
        return {"figure": self.field, "before": pair[0], "after": pair[1]}


def differing(before: Line | None, after: Line | None) -> tuple[Difference, ...]:
    """The figures in which two lines of one holder differ; a line that is not there has none."""
    found = []
    for name in FIGURES:
        was, now = ((side or {}).get(name) for side in (before, after))
        if name == "measures":
            keys = dict.fromkeys([*(was or {}), *(now or {})])
            found += [Difference(f"measures.{key}", (was or {}).get(key), (now or {}).get(key)) for key in keys]
        else:
            found.append(Difference(name, was, now))
    return tuple(each for each in found if each.before != each.after)
