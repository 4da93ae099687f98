"""``evaluate``: facts and a scheme in, postings and standings out. This is the definition of a score.

Plain Python beside the clauses: the facts of a cut are joined with their subjects, matched in order of business date,
and each unit's year is walked day by day (:mod:`ledger.rules.walk`). No clock, no log, no floats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter

from ledger.rules.among import compare
from ledger.rules.calendar import Year
from ledger.rules.delays import crossings
from ledger.rules.facts import Entry, Fact, join
from ledger.rules.heirs import Classes, ancestry, carried, handed_on
from ledger.rules.matching import Holders, Matching, Passed
from ledger.rules.measures import Among
from ledger.rules.plan import Plan
from ledger.rules.rank import Place, person_places, ranks
from ledger.rules.roster import Roster, Unit, UnitState
from ledger.rules.walk import UnitYear, Walk

VERSION = "3"
"""The evaluator's version, part of every figure's basis. It grows when a figure could change."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's, or a person's, year with its places; the flags include those of its places."""

    year: UnitYear
    class_: str
    rank: int | None
    class_rank: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The standings of a year as of a day, in the roster's order, and the positions of facts that no rule prices.

    ``persons`` are the standings of persons, by id; ``passed`` what matched and posted nothing, where that was asked for.
    """

    standings: Mapping[str, Standing]
    unpriced: tuple[int, ...]
    persons: Mapping[str, Standing] = field(default_factory=dict)
    passed: tuple[Passed, ...] = ()


def evaluate(
    plan: Plan,
    roster: Roster,
    facts: Iterable[tuple[int, str, Fact]],
    year: int,
    as_of: date,
    only: Collection[str] | None = None,
    *,
    trace: bool = False,
) -> Evaluation:
    """Evaluate ``facts`` (position, kind, event; dated no later than ``as_of``) for the units of the roster, or ``only`` some.

    The units are those of the as-of date, or of the year's last day where that is earlier: what happens to them later changes
    nothing of the year. With ``only``, the facts of those units and of those they inherit from suffice, unless the plan
    compares units, and ranks are None. ``trace`` keeps what posted nothing. Raises BasisError for a missing target.
    """
    calendar = plan.year(year)
    last = min(as_of, plan.scheme.calendar.last(year))
    roster = roster.upto(last)
    everyone = only is None or bool(plan.compared)
    units = [unit for unit in roster.at(last) if everyone or unit.id in (only or ())]
    joined = join(facts, plan.programs, plan.timed, plan.aside)
    passed: list[Passed] | None = [] if trace else None
    asked = [*roster.units] if everyone else ancestry(roster.heirs, only or ())
    holders = Holders(asked, roster.heirs, Classes(roster.units, roster.heirs), only is None)
    matching = Matching(plan.programs, calendar, holders, joined, passed)
    matching.run()
    for unit_id, entry in handed_on(crossings(plan, joined, calendar, as_of), roster.heirs):
        if unit_id in matching.entries:
            matching.entries[unit_id].append(entry)
    carried(matching.entries, roster.heirs)
    rows = _walked(plan, units, calendar, as_of, matching.entries, roster)
    classes = {unit.id: unit.on(last).class_ for unit in units}
    rulings = orders(joined.aside["order_settled"], calendar)
    standings = ranked(plan, rows, classes, rulings if only is None else None)
    own = {unit: standing for unit, standing in standings.items() if only is None or unit in only}
    persons = _persons(plan, calendar, as_of, matching.personal)
    return Evaluation(own, tuple(sorted(set(matching.unpriced))), persons, tuple(passed or ()))


def ranked(
    plan: Plan, rows: Sequence[UnitYear], classes: Mapping[str, str], rulings: Sequence[Sequence[str]] | None
) -> dict[str, Standing]:
    """The standings of all units' years, by unit, under the rulings on ties; without rulings, those of some, who have no ranks."""
    found = ranks(None if rulings is None else plan.scheme_rank, rows, classes, rulings or ())
    return {row.unit.id: _standing(plan, row, classes[row.unit.id], *found[row.unit.id]) for row in rows}


def _walked(plan: Plan, units: Sequence[Unit], year: Year, as_of: date, entries: dict[str, list[Entry]], roster: Roster) -> list[UnitYear]:
    """Every unit's year. Where rules compare units, once more for each comparison that rests on another.

    One that is gone by now was still compared with at the end of each period before.
    """
    for each in entries.values():
        each.sort(key=itemgetter(0))
    among: Among = {}
    gone = [(unit, unit.left - timedelta(days=1)) for unit in roster.units.values() if unit.left and unit.left.toordinal() > year.first]
    there = (*((unit, as_of) for unit in units), *gone)
    endowed = _endowed(roster, year)
    for _ in range(plan.comparisons):
        walks = ((unit, Walk(plan, plan.comparing, unit, year, day, among, past=unit.id in endowed)) for unit, day in there)
        among = compare(plan.compared, year, as_of, [(unit, walk.compared(entries[unit.id])) for unit, walk in walks])
    course = plan.course["unit"]
    return [Walk(plan, course, unit, year, as_of, among, past=unit.id in endowed).run(entries.pop(unit.id)) for unit in units]


def _endowed(roster: Roster, year: Year) -> set[str]:
    """The units that began, in the year, with what others had earned in it: their first day is that of a merger or split."""
    steps = (step for steps in roster.heirs.values() for step in steps if step.carried and year.has(step.day))
    shares = ((heir, step.day) for step in steps for heir, *_ in step.shares)
    return {heir for heir, day in shares if heir in roster.units and roster.units[heir].since.toordinal() == day}


def _persons(plan: Plan, year: Year, as_of: date, entries: Mapping[str, list[Entry]]) -> dict[str, Standing]:
    """The standings of the persons whom facts of the year credit, the best first."""
    rows = []
    for person, own in entries.items():
        own.sort(key=itemgetter(0))
        alone = Unit(person, (UnitState(date.fromordinal(year.first), person, ""),))
        rows.append(Walk(plan, plan.course["person"], alone, year, as_of, {}).run(own))
    found = person_places(rows)
    return {row.unit.id: Standing(row, "", found[row.unit.id], None, row.flags) for row in sorted(rows, key=lambda row: found[row.unit.id])}


def _standing(plan: Plan, row: UnitYear, class_: str, over_all: Place | None, in_class: Place | None) -> Standing:
    tied = any(place and place.tied_first for place in (over_all, in_class))
    tie = plan.scheme_rank.tie_for_first if tied and plan.scheme_rank else None
    flags = tuple(dict.fromkeys((*row.flags, tie))) if tie else row.flags
    return Standing(row, class_, over_all.rank if over_all else None, in_class.rank if in_class else None, flags)


def orders(settled: Iterable[tuple[int, Fact]], year: Year) -> Sequence[Sequence[str]]:
    """The officers' orders of the year, of those settled (position, event): the latest business date first, then the latest recorded."""
    found = [(fact.on, position, fact.units) for position, fact in settled if year.has(fact.on.toordinal())]
    return [units for _, _, units in sorted(found, reverse=True)]
