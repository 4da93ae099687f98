"""What units have to reach: beside each measure that is shown, the target that it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ledger import points
from ledger.errors import BasisError
from ledger.rules.calendar import Year
from ledger.rules.measures import Measures
from ledger.rules.model import Against, Measure
from ledger.rules.plan import Plan
from ledger.rules.roster import Unit

Targets = Mapping[str, Mapping[str, int]]
"""In hundredths, by a unit's id and a shown measure's name, such as ``adoption_q3``."""


def aims(plan: Plan) -> Iterator[tuple[Measure, str]]:
    """The measures of units that standings show, each with a target that it is held against as it is, in the scheme's order."""
    found = set()
    for measure in plan.measures.values():
        against = measure.against
        if against is None or not is_whole(against):
            continue
        of, target = plan.measures[against.of], str(against.target)
        counts = of.shown and not of.elapsed and of.period == measure.period and plan.holder(of) == "unit"
        if counts and (of.id, target) not in found:
            found.add((of.id, target))
            yield of, target


def is_whole(against: Against) -> bool:
    """Whether a measure is held against a target as it is, which is something to reach; a number of staff is not."""
    return against.target is not None and against.target != "staff" and against.times == 1


def targets(plan: Plan, year: Year, units: Iterable[Unit], day: date) -> Targets:
    """The targets of units on a day, pro-rated where the scheme says so; of a measure that has several, the first.

    A unit that has no such target is left out: whoever scores it has refused it, if its score needs one.
    """
    held: dict[str, str] = {}
    for of, target in aims(plan):
        held.setdefault(of.id, target)
    return {unit.id: dict(_of(plan, year, unit, day, held)) for unit in units}


def _of(plan: Plan, year: Year, unit: Unit, day: date, held: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The targets of one unit."""
    measures = Measures(plan, unit, year, [], {})
    for name, target in held.items():
        of = plan.measures[name]
        for slot in year.slots[of.period]:
            try:
                needed = measures.target(target, slot, day.toordinal())
            except BasisError:
                continue
            yield of.named(year.periods[slot].number), points.rounded(needed)
