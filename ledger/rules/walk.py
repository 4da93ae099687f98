"""One unit's year, walked day by day: entries in, postings out, and where the unit stands at the end.

On each day: parts that begin with it are given, the day's entries are added, and then every judgement and limit that
the day can change is settled, each after those it rests on. A posting is a change, so the postings up to a day add up
to the score on it. A person who has accounts is walked the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger import points
from ledger.errors import SchemeError
from ledger.rules import assess, limit
from ledger.rules.calendar import Year
from ledger.rules.facts import Entry
from ledger.rules.measures import Among, Measures
from ledger.rules.model import Assess, Limit, Measure
from ledger.rules.plan import Holder, Plan, Step
from ledger.rules.roster import Unit


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Where a unit, or a person, stands: postings in order of day and rule, and what they come to.

    ``measures`` are hundredths, days or None by shown name; ``flags`` in the scheme's order; ``compared`` the values, by
    measure and slot, that a comparison of units needs.
    """

    unit: Unit
    postings: list[Entry]
    score: int
    pending: int
    if_closed: int
    measures: Mapping[str, int | date | None]
    flags: tuple[str, ...]
    compared: Mapping[tuple[str, int], Any] = field(default_factory=dict)


Parts = dict[int, dict[int, list[int]]]
"""By day and rule's place, the periods that are given or judged."""


class Walk:
    """The walk of one holder of accounts through one year, up to a day."""

    def __init__(
        self, plan: Plan, unit: Unit, year: Year, as_of: date, among: Among, holder: Holder = "unit", *, past: bool = False
    ) -> None:
        self._plan, self._unit, self._year, self._as_of = plan, unit, year, as_of.toordinal()
        self._course = plan.course[holder]
        self._past = past
        self._sums = [[0] * len(plan.scheme.rules) for _ in year.periods]
        self._measures = Measures(plan, unit, year, self._sums, among)
        self._postings: list[Entry] = []
        self._behind: dict[int, list[int]] = {}
        self._holding: dict[tuple[int, int], bool] = {}
        self._compared: dict[tuple[str, int], Any] = {}
        changes = {state.since.toordinal() for state in unit.states[1:]} | {each.back.toordinal() for each in unit.absences if each.back}
        self._changes = {day for day in changes if year.has(day)}

    def run(self, entries: list[Entry]) -> UnitYear:
        """Walk through the holder's entries, which are in order of day."""
        starts, ends = self._calendar()
        closing = {self._year.periods[slot].last for m in self._plan.compared for slot in self._year.slots[m.period]}
        for day, todays in _days(entries, {day for day in (*starts, *ends, *self._changes, *closing) if day <= self._as_of}):
            touched = self._begin(starts.get(day, {}), day)
            slots = self._add(todays, touched)
            if day in self._changes:
                touched |= self._plan.everything
                slots |= self._begun(day)
            self._settle(day, touched, slots, ends.get(day))
            if day in closing:
                self._compare(day)
        return self._result()

    def _calendar(self) -> tuple[Parts, Parts]:
        """What is given on a first day and judged on a last day. A unit that joined later, or was out, begins on its first day in.

        Periods in which it never was in are no part of it; with ``past``, those that were over when it joined are judged on
        that day: earlier points came along.
        """
        starts: Parts = {}
        ends: Parts = {}
        since = self._unit.since.toordinal()
        for place, rule in self._course.assessments:
            for slot in self._year.slots[rule.period]:
                first, last = self._year.bounds(slot)
                if not self._unit.days_in(first, last) and not (self._past and last < since):
                    continue
                if rule.judged == "start":
                    starts.setdefault(self._unit.first_in(first), {}).setdefault(place, []).append(slot)
                elif rule.judged == "end":
                    ends.setdefault(max(last, since), {}).setdefault(place, []).append(slot)
        return starts, ends

    def _begin(self, parts: dict[int, list[int]], day: int) -> set[int]:
        for place, slots in parts.items():
            for slot in slots:
                rule = self._plan.scheme.rules[place]
                assert isinstance(rule, Assess)
                if rule.when.holds(self._lookup(slot, day)):
                    self._post(day, place, rule.points or 0, self._year.wholes[slot])
        return set(parts)

    def _add(self, entries: list[Entry], touched: set[int]) -> set[int]:
        """Add a day's entries to the sums, and to the postings where their rule posts and the day is the year's. The slots touched."""
        sums, behind, post, cells = self._sums, self._behind, self._postings.append, self._year.cells
        posts, traced = self._plan.posting, self._plan.traced
        met: set[int] = set()
        for entry in entries:
            _, place, gain, cell, positions, _ = entry
            of = cells[cell]
            for slot in of:
                sums[slot][place] += gain
            met.add(cell)
            touched.add(place)
            if traced[place]:
                behind.setdefault(place, []).extend(positions)
            if posts[place] and not of[0]:
                post(entry)
        return {slot for cell in met for slot in cells[cell]}

    def _settle(self, day: int, touched: set[int], slots: set[int], ends: Mapping[int, list[int]] | None) -> None:
        """After a day's changes: first days reached, then what is judged today and daily, and the limits, in their order."""
        self._reach(day, touched)
        if ends or not self._course.daily_sources.isdisjoint(touched):
            for step in self._course.steps if ends else self._course.daily:
                due = ends.get(step.place, ()) if ends else ()
                if not due and step.sources.isdisjoint(touched):
                    continue
                for slot, change, note in self._changes_by(step, day, touched, slots, due):
                    cell = self._cell(step.rule, slot)
                    behind = self._behind_of(step) if isinstance(step.rule, Assess) and not due else ()
                    self._post(day, step.place, change, cell, note, behind)
                    self._behind.setdefault(step.place, []).extend(behind)
                    touched.add(step.place)
                    slots.update(self._year.cells[cell])
        self._behind.clear()

    def _changes_by(
        self, step: Step, day: int, touched: set[int], slots: set[int], due: Iterable[int]
    ) -> Iterator[tuple[int, int, str | None]]:
        """What one judgement or limit changes today: period, points and what they were made of."""
        rule = step.rule
        if isinstance(rule, Assess):
            for slot in due:
                if rule.when.holds(self._lookup(slot, day)):
                    yield slot, self._worth(rule, slot, day, count=True), self._measures.note(rule.measure, slot, day)
            if rule.judged == "daily":
                for slot in sorted(self._of(rule.period, slots, day, step, touched)):
                    worth = self._worth(rule, slot, day) if rule.when.holds(self._lookup(slot, day)) else 0
                    if change := worth - self._sums[slot][step.place]:
                        yield slot, change, None
        else:
            for slot in sorted(self._of(rule.period, slots, day, step, touched)):
                adjusted = self._limited(step, rule, slot, day, touched)
                if change := adjusted - self._sums[slot][step.place]:
                    yield slot, change, None

    def _of(self, division: str, slots: set[int], day: int, step: Step, touched: set[int]) -> Iterable[int]:
        """The periods of a rule that a day can change: those touched, or all begun where its condition may have changed."""
        own = self._year.slots[division]
        if own == (0,):
            return own
        wider = not step.asked.isdisjoint(touched)
        return {slot for slot in own if slot in slots or (wider and self._year.periods[slot].first <= day)}

    def _limited(self, step: Step, rule: Limit, slot: int, day: int, touched: set[int]) -> int:
        """What a limit adds, from the balance without it."""
        if (step.place, slot) not in self._holding or not step.asked.isdisjoint(touched) or day in self._changes:
            self._holding[step.place, slot] = rule.when.holds(self._lookup(slot, day))
        if not self._holding[step.place, slot]:
            return 0
        sums = self._sums[slot]
        balance = sum(map(sums.__getitem__, step.base))
        each = rule.deduct.each if rule.deduct else None
        times = self._measures.value(each, self._measures.slot(each, slot), day) if each else points.ONE
        return limit.clamped(rule, balance, times) - balance

    def _worth(self, rule: Assess, slot: int, day: int, *, count: bool = False) -> int:
        """What a part is worth by its measure. Raises SchemeError for a value that no band holds."""
        if rule.measure is None:
            return rule.points or 0
        value = self._measures.value(rule.measure, self._measures.slot(rule.measure, slot), day)
        if value is None:  # held against a target, or other units, of a period in which the unit never was in
            return 0
        worth = assess.judged(rule, value)
        if worth is None:
            raise SchemeError.of("rules.no_band", field=rule.id, value=value)
        for place, names in self._plan.banded.get(rule.id, ()) if count else ():
            band = rule.band(assess.beyond(rule, value))
            if band and band.name in names:
                for each in self._year.cells[self._year.wholes[slot]]:
                    self._sums[each][place] += points.ONE
        return worth

    def _cell(self, rule: Assess | Limit, slot: int) -> int:
        """The cell that a rule's change in a period is posted to: the period's own, or the one it is charged to."""
        if isinstance(rule, Assess) and rule.charged_to:
            following = self._year.slots[rule.period][-1] > slot
            return self._year.wholes[slot + 1] if rule.charged_to == "next" and following else self._year.wholes[0]
        return self._year.wholes[slot]

    def _behind_of(self, step: Step) -> tuple[int, ...]:
        return tuple(dict.fromkeys(position for source in sorted(step.sources) for position in self._behind.get(source, ())))

    def _reach(self, day: int, touched: set[int]) -> None:
        if self._unit.absences and self._unit.absence(date.fromordinal(day)):
            return  # what it lacks no longer when it goes, it has reached when it is back
        for measure, sources in self._course.reaching:
            if measure.id not in self._measures.reached and not sources.isdisjoint(touched):
                assert measure.first_day is not None
                over = self._measures.difference(measure.first_day, 0, day)
                if over is not None and over >= 0:
                    self._measures.reached[measure.id] = day

    def _lookup(self, slot: int, day: int) -> Any:
        """What conditions of judgements, limits and flags ask: measures of the period or of the year, and what the unit is."""

        def look(name: str) -> Any:
            if name in self._plan.measures:
                return self._measures.value(name, self._measures.slot(name, slot), day)
            state = self._unit.on(date.fromordinal(day))
            return {
                "year": self._year.number * points.ONE,
                "class": state.class_,
                "staff": None if state.staff is None else state.staff * points.ONE,
            }[name]

        return look

    def _post(self, day: int, place: int, change: int, cell: int, note: str | None = None, behind: tuple[int, ...] = ()) -> None:
        self._postings.append((day, place, change, cell, behind, note))
        for slot in self._year.cells[cell]:
            self._sums[slot][place] += change

    def _begun(self, day: int) -> set[int]:
        return {slot for slot, period in enumerate(self._year.periods) if period.first <= day}

    def _compare(self, day: int) -> None:
        """Keeps what the comparison of units needs of the periods that end today."""
        for measure in self._plan.compared:
            assert measure.among is not None
            for slot in self._year.slots[measure.period]:
                if self._year.periods[slot].last == day:
                    self._compared[measure.id, slot] = self._measures.value(measure.among.of, slot, day)

    def _open(self) -> Iterator[tuple[int, Assess, int, bool]]:
        """The parts judged at their end that are not yet: place, rule, period, and whether they have begun."""
        for place, rule in self._course.assessments:
            if rule.judged == "end":
                for slot in self._year.slots[rule.period]:
                    first, last = self._year.bounds(slot)
                    if last > self._as_of:
                        yield place, rule, slot, first <= self._as_of

    def _result(self) -> UnitYear:
        last = min(self._as_of, self._year.last)
        pending = sum(rule.worth for _, rule, slot, _ in self._open() if rule.worth and rule.when.holds(self._lookup(slot, last)))
        shown, flags, score, postings = self._shown(), self._flags(last), self._total(), self._postings
        if_closed = self._closed()
        ordered = sorted(postings, key=lambda posting: posting[:2])
        return UnitYear(self._unit, ordered, score, pending, if_closed, shown, flags, self._compared)

    def _total(self) -> int:
        return sum(map(self._sums[0].__getitem__, self._course.scored))

    def _closed(self) -> int:
        """The score if every part that has begun ended today. The walk ends here: its sums are those of that end."""
        ends: dict[int, list[int]] = {}
        for place, _, slot, begun in self._open():
            if begun:
                ends.setdefault(place, []).append(slot)
        for measure in self._plan.compared:
            assert measure.among is not None
            for slot in self._year.slots[measure.period]:
                first, last = self._year.bounds(slot)
                if first <= self._as_of < last:
                    self._compared[measure.id, slot] = self._measures.value(measure.among.of, slot, self._as_of)
        if ends:
            self._postings = []
            self._settle(self._as_of, set(), set(), ends)
        return self._total()

    def _shown(self) -> dict[str, int | date | None]:
        shown: dict[str, int | date | None] = {}
        for measure in self._course.measures:
            if measure.shown and not measure.elapsed:
                for slot in self._year.slots[measure.period]:
                    shown[self._name(measure, slot)] = self._value_shown(measure, slot)
        return shown

    def _name(self, measure: Measure, slot: int) -> str:
        return measure.id if measure.period == "year" else f"{measure.id}{self._year.periods[slot].number}"

    def _value_shown(self, measure: Measure, slot: int) -> int | date | None:
        value = self._measures.value(measure.id, slot, min(self._as_of, self._year.last))
        return date.fromordinal(value) if measure.first_day and value else None if value is None else points.rounded(value)

    def _flags(self, day: int) -> tuple[str, ...]:
        in_force = [rule.flag for rule in self._course.limits if rule.flag and self._held(rule, day)]
        over, look = self._as_of >= self._year.last, self._lookup(0, day)
        marked = [rule.flag for rule in self._course.flags if (over or rule.judged == "daily") and rule.when.holds(look)]
        return tuple(dict.fromkeys([*in_force, *marked]))

    def _held(self, rule: Limit, day: int) -> bool:
        begun = self._begun(day)
        return any(rule.when.holds(self._lookup(slot, day)) for slot in self._year.slots[rule.period] if slot in begun)


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
