"""The scheme's own calendar: where its year begins, and the periods a year falls into.

A *period* is known by its slot in a :class:`Year`: 0 is the year, 1 to 4 its quarters, and after them the periods of
whatever other divisions the scheme's rules speak of. A *cell* is a set of slots that go together: those of a day, or
those that hold a whole period. What happens in a cell counts in each of its slots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger import times
from ledger.rules.parts import Part
from ledger.values import Day, Invalid

MONTHS: Mapping[str, int] = {"half": 6, "quarter": 3, "month": 1}
"""The divisions of a year by whole months."""
DIVISIONS = ("year", *MONTHS, "week")
"""The divisions that every calendar has."""
_NAMES = {"half": "{year}H{number}", "quarter": "{year}Q{number}", "week": "{year}W{number:02}"}
_YEARS = range(1900, 3000)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)


def _month_day(written: object) -> object:
    if isinstance(written, tuple):
        return written
    try:
        day = times.day(f"2001-{written}")  # not a leap year: a period begins on a day that every year has
    except ValueError as error:
        raise Invalid("rules.bad_month_day", value=written) from error
    return day.month, day.day


def _hours(written: object) -> object:
    if isinstance(written, tuple):
        return written
    found = _SPAN.fullmatch(written) if isinstance(written, str) else None
    minutes = [int(each[:2]) * 60 + int(each[3:]) for each in found.groups()] if found else [0, 0]
    if not 0 <= minutes[0] < minutes[1] <= 24 * 60:
        raise Invalid("rules.bad_hours", value=written)
    return tuple(minutes)


def _days(written: object) -> object:
    """A day, or the first and last of several: ``2024-02-10..2024-02-17``."""
    if isinstance(written, tuple):
        return written
    first, _, last = str(written).partition("..")
    try:
        found = times.day(first.strip()), times.day((last or first).strip())
    except ValueError as error:
        raise Invalid("rules.bad_days", value=written) from error
    if found[0] > found[1]:
        raise Invalid("rules.bad_days", value=written)
    return found


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day), WithJsonSchema({"type": "string", "examples": ["12-01"]})]
Hours = Annotated[tuple[int, int], BeforeValidator(_hours), WithJsonSchema({"type": "string", "examples": ["09:00-12:00"]})]
"""From and to, in minutes of the day."""
Days = Annotated[
    tuple[Day, Day], BeforeValidator(_days), WithJsonSchema({"type": "string", "examples": ["2024-02-10", "2024-02-10..2024-02-17"]})
]


class Working(Part):
    """Working time: hours of the days of a week, less holidays, and days worked in exchange. Known only for days covered."""

    hours: tuple[Hours, ...] = Field(description="The hours of a day, such as `[08:30-12:00, 14:30-18:00]`.")
    days: tuple[Literal["1", "2", "3", "4", "5", "6", "7"], ...] = Field(
        default=("1", "2", "3", "4", "5"), description="The days of a week, Monday is `1`. Default: `1` to `5`."
    )
    holidays: tuple[Days, ...] = Field(default=(), description="Days off, such as `[2024-02-10..2024-02-17]`. Default: none.")
    workdays: tuple[Days, ...] = Field(default=(), description="Days worked in exchange, such as `[2024-02-04]`. Default: none.")
    covers: Days = Field(description="The days for which holidays are known, such as `2024-01-01..2024-12-31`.")

    @model_validator(mode="after")
    def _in_order(self) -> Working:
        edges = [edge for span in self.hours for edge in span]
        if not edges or edges != sorted(edges):
            raise Invalid("rules.bad_hours", value=", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in self.hours))
        return self

    def works(self, day: date) -> bool:
        """Whether a day is worked."""
        if any(first <= day <= last for first, last in self.workdays):
            return True
        return str(day.isoweekday()) in self.days and not any(first <= day <= last for first, last in self.holidays)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a year: its name (``2024Q3``), its division and number there, its first and last day as ordinals."""

    name: str
    division: str
    number: int
    first: int
    last: int

    def holds(self, other: Period) -> bool:
        """Whether another period lies wholly within this one."""
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True)
class Year:
    """One year of a calendar, cut into the divisions asked for. See the module on slots and cells.

    ``cells`` are the slots of each cell, ``names`` the name of the shortest period of each; ``wholes`` is the cell of each
    slot, and ``days`` that of each day from ``since`` on.
    """

    number: int
    first: int
    last: int
    periods: tuple[Period, ...]
    cells: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    wholes: tuple[int, ...]
    since: int
    days: tuple[int, ...]

    def has(self, day: int) -> bool:
        """Whether a day is one of the year's."""
        return self.first <= day <= self.last

    def cell(self, day: int) -> int | None:
        """The cell of a day; None for one that no period of the year holds."""
        return self.days[day - self.since] if 0 <= day - self.since < len(self.days) else None

    @cached_property
    def slots(self) -> Mapping[str, tuple[int, ...]]:
        """The slots of each division's periods, in order."""
        divisions = dict.fromkeys(period.division for period in self.periods)
        return {name: tuple(slot for slot, period in enumerate(self.periods) if period.division == name) for name in divisions}

    def bounds(self, slot: int) -> tuple[int, int]:
        """The first and last day of a period."""
        return self.periods[slot].first, self.periods[slot].last


class Calendar(Part):
    """Where the year begins and how it is divided. A year ``of: previous`` begins in the calendar year before its own."""

    begins: MonthDay = Field(default=(1, 1), description="The year's first day, month and day, such as `12-01`. Default: `01-01`.")
    of: Literal["same", "previous"] = Field(
        default="same", description="The calendar year in which it begins: its own, or the one before. Default: `same`."
    )
    divisions: dict[str, tuple[MonthDay, ...]] = Field(
        default_factory=dict, description="Periods of its own, by name: the first day of each, such as `{term: [12-01, 05-26, 10-26]}`."
    )
    working: Working | None = Field(default=None, description="The hours that `clock: working` counts. Default: none.")

    @model_validator(mode="after")
    def _divided(self) -> Calendar:
        if self.begins[1] > 28:  # months are counted from it, and every month has a 28th
            raise Invalid("rules.begins_late", value=f"{self.begins[0]:02}-{self.begins[1]:02}")
        for name, starts in self.divisions.items():
            if name in DIVISIONS:
                raise Invalid("rules.own_division", value=name)
            placed = [self._placed(2001, start) for start in starts]
            if not starts or starts[0] != self.begins or placed != sorted(set(placed)):
                raise Invalid("rules.bad_division", value=name)
        return self

    def first(self, number: int) -> date:
        """The first day of a year."""
        return date(number - (self.of == "previous"), *self.begins)

    def last(self, number: int) -> date:
        """The last day of a year."""
        return self.first(number + 1) - timedelta(days=1)

    def number(self, day: date) -> int:
        """The year that a day, or a moment, belongs to."""
        return day.year + (self.of == "previous") - ((day.month, day.day) < self.begins)

    def year(self, number: int, divisions: tuple[str, ...] = ()) -> Year:
        """A year with its quarters and these other divisions."""
        return _year(self.begins, self.of, tuple(self.divisions.items()), number, divisions)

    def starts(self, number: int, division: str) -> Iterator[tuple[date, date]]:
        """The first and last days of the periods of a division."""
        first, last = self.first(number), self.last(number)
        if division == "week":
            monday = _first_monday(first)
            while monday + timedelta(days=3) <= last:
                yield monday, monday + timedelta(days=6)
                monday += timedelta(days=7)
            return
        begins = [first] if division == "year" else list(self._begins(number, division))
        yield from zip(begins, [*(each - timedelta(days=1) for each in begins[1:]), last], strict=True)

    def _begins(self, number: int, division: str) -> Iterator[date]:
        if division in MONTHS:
            first = self.first(number)
            for months in range(0, 12, MONTHS[division]):
                ahead = first.month - 1 + months
                yield date(first.year + ahead // 12, ahead % 12 + 1, first.day)
        else:
            for start in self.divisions[division]:
                yield self._placed(number, start)

    def _placed(self, number: int, start: tuple[int, int]) -> date:
        """The day of a year that has this month and day."""
        first = self.first(number)
        return date(first.year + (start < (first.month, first.day)), *start)

    def period(self, name: str) -> tuple[int, Period] | None:
        """The period of a name (``2024``, ``2024Q3``, ``2024-09``, or one of its own divisions), and its year; None where there is none."""
        begins = _YEAR.match(name)
        near = int(begins[0]) if begins else 0
        if near not in _YEARS:
            return None
        for number in (near, near + 1, near - 1):  # a month may carry another year's number than its year
            for period in self.year(number, (*MONTHS, "week", *self.divisions)).periods:
                if period.name == name:
                    return number, period
        return None

    def naming(self, division: str) -> Callable[[date], str]:
        """What gives the name of the period of a division that a day falls into, in whatever year."""
        return _naming(self.begins, self.of, tuple(self.divisions.items()), division)


def _first_monday(first: date) -> date:
    """The Monday of the first week whose Thursday is not before a day (ISO 8601)."""
    monday = first - timedelta(days=first.weekday())
    return monday if monday + timedelta(days=3) >= first else monday + timedelta(days=7)


Own = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


@cache
def _naming(begins: tuple[int, int], of: Literal["same", "previous"], own: Own, division: str) -> Callable[[date], str]:
    calendar = Calendar.model_construct(begins=begins, of=of, divisions=dict(own))
    known: dict[date, str] = {}

    def name(day: date) -> str:
        found = known.get(day)
        if found is None:
            number, at = calendar.number(day), day.toordinal()
            years = [calendar.year(each, (division,)) for each in (number, number - 1, number + 1)]
            periods = (period for year in years for period in year.periods if period.division == division)
            found = known[day] = next(period.name for period in periods if period.first <= at <= period.last)
        return found

    return name


@cache
def _year(
    begins: tuple[int, int],
    of: Literal["same", "previous"],
    own: Own,
    number: int,
    divisions: tuple[str, ...],
) -> Year:
    calendar = Calendar.model_construct(begins=begins, of=of, divisions=dict(own))
    wanted = dict.fromkeys(("year", "quarter", *divisions))
    periods = tuple(
        Period(_name(number, division, at, first), division, at, first.toordinal(), last.toordinal())
        for division in wanted
        for at, (first, last) in enumerate(calendar.starts(number, division), 1)
    )
    whole = [(0, *(slot for slot, other in enumerate(periods) if slot and other.holds(period))) for period in periods]
    since, until = min(period.first for period in periods), max(period.last for period in periods)
    by_day = [tuple(slot for slot, period in enumerate(periods) if period.first <= day <= period.last) for day in range(since, until + 1)]
    cells = tuple(dict.fromkeys([*whole, *by_day]))
    place = {slots: cell for cell, slots in enumerate(cells)}
    names = tuple(min((periods[slot] for slot in slots), key=lambda period: period.last - period.first).name for slots in cells)
    wholes, days = tuple(place[slots] for slots in whole), tuple(place[slots] for slots in by_day)
    return Year(number, periods[0].first, periods[0].last, periods, cells, names, wholes, since, days)


def _name(number: int, division: str, at: int, first: date) -> str:
    if division == "year":
        return str(number)
    if division == "month":  # by the month in which most of it lies
        middle = first + timedelta(days=14)
        return f"{middle.year}-{middle.month:02}"
    return _NAMES.get(division, f"{{year}}{division}{{number}}").format(year=number, number=at)
