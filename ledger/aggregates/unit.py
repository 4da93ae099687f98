"""The roster: which units there are, from when, and every name they go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem
from ledger.events import Event, UnitChanged, UnitEnrolled, UnitsMerged, UnitSplit, references

RosterFact = UnitEnrolled | UnitChanged
_JUDGED = frozenset({UnitEnrolled, UnitChanged, UnitsMerged, UnitSplit})


@dataclass(frozen=True, slots=True)
class Roster:
    """The live enrolments, by unit id, and the changes after them. ``lexicon`` holds every name a unit has ever had."""

    enrolled: Mapping[str, UnitEnrolled] = field(default_factory=dict)
    changes: tuple[UnitChanged, ...] = ()
    lexicon: Lexicon = field(default_factory=Lexicon)

    @classmethod
    def of(cls, facts: Iterable[Event]) -> Roster:
        """The roster of these live facts; those of other kinds are passed over."""
        roster = cls()
        for fact in facts:
            roster = roster.evolve(fact)
        return roster

    def evolve(self, fact: Event) -> Roster:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if not isinstance(fact, RosterFact):
            return self
        lexicon = self.lexicon.including(fact.unit_id, (fact.unit or self.lexicon.name(fact.unit_id), *(fact.aliases or ())))
        if isinstance(fact, UnitEnrolled):
            return Roster({**self.enrolled, fact.unit_id: fact}, self.changes, lexicon)
        return Roster(self.enrolled, (*self.changes, fact), lexicon)

    def retract(self, fact: Event) -> Roster:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        return Roster.of(each for each in self.live() if each.id != fact.id)

    def live(self) -> Iterator[Event]:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        yield from self.enrolled.values()
        yield from self.changes

    def decide(self, fact: Event) -> Problem | None:
        """A unit is enrolled once, under names that are nobody else's, and every fact about it is dated no earlier."""
        if type(fact) not in _JUDGED:
            return self._not_enrolled(fact)
        if isinstance(fact, UnitEnrolled):
            return self._enrolled_twice(fact) or self._name_taken(fact)
        if isinstance(fact, UnitsMerged | UnitSplit):
            return Problem("aggregates.units_later", "kind", params={"kind": fact.kind})
        if isinstance(fact, UnitChanged):
            return self._not_enrolled(fact) or _no_change(fact) or self._name_taken(fact)
        return self._not_enrolled(fact)

    def _enrolled_twice(self, fact: UnitEnrolled) -> Problem | None:
        before = self.enrolled.get(fact.unit_id)
        if before is None:
            return None
        return Problem("aggregates.unit_twice", "unit_id", params={"unit": fact.unit_id, "id": before.id, "on": before.on})

    def _name_taken(self, fact: RosterFact) -> Problem | None:
        for name in (fact.unit_id, *_names(fact)):
            others = [owner for owner in self.lexicon.owners(name) if owner != fact.unit_id]
            if others:
                where = "unit_id" if name == fact.unit_id else "unit" if name == fact.unit else "aliases"
                return Problem("aggregates.name_taken", where, params={"name": name, "unit": others[0]})
        return None

    def _not_enrolled(self, fact: Event) -> Problem | None:
        day: date = fact.on.date() if isinstance(fact.on, datetime) else fact.on
        for name, unit in units_of(fact):
            since = self.enrolled.get(unit)
            if since is None:
                return Problem("aggregates.not_enrolled", name, params={"unit": unit})
            if day < since.on:
                return Problem("aggregates.before_enrolment", "on", params={"unit": unit, "on": day, "earliest": since.on})
        return None


def _names(fact: RosterFact) -> tuple[str, ...]:
    return (*([fact.unit] if fact.unit else []), *(fact.aliases or ()))


def _no_change(fact: UnitChanged) -> Problem | None:
    if any(value is not None for value in (fact.unit, fact.class_, fact.targets, fact.aliases, fact.staff)):
        return None
    return Problem("aggregates.no_change", "unit_id", params={"unit": fact.unit_id})


def units_of(fact: Event) -> Iterator[tuple[str, str]]:
    """The units whose life a fact is part of, each with the field that names it."""
    for name in _naming_units(type(fact)):
        value = getattr(fact, name)
        for unit in (value,) if isinstance(value, str) else value or ():
            yield name, unit


@cache
def _naming_units(model: type[Event]) -> tuple[str, ...]:
    return tuple(use.name for use in references(model) if use.subject == "unit")
