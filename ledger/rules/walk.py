"""One unit's year, walked day by day: entries in, postings out, and where the unit stands at the end.

On each day: parts that begin with it are given, the day's entries are added, and then every judgement and limit that
the day can change is settled, each after those it rests on. A posting is a change, so the postings up to a day add up
to the score on it. A person who has accounts is walked the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from ledger import points
from ledger.errors import SchemeError
from ledger.rules import assess, limit
from ledger.rules.calendar import Year
from ledger.rules.conditions import ALWAYS, FIRST, Condition
from ledger.rules.facts import Entry
from ledger.rules.measures import Among, Measures
from ledger.rules.model import Assess, Limit, Measure
from ledger.rules.plan import Course, Plan, Step
from ledger.rules.roster import Unit


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Where a unit, or a person, stands: postings in order of day and rule, and what they come to.

    ``measures`` are hundredths, days or None by shown name; ``flags`` in the scheme's order. ``open`` are the parts that are
    ``pending``: the places of their rules, and their periods' slots.
    """

    unit: Unit
    postings: list[Entry]
    score: int
    pending: int
    if_closed: int
    measures: Mapping[str, int | date | None]
    flags: tuple[str, ...]
    open: tuple[tuple[int, int], ...] = ()


Parts = dict[int, dict[int, list[int]]]
"""By day and rule's place, the periods that are given or judged."""


@dataclass(slots=True)
class Today:
    """A day of the walk: the places of the rules and the periods that something has changed in so far."""

    day: int
    touched: set[int] = field(default_factory=set)
    slots: set[int] = field(default_factory=set)


class Walk:
    """The walk of one holder of accounts through one year, up to a day."""

    def __init__(self, plan: Plan, course: Course, unit: Unit, year: Year, as_of: date, among: Among, *, past: bool = False) -> None:
        self._plan, self._unit, self._year, self._as_of = plan, unit, year, as_of.toordinal()
        self._course = course
        self._past = past
        self._sums = [[0] * len(plan.scheme.rules) for _ in year.periods]
        self._kept = plan.kept(year)
        self._measures = Measures(plan, unit, year, self._sums, among)
        self._postings: list[Entry] = []
        self._behind: dict[int, list[int]] = {}
        self._holding: dict[tuple[int, int], bool] = {}
        self._compared: dict[tuple[str, int], Any] = {}
        changes = {state.since.toordinal() for state in unit.states[1:]} | {each.back.toordinal() for each in unit.absences if each.back}
        self._changes = {day for day in changes if year.has(day)}

    def run(self, entries: list[Entry]) -> UnitYear:
        """Walk through the holder's entries, which are in order of day."""
        posts, cells = self._plan.posting, self._year.cells
        self._postings = [entry for entry in entries if posts[entry[1]] and cells[entry[3]][0] == 0]  # in the year, whatever the week
        self._through(entries, frozenset())
        return self._result()

    def compared(self, entries: list[Entry]) -> Mapping[tuple[str, int], Any]:
        """The same for what a comparison of units needs of this one, by measure and slot: of an open period what it is as of the day."""
        slots = [(measure, slot) for measure in self._plan.compared for slot in self._year.slots[measure.period]]
        asked = [entry for entry in entries if entry[1] in self._course.entered]
        self._through(asked, frozenset(self._year.periods[slot].last for _, slot in slots))
        for measure, slot in slots:
            first, last = self._year.bounds(slot)
            if first <= self._as_of < last:
                self._compare(measure, slot, self._as_of)
        return self._compared

    def _through(self, entries: list[Entry], closing: frozenset[int]) -> None:
        starts, ends = self._calendar()
        by_day = {day: list(todays) for day, todays in groupby(entries, itemgetter(0))}
        others = {day for day in (*starts, *ends, *self._changes, *closing) if day <= self._as_of}
        for day in sorted(by_day.keys() | others):
            today = Today(day)
            if day in starts:
                self._begin(starts[day], today)
            self._add(by_day.get(day, ()), today)
            if day in self._changes:
                today.touched |= self._plan.everything
                today.slots |= self._begun(day)
            self._settle(today, ends.get(day))
            if day in closing:
                self._close(day)

    def _calendar(self) -> tuple[Parts, Parts]:
        """What is given, or looked at first, on a first day and judged on a last day.

        A unit that joined later, or was out, begins on its first day in.

        Periods in which it never was in are no part of it; with ``past``, those that were over when it joined are judged on
        that day: earlier points came along.
        """
        starts: Parts = {}
        ends: Parts = {}
        since = self._unit.since.toordinal()
        for place, rule in ((step.place, step.rule) for step in self._course.steps):
            for slot in self._year.slots[rule.period]:
                first, last = self._year.bounds(slot)
                if not self._unit.days_in(first, last) and not (self._past and last < since):
                    continue
                if isinstance(rule, Limit) or rule.judged != "end":
                    starts.setdefault(self._unit.first_in(first), {}).setdefault(place, []).append(slot)
                else:
                    ends.setdefault(max(last, since), {}).setdefault(place, []).append(slot)
        return starts, ends

    def _begin(self, parts: dict[int, list[int]], today: Today) -> None:
        for place, slots in parts.items():
            for slot in slots:
                rule = self._plan.scheme.rules[place]
                if not isinstance(rule, Assess) or rule.judged == "daily":
                    today.slots.add(slot)  # settled with the day's other changes; a floor or a condition may hold of nothing at all
                elif self._holds(rule.when, slot, today.day):
                    self._post(today.day, place, rule.points or 0, self._year.wholes[slot])
        today.touched.update(parts)

    def _add(self, entries: Iterable[Entry], today: Today) -> None:
        """Add a day's entries to the sums."""
        sums, kept, traced, touch, met = self._sums, self._kept, self._plan.traced, today.touched.add, -1
        for _, place, gain, cell, positions, _ in entries:
            if cell != met:  # most often all of a day's are in one
                met = cell
                today.slots.update(self._year.cells[cell])
            for slot in kept[place][cell]:
                sums[slot][place] += gain
            touch(place)
            if traced[place]:
                self._behind.setdefault(place, []).extend(positions)

    def _settle(self, today: Today, ends: Mapping[int, list[int]] | None) -> None:
        """After a day's changes: first days reached, then what is judged today and daily, and the limits, in their order."""
        if self._course.reaching:
            self._reach(today)
        if ends or not self._course.daily_sources.isdisjoint(today.touched):
            for step in self._course.steps if ends else self._course.daily:
                if ends and step.place in ends:
                    self._judge(step, today, ends[step.place])
                elif not step.sources.isdisjoint(today.touched):
                    self._adjust(step, today)
        self._behind.clear()

    def _judge(self, step: Step, today: Today, due: list[int]) -> None:
        """What is judged today, since its period ends or, for a unit that brought earlier points along, did so before."""
        rule, day = step.rule, today.day
        assert isinstance(rule, Assess)
        for slot in due:
            if self._holds(rule.when, slot, day):
                note = self._measures.note(rule.measure, slot, day)
                if rule.charged_to:  # the posting's own period is the one it is charged to
                    note = f"{note} ({self._year.periods[slot].name})" if note else self._year.periods[slot].name
                self._change(step, slot, self._worth(rule, slot, day, count=True), today, note)

    def _adjust(self, step: Step, today: Today) -> None:
        """What any day can change: the judgements that are made daily, and the limits. Each becomes what it comes to now."""
        rule, place, day = step.rule, step.place, today.day
        if isinstance(rule, Limit):
            for slot in self._of(step, today):
                balance, left = self._limited(step, rule, slot, today)
                if change := left - balance - self._sums[slot][place]:
                    self._change(step, slot, change, today, f"{points.text(balance)} → {points.text(left)}")
        elif rule.judged == "daily":
            for slot in self._of(step, today):
                worth = self._worth(rule, slot, day) if self._holds(rule.when, slot, day) else 0
                if change := worth - self._sums[slot][place]:
                    self._change(step, slot, change, today, behind=self._behind_of(step))

    def _change(self, step: Step, slot: int, change: int, today: Today, note: str | None = None, behind: tuple[int, ...] = ()) -> None:
        """Posts a change of a judgement or limit in a period, which those after it in their order see."""
        cell = self._cell(step.rule, slot)
        self._post(today.day, step.place, change, cell, note, behind)
        if behind:
            self._behind.setdefault(step.place, []).extend(behind)
        today.touched.add(step.place)
        today.slots.update(self._year.cells[cell])

    def _of(self, step: Step, today: Today) -> Iterable[int]:
        """The periods of a rule that a day can change: those touched, or all begun where its condition may have changed."""
        own = self._year.slots[step.rule.period]
        if len(own) == 1:
            return own
        wider = not step.asked.isdisjoint(today.touched)
        return [slot for slot in own if slot in today.slots or (wider and self._year.periods[slot].first <= today.day)]

    def _limited(self, step: Step, rule: Limit, slot: int, today: Today) -> tuple[int, int]:
        """The balance without a limit, and what it leaves of it; nothing of nothing where it neither holds nor has held."""
        holds = rule.when is ALWAYS or self._in_force(step, rule, slot, today)
        if not holds and not self._sums[slot][step.place]:
            return 0, 0
        balance = sum(map(self._sums[slot].__getitem__, step.base))
        if not holds:
            return balance, balance
        each = rule.deduct.each if rule.deduct else None
        times = self._measures.asked(each, slot, today.day) if each else points.ONE
        return balance, limit.clamped(rule, balance, times)

    def _in_force(self, step: Step, rule: Limit, slot: int, today: Today) -> bool:
        """Whether a limit's condition holds in a period; asked anew only when something that it asks of may have changed."""
        held = self._holding.get((step.place, slot))
        if held is None or not step.asked.isdisjoint(today.touched) or today.day in self._changes:
            held = self._holding[step.place, slot] = rule.when.holds(self._lookup(slot, today.day))
        return held

    def _worth(self, rule: Assess, slot: int, day: int, *, count: bool = False) -> int:
        """What a part is worth by its measure. Raises SchemeError for a value that no band holds."""
        if rule.measure is None:
            return rule.points or 0
        value = self._measures.asked(rule.measure, slot, day)
        if value is None:  # held against a target, or other units, of a period in which the unit never was in
            return 0
        worth = assess.judged(rule, value)
        if worth is None:
            raise SchemeError.of("rules.no_band", field=rule.id, value=value)
        for place, names in self._plan.banded.get(rule.id, ()) if count else ():
            band = rule.band(assess.beyond(rule, value))
            if band and band.name in names:
                for each in self._kept[place][self._year.wholes[slot]]:
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

    def _reach(self, today: Today) -> None:
        if self._unit.absences and self._unit.absence(date.fromordinal(today.day)):
            return  # what it lacks no longer when it goes, it has reached when it is back
        for measure, sources in self._course.reaching:
            if measure.id not in self._measures.reached and not sources.isdisjoint(today.touched):
                assert measure.first_day is not None
                over = self._measures.difference(measure.first_day, 0, today.day)
                if over is not None and over >= 0:
                    self._measures.reached[measure.id] = today.day

    def _holds(self, when: Condition, slot: int, day: int) -> bool:
        return when is ALWAYS or when.holds(self._lookup(slot, day))

    def _lookup(self, slot: int, day: int) -> Any:
        """What conditions of judgements, limits and flags ask: measures of the period or of the year, and what the unit is."""

        def look(name: str) -> Any:
            if name in self._plan.measures:
                return self._measures.asked(name, slot, day)
            state = self._unit.on(date.fromordinal(day))
            return {
                FIRST: self._year.first,
                "year": self._year.number * points.ONE,
                "class": state.class_,
                "staff": None if state.staff is None else state.staff * points.ONE,
            }[name]

        return look

    def _post(self, day: int, place: int, change: int, cell: int, note: str | None = None, behind: tuple[int, ...] = ()) -> None:
        self._postings.append((day, place, change, cell, behind, note))
        for slot in self._kept[place][cell]:
            self._sums[slot][place] += change

    def _begun(self, day: int) -> set[int]:
        return {slot for slot, period in enumerate(self._year.periods) if period.first <= day}

    def _close(self, day: int) -> None:
        """Keeps what the comparison of units needs of the periods that end today."""
        for measure in self._plan.compared:
            for slot in self._year.slots[measure.period]:
                if self._year.periods[slot].last == day:
                    self._compare(measure, slot, day)

    def _compare(self, measure: Measure, slot: int, day: int) -> None:
        assert measure.among is not None
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
        waiting = [(place, rule, slot) for place, rule, slot, _ in self._open() if rule.worth and self._holds(rule.when, slot, last)]
        pending = sum(rule.worth for _, rule, _ in waiting)
        parts = tuple((place, slot) for place, _, slot in waiting)
        shown, flags, score, postings = self._shown(), self._flags(last), self._total(), self._postings
        if_closed = self._closed()
        ordered = sorted(postings, key=itemgetter(0, 1))
        return UnitYear(self._unit, ordered, score, pending, if_closed, shown, flags, parts)

    def _total(self) -> int:
        return sum(map(self._sums[0].__getitem__, self._course.scored))

    def _closed(self) -> int:
        """The score if every part that has begun ended today. The walk ends here: its sums are those of that end."""
        ends: dict[int, list[int]] = {}
        for place, _, slot, begun in self._open():
            if begun:
                ends.setdefault(place, []).append(slot)
        if ends:
            self._postings = []
            self._settle(Today(self._as_of), ends)
        return self._total()

    def _shown(self) -> dict[str, int | date | None]:
        shown: dict[str, int | date | None] = {}
        for measure in self._course.measures:
            if measure.shown and not measure.elapsed:
                for slot in self._year.slots[measure.period]:
                    shown[measure.named(self._year.periods[slot].number)] = self._value_shown(measure, slot)
        return shown

    def _value_shown(self, measure: Measure, slot: int) -> int | date | None:
        value = self._measures.value(measure.id, slot, min(self._as_of, self._year.last))
        return date.fromordinal(value) if measure.first_day and value else None if value is None else points.rounded(value)

    def _flags(self, day: int) -> tuple[str, ...]:
        in_force = [rule.flag for rule in self._course.limits if rule.flag and self._held(rule, day)]
        over, look = self._as_of >= self._year.last, self._lookup(0, day)
        marked = [rule.flag for rule in self._course.flags if (over or rule.judged == "daily") and rule.when.holds(look)]
        return tuple(dict.fromkeys([*in_force, *marked]))

    def _held(self, rule: Limit, day: int) -> bool:
        """Whether a limit marks the unit: its condition holds in some period, or, without one, it takes or gives something."""
        if rule.when is ALWAYS:
            place = self._plan.place[rule.id]
            return any(self._sums[slot][place] for slot in self._year.slots[rule.period])
        begun = self._begun(day)
        return any(self._holds(rule.when, slot, day) for slot in self._year.slots[rule.period] if slot in begun)
