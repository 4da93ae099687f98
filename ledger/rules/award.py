"""What each kind of fact does, compiled: one look-up instead of a walk through the rules.

Whether an award or a count matches a fact, and at what price, depends on a handful of its fields (the channel, the
placement, the unit's role …) that take few values between them. So the rules of a kind are read once for every
combination that occurs, in plain words, and remembered; a fact then costs a key and a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from ledger import points
from ledger.rules import fields
from ledger.rules.conditions import Exists, Lookup
from ledger.rules.fields import Reader
from ledger.rules.groups import WHOLE, Ratio, Tally, sharing, simple
from ledger.rules.model import Award, Count, Group, Keep, Measure, Scheme
from ledger.rules.prices import Number, Times, parts

Role = tuple[Any, ...]
"""A unit's part in a fact: ``sole``, ``lead`` or ``other``, among how many units, and where rules ask, its class."""
Take = Callable[[dict[Any, Any], str, Any, Any, Ratio], Number | None]
"""From what groups stand at, a unit, a fact, its subject and the unit's part in it: the change of the group's value.

None where another fact stands.
"""


class Hit(NamedTuple):
    """One rule that matches: its place in the scheme and its price (None: it has none for this fact).

    In a group of which one fact pays for a key of its own fields, ``group`` and ``per`` give the key and ``once`` says that
    it is the first, not the highest; in any other group ``take`` does the work. ``part`` is for a rule whose points units
    share; ``note`` says what a multiple is.
    """

    rule: int
    price: Number | None
    group: str | None = None
    per: Callable[[Any], Any] = id
    once: bool = False
    take: Take | None = None
    part: Callable[[int, int, Any, Any], Ratio] | None = None
    note: str | None = None


@dataclass(frozen=True)
class Program:
    """The awards and counts of one kind of fact that credit its units, or a person it names.

    ``plain`` are the fact's own fields that decide, ``others`` those of its subject and of the scheme's own. ``memo`` grows
    with each combination of them met.
    """

    scheme: Scheme
    kind: str
    credit: str
    rules: tuple[tuple[int, Award | Measure], ...]
    plain: tuple[str, ...]
    others: tuple[Reader, ...]
    readers: dict[str, Reader]
    exists: tuple[Exists, ...]
    by_year: bool
    by_class: bool
    memo: dict[Any, dict[Role, tuple[Hit, ...]]] = field(default_factory=dict)

    def hits(self, fact: Any, subject: Any, role: Role, found: Sequence[bool], year: int) -> tuple[Hit, ...]:
        """The rules that match a fact of a year, for a unit in this role; ``found`` answers ``exists`` in order."""
        answers: dict[str, Any] = dict(zip((condition.name for condition in self.exists), found, strict=True))
        answers |= {"role": role[0], "unit_count": role[1] * points.ONE, "class": role[-1], "year": year * points.ONE}
        prices = {f"price {rule.id}": rule.points for rule in self.scheme.rules if isinstance(rule, Award)}

        def lookup(name: str) -> Any:
            if name in answers:
                return answers[name]
            return prices[name].price(lookup) if name in prices else self.readers[name](fact, subject)

        return tuple(hit for index, rule in self.rules if (hit := self._hit(index, rule, lookup)) is not None)

    def _hit(self, index: int, rule: Award | Measure, lookup: Lookup) -> Hit | None:
        if isinstance(rule, Measure):
            return self._counted(index, rule, lookup)
        elsewhere = rule.match == "points_awarded" and rule.credit == "unit" and lookup("rule") != rule.id
        if elsewhere or not rule.when.holds(lookup):
            return None
        price = rule.points.price(lookup)
        if rule.group is None or price is None:
            return Hit(index, price)
        group = self.scheme.groups[rule.group]
        hit = Hit(index, price, part=sharing(group.share, self._ratio(group)))
        if self._single(rule.group, group):
            return hit._replace(group=rule.group, per=getter(group.per), once=group.keep is not None and group.keep.first is not None)
        note = f"×{points.text(points.rounded(price))}" if rule.mode == "multiply" else None
        return hit._replace(take=self._take(rule.group, group, rule.mode, price), note=note)

    def _counted(self, index: int, rule: Measure, lookup: Lookup) -> Hit | None:
        count = rule.count
        assert count is not None
        if not count.when.holds(lookup):
            return None
        part = sharing(count.share, self._ratio(count))
        if count.distinct is None:
            return Hit(index, points.ONE, part=part)
        group = Group(per=(count.distinct, rule.period), keep=Keep(first=1))
        return Hit(index, points.ONE, take=self._take(f"count {rule.id}", group, "add", points.ONE), part=part)

    def _ratio(self, sharer: Group | Count) -> Reader | None:
        by = fields.of_share(sharer.share)
        return self.readers[by[0]] if by else None

    def _take(self, name: str, group: Group, mode: str, price: Number) -> Take:
        key = self._key(group.per)
        apart = self.readers[group.distinct] if group.distinct else _nothing

        def take(standing: dict[Any, Any], unit: str, fact: Any, subject: Any, share: Ratio) -> Number | None:
            place = (name, unit, key(fact, subject))
            tally = standing.get(place)
            if tally is None:
                tally = standing[place] = Tally()
            own = price if mode == "multiply" or share == WHOLE else price * Fraction(*share)
            return tally.take(group, mode, own, apart(fact, subject)) or (None if own else 0)

        return take

    def _single(self, name: str, group: Group) -> bool:
        """Whether one number is all that is to be remembered for a key, which every award of the group finds in the fact itself.

        What units share is compared by its full price, so it has to be of one item.
        """
        awards = [rule for rule in self.scheme.rules if isinstance(rule, Award) and rule.group == name]
        alike = all(rule.mode == "add" and set(group.per) <= set(fields.own(rule.match)) for rule in awards)
        return simple(group) and alike and (group.share == "full" or "item" in group.per)

    def _key(self, names: tuple[str, ...]) -> Reader:
        """What facts are counted together: the values of these fields and the periods of their day, in order."""
        if all(name in fields.own(self.kind) for name in names):
            get = getter(names)
            return lambda fact, _subject: get(fact)
        read = [self._of_period(name) if fields.is_period(self.scheme, name) else self.readers[name] for name in names]
        return (lambda fact, subject: tuple([each(fact, subject) for each in read])) if len(read) > 1 else read[0]

    def _of_period(self, division: str) -> Reader:
        if division == "year" and self.scheme.calendar.begins == (1, 1) and self.scheme.calendar.of == "same":
            return lambda fact, _subject: fact.on.year
        name = self.scheme.calendar.naming(division)
        return lambda fact, _subject: name(fact.on)


def _nothing(_fact: Any, _subject: Any) -> None:
    return None


def getter(names: Sequence[str]) -> Callable[[Any], Any]:
    """The values of some fields of an object, as one hashable value."""
    return attrgetter(*names) if names else lambda _: None


def compile_scheme(scheme: Scheme) -> dict[str, tuple[Program, ...]]:
    """The programs of each kind of fact that an award or a count matches: one for its units, one for each person credited."""
    found: dict[str, dict[str, list[tuple[int, Award | Measure]]]] = {}
    for index, rule in enumerate(scheme.rules):
        matching = rule if isinstance(rule, Award) else rule.count if isinstance(rule, Measure) else None
        if matching is not None and isinstance(rule, Award | Measure):
            found.setdefault(matching.match, {}).setdefault(matching.credit, []).append((index, rule))
    return {kind: tuple(_program(scheme, kind, credit, rules) for credit, rules in by.items()) for kind, by in found.items()}


def _program(scheme: Scheme, kind: str, credit: str, rules: list[tuple[int, Award | Measure]]) -> Program:
    matching = [part for _, rule in rules if (part := rule if isinstance(rule, Award) else rule.count)]
    deciding = {name for part in matching for condition in fields.conditions(part) for name in fields.of_condition(condition)}
    deciding |= {name for part in matching if isinstance(part, Award) for name in fields.of_price(scheme, part.points)}
    deciding |= {"rule"} if kind == "points_awarded" else set()
    stored = {name for name in deciding if name not in fields.DERIVED}
    spoken = stored.union(*(fields.of_rule(scheme, part) for part in matching)) - set(fields.DERIVED)
    plain = tuple(sorted(name for name in stored if name in fields.own(kind)))
    readers = {name: fields.reader(scheme, kind, name) for name in spoken}
    others = tuple(readers[name] for name in sorted(stored - set(plain)))
    exists = tuple(dict.fromkeys(leaf for part in matching for each in fields.asked(scheme, part) for leaf in fields.existing(each)))
    return Program(scheme, kind, credit, tuple(rules), plain, others, readers, exists, "year" in deciding, "class" in deciding)


def times_of(award: Award) -> list[str]:
    """The awards of whose price this one's is a multiple."""
    return [part.of for part in parts(award.points) if isinstance(part, Times)]
