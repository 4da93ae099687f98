"""Units held against one another: places, and what the best, the worst, all or the average came to in a period.

Only what a period ended with is compared, so that what was posted stands; for a period that is still open the values
of the as-of day show what it would come to if it were closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ledger import points
from ledger.rules.calendar import Year
from ledger.rules.measures import Among
from ledger.rules.model import Measure
from ledger.rules.walk import UnitYear


def compare(measures: Iterable[Measure], year: Year, as_of: date, rows: Sequence[UnitYear]) -> Among:
    """What each comparing measure comes to, by slot and unit. A unit takes part in the periods it was there at the end of."""
    found: dict[tuple[str, int, str], Any] = {}
    for measure in measures:
        assert measure.among is not None
        for slot in year.slots[measure.period]:
            day = date.fromordinal(min(year.periods[slot].last, as_of.toordinal()))
            there = [row for row in rows if (measure.id, slot) in row.compared and row.unit.since <= day and not row.unit.absence(day)]
            for group in _groups(there, measure.among.within == "class", day):
                values = {row.unit.id: value for row in group if (value := row.compared[measure.id, slot]) is not None}
                for unit, value in values.items():
                    found[measure.id, slot, unit] = _TAKES[measure.among.take](value, tuple(values.values()))
    return found


def _groups(rows: Iterable[UnitYear], by_class: bool, day: date) -> Iterable[list[UnitYear]]:  # noqa: FBT001 - one caller
    groups: dict[str, list[UnitYear]] = {}
    for row in rows:
        groups.setdefault(row.unit.on(day).class_ if by_class else "", []).append(row)
    return groups.values()


_TAKES: Mapping[str, Callable[[Any, Sequence[Any]], Any]] = {
    "place": lambda value, values: (1 + sum(other > value for other in values)) * points.ONE,
    "highest": lambda _value, values: max(values),
    "lowest": lambda _value, values: min(values),
    "average": lambda _value, values: Fraction(sum(values)) / len(values),
    "total": lambda _value, values: sum(values),
}
