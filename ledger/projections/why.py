"""Why a rule did not pay: what it looked at, and what each fact or period lacked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger import points
from ledger.projections.cut import Basis
from ledger.rules import fields
from ledger.rules.calendar import Year
from ledger.rules.conditions import ALWAYS, All, Condition, DayOrder, Exists, Is, Lookup, Not, Order, as_text
from ledger.rules.matching import Passed
from ledger.rules.model import AnyRule, Assess, Award, Flag, Limit, Measure
from ledger.rules.plan import Plan, within
from ledger.rules.walk import UnitYear

Fact = tuple[int, str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer: a message key with what it names, the event and day it is about, and what was posted, in hundredths."""

    key: str
    params: Mapping[str, object]
    position: int | None = None
    on: date | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons for what a rule paid one unit; ``ids`` are those of the events, by position."""

    basis: Basis
    unit: str
    rule: AnyRule
    reasons: tuple[Reason, ...]
    ids: Mapping[int, str]

    def as_json(self) -> dict[str, object]:
        """The answer as JSON."""
        reasons = [
            {
                "reason": reason.key.removeprefix("why_"),
                "event": self.ids.get(reason.position or 0),
                "on": reason.on.isoformat() if reason.on else None,
                "points": None if reason.points is None else points.number(reason.points),
                **{name: str(value) for name, value in reason.params.items()},
            }
            for reason in self.reasons
        ]
        rule = {"rule": self.rule.id, "clause": self.rule.clause, "text": self.rule.text}
        return {**self.basis.as_json(), "unit": self.unit, **rule, "reasons": reasons}


@dataclass(frozen=True)
class Inquiry:
    """What an answer is found in: one unit's facts, reversed ones included, with its year and what posted nothing.

    ``whose`` are the unit and those in whose place it stands.
    """

    plan: Plan
    year: Year
    row: UnitYear
    whose: Collection[str]
    facts: Sequence[Fact]
    voided: Mapping[int, int]
    passed: Iterable[Passed]
    as_of: date

    def reasons(self, rule_id: str) -> Iterator[Reason]:
        """Why a rule paid what it paid, or nothing, one reason a fact or period."""
        rule = self.plan.scheme.rules[self.plan.place[rule_id]]
        if isinstance(rule, Award) and rule.credit != "unit":
            yield Reason("why_of_person", {"credit": rule.credit})
        elif isinstance(rule, Award):
            found = [self._of_fact(rule, position, fact) for position, kind, fact in self.facts if kind == rule.match and self._own(fact)]
            found = found or [Reason("why_no_fact", {"kind": rule.match})]
            yield from sorted([*found, *self._taken(rule)], key=lambda reason: reason.on or date.min)
        elif isinstance(rule, Assess):
            yield from self._judged(rule)
        elif isinstance(rule, Limit | Flag):
            posted = [line for line in self.row.postings if line[1] == self.plan.place[rule.id]]
            yield from (Reason("why_paid", {}, None, date.fromordinal(line[0]), line[2]) for line in posted)
            if not posted:
                asked = "" if rule.when is ALWAYS else in_words(rule.when)
                yield Reason("why_not_needed" if asked else "why_within", {"rule": rule.id, "wanted": asked})
        elif isinstance(rule, Measure):
            shown = {name: value for name, value in self.row.measures.items() if name == rule.id or name.removeprefix(rule.id).isdecimal()}
            told = "; ".join(f"{name} = {points.text(value) if isinstance(value, int) else value or '–'}" for name, value in shown.items())
            yield Reason("why_measure", {"rule": rule.id, "value": told or "–"})

    def _own(self, fact: Any) -> bool:
        subject = self._subject(fact)
        whose = fact if getattr(fact, "unit", None) or getattr(fact, "units", None) else subject
        units = (whose.unit,) if getattr(whose, "unit", None) else getattr(whose, "units", None) or ()
        return not set(self.whose).isdisjoint(units)

    def _subject(self, fact: Any) -> Any:
        for stream, opener in fields.OPENERS.items():
            name = getattr(fact, stream, None)
            if name is not None:
                return next((each for _, kind, each in self.facts if kind == opener and getattr(each, stream) == name), None)
        return fact

    def _of_fact(self, rule: Award, position: int, fact: Any) -> Reason:
        on = fact.on.date() if isinstance(fact.on, datetime) else fact.on
        place = self.plan.place[rule.id]
        lacking = self._lacking(rule, position, fact, on)
        if lacking is not None:
            return Reason(*lacking, position, on)
        if any(each.position == position and each.rule == place and each.unit in self.whose for each in self.passed):
            return Reason(*self._passed_over(rule.group or ""), position, on)
        paid = sum(line[2] for line in self.row.postings if line[1] == place and position in line[4])
        return Reason("why_paid", {}, position, on, paid)

    def _passed_over(self, name: str) -> tuple[str, Mapping[str, object]]:
        """Why a group did not count a fact; a count of distinct things has no group of the scheme's."""
        group = self.plan.scheme.groups.get(name)
        keep = group.keep if group else None
        if group and group.skip:
            return "why_skipped", {"group": name, "skip": group.skip}
        if keep and keep.first and keep.first > 1:
            return "why_after_first", {"group": name, "first": keep.first}
        return "why_superseded", {"group": name}

    def _lacking(self, rule: Award, position: int, fact: Any, on: date) -> tuple[str, Mapping[str, object]] | None:
        """What keeps a fact from being priced; None when nothing does."""
        if position in self.voided:
            return "why_reversed", {"by": f"@{self.voided[position]}"}
        if not self.year.has(on.toordinal()):
            return "why_outside", {"year": self.year.number}
        if rule.match == "points_awarded" and fact.rule != rule.id:
            return "why_other_rule", {"rule": fact.rule}
        lookup = self._lookup(rule, position, fact)
        if not rule.when.holds(lookup):
            return "why_condition", _failing(rule.when, lookup)
        return None if rule.points.price(lookup) is not None else ("why_no_price", {})

    def _lookup(self, rule: Award, at: int, fact: Any) -> Lookup:
        subject, scheme = self._subject(fact), self.plan.scheme
        whose = fact if "unit" in fields.own(rule.match) else subject
        units = (whose.unit,) if getattr(whose, "unit", None) else getattr(whose, "units", None) or (self.row.unit.id,)
        lead = getattr(whose, "lead", None)
        role = "sole" if len(units) == 1 else "lead" if lead == self.row.unit.id else "other"
        derived = {"role": role, "unit_count": len(units) * points.ONE, "year": self.year.number * points.ONE}
        prices = {f"price {each.id}": each.points for each in scheme.rules if isinstance(each, Award)}
        existing = {each.name: each for condition in fields.asked(scheme, rule) for each in fields.existing(condition)}

        def lookup(name: str) -> Any:
            if name in derived:
                return derived[name]
            if name == "class":
                return self.row.unit.on(fact.on).class_
            if name in prices:
                return prices[name].price(lookup)
            if name in existing:
                return self._exists(existing[name], at, fact)
            return fields.reader(scheme, rule.match, name)(fact, subject)

        return lookup

    def _exists(self, condition: Exists, at: int, fact: Any) -> bool:
        stream = fields.stream(condition.match)
        return any(
            kind == condition.match
            and position not in self.voided
            and position != at
            and getattr(other, stream) == getattr(fact, stream)
            and other.on <= fact.on
            and condition.when.holds(self._reading(kind, other))
            for position, kind, other in self.facts
        )

    def _reading(self, kind: str, fact: Any) -> Callable[[str], Any]:
        return lambda name: fields.reader(self.plan.scheme, kind, name)(fact, fact)

    def _taken(self, rule: Award) -> Iterator[Reason]:
        """What limits took from the account that the rule posts to, or from one above it."""
        limits = {self.plan.place[each.id]: each for each in self.plan.scheme.rules if isinstance(each, Limit)}
        for line in self.row.postings:
            limit = limits.get(line[1])
            if limit and within(rule.account, limit.account) and line[2] < 0:
                yield Reason("why_limited", {"rule": limit.id}, None, date.fromordinal(line[0]), line[2])

    def _judged(self, rule: Assess) -> Iterator[Reason]:
        place = self.plan.place[rule.id]
        posted = {line[3]: line for line in self.row.postings if line[1] == place}
        for slot in self.year.slots[rule.period]:
            period, line = self.year.periods[slot], posted.get(self.year.wholes[slot])
            if line is not None:
                yield Reason("why_judged", {"period": period.name, "note": line[5] or "–"}, None, date.fromordinal(line[0]), line[2])
            elif period.last > self.as_of.toordinal() and rule.judged == "end":
                yield Reason("why_pending", {"period": period.name, "due": date.fromordinal(period.last)})
            elif not self.row.unit.days_in(period.first, period.last):
                yield Reason("why_not_there", {"period": period.name})
            elif rule.when is not ALWAYS:
                yield Reason("why_not_held", {"period": period.name, "wanted": in_words(rule.when)})
            else:
                yield Reason("why_not_judged", {"period": period.name})


def in_words(condition: Condition) -> str:
    """A condition as a line: ``level = city, region; unit_count ≥ 2``, ``|`` between what is enough, ``not (…)``."""
    if isinstance(condition, Is):
        return f"{condition.field} = {', '.join(sorted(condition.values))}"
    if isinstance(condition, Order):
        return f"{condition.field} {_SIGNS[condition.order]} {points.text(condition.bound)}"
    if isinstance(condition, DayOrder):
        bound = condition.bound
        day = bound.isoformat() if isinstance(bound, date) else f"{bound[0]:02}-{bound[1]:02}"
        return f"{condition.field} {_SIGNS[condition.order]} {day}"
    if isinstance(condition, Not):
        return f"not ({in_words(condition.part)})"
    if isinstance(condition, Exists):
        return f"exists {condition.match}" + ("" if condition.when is ALWAYS else f" ({in_words(condition.when)})")
    return ("; " if isinstance(condition, All) else " | ").join(map(in_words, condition.parts))


_SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}


def _failing(condition: Condition, lookup: Lookup) -> dict[str, object]:
    """The first part of a condition that does not hold, in words that a scheme's author knows."""
    if isinstance(condition, All):
        return _failing(next(part for part in condition.parts if not part.holds(lookup)), lookup)
    names = list(dict.fromkeys(fields.of_condition(condition)))
    found = ", ".join(f"{name} = {as_text(lookup(name)) or '–'}" for name in names)
    return {"wanted": in_words(condition), "found": found or "–"}
