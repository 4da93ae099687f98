"""The live facts that judge one another, and what falls when one of them goes."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any, Protocol

from ledger.aggregates.boundary import Boundary, impossible
from ledger.aggregates.incident import Incident
from ledger.aggregates.item import Item
from ledger.aggregates.scheme import Schemes
from ledger.aggregates.solicitation import Solicitation
from ledger.aggregates.unit import Roster, moves_of
from ledger.errors import Problem, nearest
from ledger.events import Event, UnitChanged, UnitEnrolled, UnitsMerged, UnitSplit
from ledger.recording.recall import subjects_of

FAMILIES: Mapping[str, type[Item] | type[Solicitation] | type[Incident]] = {
    "item": Item,
    "solicitation": Solicitation,
    "incident": Incident,
}

ROSTER_KINDS = (UnitEnrolled.kind, UnitChanged.kind, UnitsMerged.kind, UnitSplit.kind)
_BOUNDED = tuple(f"{family}:" for family in FAMILIES)


def bounded(subjects: Iterable[str]) -> tuple[str, ...]:
    """Those of the subjects that are boundaries of their own; a unit's is the roster."""
    return tuple([subject for subject in subjects if subject.startswith(_BOUNDED)])


class Recall(Protocol):
    """Where a world finds what it has not been shown yet."""

    def state(self, subject: str) -> Boundary:
        """The live facts of one boundary."""

    def of_unit(self, subject: str) -> Iterable[Event]:
        """Every live fact that is part of a unit's life, its enrolment aside."""


class World:
    """Schemes, roster and the boundaries' states. A :meth:`fork` may be tried out and then adopted, or forgotten."""

    def __init__(self, schemes: Schemes, roster: Roster, recall: Recall, beneath: MutableMapping[str, Boundary] | None = None) -> None:
        self.schemes = schemes
        self.roster = roster
        self._own: dict[str, Boundary] = {}
        self.states: MutableMapping[str, Boundary] = self._own if beneath is None else ChainMap(self._own, beneath)
        self._recall = recall
        self._gone: set[str] = set()
        self._unsettled: set[str] = set()

    def fork(self) -> World:
        """A world that changes by itself."""
        return World(self.schemes, self.roster, self._recall, self.states)

    def changes(self) -> Mapping[str, Boundary]:
        """What a fork has that the world beneath it has not, or has otherwise."""
        return self._own

    def adopt(self, trial: World) -> None:
        """Makes a fork's changes this world's own."""
        self.roster = trial.roster
        self.states.update(trial.changes())

    def state(self, subject: str) -> Boundary:
        """The live facts of one boundary."""
        known = self.states.get(subject)
        return self._recall.state(subject) if known is None else known

    def problems(self, fact: Event, lives: Iterable[str]) -> list[Problem]:
        """Everything that keeps ``fact``, part of these lives, from standing beside the live facts."""
        found = [self.schemes.decide(fact), self.roster.decide(fact), *[self.state(life).decide(fact) for life in lives]]
        return list(filter(None, found))

    def in_words(self, problem: Problem) -> Problem:
        """The problem as people speak of it: units by name, and which of those that were asked comes nearest."""
        units, params = self.roster.lexicon, dict(problem.params)
        asked = params.pop("asked", None)
        if isinstance(asked, tuple):
            params["nearest"] = self._asked(params, asked)
        for role in ("unit", "lead"):
            if role in params:
                params[role] = units.name(str(params[role]))
        heirs = params.get("heirs")
        if isinstance(heirs, tuple):
            params["heirs"] = ", ".join(map(units.name, heirs))
        return replace(problem, params=params)

    def _asked(self, answer: Mapping[str, Any], asked: tuple[str, ...]) -> str:
        """Of the units that were asked, the one that went to the unit which answers, or else the one most like it by name."""
        units, unit = self.roster.lexicon, answer["unit"]
        inherited = [each for each in asked if unit in self.roster.heirs(each, answer["on"])]
        return units.name(inherited[0]) if inherited else nearest(units.name(unit), map(units.name, asked))

    def evolve(self, fact: Event, lives: Iterable[str]) -> None:
        """One more live fact."""
        for life in lives:
            self.states[life] = self.state(life).evolve(fact)
        if fact.kind in ROSTER_KINDS:
            self.roster = self.roster.evolve(fact)
            self._unsettle(fact)

    def retract(self, fact: Event, lives: Iterable[str]) -> None:
        """One live fact less."""
        self._gone.add(fact.id)
        for life in lives:
            self.states[life] = self.state(life).retract(fact)
        if fact.kind in ROSTER_KINDS:
            self.roster = self.roster.retract(fact)
            self._unsettle(fact)

    def _unsettle(self, fact: Event) -> None:
        """Notes the units that are in the roster on other days than before, so that what was said of them may be impossible."""
        moved = [fact.unit_id] if isinstance(fact, UnitEnrolled) else [unit for unit, _ in moves_of(fact)]
        self._unsettled.update(f"unit:{unit}" for unit in moved)

    def fall(self, subjects: Iterable[str]) -> list[Event]:
        """Retracts what has become impossible about these, and what that makes impossible, to the end. Returns it in that order."""
        fallen: list[Event] = []
        asked = list(subjects)
        while asked:
            for fact in self._impossible(asked.pop()):
                touched = subjects_of(fact)
                self.retract(fact, bounded(touched))
                fallen.append(fact)
                asked += touched
        return fallen

    def _impossible(self, subject: str) -> list[Event]:
        if subject in self._unsettled:
            known = (fact for fact in self._recall.of_unit(subject) if fact.id not in self._gone)
            return [fact for fact in known if self.roster.retract(fact).decide(fact)]
        return [fact for each in bounded([subject]) for fact in impossible(self.state(each))]
