"""From an evaluated year to the lines of a bulletin: the period's own points, goals and how far they are reached, vetoes.

Nothing here knows a county: what counts as a goal, as the period's points or as a veto is read from the scheme's rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from ledger import points
from ledger.projections.bulletin import PERCENT, VETOED, Goal, Group, Line, Reached, Vetoed
from ledger.projections.standings import Row
from ledger.projections.targets import aims, is_whole
from ledger.rules.calendar import Period, Year
from ledger.rules.conditions import ALWAYS
from ledger.rules.evaluate import Evaluation
from ledger.rules.heirs import CARRIED
from ledger.rules.measures import Measures
from ledger.rules.model import Award, Limit, Measure
from ledger.rules.plan import Plan, within
from ledger.rules.roster import Roster


class Publishing:
    """One evaluated year, as a bulletin of one of its periods shows it."""

    def __init__(self, plan: Plan, roster: Roster, year: Year, as_of: date, evaluation: Evaluation, period: Period) -> None:
        self._plan, self._roster, self._year = plan, roster, year
        self._as_of, self._period = as_of, period
        self._standings = evaluation.standings

    def called(self, unit: str) -> str:
        """A unit's name on the last day."""
        return self._roster.units[unit].on(self._as_of).name

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """The measures that are held against a target, of the period or of longer ones that hold it, the shortest first."""
        found = []
        for of, target in aims(self._plan):
            for slot in self._year.slots[of.period]:
                period = self._year.periods[slot]
                if period.holds(self._period):
                    found.append(Goal(of.named(period.number), target, period, slot, of.sum))
        return tuple(sorted(found, key=lambda goal: goal.period.last - goal.period.first))

    @cached_property
    def account(self) -> str:
        """The account whose points of the period are shown: that of the first goal that sums one, or else the scored one."""
        return next((goal.account for goal in self.goals if goal.account), self._plan.scheme.scored_account)

    @cached_property
    def _days(self) -> tuple[Measure, ...]:
        """The measures that give the day on which a target of the year is reached."""
        reaching = (measure for measure in self._plan.course["unit"].measures if measure.first_day and measure.shown)
        return tuple(each for each in reaching if each.first_day and is_whole(each.first_day))

    @property
    def completes(self) -> bool:
        """Whether the year has targets that can be completed."""
        return bool(self._days) or any(goal.period.division == "year" for goal in self.goals)

    def groups(self, rows: Iterable[Row]) -> tuple[Group, ...]:
        """The lines by class, in the scheme's order of classes."""
        found: dict[str, list[Line]] = {name: [] for name in self._plan.scheme.classes}
        for row in rows:
            found.setdefault(row.class_, []).append(self._line(row))
        return tuple(Group(name, tuple(lines)) for name, lines in found.items() if lines)

    def _line(self, row: Row) -> Line:
        reached = tuple(self._reached(row, goal) for goal in self.goals)
        days = [row.measures.get(measure.id) for measure in self._days]
        dated = [day for day in days if isinstance(day, date)]
        if self._days:
            done = len(dated) == len(days)
            return Line(row, self._current(row.unit_id), reached, done, max(dated) if done else None)
        yearly = [each for each, goal in zip(reached, self.goals, strict=True) if goal.period.division == "year"]
        done = bool(yearly) and all(each.value is not None and each.value >= each.target for each in yearly)
        return Line(row, self._current(row.unit_id), reached, done)

    def _reached(self, row: Row, goal: Goal) -> Reached:
        value, day = row.measures.get(goal.measure), min(self._as_of.toordinal(), self._year.last)
        target = Measures(self._plan, self._roster.units[row.unit_id], self._year, [], {}).target(goal.target, goal.slot, day)
        return Reached(value if isinstance(value, int) else None, target)

    def _current(self, unit: str) -> int:
        """The points of the period alone.

        Of an account that is held against a target they are the period's own, as the measures count them; otherwise those
        posted in its days, without what came along from another unit, which had it before.
        """
        feeding, cells = frozenset(self._plan.feeding(self.account)), self._year.cells
        slot = next((at for at, each in enumerate(self._year.periods) if each.name == self._period.name), None)
        own = None if self.account == self._plan.scheme.scored_account else slot
        postings = (entry for entry in self._standings[unit].year.postings if entry[1] in feeding)
        if own is not None:
            return sum(change for _, _, change, cell, _, _ in postings if own in cells[cell])
        first, last = self._period.first, self._period.last
        return sum(change for day, _, change, _, _, note in postings if first <= day <= last and note != CARRIED)

    def given(self, positions: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        """What the events at these positions gave, by position and unit."""
        found: dict[int, dict[str, int]] = {}
        awards = [isinstance(rule, Award) for rule in self._plan.scheme.rules]
        for unit, standing in self._standings.items():
            for _, place, change, _, behind, note in standing.year.postings:
                if awards[place] and note != CARRIED:
                    for position in behind:
                        if position in positions:
                            of_event = found.setdefault(position, {})
                            of_event[unit] = of_event.get(unit, 0) + change
        return found

    def credited(self, named: Iterable[str], paid: Mapping[str, int], day: date) -> tuple[str, ...]:
        """The units to list for an item: those it named that were there on a day, and those in whose place others were paid."""
        there = [unit for unit in named if unit in paid or self._roster.units[unit].is_in(day)]
        return tuple(dict.fromkeys([*there, *paid])) or tuple(named)

    def vetoed(self, rows: Iterable[Row]) -> Iterator[Vetoed]:
        """The units whose score is set to nothing, with the clauses that took something from it."""
        rules = {place: rule for place, rule in enumerate(self._plan.scheme.rules) if isinstance(rule, Limit) and self._is_veto(rule)}
        flags = {VETOED, *(rule.flag for rule in rules.values() if rule.flag)}
        for row in rows:
            taken: dict[int, int] = {}
            since: dict[int, int] = {}
            for day, place, change, *_ in self._standings[row.unit_id].year.postings:
                if place in rules:
                    taken[place] = taken.get(place, 0) + change
                    since.setdefault(place, day)
            by = [place for place, change in taken.items() if change]
            if by or not flags.isdisjoint(row.flags):
                on = date.fromordinal(min(since[place] for place in by)) if by else None
                yield Vetoed(row.unit, tuple(rules[each].clause for each in by), tuple(rules[each].text for each in by), on)

    def _is_veto(self, rule: Limit) -> bool:
        """Whether a limit leaves nothing of the score while something holds."""
        whole = rule.deduct is not None and rule.deduct.percent >= PERCENT * points.ONE
        nothing = rule.most is not None and rule.most <= 0
        return (nothing or whole) and rule.when != ALWAYS and within(self._plan.scheme.scored_account, rule.account)
