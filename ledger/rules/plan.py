"""A scheme prepared for walking through a year: who feeds whom, what is judged when, which rule comes before which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Literal

from ledger.rules import fields
from ledger.rules.award import Program, compile_scheme, times_of
from ledger.rules.calendar import Year
from ledger.rules.conditions import ALWAYS, Condition, Exists, leaves
from ledger.rules.model import AnyRule, Assess, Award, Flag, Limit, Measure, Rank, Scheme

Holder = Literal["unit", "person"]
type_of_posting = (Award, Assess, Limit)


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that is settled day by day: its place, what can change it, and for a limit what its account's balance is made of."""

    place: int
    rule: Assess | Limit
    sources: frozenset[int]
    base: tuple[int, ...] = ()
    asked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Course:
    """What a holder of accounts, a unit or a person, goes through in a year.

    ``steps`` are all judgements and limits, each after those it rests on; ``daily`` those that any day can change, and
    ``daily_sources`` what changes one of them. ``entered`` are the places of the rules whose entries are asked for.
    """

    scored: tuple[int, ...]
    entered: frozenset[int]
    assessments: tuple[tuple[int, Assess], ...]
    steps: tuple[Step, ...]
    daily: tuple[Step, ...]
    daily_sources: frozenset[int]
    reaching: tuple[tuple[Measure, frozenset[int]], ...]
    measures: tuple[Measure, ...]
    limits: tuple[Limit, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Plan:
    """A scheme, its identity and everything derived from it once. Rules are known by their place in the scheme."""

    scheme: Scheme
    sha256: str
    readings: Mapping[str, str]

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each rule, by id."""
        return {rule.id: index for index, rule in enumerate(self.scheme.rules)}

    @cached_property
    def programs(self) -> dict[str, tuple[Program, ...]]:
        """What each kind of fact does."""
        return compile_scheme(self.scheme)

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """The kinds of fact to read, and their fields."""
        return fields.uses(self.scheme)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The measures, by id."""
        return {rule.id: rule for rule in self.scheme.rules if isinstance(rule, Measure)}

    @cached_property
    def forms(self) -> dict[str, str]:
        """The form of each measure, by id."""
        return {name: measure.form for name, measure in self.measures.items()}

    @cached_property
    def divisions(self) -> tuple[str, ...]:
        """The divisions of the year that rules speak of."""
        periods = (rule.period for rule in self.scheme.rules if isinstance(rule, Measure | Assess | Limit))
        return tuple(dict.fromkeys(periods))

    def year(self, number: int) -> Year:
        """A year of the scheme's calendar, divided as its rules need."""
        return self.scheme.calendar.year(number, self.divisions)

    def months(self, year: Year, slot: int) -> list[tuple[int, int]]:
        """The first and last days of the months of a period."""
        whole = self.scheme.calendar.year(year.number, ("month",))
        months = (whole.periods[each] for each in whole.slots["month"])
        return [(month.first, month.last) for month in months if year.periods[slot].holds(month)]

    @cached_property
    def timed(self) -> frozenset[str]:
        """The kinds of fact from which a time is measured."""
        return frozenset(measure.elapsed.from_ for measure in self.measures.values() if measure.elapsed)

    @cached_property
    def aside(self) -> frozenset[str]:
        """The kinds of fact that are looked up by themselves: what ends a time, what must exist, rulings."""
        ends = {measure.elapsed.to for measure in self.measures.values() if measure.elapsed}
        exist = (each.match for programs in self.programs.values() for program in programs for each in program.exists)
        return frozenset({"order_settled", *ends, *exist})

    @cached_property
    def compared(self) -> tuple[Measure, ...]:
        """The measures that compare units: for these every unit has to be walked before one can be judged."""
        return tuple(measure for measure in self.measures.values() if measure.among)

    @cached_property
    def scheme_rank(self) -> Rank | None:
        """The rank rule, if the scheme has one."""
        return next((rule for rule in self.scheme.rules if isinstance(rule, Rank)), None)

    @cached_property
    def course(self) -> dict[Holder, Course]:
        """What units go through, and what persons do."""
        return {holder: self._course(holder) for holder in ("unit", "person")}

    @cached_property
    def comparing(self) -> Course:
        """What of a unit's course the comparison of units rests on: its judgements and limits alone, in their order."""
        whole = self.course["unit"]
        needed = frozenset().union(*(self.sources(measure.among.of) for measure in self.compared if measure.among))
        while more := frozenset().union(*(step.sources for step in whole.steps if step.place in needed)) - needed:
            needed |= more
        steps = tuple(step for step in whole.steps if step.place in needed)
        daily = tuple(step for step in whole.daily if step.place in needed)
        return replace(
            whole,
            entered=needed,
            assessments=tuple(each for each in whole.assessments if each[0] in needed),
            steps=steps,
            daily=daily,
            daily_sources=frozenset().union(*(step.sources for step in daily)),
        )

    @cached_property
    def comparisons(self) -> int:
        """How often every unit has to be walked before all comparisons are known: as often as one rests on another, and once more."""
        asking = {step.place: [name for name in self.before(step.rule) if name in self.measures] for step in self.comparing.steps}

        def depth(name: str) -> int:
            measure = self.measures[name]
            below = [*measure.made_of, *(each for place in self.sources(name) for each in asking.get(place, ()))]
            return bool(measure.among) + max(map(depth, below), default=0)

        return max((depth(measure.id) for measure in self.compared), default=0)

    def _course(self, holder: Holder) -> Course:
        rules = [(index, rule) for index, rule in enumerate(self.scheme.rules) if self.holder(rule) == holder]
        timed = {measure.id for measure in self.measures.values() if measure.elapsed}
        judged = tuple((index, rule) for index, rule in rules if isinstance(rule, Assess) and rule.measure not in timed)
        steps = self._ordered([*(self._assessed(*each) for each in judged), *self._limits(rules)])
        daily = tuple(step for step in steps if isinstance(step.rule, Limit) or step.rule.judged == "daily")
        measures = tuple(rule for _, rule in rules if isinstance(rule, Measure))
        persons = self.scheme.persons
        scored = self.scheme.scored_account if holder == "unit" else persons.scored_account if persons else ""
        return Course(
            scored=self.feeding(scored),
            entered=self.everything,
            assessments=judged,
            steps=steps,
            daily=daily,
            daily_sources=frozenset().union(*(step.sources for step in daily)),
            reaching=tuple((measure, self.sources(measure.id)) for measure in measures if measure.first_day),
            measures=measures,
            limits=tuple(step.rule for step in steps if isinstance(step.rule, Limit)),
            flags=tuple(rule for _, rule in rules if isinstance(rule, Flag)),
        )

    def holder(self, rule: AnyRule) -> Holder:
        """Whose a rule is: a person's if it posts to a person's account or looks at one's measures."""
        if isinstance(rule, type_of_posting):
            return self._owner(rule.account)
        if isinstance(rule, Flag):
            names = [name for name in fields.of_condition(rule.when) if name in self.measures]
            return self.holder(self.measures[names[0]]) if names else "unit"
        if not isinstance(rule, Measure):
            return "unit"
        if rule.count:
            return "unit" if rule.count.credit == "unit" else "person"
        return self._owner(rule.sum) if rule.sum else self.holder(self.measures[rule.made_of[0]]) if rule.made_of else "unit"

    def _owner(self, account: str) -> Holder:
        persons = self.scheme.persons
        return "person" if persons and within(account, persons.scored_account) else "unit"

    def _assessed(self, place: int, rule: Assess) -> Step:
        """What a judgement rests on: its measure, its condition and its own beginning."""
        sources, asked = self.sources(rule.measure) if rule.measure else frozenset(), self.depends(rule.when)
        if rule.measure and self._reaches_on(rule.measure, rule.period):
            asked |= sources
        return Step(place, rule, sources | asked | {place}, asked=asked)

    def _reaches_on(self, name: str, period: str) -> bool:
        """Whether what changes a measure in one period may change it in others: it is the year's, or carried from one to the next."""
        measure = self.measures[name]
        return measure.period != period or measure.carried is not None or any(self._reaches_on(each, period) for each in measure.made_of)

    def _limits(self, rules: list[tuple[int, AnyRule]]) -> Iterator[Step]:
        """The limits, the deepest account first, then the finest period, then in file order; each sees those before it."""
        found = [(index, rule) for index, rule in rules if isinstance(rule, Limit)]
        found.sort(key=lambda entry: (-entry[1].account.count("/"), self.coarseness(entry[1].period)))
        for order, (place, rule) in enumerate(found):
            inner = (before for before, other in found[:order] if within(other.account, rule.account))
            base = (*self.unlimited(rule.account), *inner)
            asked = self.depends(rule.when) | (self.sources(rule.deduct.each) if rule.deduct and rule.deduct.each else frozenset())
            yield Step(place, rule, frozenset(base) | asked | {place}, base, asked)

    def coarseness(self, division: str) -> int:
        """How long the longest period of a division is, in days."""
        periods = self.scheme.calendar.year(2000, (division,)).periods
        return max(period.last - period.first for period in periods if period.division == division)

    def _ordered(self, steps: list[Step]) -> tuple[Step, ...]:
        by_place = {step.place: step for step in steps}
        graph = {step.place: step.sources & by_place.keys() - {step.place} for step in steps}
        return tuple(by_place[place] for place in TopologicalSorter(graph).static_order())

    @cached_property
    def _accounts(self) -> tuple[str | None, ...]:
        return tuple(rule.account if isinstance(rule, type_of_posting) else None for rule in self.scheme.rules)

    @cached_property
    def _feeding(self) -> dict[str, tuple[int, ...]]:
        return {}

    @cached_property
    def _asked(self) -> tuple[frozenset[str], ...]:
        """The divisions of the year by whose periods each rule's value is asked for, by place."""
        found: list[set[str]] = [{"year"} for _ in self.scheme.rules]
        for rule in self.scheme.rules:
            if isinstance(rule, Measure):
                places: Collection[int] = self.sources(rule.id)
            elif isinstance(rule, Limit):
                places = (*self.feeding(rule.account), self.place[rule.id])
            elif isinstance(rule, Assess):
                places = (self.place[rule.id],)
            else:
                continue
            for place in places:
                found[place].add(rule.period)
        return tuple(map(frozenset, found))

    @cached_property
    def _keeping(self) -> dict[int, tuple[tuple[tuple[int, ...], ...], ...]]:
        return {}

    def kept(self, year: Year) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """The slots in which what a rule enters in a cell has to be kept, by place and cell: few of all those that hold the cell."""
        found = self._keeping.get(year.number)
        if found is None:
            narrowed = {
                asked: tuple(tuple(slot for slot in cell if year.periods[slot].division in asked) for cell in year.cells)
                for asked in set(self._asked)
            }
            found = self._keeping[year.number] = tuple(narrowed[asked] for asked in self._asked)
        return found

    def feeding(self, account: str) -> tuple[int, ...]:
        """The places of the rules that post to an account or below it."""
        found = self._feeding.get(account)
        if found is None:
            found = tuple(index for index, own in enumerate(self._accounts) if own is not None and within(own, account))
            self._feeding[account] = found
        return found

    def unlimited(self, account: str) -> tuple[int, ...]:
        """The same but for the limits: what the account's balance is without them."""
        return tuple(index for index in self.feeding(account) if not isinstance(self.scheme.rules[index], Limit))

    def sources(self, measure: str) -> frozenset[int]:
        """The places of the rules whose entries can change a measure."""
        rule = self.measures[measure]
        if rule.sum:
            return frozenset(self.feeding(rule.sum))
        if rule.made_of:
            return frozenset().union(*map(self.sources, rule.made_of))
        return frozenset([self.place[measure], *([self.place[rule.in_band.of]] if rule.in_band else [])])

    def depends(self, condition: Condition) -> frozenset[int]:
        """The places of the rules whose entries can change a condition on measures."""
        if condition is ALWAYS:
            return frozenset()
        names = [leaf.field for leaf in leaves(condition) if not isinstance(leaf, Exists)]
        return frozenset(index for name in names if name in self.measures for index in self.sources(name))

    @cached_property
    def everything(self) -> frozenset[int]:
        """The places of all rules: what a change of the unit itself, its class or targets, may touch."""
        return frozenset(range(len(self.scheme.rules)))

    @cached_property
    def banded(self) -> dict[str, tuple[tuple[int, frozenset[str]], ...]]:
        """The measures that count the bands of a judgement, by that rule's id: place and names of bands."""
        found: dict[str, list[tuple[int, frozenset[str]]]] = {}
        for measure in self.measures.values():
            if measure.in_band:
                found.setdefault(measure.in_band.of, []).append((self.place[measure.id], frozenset(measure.in_band.bands)))
        return {rule: tuple(counts) for rule, counts in found.items()}

    def before(self, rule: AnyRule) -> Iterator[str]:
        """The rules that a rule's value is made from, by id."""
        if isinstance(rule, Award):
            yield from times_of(rule)
        elif isinstance(rule, Measure):
            yield from rule.made_of
            yield from (self.scheme.rules[place].id for place in (self.feeding(rule.sum) if rule.sum else ()))
            yield from [rule.in_band.of] if rule.in_band else []
        elif isinstance(rule, Assess | Limit):
            yield from (name for name in fields.of_condition(rule.when) if name in self.measures)
            if isinstance(rule, Assess):
                yield from [rule.measure] if rule.measure else []
            else:
                yield from [rule.deduct.each] if rule.deduct and rule.deduct.each else []
                yield from (self.scheme.rules[place].id for place in self.unlimited(rule.account))

    def account(self, place: int) -> str:
        """The account that a posting rule posts to."""
        rule = self.scheme.rules[place]
        assert isinstance(rule, type_of_posting)
        return rule.account

    @cached_property
    def traced(self) -> tuple[bool, ...]:
        """Whether the facts behind each rule's entries are asked for, by place: a daily judgement names those of its day."""
        judged = (step for course in self.course.values() for step in course.daily if isinstance(step.rule, Assess))
        asked = frozenset().union(*(step.sources for step in judged))
        return tuple(place in asked for place in range(len(self.scheme.rules)))

    @cached_property
    def posting(self) -> tuple[bool, ...]:
        """Whether each rule posts, by place; a measure does not."""
        return tuple(isinstance(rule, type_of_posting) for rule in self.scheme.rules)


def within(account: str, of: str) -> bool:
    """Whether an account is another or below it."""
    return account == of or account.startswith(of + "/")
