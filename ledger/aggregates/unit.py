"""The roster: which units there are, from when till when, where they went, and every name they go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem
from ledger.events import (
    Event,
    SolicitationFulfilled,
    SolicitationMissed,
    UnitChanged,
    UnitEnrolled,
    UnitsMerged,
    UnitSplit,
    references,
)

RosterFact = UnitEnrolled | UnitChanged | UnitsMerged | UnitSplit
_JUDGED = frozenset({UnitEnrolled, UnitChanged, UnitsMerged, UnitSplit})


class Move(NamedTuple):
    """From a day on a unit is out of the roster, or in it. ``heirs`` are those to which it went; ``id`` is the event's."""

    on: date
    out: bool
    heirs: tuple[str, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The live enrolments, by unit id, and what came after them.

    ``lexicon`` holds every name a unit has ever had, ``moves`` for each unit that ever left when it was in and when out,
    by day.
    """

    enrolled: Mapping[str, UnitEnrolled] = field(default_factory=dict)
    changes: tuple[UnitChanged | UnitsMerged | UnitSplit, ...] = ()
    lexicon: Lexicon = field(default_factory=Lexicon)
    moves: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Event]) -> Roster:
        """The roster of these live facts; those of other kinds are passed over."""
        roster = cls()
        for fact in facts:
            roster = roster.evolve(fact)
        return roster

    def evolve(self, fact: Event) -> Roster:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if isinstance(fact, UnitEnrolled):
            return replace(self, enrolled={**self.enrolled, fact.unit_id: fact}, lexicon=self._named(fact))
        if isinstance(fact, UnitChanged):
            return replace(self, changes=(*self.changes, fact), lexicon=self._named(fact), moves=self._moved(fact))
        if isinstance(fact, UnitsMerged | UnitSplit):
            return replace(self, changes=(*self.changes, fact), moves=self._moved(fact))
        return self

    def _named(self, fact: UnitEnrolled | UnitChanged) -> Lexicon:
        return self.lexicon.including(fact.unit_id, (fact.unit or self.lexicon.name(fact.unit_id), *(fact.aliases or ())))

    def _moved(self, fact: Event) -> Mapping[str, tuple[Move, ...]]:
        return {**self.moves, **{unit: tuple(sorted((*self.moves.get(unit, ()), move))) for unit, move in moves_of(fact)}}

    def retract(self, fact: Event) -> Roster:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        return Roster.of(each for each in self.live() if each.id != fact.id) if isinstance(fact, RosterFact) else self

    def live(self) -> Iterator[Event]:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        yield from self.enrolled.values()
        yield from self.changes

    def out(self, unit: str, day: date) -> Move | None:
        """How a unit went that is out of the roster on a day; None for one that is in."""
        last = next((move for move in reversed(self.moves.get(unit, ())) if move.on <= day), None)
        return last if last and last.out else None

    def heirs(self, unit: str, day: date) -> tuple[str, ...]:
        """The units to which one that is out on a day has gone, through every merger and split since then."""
        out = self.out(unit, day)
        return tuple(dict.fromkeys(self._line(out, day))) if out else ()

    def _line(self, out: Move, day: date) -> Iterator[str]:
        for heir in out.heirs:
            gone = self.out(heir, day)
            if gone is None:
                yield heir
            elif gone.on > out.on:  # as it must have, having inherited; what is about to be refused may say otherwise
                yield from self._line(gone, day)

    def decide(self, fact: Event) -> Problem | None:
        """A unit is enrolled once, under names that are nobody else's, and facts about it are of days on which it is in."""
        if type(fact) not in _JUDGED:
            return self._absent(fact)
        match fact:
            case UnitEnrolled():
                return self._enrolled_twice(fact) or self._name_taken(fact)
            case UnitChanged():
                return self._absent(fact) or _no_change(fact) or self._moved_twice(fact) or self._name_taken(fact)
            case UnitsMerged():
                return _bad_merger(fact) or self._absent(fact) or self._moved_twice(fact)
            case UnitSplit():
                return _bad_split(fact) or self._absent(fact) or self._moved_twice(fact)
        return None

    def _enrolled_twice(self, fact: UnitEnrolled) -> Problem | None:
        before = self.enrolled.get(fact.unit_id)
        if before is None:
            return None
        return Problem("aggregates.unit_twice", "unit_id", params={"unit": fact.unit_id, "id": before.id, "on": before.on})

    def _name_taken(self, fact: UnitEnrolled | UnitChanged) -> Problem | None:
        for name in (fact.unit_id, *_names(fact)):
            others = [owner for owner in self.lexicon.owners(name) if owner != fact.unit_id]
            if others:
                where = "unit_id" if name == fact.unit_id else "unit" if name == fact.unit else "aliases"
                return Problem("aggregates.name_taken", where, params={"name": name, "unit": others[0]})
        return None

    def _absent(self, fact: Event) -> Problem | None:
        day: date = fact.on.date() if isinstance(fact.on, datetime) else fact.on
        for name, unit in units_of(fact):
            since = self.enrolled.get(unit)
            if since is None:
                return Problem("aggregates.not_enrolled", name, params={"unit": unit})
            if day < since.on:
                return Problem("aggregates.before_enrolment", "on", params={"unit": unit, "on": day, "earliest": since.on})
            if unit in self.moves and (out := self.out(unit, day)) and not _of_the_absent(fact):
                return self._gone(name, unit, day, out)
        return None

    def _gone(self, name: str, unit: str, day: date, out: Move) -> Problem:
        known = {"unit": unit, "on": day, "left": out.on}
        heirs = self.heirs(unit, day)
        if not heirs:
            return Problem("aggregates.unit_left", name, params=known)
        return Problem("aggregates.unit_went", name, params={**known, "heirs": heirs})

    def _moved_twice(self, fact: Event) -> Problem | None:
        """On one day there would be no telling which was first."""
        for unit, move in moves_of(fact):
            for other in self.moves.get(unit, ()):
                if other.on == move.on:
                    return Problem("aggregates.moved_twice", "on", params={"unit": unit, "on": move.on, "id": other.id})
        return None


def _names(fact: UnitEnrolled | UnitChanged) -> tuple[str, ...]:
    return (*([fact.unit] if fact.unit else []), *(fact.aliases or ()))


def _no_change(fact: UnitChanged) -> Problem | None:
    if any(value is not None for value in (fact.unit, fact.class_, fact.targets, fact.aliases, fact.staff, fact.left)):
        return None
    return Problem("aggregates.no_change", "unit_id", params={"unit": fact.unit_id})


def _bad_merger(fact: UnitsMerged) -> Problem | None:
    if {*fact.before} - {fact.after}:
        return _named_twice("before", fact.before)
    return Problem("aggregates.merger_of_one", "before")


def _bad_split(fact: UnitSplit) -> Problem | None:
    carry, parts = fact.carry, len(fact.after)
    if parts < 2:
        return Problem("aggregates.split_into_one", "after")
    if carry is not None and (len(carry) != parts or min(carry) < 0 or not any(carry)):
        return Problem("aggregates.split_ratio", "carry", params={"parts": parts})
    return _named_twice("after", fact.after)


def _named_twice(field: str, units: tuple[str, ...]) -> Problem | None:
    twice = [unit for unit in units if units.count(unit) > 1]
    return Problem("events.unit_twice", field, params={"unit": twice[0]}) if twice else None


def _of_the_absent(fact: Event) -> bool:
    """What may be said of a unit that is out: it is in again, or it was asked while it was in, and this is the answer."""
    return isinstance(fact, SolicitationFulfilled | SolicitationMissed) or (isinstance(fact, UnitChanged) and fact.left is False)


def moves_of(fact: Event) -> Iterator[tuple[str, Move]]:
    """The units that a fact takes out of the roster or brings back. One that is in may be said to be: the order does not matter."""
    if isinstance(fact, UnitChanged) and fact.left is not None:
        yield fact.unit_id, Move(fact.on, fact.left, (), fact.id)
    elif isinstance(fact, UnitsMerged):
        for unit in fact.before:
            if unit != fact.after:
                yield unit, Move(fact.on, True, (fact.after,), fact.id)
    elif isinstance(fact, UnitSplit) and fact.before not in fact.after:
        yield fact.before, Move(fact.on, True, fact.after, fact.id)


def units_of(fact: Event) -> Iterator[tuple[str, str]]:
    """The units whose life a fact is part of, each with the field that names it."""
    for name in _naming_units(type(fact)):
        value = getattr(fact, name)
        for unit in (value,) if isinstance(value, str) else value or ():
            yield name, unit


@cache
def _naming_units(model: type[Event]) -> tuple[str, ...]:
    return tuple(use.name for use in references(model) if use.subject == "unit")
