"""What a measure comes to for one unit: in a period, on a day. One short function for each form.

Values are hundredths, exact: ints, or fractions of one; an ordinal, or None, for a first day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ledger import points
from ledger.errors import BasisError
from ledger.rules.calendar import Year
from ledger.rules.model import Against, Measure
from ledger.rules.plan import Plan
from ledger.rules.roster import Unit, target

Among = Mapping[tuple[str, int, str], Any]
"""What the comparison of units came to: by measure, slot and unit."""


class Measures:
    """One unit's measures. ``sums`` are the values of the rules by slot and place, ``reached`` the first days reached so far."""

    def __init__(self, plan: Plan, unit: Unit, year: Year, sums: list[list[int]], among: Among) -> None:
        self._plan, self._unit, self._year, self._among = plan, unit, year, among
        self.sums = sums
        self.reached: dict[str, int] = {}
        self._turns = unit.turns
        self._targets: dict[tuple[str, int, int], int | Fraction] = {}
        self._forms: Mapping[str, Callable[[Measure, int, int], Any]] = {
            "count": self._count,
            "elapsed": self._count,
            "in_band": self._count,
            "sum": self._sum,
            "weighted": self._weighted,
            "ratio": self._ratio,
            "shortfall": self._shortfall,
            "surplus": self._surplus,
            "carried": self._carried,
            "least": self._least,
            "greatest": self._greatest,
            "among": self._compared,
            "first_day": self._first_day,
        }

    def value(self, name: str, slot: int, day: int) -> Any:
        """A measure in a period (0: the year) on a day. Raises BasisError for a target that is missing, or 0 where it divides.

        None where there is nothing to say: no first day yet, a rate of a target that is pro-rated to nothing, or what units
        come to that are not compared yet.
        """
        measure = self._plan.measures[name]
        value = self._forms[self._plan.forms[name]](measure, slot, day)
        return value // points.ONE * points.ONE if measure.whole and value is not None else value

    def asked(self, name: str, slot: int, day: int) -> Any:
        """A measure as a rule of a period asks for it: in that period, or in the year for a measure of the year."""
        return self.value(name, self.slot(name, slot), day)

    def slot(self, name: str, slot: int) -> int:
        """The period in which a measure is asked for: this one, or the year for a measure of the year."""
        return 0 if self._plan.measures[name].period == "year" else slot

    def target(self, name: str, slot: int, day: int) -> int | Fraction:
        """A target on a day, for a period: pro-rated where the scheme says so, and the unit was not there all the time."""
        turn = bisect_right(self._turns, day)
        needed = self._targets.get((name, slot, turn))
        if needed is None:
            needed = self._targets[name, slot, turn] = self._needed(name, slot, day)
        return needed

    def _needed(self, name: str, slot: int, day: int) -> int | Fraction:
        when = date.fromordinal(day)
        if name == "staff":
            staff = self._unit.on(when).staff
            if staff is None:
                raise BasisError.of("rules.no_staff", field="staff", unit=self._unit.on(when).name, day=when)
            return staff * points.ONE
        whole, prorate = target(self._plan.scheme, self._unit, name, when), self._plan.scheme.targets[name].prorate
        if prorate == "no":
            return whole
        bounds = self._year.bounds(slot)
        parts = (self._plan.months(self._year, slot) if prorate == "months" else []) or [bounds]
        there = [self._unit.days_in(*part, known=day) for part in parts]
        if prorate == "days":
            return _part(whole, there[0], bounds[1] - bounds[0] + 1)
        return _part(whole, sum(map(bool, there)), len(there))

    def note(self, name: str | None, slot: int, day: int) -> str | None:
        """What a judgement was made of: the value, and the target it was held against; None for one that is given by itself."""
        if name is None:
            return None
        measure, slot = self._plan.measures[name], self.slot(name, slot)
        if measure.against is None:
            return written(self.value(name, slot, day))
        return f"{written(self.value(measure.against.of, slot, day))}/{written(self._held(measure.against, slot, day))}"

    def _held(self, against: Against, slot: int, day: int) -> Any:
        """What a measure is held against: a target, so many times over, or another measure."""
        other = self.target(against.target, slot, day) if against.target else self.value(against.to or "", slot, day)
        return other if against.times == 1 or other is None else other * against.times

    def _count(self, measure: Measure, slot: int, _day: int) -> Any:
        return self.sums[slot][self._plan.place[measure.id]]

    def _sum(self, measure: Measure, slot: int, _day: int) -> Any:
        return sum(map(self.sums[slot].__getitem__, self._plan.feeding(measure.sum or "")))

    def _weighted(self, measure: Measure, slot: int, day: int) -> Any:
        valued = ((self.asked(name, slot, day), weight) for name, weight in (measure.weighted or {}).items())
        return sum(value * weight for value, weight in valued if value is not None)

    def _ratio(self, measure: Measure, slot: int, day: int) -> Any:
        against = measure.ratio
        assert against is not None
        value, divisor = self.value(against.of, slot, day), self._held(against, slot, day)
        if value is None or divisor is None:
            return None
        if divisor:
            exact = value * points.ONE
            return Fraction(exact, divisor) if isinstance(exact, int) and isinstance(divisor, int) else Fraction(exact) / divisor
        if against.empty is not None:
            return against.empty
        if against.target and not self._unit.days_in(*self._year.bounds(slot), known=day):
            return None
        name, when = self._unit.on(date.fromordinal(day)).name, date.fromordinal(day)
        key = "rules.zero_target" if against.target else "rules.zero_measure"
        raise BasisError.of(key, field="targets", unit=name, target=against.target or against.to, day=when)

    def difference(self, against: Against, slot: int, day: int) -> Any:
        """By how much a measure is over what it is held against; None where there is nothing to say of one of them."""
        value, held = self.value(against.of, slot, day), self._held(against, slot, day)
        return None if value is None or held is None else value - held

    def _shortfall(self, measure: Measure, slot: int, day: int) -> Any:
        assert measure.shortfall is not None
        over = self.difference(measure.shortfall, slot, day)
        return None if over is None else max(0, -over)

    def _surplus(self, measure: Measure, slot: int, day: int) -> Any:
        assert measure.surplus is not None
        over = self.difference(measure.surplus, slot, day)
        return None if over is None else max(0, over)

    def _carried(self, measure: Measure, slot: int, day: int) -> Any:
        """The value of a period, with what those before it left over or lacked, as far as the unit was there."""
        part = measure.carried
        assert part is not None
        over: Any = 0
        before = (each for each in self._year.slots[measure.period] if each < slot)
        for each in (*(each for each in before if self._unit.days_in(*self._year.bounds(each))), slot):
            when = min(day, self._year.periods[each].last)
            value = (self.value(part.of, each, when) or 0) + (max(over, 0) if part.surplus else 0) + (min(over, 0) if part.shortfall else 0)
            over = value - self.target(part.target, each, when)
        return value

    def _least(self, measure: Measure, slot: int, day: int) -> Any:
        return min(self._values(measure.least or (), slot, day), default=None)

    def _greatest(self, measure: Measure, slot: int, day: int) -> Any:
        return max(self._values(measure.greatest or (), slot, day), default=None)

    def _values(self, names: Iterable[str], slot: int, day: int) -> list[Any]:
        values = (self.asked(name, slot, day) for name in names)
        return [value for value in values if value is not None]

    def _compared(self, measure: Measure, slot: int, _day: int) -> Any:
        return self._among.get((measure.id, slot, self._unit.id))

    def _first_day(self, measure: Measure, _slot: int, _day: int) -> Any:
        return self.reached.get(measure.id)


def _part(whole: int, numerator: int, denominator: int) -> int | Fraction:
    """A part of a target, a plain number wherever it is one: nearly every unit is there all the time."""
    exact = Fraction(whole * numerator, denominator)
    return exact.numerator if exact.denominator == 1 else exact


def written(value: Any) -> str:
    """A value in hundredths as a number; one that is not whole rounded half up."""
    return points.text(points.rounded(value)) if isinstance(value, int | Fraction) else "–"
