"""The figures of a bulletin: what is published of a period, each sentence's number and each annex's row.

Points are hundredths, rates hundredths of a percent, cut below so that what reads 100% has reached its target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ledger import points
from ledger.errors import Problem
from ledger.projections.cut import Basis
from ledger.projections.happenings import Totals
from ledger.projections.restatements import Restatement
from ledger.projections.standings import Row, nothing_yet, plain
from ledger.rules.calendar import Period

PERCENT = 100
INELIGIBLE, CRITICISED, VETOED, RULING, UNMET = "award_ineligible", "circular_criticism", "vetoed", "ruling_needed", "target_unmet"
"""The marks of the contract; a scheme may have others."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure that units have to bring to a target, in the bulletin's period or a longer one that holds it.

    ``measure`` is its name in a row's measures, ``target`` the target's id; ``slot`` is the period's place in the year. ``account``
    is the one that the measure sums, if it does.
    """

    measure: str
    target: str
    period: Period
    slot: int
    account: str | None


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a unit is with a goal; ``value`` is None where there is nothing to say yet."""

    value: int | None
    target: int | Fraction

    @property
    def rate(self) -> int | None:
        """Hundredths of a percent, cut below; None for a target of nothing."""
        if self.value is None or not self.target:
            return None
        return int(Fraction(self.value * PERCENT * points.ONE) / self.target // 1)

    def as_json(self) -> dict[str, object]:
        """Value, target and percentage as numbers."""
        rate = self.rate
        return {
            "value": plain(self.value),
            "target": points.number(points.rounded(self.target)),
            "percent": None if rate is None else points.number(rate),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line: its row of the standings, the points of this period alone, and how far it is with each goal.

    ``completed`` says whether it has reached all targets of the year, ``completed_on`` when, where the scheme dates that.
    """

    row: Row
    current: int
    reached: tuple[Reached, ...]
    completed: bool = False
    completed_on: date | None = None

    @property
    def rank(self) -> int | None:
        """The rank in its class, or over all where units are ranked only so."""
        return self.row.rank if self.row.class_rank is None else self.row.class_rank

    def as_json(self) -> dict[str, object]:
        """The line in the contract's words, with what a bulletin adds."""
        return {
            **self.row.as_json(),
            "current": points.number(self.current),
            "goals": [each.as_json() for each in self.reached],
            "completed": self.completed,
            "completed_on": plain(self.completed_on),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The units of one class, the best first."""

    name: str
    lines: tuple[Line, ...]

    @property
    def leaders(self) -> tuple[Line, ...]:
        """Those in the first place; nobody where all of several stand there."""
        first = tuple(line for line in self.lines if line.rank == 1)
        return () if 1 < len(self.lines) == len(first) else first


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a bulletin cites it: ``@position`` and its id both name it."""

    position: int
    id: str

    def as_json(self) -> dict[str, object]:
        """Both names."""
        return {"position": self.position, "event": self.id}


@dataclass(frozen=True, slots=True)
class Adopted:
    """An adoption: the item, its units, and what it gave each of them; ``channel`` is the scheme's word for it."""

    event: Event
    on: date
    item: str
    title: str | None
    units: tuple[str, ...]
    channel: str
    placement: str
    issue: str | None
    given: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The adoption as JSON; ``points`` by unit, in their order."""
        return {
            **self.event.as_json(),
            "on": self.on.isoformat(),
            "item": self.item,
            "title": self.title,
            "units": list(self.units),
            "channel": self.channel,
            "placement": self.placement,
            "issue": self.issue,
            "points": [points.number(each) for each in self.given],
        }


@dataclass(frozen=True, slots=True)
class Solicited:
    """A call as it stood on the last day, units by name. See :class:`ledger.projections.happenings.Call`."""

    event: Event
    topic: str
    issued: date
    due: date
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    missed: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The call as JSON."""
        units = {"asked": list(self.asked), "answered": list(self.answered), "missed": list(self.missed)}
        return {**self.event.as_json(), "topic": self.topic, "issued": self.issued.isoformat(), "due": self.due.isoformat(), **units}


@dataclass(frozen=True, slots=True)
class Missed:
    """A miss: who failed which call, how, and whether it is excused."""

    event: Event
    on: date
    unit: str
    topic: str
    how: str
    excused: bool

    def as_json(self) -> dict[str, object]:
        """The miss as JSON."""
        said = {"unit": self.unit, "topic": self.topic, "how": self.how, "excused": self.excused}
        return {**self.event.as_json(), "on": self.on.isoformat(), **said}


@dataclass(frozen=True, slots=True)
class Vetoed:
    """A unit whose score is set to nothing: by which clauses of the source, in their words, since when."""

    unit: str
    clauses: tuple[str, ...]
    texts: tuple[str, ...]
    on: date | None

    def as_json(self) -> dict[str, object]:
        """The veto as JSON."""
        return {"unit": self.unit, "clauses": list(self.clauses), "texts": list(self.texts), "on": plain(self.on)}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier period, and what happened in it, by what is known at the bulletin's own cut."""

    period: Period
    totals: Totals

    def as_json(self) -> dict[str, object]:
        """The period's name and its numbers."""
        return {"period": self.period.name, **self.totals.as_json()}


@dataclass(frozen=True, slots=True)
class Names:
    """What the scheme calls itself, who issued it, and its accounts by path."""

    scheme: str
    issuer: str
    accounts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A period's bulletin. ``closed`` is the digest of its snapshot, None for a draft; ``dated`` the day it was closed, or today.

    ``account`` is what ``current`` counts. ``before`` is the period before, for a year None; ``last_year`` the same one a year
    earlier. Both are None where no scheme was in force on their first day, where the ledger holds nothing so old, and while the
    bulletin's own period is not over.
    """

    period: Period
    basis: Basis
    readings: Mapping[str, str]
    closed: str | None
    dated: date
    checkpoint: str
    names: Names
    account: str
    goals: tuple[Goal, ...]
    completes: bool
    totals: Totals
    before: Earlier | None
    last_year: Earlier | None
    channels: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    sent_nothing: tuple[str, ...]
    adopted_nothing: tuple[str, ...]
    adopted: tuple[Adopted, ...]
    solicitations: tuple[Solicited, ...]
    misses: tuple[Missed, ...]
    vetoed: tuple[Vetoed, ...]
    restatements: tuple[Restatement, ...]
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every unit's line, class by class."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def first(self) -> date:
        """The period's first day."""
        return date.fromordinal(self.period.first)

    @property
    def last(self) -> date:
        """The period's last day."""
        return date.fromordinal(self.period.last)

    @property
    def is_over(self) -> bool:
        """Whether the figures are of the whole period."""
        return self.basis.cut.as_of >= self.last

    def marked(self, flag: str) -> list[str]:
        """The units that a mark is on, by name."""
        return [line.row.unit for line in self.lines if flag in line.row.flags]

    @property
    def ruling_needed(self) -> list[str]:
        """The units on which an officer has to rule; nobody while nothing has happened, when all are tied."""
        return [] if nothing_yet([line.row for line in self.lines]) else self.marked(RULING)

    @property
    def ahead(self) -> list[Line]:
        """The units that have completed the year, the earliest first."""
        return sorted((line for line in self.lines if line.completed), key=lambda line: line.completed_on or date.max)

    def changes(self, earlier: Earlier | None) -> dict[str, int] | None:
        """By how much each number differs from an earlier period's; None where there is none."""
        if earlier is None:
            return None
        was = earlier.totals.as_json()
        return {name: now - was[name] for name, now in self.totals.as_json().items()}

    def as_json(self) -> dict[str, Any]:
        """All figures, under the contract's names where it has some."""
        return {
            **self.basis.as_json(),
            "period": self.period.name,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "closed": self.closed is not None,
            "digest": self.closed,
            "account": self.account,
            "totals": self.totals.as_json(),
            "before": self.before.as_json() if self.before else None,
            "last_year": self.last_year.as_json() if self.last_year else None,
            "channels": [{"channel": name, "adopted": count} for name, count in self.channels],
            "goals": [{"measure": each.measure, "period": each.period.name} for each in self.goals],
            "groups": [{"class": group.name, "rows": _json(group.lines)} for group in self.groups],
            "leaders": [
                {"class": group.name, "units": [line.row.unit for line in group.leaders]} for group in self.groups if group.leaders
            ],
            "completed": [{"unit": line.row.unit, "on": plain(line.completed_on)} for line in self.ahead] if self.completes else None,
            "sent_nothing": list(self.sent_nothing),
            "adopted_nothing": list(self.adopted_nothing),
            "vetoed": _json(self.vetoed),
            "misses": _json(self.misses),
            "adopted": _json(self.adopted),
            "solicitations": _json(self.solicitations),
            "restatements": [each.as_json() for each in self.restatements],
            "errors": [each.line() for each in self.problems],
            "checkpoint": self.checkpoint,
        }


def _json(each: Sequence[Line | Adopted | Solicited | Missed | Vetoed]) -> list[dict[str, object]]:
    return [one.as_json() for one in each]
