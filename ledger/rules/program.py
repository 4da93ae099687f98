"""What each kind of fact does, compiled: one look-up instead of a walk through the rules.

Whether an award or a count matches a fact, and at what price, depends on a handful of its fields (the channel, the
placement, the unit's role …) that take few values between them. So the rules of a kind are read once for every
combination that occurs, in plain words, and remembered; a fact then costs a key and a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from ledger import points
from ledger.rules import fields
from ledger.rules.conditions import Exists
from ledger.rules.model import Award, Group, Measure, Scheme

Getter = Callable[[Any], Any]


class Hit(NamedTuple):
    """One rule that matches: its place in the scheme, its price (None: it has none for this fact) and its group.

    In a group, ``per`` gives from the fact what is counted together, and ``more``, where that is not enough, from fact
    and subject; ``first`` says that only the first pays (else the highest), ``shared`` that units share equally.
    """

    rule: int
    price: int | None
    group: str | None = None
    per: Getter = id
    more: Callable[[Any, Any], Any] | None = None
    first: bool = False
    shared: bool = False


@dataclass(frozen=True)
class Program:
    """The awards and counts of one kind of fact. ``memo`` grows with each combination of fields and role met."""

    kind: str
    rules: tuple[tuple[int, Award | Measure], ...]
    groups: dict[str, Group]
    own: tuple[str, ...]
    joined: tuple[str, ...]
    exists: tuple[Exists, ...]
    by_year: bool
    memo: dict[Any, dict[tuple[str, int], tuple[Hit, ...]]] = field(default_factory=dict)

    def hits(self, fact: Any, subject: Any, part: tuple[str, int], found: Sequence[bool]) -> tuple[Hit, ...]:
        """The rules that match a fact, for a unit of this role among so many; ``found`` answers ``exists`` in order."""
        role, count = part
        answers = dict(zip((condition.name for condition in self.exists), found, strict=True))

        def lookup(name: str) -> Any:
            if name in answers:
                return answers[name]
            if name in self.own:
                return getattr(fact, name)
            if name in self.joined:
                return getattr(subject, name)
            return {"role": role, "unit_count": count * points.ONE, "year": fact.on.year * points.ONE}[name]

        return tuple(hit for index, rule in self.rules if (hit := self._hit(index, rule, lookup)) is not None)

    def _hit(self, index: int, rule: Award | Measure, lookup: Callable[[str], Any]) -> Hit | None:
        if isinstance(rule, Award):
            if not rule.when.holds(lookup):
                return None
            price, group = rule.points.price(lookup), self.groups[rule.group] if rule.group else None
            if group is None:
                return Hit(index, price)
            return Hit(index, price, rule.group, *self._key(group.per), group.keep == "first", group.share == "equal")
        assert rule.count is not None
        if not rule.count.when.holds(lookup):
            return None
        if rule.count.distinct is None:
            return Hit(index, points.ONE)
        return Hit(index, points.ONE, rule.id, *self._key((rule.count.distinct, "year")), True)

    def _key(self, names: tuple[str, ...]) -> tuple[Getter, Callable[[Any, Any], Any] | None]:
        """What facts are counted together: the values of these fields, the fact's own apart."""
        own = [name for name in names if name in fields.own(self.kind)]
        more = [self._part(name) for name in names if name not in own]
        return getter(own), (lambda fact, subject: tuple(part(fact, subject) for part in more)) if more else None

    def _part(self, name: str) -> Callable[[Any, Any], Any]:
        if name == "year":
            return lambda fact, _subject: fact.on.year
        return lambda _fact, subject: getattr(subject, name)


def getter(names: Sequence[str]) -> Getter:
    """The values of some fields of an object, as one hashable value."""
    return attrgetter(*names) if names else lambda _: None


def compile_scheme(scheme: Scheme) -> dict[str, Program]:
    """A program for each kind of fact that an award or a count matches."""
    by_kind: dict[str, list[tuple[int, Award | Measure]]] = {}
    for index, rule in enumerate(scheme.rules):
        if isinstance(rule, Award):
            by_kind.setdefault(rule.match, []).append((index, rule))
        elif isinstance(rule, Measure) and rule.count:
            by_kind.setdefault(rule.count.match, []).append((index, rule))
    return {kind: _program(kind, rules, scheme.groups) for kind, rules in by_kind.items()}


def _program(kind: str, rules: list[tuple[int, Award | Measure]], groups: dict[str, Group]) -> Program:
    conditions = [part.when for _, rule in rules if (part := rule if isinstance(rule, Award) else rule.count)]
    names = {name for condition in conditions for name in fields.of_condition(condition)}
    names.update(name for _, rule in rules if isinstance(rule, Award) for name in fields.of_price(rule.points))
    own = tuple(sorted(names & set(fields.own(kind))))
    joined = tuple(sorted(names - set(own) - set(fields.DERIVED)))
    exists = tuple(dict.fromkeys(leaf for condition in conditions for leaf in fields.existing(condition)))
    return Program(kind, tuple(rules), groups, own, joined, exists, "year" in names)
