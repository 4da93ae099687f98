"""One run of a scheme's awards and counts over the facts of a cut: each fact becomes entries of those it credits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from ledger import points
from ledger.rules import fields
from ledger.rules.award import Hit, Program, Role, getter
from ledger.rules.calendar import Year
from ledger.rules.conditions import Exists
from ledger.rules.facts import Entry, Fact, Joined
from ledger.rules.groups import WHOLE
from ledger.rules.heirs import Classes, Heirs, shared_out, successors
from ledger.rules.prices import Number

Parts = tuple[tuple[str, Role], ...]
"""Whom a fact credits, each in its role."""


class Passed(NamedTuple):
    """A rule that matched a fact and posted nothing for a unit, since another fact of its group stands."""

    unit: str
    day: int
    rule: int
    position: int


@dataclass(frozen=True)
class Holders:
    """Whom facts can credit: units, with those that inherit from them and their classes, and, if asked, persons."""

    units: Collection[str]
    heirs: Heirs
    classes: Classes
    persons: bool


class Matching:
    """``entries`` fills by unit and ``personal`` by person.

    ``unpriced`` holds the positions of facts of the year that no rule prices; ``passed``, if given, takes what posted nothing.
    """

    def __init__(
        self,
        programs: Mapping[str, tuple[Program, ...]],
        year: Year,
        holders: Holders,
        joined: Joined,
        passed: list[Passed] | None = None,
    ) -> None:
        self.entries: dict[str, list[Entry]] = {unit: [] for unit in holders.units}
        self.personal: dict[str, list[Entry]] = {}
        self.unpriced: list[int] = []
        self._passed = passed
        self._year = year
        self._holders = holders
        self._joined = joined
        self._programs = programs
        self._standing: dict[Any, Any] = {}
        self._parts: dict[Any, Parts] = {}

    def run(self) -> None:
        """Match every fact, in order. Each is let go when it is done with: what it leaves behind is smaller than itself."""
        work = {kind: self._matchers(programs) for kind, programs in self._programs.items()}
        work |= {kind: self._bare(kind) for kind in fields.OUTCOMES if kind not in work}
        rest = self._joined.rest
        rest.reverse()
        while rest:
            day, position, kind, fact = rest.pop()
            if kind in work:
                work[kind](day, position, fact)

    def _matchers(self, programs: tuple[Program, ...]) -> Callable[[int, int, Fact], None]:
        found = [self._matcher(program) for program in programs if program.credit == "unit" or self._holders.persons]
        if len(found) == 1:
            return found[0]

        def match(day: int, position: int, fact: Fact) -> None:
            for each in found:
                each(day, position, fact)

        return match

    def _matcher(self, program: Program) -> Callable[[int, int, Fact], None]:
        """The work of one fact of a kind, with all that it needs at hand: this and what it calls is the hottest code there is."""
        own, others, by_year = getter(program.plain), program.others, program.by_year
        subjects, name = self._subjects(program.kind)
        whom, finder = self._whom(program), self._finder(program)
        itself, parts_of = "unit" in fields.own(program.kind), self._parts
        post, memo, number = self._poster(program), program.memo, program.scheme.calendar.number
        alone = not (others or program.exists or by_year)

        def match(day: int, position: int, fact: Fact) -> None:
            subject = fact if subjects is None else subjects.get(name(fact))
            if subject is None:
                self.unpriced.append(position)
                return
            if whom is None:
                whose = fact if itself else subject
                credited = whose.unit or (whose.units, whose.lead)
                parts = parts_of.get(credited) or self._credit(credited)
            else:
                parts = whom(fact, subject, day)
            found = finder(fact, day, position) if finder else ()
            values = own(fact) if alone else (own(fact), *[read(fact, subject) for read in others], found, by_year and number(fact.on))
            by_role = memo.get(values)
            if by_role is None:
                by_role = memo[values] = {}
            post(day, position, fact, subject, parts, by_role, found)

        return match

    def _whom(self, program: Program) -> Callable[[Fact, Fact, int], Parts] | None:
        """Whom a fact credits, if not simply its units or its subject's: the person it names, or units each with its class."""
        if program.credit != "unit":
            read = program.readers[program.credit]
            return lambda fact, subject, _day: ((person, ("sole", 1)),) if (person := read(fact, subject)) else ()
        if not program.by_class:
            return None
        itself, classes, lasting = "unit" in fields.own(program.kind), self._holders.classes, dict[Any, Parts]()

        def units(fact: Fact, subject: Fact, day: int) -> Parts:
            whose = fact if itself else subject
            credited = whose.unit or (whose.units, whose.lead)
            found = lasting.get(credited)
            if found is None:
                parts = self._parts.get(credited) or self._credit(credited)
                found = tuple([(unit, (*role, classes.on(unit, day))) for unit, role in parts])
                if all(unit in classes.fixed for unit, _ in parts):
                    lasting[credited] = found
            return found

        return units

    def _poster(self, program: Program) -> Callable[[int, int, Fact, Fact, Parts, dict[Role, tuple[Hit, ...]], tuple[bool, ...]], None]:
        """Adds a fact's entries, by each holder's role in it."""
        make, outcome, owing = program.credit != "unit", program.kind in fields.OUTCOMES, partial(_owing, program)
        sinks, heirs = self._sinks(program.credit), self._holders.heirs
        year, standing = self._year, self._standing
        days, since, until = year.days, year.since, year.since + len(year.days)

        def post(
            day: int, position: int, fact: Fact, subject: Fact, parts: Parts, by_role: dict[Role, tuple[Hit, ...]], found: tuple[bool, ...]
        ) -> None:
            cell = days[day - since] if since <= day < until else None
            priced, behind = make or not outcome, (position,)
            lacking = make and outcome and not parts and owing(fact, subject, by_role, found)
            given: dict[tuple[int, str], int] | None = {} if heirs and len(parts) > 1 else None
            for index, (unit, role) in enumerate(parts):
                sink = sinks(unit)
                if sink is None:
                    priced = True  # not for a unit that was asked about to say
                    continue
                hits = by_role.get(role)
                if hits is None:
                    hits = by_role[role] = program.hits(fact, subject, role, found, program.scheme.calendar.number(fact.on))
                for rule, price, group, per, once, take, part, note in hits:
                    if price is None:
                        lacking = True
                        continue
                    priced = True
                    gain: Any = price
                    share = part(index, len(parts), fact, subject) if part and len(parts) > 1 else WHOLE
                    if group is not None:
                        gain = single(standing, (group, unit, per(fact)), price, once)
                    elif take is not None:
                        gain, share = take(standing, unit, fact, subject, share), WHOLE
                    if gain is None or cell is None:
                        self._pass(unit, day, rule, position, gain)
                    elif heirs:
                        exact = Fraction(gain * share[0], share[1])
                        self._enter((day, rule, 0, cell, behind, note), exact, (unit, subject), None if part else given)
                    else:
                        whole = share is WHOLE and isinstance(gain, int)
                        sink.append((day, rule, gain if whole else points.part(gain, *share), cell, behind, note))
            if (lacking or not priced) and year.has(day):
                self.unpriced.append(position)

        return post

    def _sinks(self, credit: str) -> Callable[[str], list[Entry] | None]:
        """Where the entries of a unit go, or of a person; None for a unit that was not asked about."""
        if credit == "unit":
            return self.entries.get
        return lambda person: self.personal.setdefault(person, [])

    def _pass(self, unit: str, day: int, rule: int, position: int, gain: Number | None) -> None:
        if gain is None and self._passed is not None:
            self._passed.append(Passed(unit, day, rule, position))

    def _enter(self, entry: Entry, exact: Number, named: tuple[str, Fact], given: dict[tuple[int, str], int] | None) -> None:
        """Enters what a fact gives; what it gives a unit that was merged or split goes to those in its place by then, by shares.

        ``named`` is the unit, and the fact that named it. ``given`` is what each has of a price that units do not share: one
        that stands in the place of two of the fact's units has it once, the higher of the two.
        """
        day, rule, _, cell, behind, note = entry
        unit, by = named
        sinks = self.entries if unit in self.entries else self.personal
        found = successors(self._holders.heirs, unit, day, by.on.toordinal())
        for heir, part in shared_out(exact, found):
            had = given.get((rule, heir)) if given else None
            if heir in sinks and (had is None or abs(part) > abs(had)):
                sinks[heir].append((day, rule, part - (had or 0), cell, behind, note))
                if given is not None:
                    given[rule, heir] = part
        if not found and self._year.has(day):
            self.unpriced.append(behind[0])

    def _bare(self, kind: str) -> Callable[[int, int, Fact], None]:
        """A kind that no rule speaks of: listed as unpriced."""
        subjects, name = self._subjects(kind)
        itself = "unit" in fields.own(kind)

        def note(day: int, position: int, fact: Fact) -> None:
            subject = fact if subjects is None else subjects.get(name(fact))
            if subject is None:
                self.unpriced.append(position)
                return
            whose = fact if itself else subject
            if self._year.has(day) and any(unit in self.entries for unit in ((whose.unit,) if whose.unit else whose.units)):
                self.unpriced.append(position)

        return note

    def _subjects(self, kind: str) -> tuple[dict[str, Fact] | None, Callable[[Fact], Any]]:
        """Where the subject of a fact is found, and by what name; None where a fact stands by itself."""
        stream = fields.stream(kind)
        return (None if fields.opener(kind) is None else self._joined.subjects[stream]), getter((stream,))

    def _credit(self, credited: str | tuple[tuple[str, ...], str | None]) -> Parts:
        """The units that are credited, each with its role."""
        units, lead = ((credited,), None) if isinstance(credited, str) else credited
        count = len(units)
        roles = tuple((unit, ("sole" if count == 1 else "lead" if unit == lead else "other", count)) for unit in units)
        self._parts[credited] = roles
        return roles

    def _finder(self, program: Program) -> Callable[[Fact, int, int], tuple[bool, ...]] | None:
        """Answers the ``exists`` of a program for a fact: is there such another of its subject, dated no later?"""
        if not program.exists:
            return None
        found = [(self._earliest(program, each), getter((fields.stream(each.match),))) for each in program.exists]
        return lambda fact, day, position: tuple(
            [any(on <= day and at != position for on, at in earliest.get(name(fact), ())) for earliest, name in found]
        )

    def _earliest(self, program: Program, condition: Exists) -> dict[str, list[tuple[int, int]]]:
        """The two earliest facts of each subject that are as the condition asks, by day and position: one may be the asker itself."""
        name = getter((fields.stream(condition.match),))
        readers = {field: fields.reader(program.scheme, condition.match, field) for field in fields.of_condition(condition.when)}
        earliest: dict[str, list[tuple[int, int]]] = {}
        for position, fact in self._joined.aside[condition.match]:
            if condition.when.holds(_looking(readers, fact)):
                earliest[name(fact)] = sorted([*earliest.get(name(fact), ()), (fact.on.toordinal(), position)])[:2]
        return earliest


def _owing(program: Program, fact: Fact, subject: Fact, by_role: dict[Role, tuple[Hit, ...]], found: tuple[bool, ...]) -> bool:
    """Whether a person would be paid for a fact that names none."""
    sole = ("sole", 1)
    if sole not in by_role:
        by_role[sole] = program.hits(fact, subject, sole, found, program.scheme.calendar.number(fact.on))
    return bool(by_role[sole])


def _looking(readers: Mapping[str, fields.Reader], fact: Fact) -> Callable[[str], Any]:
    return lambda name: readers[name](fact, fact)


def single(standing: dict[Any, Any], place: Any, price: Number, once: bool) -> Number | None:  # noqa: FBT001 - the hottest call
    """What one more fact adds where one pays, the first or the highest; None where another stands."""
    before: Number | None = standing.get(place)
    if before is None:
        standing[place] = price
        return price
    if once or price <= before:
        return None
    standing[place] = price
    return price - before
