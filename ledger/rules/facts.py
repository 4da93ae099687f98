"""Facts joined with their subjects, and turned into entries for each unit in order of business date.

An *entry* is a change of one rule's value for one unit on one day, a plain tuple because there are very many::

    (day, rule, hundredths, quarter, positions, note)

``day`` is a proleptic ordinal, ``rule`` the rule's place in the scheme, ``quarter`` 1 to 4 within the year that is
evaluated (0: the year as a whole), ``positions`` those in the log of the events behind it. An entry of a rule that
posts is a posting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Any

from ledger import points
from ledger.rules import fields
from ledger.rules.conditions import Exists
from ledger.rules.program import Hit, Program, getter

Fact = Any
"""A decoded event: an object with the fields of its kind."""
Entry = tuple[int, int, int, int, tuple[int, ...], str | None]
Role = tuple[str, int]
"""A unit's part in a fact: ``sole``, ``lead`` or ``other``, and among how many units."""
Parts = tuple[tuple[str, Role], ...]


@dataclass(frozen=True)
class Year:
    """A calendar year in ordinals, and the quarter of each of its days."""

    number: int
    first: int
    last: int
    quarters: tuple[int, ...]

    @classmethod
    def of(cls, number: int) -> Year:
        """The year of a number."""
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        return cls(number, first, last, tuple((date.fromordinal(day).month + 2) // 3 for day in range(first, last + 1)))

    def quarter(self, day: int) -> int:
        """1 to 4, or 0 for a day outside the year."""
        return self.quarters[day - self.first] if self.first <= day <= self.last else 0

    def bounds(self, quarter: int) -> tuple[int, int]:
        """The first and last day of a quarter; of the year for 0."""
        if not quarter:
            return self.first, self.last
        after = date(self.number + quarter // 4, quarter % 4 * 3 + 1, 1)
        return date(self.number, quarter * 3 - 2, 1).toordinal(), after.toordinal() - 1


@dataclass
class Joined:
    """The facts of a cut: subjects by stream and id, and the rest in order of business date, then log position.

    ``positions`` holds where each subject began whose time is measured, ``aside`` the facts of kinds asked for by name.
    """

    subjects: dict[str, dict[str, Fact]] = field(default_factory=lambda: {stream: {} for stream in fields.OPENERS})
    positions: dict[str, int] = field(default_factory=dict)
    rest: list[tuple[int, int, str, Fact]] = field(default_factory=list)
    aside: dict[str, list[tuple[int, Fact]]] = field(default_factory=dict)


def join(facts: Iterable[tuple[int, str, Fact]], programs: Mapping[str, Program], timed: Collection[str], aside: Collection[str]) -> Joined:
    """Sort a cut's facts by what they are.

    Openers are kept as subjects, and also as facts where a rule matches them; of those that are ``timed``, where they began.
    Facts of the kinds ``aside`` are kept by themselves, in order of position, as well.
    """
    joined = Joined(aside={kind: [] for kind in aside})
    opening = {kind: (joined.subjects[stream], getter((stream,))) for stream, kind in fields.OPENERS.items()}
    kept = joined.aside
    rest = joined.rest
    for position, kind, fact in facts:
        opened = opening.get(kind)
        if opened is not None:
            subjects, name = opened
            subjects[name(fact)] = fact
            if kind in timed:
                joined.positions[name(fact)] = position
            if kind not in programs:
                continue
        elif kind in kept:
            kept[kind].append((position, fact))
        rest.append((fact.on.toordinal(), position, kind, fact))
    rest.sort(key=itemgetter(0))
    return joined


class Matching:
    """One run of the programs over a cut's facts, for some units and one year.

    ``entries`` fills by unit; ``unpriced`` holds the positions of facts of the year that no rule prices.
    """

    def __init__(self, programs: Mapping[str, Program], year: Year, units: Iterable[str], joined: Joined) -> None:
        self.entries: dict[str, list[Entry]] = {unit: [] for unit in units}
        self.unpriced: list[int] = []
        self.orphans: list[int] = []
        self._year = year
        self._joined = joined
        self._programs = programs
        self._standing: dict[Any, int] = {}
        self._parts: dict[Any, Parts] = {}

    def run(self) -> None:
        """Match every fact, in order. Each is let go when it is done with: what it leaves behind is smaller than itself."""
        apply = {kind: self._matcher(program) for kind, program in self._programs.items()}
        bare = {kind: self._bare(kind) for kind in fields.OUTCOMES if kind not in apply}
        rest = self._joined.rest
        rest.reverse()
        while rest:
            day, position, kind, fact = rest.pop()
            if kind in apply:
                apply[kind](day, position, fact)
            elif kind in bare:
                bare[kind](day, position, fact)

    def _matcher(self, program: Program) -> Callable[[int, int, Fact], None]:
        """The work of one fact of a kind, with all that it needs at hand: this and what it calls is the hottest code there is."""
        own, joined, by_year = getter(program.own), getter(program.joined), program.by_year
        subjects, name = self._subjects(program.kind)
        itself, parts_of = "unit" in fields.own(program.kind), self._parts
        finder, post, memo = self._finder(program), self._poster(program), program.memo
        alone = not (program.joined or program.exists or by_year)

        def match(day: int, position: int, fact: Fact) -> None:
            subject = fact if subjects is None else subjects.get(name(fact))
            if subject is None:
                self.orphans.append(position)
                return
            whose = fact if itself else subject
            credited = whose.unit or (whose.units, whose.lead)
            parts = parts_of.get(credited) or self._credit(credited)
            found = finder(fact, day) if finder else ()
            values = own(fact) if alone else (own(fact), joined(subject), found, fact.on.year if by_year else 0)
            by_role = memo.get(values)
            if by_role is None:
                by_role = memo[values] = {}
            post(day, position, fact, subject, parts, by_role, found)

        return match

    def _poster(self, program: Program) -> Callable[[int, int, Fact, Fact, Parts, dict[Role, tuple[Hit, ...]], tuple[bool, ...]], None]:
        """Adds a fact's entries, by each unit's role in it."""
        entries, standing, listed = self.entries, self._standing, program.kind in fields.OUTCOMES
        first, last, quarters = self._year.first, self._year.last, self._year.quarters

        def post(
            day: int, position: int, fact: Fact, subject: Fact, parts: Parts, by_role: dict[Role, tuple[Hit, ...]], found: tuple[bool, ...]
        ) -> None:
            quarter = quarters[day - first] if first <= day <= last else 0
            priced, lacking, behind = not listed, False, (position,)
            for unit, role in parts:
                sink = entries.get(unit)
                if sink is None:
                    priced = True  # not for a unit that was asked about to say
                    continue
                hits = by_role.get(role)
                if hits is None:
                    hits = by_role[role] = program.hits(fact, subject, role, found)
                for rule, price, group, per, more, once, shared in hits:
                    if price is None:
                        lacking = True
                        continue
                    priced, gain = True, price
                    if group is not None:
                        place = (group, unit, per(fact), more and more(fact, subject))
                        before = standing.get(place)
                        if before is not None and (once or gain <= before):
                            continue
                        standing[place] = gain
                        gain -= before or 0
                    if quarter:
                        sink.append((day, rule, points.share(gain, len(parts)) if shared else gain, quarter, behind, None))
            if quarter and (lacking or not priced):
                self.unpriced.append(position)

        return post

    def _bare(self, kind: str) -> Callable[[int, int, Fact], None]:
        """A kind that no rule speaks of: listed as unpriced."""
        subjects, name = self._subjects(kind)
        itself = "unit" in fields.own(kind)

        def note(day: int, position: int, fact: Fact) -> None:
            subject = fact if subjects is None else subjects.get(name(fact))
            if subject is None:
                self.orphans.append(position)
                return
            whose = fact if itself else subject
            if self._year.quarter(day) and any(unit in self.entries for unit in ((whose.unit,) if whose.unit else whose.units)):
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

    def _finder(self, program: Program) -> Callable[[Fact, int], tuple[bool, ...]] | None:
        """Answers the ``exists`` of a program for a fact: is there such another of its subject, dated no later?"""
        if not program.exists:
            return None
        name = getter((fields.stream(program.kind),))
        earliest = [self._earliest(condition) for condition in program.exists]
        return lambda fact, day: tuple(first.get(name(fact), day + 1) <= day for first in earliest)

    def _earliest(self, condition: Exists) -> dict[str, int]:
        """The first day on which each subject has a fact as the condition asks."""
        name = getter((fields.stream(condition.match),))
        first: dict[str, int] = {}
        for _, fact in self._joined.aside[condition.match]:
            day = fact.on.toordinal()
            if day < first.get(name(fact), day + 1) and condition.when.holds(partial(getattr, fact)):
                first[name(fact)] = day
        return first
