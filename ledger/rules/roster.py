"""The roster: which units there are, and each one's name, class and targets on any day.

After ``init`` the roster lives in unit events alone; the scheme keeps targets by class and unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A merger or a split: from this day others stand in a unit's place, each with its share."""

    day: int
    position: int
    shares: tuple[tuple[str, int, int], ...]
    carried: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and all its states, the earliest first. ``id`` never changes."""

    id: str
    states: tuple[UnitState, ...]

    def on(self, day: date) -> UnitState:
        """The unit as it was on a day; as it began, for a day before that."""
        return next((state for state in reversed(self.states) if state.since <= day), self.states[0])

    @property
    def since(self) -> date:
        """The unit's first day in the roster."""
        return self.states[0].since

    def days_in(self, first: int, last: int) -> int:
        """How many days from a first to a last the unit was in the roster."""
        return max(0, last - max(first, self.since.toordinal()) + 1)


class Roster:
    """Units in the order of their enrolment, which is the order of every table."""

    def __init__(self, facts: Iterable[tuple[int, str, Any]]) -> None:
        """From the unit events of a cut, in any order."""
        self.units: dict[str, Unit] = {}
        self.heirs: Mapping[str, tuple[Inheritance, ...]] = {}
        ordered = sorted(facts, key=lambda entry: (entry[1] != "unit_enrolled", entry[2].on, entry[0]))
        for _, kind, fact in ordered:
            state = _enrolled(fact) if kind == "unit_enrolled" else _changed(self.units[fact.unit_id].states[-1], fact)
            earlier = self.units[fact.unit_id].states if fact.unit_id in self.units else ()
            self.units[fact.unit_id] = Unit(fact.unit_id, (*earlier, state))

    def at(self, day: date) -> tuple[Unit, ...]:
        """The units enrolled by a day."""
        return tuple(unit for unit in self.units.values() if unit.since <= day)

    def enrolled(self, written: str, day: date) -> Unit:
        """The unit of an id, a name or an alias. Raises as :meth:`find`, and BasisError for a day before it was enrolled."""
        unit = self.find(written)
        if unit.since > day:
            raise BasisError.of("rules.not_enrolled", field="unit", unit=unit.states[0].name, enrolled=unit.since, day=day)
        return unit

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
