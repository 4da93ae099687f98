"""Elapsed times: a subject's delay grows by the day until it is answered, and crosses bands on days known ahead.

A band that is open above ``t`` is reached by a subject that began at ``b`` and was answered at ``a`` when
``a - b > t``, on the day of ``b + t``: at the end of that day, and not of the day before, more than ``t`` has passed.
Without an answer it runs on to the end of the as-of day (readings, L 三（二）8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from ledger import points, times
from ledger.rules import fields
from ledger.rules.facts import Entry, Fact, Joined, Year
from ledger.rules.model import Assess, Band, Elapsed
from ledger.rules.plan import Plan
from ledger.rules.program import getter


def crossings(plan: Plan, joined: Joined, year: Year, as_of: date) -> Iterator[tuple[str, Entry]]:
    """The entries, by unit, of every rule that judges an elapsed time and every measure that counts its bands."""
    places, measures = plan.place, plan.measures
    for rule in plan.scheme.rules:
        if isinstance(rule, Assess) and rule.measure and measures[rule.measure].elapsed:
            counts = [(places[m.id], m.in_band.bands) for m in measures.values() if m.in_band and m.in_band.of == rule.id]
            for unit, began, position, elapsed in _delays(measures[rule.measure].elapsed, joined, year, as_of):
                for entry in _steps(rule, places[rule.id], began, elapsed, position, year.quarter(began.toordinal()), counts):
                    yield unit, entry


def _delays(elapsed: Elapsed | None, joined: Joined, year: Year, as_of: date) -> Iterator[tuple[str, datetime, int, timedelta]]:
    """Each subject that began in the year: its unit, when it began, what it rests on, and how long it took or has taken."""
    assert elapsed is not None
    name = getter((fields.stream(elapsed.to),))
    first: dict[str, tuple[datetime, int]] = {}
    for position, fact in joined.aside[elapsed.to]:
        if elapsed.when.holds(_of(fact)):
            answer = (fact.on, position)
            first[name(fact)] = min(first.get(name(fact), answer), answer)
    end = datetime.combine(as_of + timedelta(days=1), time(), times.SHANGHAI)
    for subject, fact in joined.subjects[fields.stream(elapsed.from_)].items():
        if year.quarter(fact.on.toordinal()) and elapsed.from_when.holds(_of(fact)):
            answered, position = first.get(subject, (end, 0))
            yield fact.unit, fact.on, position or joined.positions[subject], min(answered, end) - fact.on


def _of(fact: Fact) -> Callable[[str], Any]:
    return lambda name: getattr(fact, name)


def _steps(
    rule: Assess, place: int, began: datetime, elapsed: timedelta, position: int, quarter: int, counts: list[tuple[int, tuple[str, ...]]]
) -> Iterator[Entry]:
    """The bands reached, from the lowest up: each a change of points, and of the counts of subjects in a band."""
    rising = sorted((band for band in rule.bands or () if band.more_than is not None), key=lambda band: band.more_than or 0)
    before = Band(points=next((band.points for band in rule.bands or () if band.more_than is None), 0))
    for band in rising:
        span = timedelta(seconds=(band.more_than or 0) // points.ONE)
        if elapsed <= span:
            return
        day = (began + span).toordinal()
        yield (day, place, band.points - before.points, quarter, (position,), band.name)
        for index, names in counts:
            change = (band.name in names) - (before.name in names)
            if change:
                yield (day, index, change * points.ONE, quarter, (position,), None)
        before = band
