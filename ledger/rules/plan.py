"""A scheme prepared for walking through a year: who feeds whom, what is judged when, which limit comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ledger.rules import fields
from ledger.rules.conditions import Condition, Exists, leaves
from ledger.rules.model import Assess, Award, Flag, Limit, Measure, Rank, Scheme
from ledger.rules.program import Program, compile_scheme

type_of_posting = (Award, Assess, Limit)


@dataclass(frozen=True, slots=True)
class Limiting:
    """A limit with what it stands on: the rules of its account's balance, the limits before it, and its condition's rules."""

    place: int
    rule: Limit
    base: tuple[int, ...]
    inner: tuple[int, ...]
    depends: frozenset[int]

    def clamp(self, balance: int) -> int:
        """A balance brought within the limit."""
        least = balance if self.rule.least is None else max(balance, self.rule.least)
        return least if self.rule.most is None else min(least, self.rule.most)


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
    def programs(self) -> dict[str, Program]:
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
    def timed(self) -> frozenset[str]:
        """The kinds of fact from which a time is measured."""
        return frozenset(measure.elapsed.from_ for measure in self.measures.values() if measure.elapsed)

    @cached_property
    def aside(self) -> frozenset[str]:
        """The kinds of fact that are looked up by themselves: what ends a time, what must exist, rulings."""
        ends = {measure.elapsed.to for measure in self.measures.values() if measure.elapsed}
        return frozenset({"order_settled", *ends, *(each.match for program in self.programs.values() for each in program.exists)})

    @cached_property
    def assessments(self) -> tuple[tuple[int, Assess], ...]:
        """The judgements, but for those of elapsed times, which come as entries."""
        found = [(index, rule) for index, rule in enumerate(self.scheme.rules) if isinstance(rule, Assess)]
        return tuple((index, rule) for index, rule in found if not (rule.measure and self.measures[rule.measure].elapsed))

    @cached_property
    def limits(self) -> tuple[Limiting, ...]:
        """The limits in the order in which they take effect: the deepest account first, then file order."""
        found = [(index, rule) for index, rule in enumerate(self.scheme.rules) if isinstance(rule, Limit)]
        found.sort(key=lambda entry: -entry[1].account.count("/"))
        return tuple(
            Limiting(
                place,
                rule,
                self.unlimited(rule.account),
                tuple(inner for inner, other in found[:order] if within(other.account, rule.account)),
                self.depends(rule.when),
            )
            for order, (place, rule) in enumerate(found)
        )

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """The flag rules."""
        return tuple(rule for rule in self.scheme.rules if isinstance(rule, Flag))

    @cached_property
    def scheme_rank(self) -> Rank | None:
        """The rank rule, if the scheme has one."""
        return next((rule for rule in self.scheme.rules if isinstance(rule, Rank)), None)

    @cached_property
    def _accounts(self) -> tuple[str | None, ...]:
        return tuple(rule.account if isinstance(rule, type_of_posting) else None for rule in self.scheme.rules)

    @cached_property
    def _feeding(self) -> dict[str, tuple[int, ...]]:
        return {}

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
        if rule.against:
            return self.sources(rule.against.of)
        return frozenset([self.place[measure]])

    def depends(self, condition: Condition) -> frozenset[int]:
        """The places of the rules whose entries can change a condition on measures."""
        names = [leaf.field for leaf in leaves(condition) if not isinstance(leaf, Exists)]
        return frozenset(index for name in names if name in self.measures for index in self.sources(name))

    @cached_property
    def everything(self) -> frozenset[int]:
        """The places of all rules: what a change of the unit itself, its class or targets, may touch."""
        return frozenset(range(len(self.scheme.rules)))

    @cached_property
    def limiting(self) -> frozenset[int]:
        """The places of the rules whose entries can change what a limit does."""
        return frozenset(index for limit in self.limits for index in (*limit.base, *limit.depends))

    @cached_property
    def reaching(self) -> tuple[tuple[Measure, frozenset[int]], ...]:
        """The measures of a first day, and the rules that can bring it."""
        return tuple((m, self.sources(m.id)) for m in self.measures.values() if m.first_day)

    @cached_property
    def daily(self) -> tuple[tuple[int, Assess, frozenset[int]], ...]:
        """The judgements made on each day that changes their measure, and the rules that change it."""
        found = ((index, rule) for index, rule in self.assessments if rule.judged == "daily")
        return tuple((index, rule, self.sources(rule.measure)) for index, rule in found if rule.measure)

    def account(self, place: int) -> str:
        """The account that a posting rule posts to."""
        rule = self.scheme.rules[place]
        assert isinstance(rule, type_of_posting)
        return rule.account

    @cached_property
    def posting(self) -> tuple[bool, ...]:
        """Whether each rule posts, by place; a measure does not."""
        return tuple(isinstance(rule, type_of_posting) for rule in self.scheme.rules)


def within(account: str, of: str) -> bool:
    """Whether an account is another or below it."""
    return account == of or account.startswith(of + "/")


def periods(rule: Assess | Measure) -> Sequence[int]:
    """The parts of a year that a rule has: its quarters, or 0 for the year."""
    return (1, 2, 3, 4) if rule.period == "quarter" else (0,)
