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
from ledger.rules.roster import Unit

Row = tuple[Unit, Mapping[tuple[str, int], Any]]
"""A unit, and what it is compared by: by measure and slot."""


def compare(measures: Iterable[Measure], year: Year, as_of: date, rows: Sequence[Row]) -> Among:
    """What each comparing measure comes to, by slot and unit. A unit takes part in the periods it was there at the end of."""
    found: dict[tuple[str, int, str], Any] = {}
    for measure in measures:
        assert measure.among is not None
        for slot in year.slots[measure.period]:
            day = date.fromordinal(min(year.periods[slot].last, as_of.toordinal()))
            there = [(unit, value) for unit, of in rows if (value := of.get((measure.id, slot))) is not None and unit.is_in(day)]
            for values in _groups(there, measure.among.within == "class", day):
                take, others = _TAKES[measure.among.take], tuple(values.values())
                found |= {(measure.id, slot, unit): take(value, others) for unit, value in values.items()}
    return found


def _groups(there: Iterable[tuple[Unit, Any]], by_class: bool, day: date) -> Iterable[dict[str, Any]]:  # noqa: FBT001 - one caller
    groups: dict[str, dict[str, Any]] = {}
    for unit, value in there:
        groups.setdefault(unit.on(day).class_ if by_class else "", {})[unit.id] = value
    return groups.values()


_TAKES: Mapping[str, Callable[[Any, Sequence[Any]], Any]] = {
    "place": lambda value, values: (1 + sum(other > value for other in values)) * points.ONE,
    "highest": lambda _value, values: max(values),
    "lowest": lambda _value, values: min(values),
    "average": lambda _value, values: Fraction(sum(values)) / len(values),
    "total": lambda _value, values: sum(values),
}
