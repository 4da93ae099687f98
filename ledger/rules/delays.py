"""Elapsed times: a subject's delay grows by the day until it is answered, and crosses bands on days known ahead.

A band that is open above ``t`` is reached by a subject when more than ``t`` has passed before it was answered, on the
day on which that came to be so: at the end of that day, and not of the day before. Without an answer the time runs on
to the end of the as-of day (readings, L 三（二）8). The band without a bound is reached by an answer before all bounds.

What is posted rests on what was known on its day: on the answer if that came on the day, else on the subject alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from ledger import points, times
from ledger.rules import fields
from ledger.rules.award import getter
from ledger.rules.calendar import Year
from ledger.rules.clock import used_up
from ledger.rules.conditions import Condition
from ledger.rules.facts import Entry, Fact, Joined
from ledger.rules.model import Assess, Band, Elapsed
from ledger.rules.plan import Plan

Counts = tuple[tuple[int, frozenset[str]], ...]
"""The measures that count subjects in bands: place, and names of bands."""
_SECOND = timedelta(seconds=1)
"""The finest time there is, so that what is at least a bound is more than a second less."""


class Timed(NamedTuple):
    """A subject whose time is taken: its unit, its moment, and that of the answer or else of the end of the as-of day.

    With the positions of both; there is none of an answer that has not come.
    """

    unit: str
    began: datetime
    until: datetime
    position: int
    answer: int | None

    def behind(self, moment: datetime) -> tuple[int, ...]:
        """What was known of it on the day of a moment."""
        return (self.answer if self.answer is not None and self.until.date() == moment.date() else self.position,)


def crossings(plan: Plan, joined: Joined, year: Year, as_of: date) -> Iterator[tuple[str, int, Entry]]:
    """The entries of every rule that judges an elapsed time and every measure that counts its bands: unit, day of the subject, entry."""
    for place, rule in enumerate(plan.scheme.rules):
        elapsed = plan.measures[rule.measure].elapsed if isinstance(rule, Assess) and rule.measure else None
        if isinstance(rule, Assess) and elapsed:
            working = plan.scheme.calendar.working if elapsed.clock == "working" else None
            for timed in _times(plan, elapsed, joined, year, as_of):
                crossed = ((band, used_up(timed.began, _span(band), working, timed.until)) for band in _rising(rule))
                for entry in _steps(rule, place, timed, year, crossed, plan.banded.get(rule.id, ())):
                    yield timed.unit, timed.began.toordinal(), entry


def _times(plan: Plan, elapsed: Elapsed, joined: Joined, year: Year, as_of: date) -> Iterator[Timed]:
    """Each subject that began in the year."""
    name, subjects = getter((fields.stream(elapsed.to),)), joined.subjects[fields.stream(elapsed.from_)]
    first: dict[str, tuple[datetime, int]] = {}
    ends = _holding(plan, elapsed.to, elapsed.when)
    for position, fact in joined.aside[elapsed.to]:
        if name(fact) in subjects and ends(fact, subjects[name(fact)]):
            found = (fact.on, position)
            first[name(fact)] = min(first.get(name(fact), found), found)
    end = datetime.combine(as_of + timedelta(days=1), time(), times.SHANGHAI)
    begins = _holding(plan, elapsed.from_, elapsed.from_when)
    for subject, fact in subjects.items():
        if year.has(fact.on.toordinal()) and begins(fact, fact):
            answer = first.get(subject)
            until = answer[0] if answer else end
            yield Timed(fact.unit, fact.on, until, joined.positions[subject], answer[1] if answer else None)


def _holding(plan: Plan, kind: str, condition: Condition) -> Callable[[Fact, Fact], bool]:
    readers = {name: fields.reader(plan.scheme, kind, name) for name in fields.of_condition(condition)}

    def holds(fact: Any, subject: Any) -> bool:
        return condition.holds(lambda name: readers[name](fact, subject))

    return holds


def _rising(rule: Assess) -> list[Band]:
    return sorted((band for band in rule.bands or () if _bounded(band)), key=_span)


def _bounded(band: Band) -> bool:
    return band.more_than is not None or band.at_least is not None


def _span(band: Band) -> timedelta:
    """The time after which a band is reached."""
    bounds = [(band.more_than, timedelta()), (band.at_least, _SECOND)]
    return max(timedelta(seconds=bound // points.ONE) - less for bound, less in bounds if bound is not None)


def _steps(
    rule: Assess, place: int, timed: Timed, year: Year, crossed: Iterable[tuple[Band, datetime | None]], counts: Counts
) -> Iterator[Entry]:
    """The bands reached, from the lowest up: each a change of points, and of the counts of subjects in a band."""
    cell = year.cell(timed.began.toordinal()) or 0
    reached = [(band, moment) for band, moment in crossed if moment is not None]
    in_time = next((band for band in rule.bands or () if not _bounded(band)), None)
    if not reached and timed.answer is not None and in_time and (in_time.points or in_time.name):
        reached = [(in_time, timed.until)]
    worth, name = 0, None
    for band, moment in reached:
        day, behind = moment.toordinal(), timed.behind(moment)
        yield (day, place, band.points - worth, cell, behind, band.name)
        for index, names in counts:
            change = (band.name in names) - (name in names)
            if change:
                yield (day, index, change * points.ONE, cell, behind, None)
        worth, name = band.points, band.name
