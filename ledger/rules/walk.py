"""One unit's year, walked day by day: entries in, postings out, and where the unit stands at the end.

On each day: parts that begin with it are given, the day's entries are added, parts that end with it are judged, then
what is judged daily, then the limits. A posting is a change, so the postings up to a day add up to the score on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ledger import points
from ledger.errors import BasisError, SchemeError
from ledger.rules.facts import Entry, Year
from ledger.rules.model import Assess, Measure
from ledger.rules.plan import Plan, periods
from ledger.rules.roster import Unit, target


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Where a unit stands: postings in order of day and rule, and what they come to.

    ``measures`` are hundredths, days or None by shown name; ``flags`` in the scheme's order.
    """

    unit: Unit
    postings: list[Entry]
    score: int
    pending: int
    if_closed: int
    measures: Mapping[str, int | date | None]
    flags: tuple[str, ...]


class Walk:
    """The walk of one unit through one year, up to a day."""

    def __init__(self, plan: Plan, unit: Unit, year: Year, as_of: date) -> None:
        self._plan, self._unit, self._year, self._as_of = plan, unit, year, as_of.toordinal()
        self._sums = [[0] * len(plan.scheme.rules) for _ in range(5)]
        self._reached: dict[str, int] = {}
        self._adjusted = dict.fromkeys((limit.place for limit in plan.limits), 0)
        self._holding = {limit.place: limit.rule.when.holds(self._lookup) for limit in plan.limits}
        self._postings: list[Entry] = []
        self._behind: dict[int, list[int]] = {}
        self._targets: dict[tuple[str, int], int] = {}
        changes = {state.since.toordinal() for state in unit.states[1:]}
        self._changes = {day for day in changes if year.first <= day <= year.last}

    def run(self, entries: list[Entry]) -> UnitYear:
        """Walk through the unit's entries, which are in order of day."""
        starts, ends = self._calendar()
        by_day = _days(entries, {day for day in (*starts, *ends, *self._changes) if day <= self._as_of})
        for day, todays in by_day:
            touched = self._begin(starts.get(day, ()), day)
            touched |= self._add(todays)
            for place, rule, quarter in ends.get(day, ()):
                self._judge(place, rule, quarter, day)
                touched.add(place)
            if day in self._changes:
                touched |= self._plan.everything
            self._settle(day, touched)
        return self._result()

    def _calendar(self) -> tuple[dict[int, list[tuple[int, Assess, int]]], dict[int, list[tuple[int, Assess, int]]]]:
        """What is given on a first day and judged on a last day. A unit that joined later begins on the day it joined."""
        starts: dict[int, list[tuple[int, Assess, int]]] = {}
        ends: dict[int, list[tuple[int, Assess, int]]] = {}
        for place, rule in self._plan.assessments:
            for quarter in periods(rule):
                first, last = self._year.bounds(quarter)
                if rule.judged == "start":
                    starts.setdefault(max(first, self._joined(first)), []).append((place, rule, quarter))
                elif rule.judged == "end" and last >= self._joined(first):
                    ends.setdefault(last, []).append((place, rule, quarter))
        return starts, ends

    def _joined(self, first: int) -> int:
        """The unit's first day in the scheme's year: the roster may be enrolled later than the year begins."""
        enrolled = self._unit.since.toordinal()
        return enrolled if enrolled > first else first

    def _begin(self, parts: Any, day: int) -> set[int]:
        for place, rule, quarter in parts:
            self._post(day, place, rule.judge(0), quarter)
        return {place for place, _, _ in parts}

    def _add(self, entries: list[Entry]) -> set[int]:
        """Add a day's entries to the sums, and to the postings where their rule posts."""
        touched = set()
        sums, behind, posts, post = self._sums, self._behind, self._plan.posting, self._postings.append
        year = sums[0]
        for entry in entries:
            _, place, gain, quarter, positions, _ = entry
            year[place] += gain
            sums[quarter][place] += gain
            touched.add(place)
            if posts[place]:
                post(entry)
            else:
                behind.setdefault(place, []).extend(positions)
        return touched

    def _judge(self, place: int, rule: Assess, quarter: int, day: int) -> None:
        assert rule.measure is not None
        self._post(day, place, self._worth(rule, quarter, day), quarter, self._note(self._plan.measures[rule.measure], quarter, day))

    def _worth(self, rule: Assess, quarter: int, day: int) -> int:
        """What a part is worth by its measure. Raises SchemeError for a value that no band holds."""
        assert rule.measure is not None
        value = self._value(self._plan.measures[rule.measure], quarter, day)
        worth = rule.judge(value)
        if worth is None:
            raise SchemeError.of("rules.no_band", field=rule.id, value=value)
        return worth

    def _settle(self, day: int, touched: set[int]) -> None:
        """After a day's changes: first days reached, what is judged daily, and the limits."""
        for measure, sources in self._plan.reaching:
            if measure.id not in self._reached and not sources.isdisjoint(touched):
                assert measure.first_day is not None
                of, needed = self._plan.measures[measure.first_day.of], self._target(measure.first_day.target, day)
                if self._value(of, 0, day) >= needed:
                    self._reached[measure.id] = day
        for place, rule, sources in self._plan.daily:
            if not sources.isdisjoint(touched):
                change = self._worth(rule, 0, day) - self._sums[0][place]
                if change:
                    behind = tuple(position for source in sorted(sources) for position in self._behind.get(source, ()))
                    self._post(day, place, change, 0, None, behind)
                    touched.add(place)
        if not self._plan.limiting.isdisjoint(touched):
            for place, adjusted in self._limited(self._sums[0], touched).items():
                change, self._adjusted[place] = adjusted - self._adjusted[place], adjusted
                if change:
                    self._post(day, place, change, 0)
        self._behind.clear()

    def _limited(self, year: Sequence[int], touched: AbstractSet[int]) -> dict[int, int]:
        """What each limit adds, afresh from the year's sums without limits, the deepest account first."""
        adjusted: dict[int, int] = {}
        for limit in self._plan.limits:
            if limit.depends and not limit.depends.isdisjoint(touched):
                self._holding[limit.place] = limit.rule.when.holds(self._lookup)
            balance = sum(map(year.__getitem__, limit.base)) + sum(map(adjusted.__getitem__, limit.inner))
            adjusted[limit.place] = limit.clamp(balance) - balance if self._holding[limit.place] else 0
        return adjusted

    def _lookup(self, name: str) -> Any:
        if name == "year":
            return self._year.number * points.ONE
        return self._value(self._plan.measures[name], 0, min(self._as_of, self._year.last))

    def _value(self, measure: Measure, quarter: int, day: int) -> Any:
        """A measure's value in a quarter (0: the year) on a day, in hundredths; an ordinal or None for a first day."""
        sums = self._sums[quarter]
        if measure.sum is not None:
            return sum(sums[index] for index in self._plan.feeding(measure.sum))
        if measure.first_day:
            return self._reached.get(measure.id)
        if measure.against is None:
            return sums[self._plan.place[measure.id]]
        value, needed = self._value(self._plan.measures[measure.against.of], quarter, day), self._target(measure.against.target, day)
        if measure.shortfall:
            return max(0, needed - value)
        if not needed:
            name, when = self._unit.on(date.fromordinal(day)).name, date.fromordinal(day)
            raise BasisError.of("rules.zero_target", field="targets", unit=name, target=measure.against.target, day=when)
        return Fraction(value * points.ONE, needed)

    def _target(self, name: str, day: int) -> int:
        needed = self._targets.get((name, day))
        if needed is None:
            needed = self._targets[name, day] = target(self._plan.scheme, self._unit, name, date.fromordinal(day))
        return needed

    def _note(self, measure: Measure, quarter: int, day: int) -> str | None:
        """What a judgement was made of: the value and the target."""
        if measure.against is None:
            return points.text(self._value(measure, quarter, day))
        value = self._value(self._plan.measures[measure.against.of], quarter, day)
        return f"{points.text(value)}/{points.text(self._target(measure.against.target, day))}"

    def _post(self, day: int, place: int, change: int, quarter: int, note: str | None = None, behind: tuple[int, ...] = ()) -> None:
        self._postings.append((day, place, change, quarter, behind, note))
        self._sums[0][place] += change
        if quarter:
            self._sums[quarter][place] += change

    def _open(self) -> Iterator[tuple[int, Assess, int, bool]]:
        """The parts judged at their end that are not yet: place, rule, quarter, and whether they have begun."""
        for place, rule in self._plan.assessments:
            if rule.judged == "end":
                for quarter in periods(rule):
                    first, last = self._year.bounds(quarter)
                    if last > self._as_of:
                        yield place, rule, quarter, first <= self._as_of

    def _result(self) -> UnitYear:
        scored = self._plan.scheme.scored_account
        score = sum(self._sums[0][index] for index in self._plan.feeding(scored))
        closing: dict[int, int] = {}
        pending = 0
        for place, rule, quarter, begun in self._open():
            pending += rule.worth
            if begun:
                closing[place] = closing.get(place, 0) + self._worth(rule, quarter, self._as_of)
        closed = list(self._sums[0])
        for place, worth in closing.items():
            closed[place] += worth
        for place, adjusted in self._limited(closed, frozenset()).items():
            closed[place] = adjusted
        if_closed = sum(closed[index] for index in self._plan.feeding(scored))
        postings = sorted(self._postings, key=lambda posting: posting[:2])
        return UnitYear(self._unit, postings, score, pending, if_closed, self._shown(), self._flags())

    def _shown(self) -> dict[str, int | date | None]:
        shown: dict[str, int | date | None] = {}
        for measure in self._plan.measures.values():
            if not measure.shown or measure.elapsed:
                continue
            for quarter in periods(measure):
                value = self._value(measure, quarter, min(self._as_of, self._year.last))
                name = f"{measure.id}{quarter}" if quarter else measure.id
                shown[name] = date.fromordinal(value) if measure.first_day and value else value
        return shown

    def _flags(self) -> tuple[str, ...]:
        in_force = [limit.rule.flag for limit in self._plan.limits if limit.rule.flag and self._holding[limit.place]]
        over = self._as_of >= self._year.last
        marked = [rule.flag for rule in self._plan.flags if (over or rule.judged == "daily") and rule.when.holds(self._lookup)]
        return tuple(dict.fromkeys([*in_force, *marked]))


def _days(entries: list[Entry], others: set[int]) -> Iterator[tuple[int, list[Entry]]]:
    """The days on which something happens, in order, each with its entries."""
    at, total = 0, len(entries)
    waiting = sorted(others, reverse=True)
    while at < total or waiting:
        day = entries[at][0] if at < total else waiting[-1]
        if waiting and waiting[-1] <= day:
            day = waiting.pop()
        first = at
        while at < total and entries[at][0] == day:
            at += 1
        yield day, entries[first:at]
