"""The schemes in force: what an event of a given day may name, and how much an officer may award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger import points
from ledger.aggregates.extra import Declared
from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem, Refused, nearest
from ledger.events import Event, PointsAwarded, UnitChanged, UnitEnrolled

_JUDGED = frozenset({UnitEnrolled, UnitChanged, PointsAwarded})


@dataclass(frozen=True, slots=True)
class Terms:
    """What one enacted scheme lets events name.

    ``words`` are its vocabularies by kind (``channel``, ``level`` …); ``targets`` the names of what a unit has to reach,
    ``given`` those that it sets itself, by class and by unit id; ``awards`` the discretionary rules, each with its least and
    most, in hundredths; ``fields`` the fields of its own, by kind of event and id; ``vetoes`` the findings
    that a score may be set to nothing by; ``says`` the hash of all that it says, its effective date aside.
    """

    scheme: str
    sha256: str
    effective: date
    words: Mapping[str, Lexicon]
    classes: tuple[str, ...]
    targets: tuple[str, ...] = ()
    awards: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Declared]] = field(default_factory=dict)
    vetoes: frozenset[str] = frozenset()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Schemes:
    """The enacted schemes, by effective date and then in the order recorded."""

    enacted: tuple[Terms, ...] = ()

    def enact(self, terms: Terms) -> Schemes:
        """The schemes with one more."""
        return replace(self, enacted=tuple(sorted((*self.enacted, terms), key=lambda each: each.effective)))

    def in_force(self, day: date) -> Terms:
        """The terms of ``day``: the latest effective, then the latest recorded.

        Raises Refused before every scheme, naming the first day.
        """
        for terms in reversed(self.enacted):
            if terms.effective <= day:
                return terms
        first = min((terms.effective for terms in self.enacted), default=None)
        raise Refused(Problem("aggregates.before_every_scheme", "on", params={"on": day, "first": first}))

    def vetoes(self, day: date) -> frozenset[str]:
        """The findings of a day that a score may be set to nothing by: a year is scored under the scheme that is in force when it
        is looked at, so those of a scheme that comes into force later count as well. Raises as :meth:`in_force`.
        """
        first = self.enacted.index(self.in_force(day))
        return frozenset(finding for terms in self.enacted[first:] for finding in terms.vetoes)

    def demand_new(self, terms: Terms) -> None:
        """Raises Refused for a scheme that is in force on its day already: nothing would change but the hash of every figure."""
        in_force = next((each for each in reversed(self.enacted) if each.effective <= terms.effective), None)
        if in_force and in_force.says == terms.says:
            raise Refused(Problem("aggregates.scheme_twice", "scheme", params={"scheme": terms.scheme, "on": in_force.effective}))

    def decide(self, fact: Event) -> Problem | None:
        """A class is one of the scheme's, an award within the rule's range."""
        if type(fact) not in _JUDGED:
            return None
        if isinstance(fact, UnitEnrolled | UnitChanged):
            return self._no_class(fact) or self._no_target(fact)
        return self._no_award(fact) if isinstance(fact, PointsAwarded) else None

    def _no_class(self, fact: UnitEnrolled | UnitChanged) -> Problem | None:
        terms = self.in_force(fact.on)
        if fact.class_ is None or fact.class_ in terms.classes:
            return None
        known = {"value": fact.class_, "scheme": terms.scheme, "nearest": nearest(fact.class_, terms.classes)}
        return Problem("aggregates.no_class", "class", params=known)

    def _no_target(self, fact: UnitEnrolled | UnitChanged) -> Problem | None:
        terms = self.in_force(fact.on)
        for name in fact.targets or ():
            if name not in terms.targets:
                known = {"value": name, "scheme": terms.scheme, "nearest": nearest(name, terms.targets)}
                return Problem("aggregates.no_target", "targets", params=known)
        return _not_positive(fact) or (self._lacking(terms, fact) if isinstance(fact, UnitEnrolled) else None)

    def _lacking(self, terms: Terms, fact: UnitEnrolled) -> Problem | None:
        """Without one of its targets a unit, and with it the whole table, could not be scored."""
        set_ = {*(fact.targets or ()), *terms.given.get(fact.class_, ()), *terms.given.get(fact.unit_id, ())}
        lacking = [name for name in terms.targets if name not in set_]
        if not lacking:
            return None
        return Problem("aggregates.targets_lacking", "targets", params={"unit": fact.unit, "targets": ", ".join(lacking)})

    def _no_award(self, fact: PointsAwarded) -> Problem | None:
        terms = self.in_force(fact.on)
        if not terms.awards:
            return Problem("aggregates.no_awards", "rule", params={"rule": fact.rule, "scheme": terms.scheme})
        if fact.rule not in terms.awards:
            known = {"rule": fact.rule, "scheme": terms.scheme, "nearest": nearest(fact.rule, terms.awards)}
            return Problem("aggregates.no_award", "rule", params=known)
        least, most = terms.awards[fact.rule]
        if least <= fact.points <= most:
            return None
        shown = {"value": fact.points, "least": least, "most": most}
        return Problem("aggregates.award_range", "points", params={key: points.text(value) for key, value in shown.items()})


def _not_positive(fact: UnitEnrolled | UnitChanged) -> Problem | None:
    for name, value in (fact.targets or {}).items():
        if value <= 0:
            return Problem("aggregates.target_not_positive", "targets", params={"target": name, "value": points.text(value)})
    return None
