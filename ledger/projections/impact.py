"""What another scheme does to the standings: who rises, who falls, and by what clause.

A unit's score is a sum of postings, each by one rule; so what two schemes make of it differs by the sums of their rules, and
the differences of the rules add up to that of the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger import points
from ledger.projections.cut import Basis
from ledger.projections.standings import Row, Standings, row
from ledger.projections.statement import postings
from ledger.rules.evaluate import Evaluation
from ledger.rules.plan import Plan
from ledger.rules.source import Source


class Sum(NamedTuple):
    """What one rule posted to a unit in the year, in hundredths; ``scored``, whether that is part of the score."""

    rule: str
    clause: str
    text: str
    account: str
    scored: bool
    points: int


@dataclass(frozen=True, slots=True)
class Side:
    """The standings under one scheme, and what each rule posted to each unit, by the unit's id and the rule's."""

    standings: Standings
    sums: Mapping[str, Mapping[str, Sum]]


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule changes for a unit, in hundredths. A rule that is in one scheme only posts 0 under the other."""

    rule: str
    clause: str
    text: str
    account: str
    scored: bool
    before: int
    after: int

    @property
    def change(self) -> int:
        """How much more the rule posts."""
        return self.after - self.before

    def as_json(self) -> dict[str, Any]:
        """The share as JSON, points as numbers."""
        about = {"rule": self.rule, "clause": self.clause, "account": self.account, "scored": self.scored}
        return {**about, **_numbers(self.before, self.after)}


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit under both schemes. ``shares`` are the rules whose sums differ: those of the score first, the largest first."""

    before: Row
    after: Row
    shares: tuple[Share, ...]

    @property
    def change(self) -> int:
        """How much higher the score is."""
        return self.after.score - self.before.score

    @property
    def places(self) -> tuple[int, int] | None:
        """The rank before and after: over all, or within the class where only that is given under both; None for neither."""
        pairs = ((self.before.rank, self.after.rank), (self.before.class_rank, self.after.class_rank))
        return next(((before, after) for before, after in pairs if before is not None and after is not None), None)

    @property
    def climbed(self) -> int:
        """By how many places the unit rises; below 0 where it falls."""
        before, after = self.places or (0, 0)
        return before - after

    @property
    def stays(self) -> bool:
        """Whether ranks and score are what they were, and by the same rules."""
        ranks = [(row.rank, row.class_rank) for row in (self.before, self.after)]
        return ranks[0] == ranks[1] and not self.change and not any(share.scored for share in self.shares)

    def as_json(self) -> dict[str, Any]:
        """The unit as JSON."""
        return {
            "unit": self.after.unit,
            "unit_id": self.after.unit_id,
            "class": self.after.class_,
            "score": _numbers(self.before.score, self.after.score),
            "rank": {"before": self.before.rank, "after": self.after.rank},
            "class_rank": {"before": self.before.class_rank, "after": self.after.class_rank},
            "clauses": [share.as_json() for share in self.shares],
        }


@dataclass(frozen=True, slots=True)
class Rosters:
    """How the other scheme's lists fit: by name, the units it lists that are not enrolled, the enrolled ones that it no longer
    lists, and the classes that it adds and drops.
    """

    not_enrolled: tuple[str, ...]
    not_listed: tuple[str, ...]
    classes_added: tuple[str, ...]
    classes_dropped: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The lists as JSON."""
        return {
            "not_enrolled": list(self.not_enrolled),
            "not_listed": list(self.not_listed),
            "classes_added": list(self.classes_added),
            "classes_dropped": list(self.classes_dropped),
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """Two standings of one year and cut, unit by unit, those whose score changes most first."""

    before: Standings
    after: Standings
    units: tuple[Moved, ...]
    rosters: Rosters

    def counts(self) -> dict[str, int]:
        """How many units rise, fall and stay in rank, and how many have a higher, a lower and the same score."""
        climbed, changes = [unit.climbed for unit in self.units], [unit.change for unit in self.units]
        return {
            "rise": sum(each > 0 for each in climbed),
            "fall": sum(each < 0 for each in climbed),
            "stay": sum(each == 0 for each in climbed),
            "higher": sum(each > 0 for each in changes),
            "lower": sum(each < 0 for each in changes),
            "same": sum(each == 0 for each in changes),
        }

    def as_json(self) -> dict[str, Any]:
        """Both bases, the counts and every unit."""
        return {
            "before": self.before.basis.as_json(),
            "after": self.after.basis.as_json(),
            "counts": self.counts(),
            "unpriced": {"before": len(self.before.unpriced), "after": len(self.after.unpriced)},
            **self.rosters.as_json(),
            "units": [unit.as_json() for unit in self.units],
        }


def _numbers(before: int, after: int) -> dict[str, int | float]:
    return {"before": points.number(before), "after": points.number(after), "change": points.number(after - before)}


def side(standings: Standings, plan: Plan, evaluation: Evaluation) -> Side:
    """The standings with what is behind each score."""
    return Side(standings, {row.unit_id: _sums(plan, evaluation, standings.basis, row.unit_id) for row in standings.rows})


def _sums(plan: Plan, evaluation: Evaluation, basis: Basis, unit: str) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    standing = evaluation.standings[unit]
    for posting in postings(plan, row(standing, basis.cut.as_of), standing.year.postings, {}, basis):
        so_far = found[posting.rule].points if posting.rule in found else 0
        about = (posting.rule, posting.clause, posting.text, posting.account, posting.scored)
        found[posting.rule] = Sum(*about, so_far + posting.points)
    return found


def impact(before: Side, after: Side, rosters: Rosters) -> Impact:
    """Both sides unit by unit; they are of one roster and day, and so have the same units."""
    was = {row.unit_id: row for row in before.standings.rows}
    units = [
        Moved(was[row.unit_id], row, _shares(before.sums[row.unit_id], after.sums[row.unit_id]))
        for row in after.standings.rows
        if row.unit_id in was
    ]
    units.sort(key=lambda unit: (-abs(unit.change), -abs(unit.climbed)))
    return Impact(before.standings, after.standings, tuple(units), rosters)


def _shares(before: Mapping[str, Sum], after: Mapping[str, Sum]) -> tuple[Share, ...]:
    """The differences rule by rule. One that posts to the score under one scheme only leaves it, or enters it."""
    found: list[Share] = []
    for rule in dict.fromkeys([*before, *after]):
        was, now = before.get(rule), after.get(rule)
        if was and now and was.scored != now.scored:
            found += [_share(was, None), _share(None, now)]
        else:
            found.append(_share(was, now))
    return tuple(sorted((each for each in found if each.change), key=lambda each: (not each.scored, -abs(each.change))))


def _share(was: Sum | None, now: Sum | None) -> Share:
    known = now or was
    assert known is not None
    return Share(*known[:5], was.points if was else 0, now.points if now else 0)


def rosters(enrolled: Mapping[str, str], before: Source, after: Source) -> Rosters:
    """How the lists of another scheme fit the roster, given as the units' names by id. Classes of equal name are the same."""
    listed = {unit.id: unit.name for unit in after.roster}
    gone = [unit.id for unit in before.roster if unit.id not in listed]
    return Rosters(
        tuple(name for key, name in listed.items() if key not in enrolled),
        tuple(enrolled[key] for key in gone if key in enrolled),
        _beyond(after.classes, before.classes),
        _beyond(before.classes, after.classes),
    )


def _beyond(some: Iterable[str], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in some if each not in others)
