"""What units have to reach: beside each measure that is shown, the target that it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ledger import points
from ledger.errors import BasisError
from ledger.rules.calendar import Year
from ledger.rules.measures import Measures
from ledger.rules.plan import Plan
from ledger.rules.roster import Unit

Targets = Mapping[str, Mapping[str, int]]
"""In hundredths, by a unit's id and a shown measure's name, such as ``adoption_q3``."""


def targets(plan: Plan, year: Year, units: Iterable[Unit], day: date) -> Targets:
    """The targets of units on a day, so many times over where the scheme says so, and pro-rated where it does.

    What a scheme holds against several targets is held against the one that its first rule names. A unit that has no such target
    is left out: whoever scores it has refused it, if its score needs one.
    """
    return {unit.id: dict(_of(plan, year, unit, day)) for unit in units}


def _of(plan: Plan, year: Year, unit: Unit, day: date) -> Iterator[tuple[str, int]]:
    """The targets of one unit."""
    held, met = Measures(plan, unit, year, [], {}), set()
    for measure in plan.measures.values():
        against = measure.against
        if against is None or against.target is None or against.of in met:
            continue
        met.add(against.of)
        of = plan.measures[against.of]
        for slot in year.slots[of.period] if of.shown else ():
            try:
                needed = held.target(against.target, slot, day.toordinal())
            except BasisError:
                continue
            yield of.named(year.periods[slot].number), points.rounded(needed * against.times)
