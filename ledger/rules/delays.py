"""Elapsed times: a subject's delay grows by the day until it is answered, and crosses bands on days known ahead.

A band that is open above ``t`` is reached by a subject when more than ``t`` has passed before it was answered, on the
day on which that came to be so: at the end of that day, and not of the day before. Without an answer the time runs on
to the end of the as-of day (readings, L 三（二）8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

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


def crossings(plan: Plan, joined: Joined, year: Year, as_of: date) -> Iterator[tuple[str, Entry]]:
    """The entries, by unit, of every rule that judges an elapsed time and every measure that counts its bands."""
    for place, rule in enumerate(plan.scheme.rules):
        elapsed = plan.measures[rule.measure].elapsed if isinstance(rule, Assess) and rule.measure else None
        if isinstance(rule, Assess) and elapsed:
            working = plan.scheme.calendar.working if elapsed.clock == "working" else None
            for unit, began, answered, position in _times(plan, elapsed, joined, year, as_of):
                cell = year.cell(began.toordinal()) or 0
                crossed = ((band, used_up(began, _span(band), working, answered)) for band in _rising(rule))
                for entry in _steps(rule, place, crossed, (cell, position), plan.banded.get(rule.id, ())):
                    yield unit, entry


def _times(plan: Plan, elapsed: Elapsed, joined: Joined, year: Year, as_of: date) -> Iterator[tuple[str, datetime, datetime, int]]:
    """Each subject that began in the year: its unit, when it began and was answered or the end of the as-of day, what it rests on."""
    name = getter((fields.stream(elapsed.to),))
    first: dict[str, tuple[datetime, int]] = {}
    ends = _holding(plan, elapsed.to, elapsed.when)
    for position, fact in joined.aside[elapsed.to]:
        if ends(fact):
            answer = (fact.on, position)
            first[name(fact)] = min(first.get(name(fact), answer), answer)
    end = datetime.combine(as_of + timedelta(days=1), time(), times.SHANGHAI)
    begins = _holding(plan, elapsed.from_, elapsed.from_when)
    for subject, fact in joined.subjects[fields.stream(elapsed.from_)].items():
        if year.has(fact.on.toordinal()) and begins(fact):
            answered, position = first.get(subject, (end, 0))
            yield fact.unit, fact.on, min(answered, end), position or joined.positions[subject]


def _holding(plan: Plan, kind: str, condition: Condition) -> Callable[[Fact], bool]:
    readers = {name: fields.reader(plan.scheme, kind, name) for name in fields.of_condition(condition)}

    def holds(fact: Any) -> bool:
        return condition.holds(lambda name: readers[name](fact, fact))

    return holds


def _rising(rule: Assess) -> list[Band]:
    return sorted((band for band in rule.bands or () if band.more_than is not None), key=_span)


def _span(band: Band) -> timedelta:
    return timedelta(seconds=(band.more_than or 0) // points.ONE)


def _steps(
    rule: Assess, place: int, crossed: Iterable[tuple[Band, datetime | None]], rests_on: tuple[int, int], counts: Counts
) -> Iterator[Entry]:
    """The bands reached, from the lowest up: each a change of points, and of the counts of subjects in a band.

    ``rests_on`` are the cell in which the subject began and the position of the event that shows the time.
    """
    cell, position = rests_on
    before = Band(points=next((band.points for band in rule.bands or () if band.more_than is None), 0))
    for band, moment in crossed:
        if moment is None:
            return
        day = moment.toordinal()
        yield (day, place, band.points - before.points, cell, (position,), band.name)
        for index, names in counts:
            change = (band.name in names) - (before.name in names)
            if change:
                yield (day, index, change * points.ONE, cell, (position,), None)
        before = band
