"""Which events count: as of a business date, known at a position of the log, reversals resolved.

This is the only code that decides it. A *cut* names both clocks; every figure names its cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ledger.errors import BasisError
from ledger.rules.calendar import Calendar
from ledger.rules.source import Source

_Each = TypeVar("_Each", bound=tuple[int, *tuple[object, ...]])


@dataclass(frozen=True, slots=True)
class Cut:
    """As of the end of a business day, as known at a position; ``time`` is when that position was recorded."""

    as_of: date
    position: int
    time: str


@dataclass(frozen=True, slots=True)
class Enacted:
    """A scheme recorded in the log."""

    position: int
    source: Source


def reversals(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """From (reversal, target) positions: each voided event's position with that of the live reversal that voids it.

    A reversal is later than its target, so the latest is live, and what is live voids what it names; a reversed
    reversal voids nothing, which restores its target.
    """
    voided: dict[int, int] = {}
    for reversal, target in sorted(pairs, reverse=True):
        if reversal not in voided:
            voided[target] = reversal
    return voided


def live(facts: Iterable[_Each], voided: Collection[int]) -> Iterator[_Each]:
    """The facts that no live reversal voids."""
    return (fact for fact in facts if fact[0] not in voided)


def scheme_in_force(enacted: Sequence[Enacted], year: int, as_of: date) -> Enacted:
    """The one scheme under which a year is scored, of those known at the cut (readings, *Common to both*).

    Of the schemes effective by the as-of date or the year's last day, whichever is earlier, the latest effective, then
    the latest recorded. Raises BasisError, naming the first date and position that has one, when there is none.
    """
    in_force = [each for each in enacted if each.source.effective <= min(as_of, each.source.calendar.last(year))]
    if in_force:
        return max(in_force, key=lambda each: (each.source.effective, each.position))
    if not enacted:
        raise BasisError.of("projections.nothing_enacted", field="known_at")
    first = min(enacted, key=lambda each: (each.source.effective, each.position))
    by = min(as_of, first.source.calendar.last(year))
    raise BasisError.of("projections.before_every_scheme", field="as_of", day=by, first=first.source.effective, position=first.position)


def supposed(scheme: Source | None, enacted: Sequence[Enacted], year: int, as_of: date) -> Supposed | None:
    """What a figure under ``scheme`` supposes; None for the scheme that is in force anyway, or where none is named."""
    if scheme is None:
        return None
    try:
        in_force = scheme_in_force(enacted, year, as_of).source
    except BasisError:
        return Supposed(None, None)
    return None if in_force == scheme else Supposed(in_force.id, in_force.sha256)


def calendar_of(enacted: Sequence[Enacted], day: date, year: int | None = None) -> Calendar:
    """The calendar of the latest scheme effective by a day, and by the end of the year that is asked for.

    Of the first scheme, or the common calendar, where there is none yet.
    """
    known = sorted(enacted, key=lambda each: (each.source.effective, each.position))
    ends = ((each, day if year is None else min(day, each.source.calendar.last(year))) for each in known)
    in_force = [each for each, end in ends if each.source.effective <= end] or known[:1]
    return in_force[-1].source.calendar if in_force else Calendar()


def year_and_day(year: int | None, as_of: date | None, today: date, calendar: Calendar) -> tuple[int, date]:
    """The year of a calendar and the as-of date that are meant: as-of defaults to today, or the last day of a past year.

    Raises BasisError for an as-of date before the year begins.
    """
    if as_of is None:
        as_of = min(calendar.last(year), today) if year is not None else today
    year = calendar.number(as_of) if year is None else year
    if as_of < calendar.first(year):
        raise BasisError.of("projections.year_not_begun", field="as_of", year=year, day=as_of)
    return year, as_of


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed of a figure under a scheme that is not in force: the id and hash of the one that is; None where none is."""

    in_force: str | None
    sha256: str | None

    def as_json(self) -> dict[str, object]:
        """The scheme in force as JSON."""
        return {"in_force": self.in_force, "in_force_hash": self.sha256}


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure stands on; two figures of one basis are equal. ``what_if`` is None for the scheme in force."""

    ledger_id: str
    scheme: str
    scheme_hash: str
    year: int
    cut: Cut
    readings: Mapping[str, str]
    scored_account: str
    evaluator: str
    what_if: Supposed | None = None

    def as_json(self) -> dict[str, object]:
        """The basis in the contract's words, and what is supposed, if anything."""
        what_if = {"what_if": self.what_if.as_json()} if self.what_if else {}
        return {
            "ledger_id": self.ledger_id,
            "scheme": self.scheme,
            "scheme_hash": self.scheme_hash,
            "year": self.year,
            "as_of": self.cut.as_of.isoformat(),
            "known_at": {"position": self.cut.position, "time": self.cut.time},
            "readings": dict(self.readings),
            "evaluator": self.evaluator,
            "scored_account": self.scored_account,
            **what_if,
        }
