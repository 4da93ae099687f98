"""The roster: which units there are on any day, each one's name, class, staff and targets, and who inherits from whom.

After ``init`` the roster lives in unit events alone; the scheme keeps targets by class and unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from ledger.errors import BasisError, Unknown, nearest
from ledger.rules.model import Scheme


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit from one day on."""

    since: date
    name: str
    class_: str
    targets: Mapping[str, int] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    staff: int | None = None


class Absence(NamedTuple):
    """A unit's time out of the roster: its first day, the units it went to, and the first day back where there is one."""

    first: date
    heirs: tuple[str, ...] = ()
    back: date | None = None


class Inheritance(NamedTuple):
    """A merger or a split: from this day (an ordinal) others stand in a unit's place, until it is back where it comes back.

    ``shares`` are the heirs, each with numerator and denominator: together the whole, or none where a split names no ratio.
    ``carried`` says whether what was earned before that day goes along.
    """

    day: int
    position: int
    shares: tuple[tuple[str, int, int], ...]
    carried: bool
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, all its states and all its absences, the earliest first. ``id`` never changes."""

    id: str
    states: tuple[UnitState, ...]
    absences: tuple[Absence, ...] = ()

    def on(self, day: date) -> UnitState:
        """The unit as it was on a day; as it began, for a day before that."""
        return next((state for state in reversed(self.states) if state.since <= day), self.states[0])

    @property
    def since(self) -> date:
        """The unit's first day in the roster."""
        return self.states[0].since

    @property
    def left(self) -> date | None:
        """The first day on which it is out for good; None for one that is in, or came back."""
        return self.absences[-1].first if self.absences and not self.absences[-1].back else None

    def absence(self, day: date) -> Absence | None:
        """The absence in which a day falls; None where the unit is in, or not yet enrolled."""
        return next((each for each in self.absences if each.first <= day and (each.back is None or day < each.back)), None)

    @property
    def turns(self) -> list[int]:
        """The days, as ordinals, from which on something else is so of the unit than before, or known of it."""
        changed = (state.since for state in self.states[1:])
        left = (day for absence in self.absences for day in (absence.first, absence.back) if day)
        return sorted(day.toordinal() for day in (*changed, *left))

    def is_in(self, day: date) -> bool:
        """Whether the unit is in the roster on a day."""
        return self.since <= day and not self.absence(day)

    def upto(self, day: date) -> Unit:
        """The unit as far as it is known by a day: nothing of when it leaves or comes back later."""
        absences = (each._replace(back=each.back if each.back and each.back <= day else None) for each in self.absences)
        return replace(self, absences=tuple(each for each in absences if each.first <= day))

    def days_in(self, first: int, last: int, known: int | None = None) -> int:
        """How many of the days from one ordinal to another, both included, it is in the roster, as far as is ``known`` on a day."""
        first = max(first, self.since.toordinal())
        told = (each for each in self.absences if known is None or each.first.toordinal() <= known)
        out = ((each.first.toordinal(), each.back.toordinal() - 1 if each.back else last) for each in told)
        return _days(first, last) - sum(_days(max(first, begin), min(last, end)) for begin, end in out)

    def first_in(self, first: int) -> int:
        """The first day from one on, as ordinals, on which it is in the roster; that day where it is out for good."""
        day = max(date.fromordinal(first), self.since)
        absence = self.absence(day)
        return (absence.back if absence and absence.back else day).toordinal()


def _days(first: int, last: int) -> int:
    return max(0, last - first + 1)


class Roster:
    """Units in the order of their enrolment, which is the order of every table.

    ``heirs`` says by unit who stands in its place from which day on. A unit that goes on after its own split is among them,
    with its share; without a ratio it keeps everything, and there is nothing to inherit.
    """

    def __init__(self, facts: Iterable[tuple[int, str, Any]]) -> None:
        """From the unit events of a cut, in any order."""
        self.units: dict[str, Unit] = {}
        self.heirs: dict[str, tuple[Inheritance, ...]] = {}
        for position, kind, fact in sorted(facts, key=lambda entry: (entry[1] != "unit_enrolled", entry[2].on, entry[0])):
            if kind == "unit_enrolled":
                self.units[fact.unit_id] = Unit(fact.unit_id, (_enrolled(fact),))
            elif kind == "unit_changed":
                self._change(fact)
            elif kind == "units_merged":
                self._merge(position, fact)
            else:
                self._split(position, fact)

    def _change(self, fact: Any) -> None:
        unit = self.units[fact.unit_id]
        self.units[unit.id] = replace(unit, states=(*unit.states, _changed(unit.states[-1], fact)))
        if fact.left:
            self._leave(unit.id, fact.on)
        elif fact.left is False and unit.left:
            self._return(unit.id, fact.on)

    def _merge(self, position: int, fact: Any) -> None:
        for unit in fact.before:
            if unit != fact.after:
                self._leave(unit, fact.on, (fact.after,))
                self._inherit(unit, Inheritance(fact.on.toordinal(), position, ((fact.after, 1, 1),), fact.carry))

    def _split(self, position: int, fact: Any) -> None:
        goes_on, carry = fact.before in fact.after, fact.carry or ()
        shares = tuple((unit, part, sum(carry)) for unit, part in zip(fact.after, carry, strict=False) if part)
        if not goes_on:
            self._leave(fact.before, fact.on, tuple(fact.after))
        if shares or not goes_on:
            self._inherit(fact.before, Inheritance(fact.on.toordinal(), position, shares, bool(shares)))

    def _leave(self, unit: str, day: date, heirs: tuple[str, ...] = ()) -> None:
        self.units[unit] = replace(self.units[unit], absences=(*self.units[unit].absences, Absence(day, heirs)))

    def _return(self, unit: str, day: date) -> None:
        *earlier, last = self.units[unit].absences
        self.units[unit] = replace(self.units[unit], absences=(*earlier, last._replace(back=day)))
        if last.heirs:
            *before, step = self.heirs[unit]
            self.heirs[unit] = (*before, step._replace(until=day.toordinal()))

    def _inherit(self, unit: str, step: Inheritance) -> None:
        self.heirs[unit] = (*self.heirs.get(unit, ()), step)

    def upto(self, day: date) -> Roster:
        """The roster as far as it is known by a day; names and classes, which say from when they hold, stay."""
        known = copy(self)
        known.units = {unit.id: unit.upto(day) for unit in self.units.values()}
        steps = {unit: tuple(step for step in each if step.day <= day.toordinal()) for unit, each in self.heirs.items()}
        known.heirs = {unit: each for unit, each in steps.items() if each}
        return known

    def at(self, day: date) -> tuple[Unit, ...]:
        """The units that are in the roster on a day."""
        return tuple(unit for unit in self.units.values() if unit.is_in(day))

    def enrolled(self, written: str, day: date) -> Unit:
        """The unit of an id, a name or an alias.

        Raises as :meth:`find`, and BasisError for a day on which it is not in the roster, naming where it went.
        """
        unit = self.find(written)
        name, absence = unit.on(day).name, unit.absence(day)
        if unit.since > day:
            raise BasisError.of("rules.not_enrolled", field="unit", unit=name, enrolled=unit.since, day=day)
        if absence is None:
            return unit
        heirs = ", ".join(dict.fromkeys(heir.on(day).name for heir in self._successors(absence, day)))
        if heirs:
            raise BasisError.of("rules.unit_went", field="unit", unit=name, left=absence.first, day=day, heirs=heirs)
        raise BasisError.of("rules.unit_left", field="unit", unit=name, left=absence.first, day=day)

    def _successors(self, absence: Absence, day: date) -> Iterator[Unit]:
        """The units to which one has gone by a day, through every merger and split since then."""
        for heir in map(self.units.__getitem__, absence.heirs):
            gone = heir.absence(day)
            if gone is None:
                yield heir
            elif gone.first > absence.first:  # always so in a log that was judged: it was in when it inherited
                yield from self._successors(gone, day)

    def find(self, written: str) -> Unit:
        """The unit of an id, a name or an alias. Raises Unknown, with the nearest, when there is none."""
        for unit in self.units.values():
            if written == unit.id or any(written in (state.name, *state.aliases) for state in unit.states):
                return unit
        names = [state.name for unit in self.units.values() for state in unit.states] + list(self.units)
        raise Unknown.of("rules.no_unit", field="unit", unit=written, nearest=nearest(written, names))


def target(scheme: Scheme, unit: Unit, name: str, day: date) -> int:
    """A unit's target on a day, in hundredths: its own, else the scheme's for the unit, else its class's.

    Raises BasisError when there is none: a missing target is never 0.
    """
    state = unit.on(day)
    listed = scheme.units.get(unit.id)
    of_class = scheme.classes.get(state.class_)
    for targets in (state.targets, listed.targets if listed else {}, of_class.targets if of_class else {}):
        if name in targets:
            return targets[name]
    raise BasisError.of("rules.no_target", field="targets", unit=state.name, target=name, day=day)


def _enrolled(fact: Any) -> UnitState:
    return UnitState(fact.on, fact.unit, fact.class_, fact.targets or {}, tuple(fact.aliases or ()), fact.staff)


def _changed(before: UnitState, fact: Any) -> UnitState:
    targets = {**before.targets, **(fact.targets or {})}
    changes = {"name": fact.unit, "class_": fact.class_, "targets": targets, "aliases": fact.aliases, "staff": fact.staff}
    return replace(before, since=fact.on, **{key: value for key, value in changes.items() if value is not None})
