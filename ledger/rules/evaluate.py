"""``evaluate``: facts and a scheme in, postings and standings out. This is the definition of a score.

Plain Python beside the clauses: the facts of a cut are joined with their subjects, matched in order of business date,
and each unit's year is walked day by day (:mod:`ledger.rules.walk`). No clock, no log, no floats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from ledger.rules.delays import crossings
from ledger.rules.facts import Fact, Joined, Matching, Year, join
from ledger.rules.plan import Plan
from ledger.rules.rank import Place, ranks
from ledger.rules.roster import Roster
from ledger.rules.walk import UnitYear, Walk

VERSION = "1"
"""The evaluator's version, part of every figure's basis. It grows when a figure could change."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's year with its places; the flags include those of its places."""

    year: UnitYear
    class_: str
    rank: int | None
    class_rank: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The standings of a year as of a day, in the roster's order, and the positions of facts that no rule prices."""

    standings: Mapping[str, Standing]
    unpriced: tuple[int, ...]


def evaluate(
    plan: Plan, roster: Roster, facts: Iterable[tuple[int, str, Fact]], year: int, as_of: date, only: Collection[str] | None = None
) -> Evaluation:
    """Evaluate ``facts`` (position, kind, event; dated no later than ``as_of``) for the units of the roster, or ``only`` some.

    With ``only``, the facts of those units suffice, and ranks are None. Raises BasisError for a missing target.
    """
    calendar = Year.of(year)
    units = [unit for unit in roster.at(as_of) if only is None or unit.id in only]
    joined = join(facts, plan.programs, plan.timed, plan.aside)
    matching = Matching(plan.programs, calendar, [unit.id for unit in units], joined)
    matching.run()
    for unit_id, entry in crossings(plan, joined, calendar, as_of):
        if unit_id in matching.entries:
            matching.entries[unit_id].append(entry)
    last = min(as_of, date(year, 12, 31))
    rows = []
    for unit in units:
        entries = matching.entries.pop(unit.id)
        entries.sort(key=itemgetter(0))
        rows.append(Walk(plan, unit, calendar, as_of).run(entries))
    classes = {unit.id: unit.on(last).class_ for unit in units}
    found = ranks(plan.scheme_rank if only is None else None, rows, classes, _rulings(joined, calendar))
    standings = {row.unit.id: _standing(plan, row, classes[row.unit.id], *found[row.unit.id]) for row in rows}
    return Evaluation(standings, tuple(sorted((*matching.unpriced, *matching.orphans))))


def _standing(plan: Plan, row: UnitYear, class_: str, over_all: Place | None, in_class: Place | None) -> Standing:
    tied = any(place and place.tied_first for place in (over_all, in_class))
    tie = plan.scheme_rank.tie_for_first if tied and plan.scheme_rank else None
    flags = tuple(dict.fromkeys((*row.flags, tie))) if tie else row.flags
    return Standing(row, class_, over_all.rank if over_all else None, in_class.rank if in_class else None, flags)


def _rulings(joined: Joined, year: Year) -> Sequence[Sequence[str]]:
    """The officers' orders of the year, the latest business date first, then the latest recorded."""
    found = [(fact.on, position, fact.units) for position, fact in joined.aside["order_settled"] if fact.on.year == year.number]
    return [units for _, _, units in sorted(found, reverse=True)]
