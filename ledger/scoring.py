"""The reading side of the ledger: questions about scores, answered from the log at a cut."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from ledger import events
from ledger.errors import BasisError, Unknown, nearest
from ledger.journal.decode import fields_of
from ledger.journal.reader import LogReader
from ledger.journal.rows import Row
from ledger.projections import standings as table
from ledger.projections import statement as account
from ledger.projections.cut import Basis, reversals
from ledger.projections.targets import Targets, targets
from ledger.projections.why import Inquiry, Why
from ledger.rules.evaluate import Standing
from ledger.rules.facts import Entry
from ledger.rules.heirs import ancestry
from ledger.rules.roster import Unit
from ledger.views import Facts, Question, View


class Scoring:
    """Answers to questions, each from the log as it stands when asked."""

    def __init__(self, reader: LogReader, today: Callable[[], date]) -> None:
        self._reader = reader
        self._today = today

    def standings(self, question: Question, class_: str | None = None) -> table.Standings:
        """Every unit's line, or those of one class, the best first.

        Raises BasisError for a basis that does not exist, Unknown for a class that no unit has.
        """
        return View(self._reader, question, self._today()).standings(class_)

    def persons(self, question: Question) -> table.Standings:
        """Every person's line, the best first. Raises as :meth:`standings`, and BasisError where the scheme scores no persons."""
        view = View(self._reader, question, self._today())
        basis, persons = view.personal(), view.evaluation.persons
        names = self._reader.names.names(persons)
        rows = tuple(table.person_row(standing, names.get(id, id)) for id, standing in persons.items())
        return table.Standings(basis, rows, tuple(self._reader.ids(view.evaluation.unpriced).values()))

    def targets(self, question: Question) -> Targets:
        """What the units of the standings have to reach. Raises BasisError for a basis that does not exist."""
        view = View(self._reader, question, self._today())
        return targets(view.plan, view.year, view.roster.at(view.day), view.day)

    def score(self, who: str, question: Question) -> tuple[Basis, table.Row]:
        """One line with its rank, of a unit or of a person. Raises as :meth:`standings`, and Unknown for one that is not there."""
        view = View(self._reader, question, self._today())
        found = holder(view, who)
        return found.basis, found.row

    def alone(self, unit: str, question: Question) -> table.Row:
        """One unit's line without its rank, from its own events alone. Raises as :meth:`score`."""
        view = View(self._reader, question, self._today())
        found = view.unit(unit)
        return table.row(view.of_unit(found, *view.facts_of(found)).standings[found.id], view.basis.cut.as_of)

    def statement(self, who: str, question: Question) -> account.Statement:
        """The year of a unit or a person with its postings and what is behind them. Raises as :meth:`score`."""
        view = View(self._reader, question, self._today())
        found = holder(view, who)
        basis, entries = found.basis, found.standing.year.postings
        ids = self._reader.ids({position for posting in entries for position in posting[4]})
        postings = account.postings(view.plan, found.row, entries, ids, basis)
        voided = self._reversed(view, found)
        words = view.plan.scheme.vocabulary
        return account.Statement(
            basis=basis,
            row=found.row,
            postings=postings,
            reversed=voided,
            pending=account.open_parts(view.plan, basis.year, found.standing.year),
            readings=account.rested(view.plan, {posting.rule for posting in postings}),
            unpriced=tuple(self._reader.ids(found.unpriced()).values()),
            events=self._happened({id for posting in postings for id in posting.events} | {entry.event for entry in voided}),
            accounts=view.plan.scheme.accounts,
            vocabulary={kind: {word: entry.name for word, entry in entries.items()} for kind, entries in words.items()},
            units={each.id: each.on(basis.cut.as_of).name for each in view.roster.units.values()},
        )

    def why(self, unit: str, rule: str, question: Question) -> Why:
        """Why a rule paid a unit what it paid, or nothing. Raises as :meth:`score`, and Unknown for a rule that is not there."""
        view = View(self._reader, question, self._today())
        found = view.unit(unit)
        if rule not in view.plan.place:
            raise Unknown.of("projections.no_rule", field="rule", rule=rule, nearest=nearest(rule, view.plan.place))
        facts, pairs = view.facts_of(found)
        alone = view.of_unit(found, facts, pairs, trace=True)
        row = alone.standings[found.id].year
        whose = ancestry(view.roster.heirs, [found.id])
        inquiry = Inquiry(view.plan, view.year, row, whose, facts, reversals(pairs), alone.passed, view.basis.cut.as_of)
        reasons = tuple(inquiry.reasons(rule))
        ids = self._reader.ids({reason.position for reason in reasons if reason.position})
        return Why(view.basis, found.on(view.basis.cut.as_of).name, view.plan.scheme.rules[view.plan.place[rule]], reasons, ids)

    def _reversed(self, view: View, who: Holder) -> tuple[account.Reversed, ...]:
        """What corrections voided: each entry's postings as they were just before its reversal was recorded."""
        days = {position: on for position, on in who.dated() if view.year.has(on.toordinal())}
        by_reversal: dict[int, list[int]] = {}
        for target, reversal in reversals(who.pairs).items():
            if target in days:
                by_reversal.setdefault(reversal, []).append(target)
        reasons = dict(self._reasons(by_reversal))
        found: list[account.Reversed] = []
        for reversal, voided in sorted(by_reversal.items()):
            ids = self._reader.ids(voided)
            posted = account.postings(view.plan, who.row, _scorable(who, reversal), ids, who.basis)
            found += account.reversed_entries(posted, {ids[at]: days[at] for at in voided}, *reasons[reversal])
        # what posted nothing to a person was about the item's units
        return tuple(sorted((each for each in found if each.account or not who.row.person), key=lambda entry: entry.on))

    def _reasons(self, positions: Collection[int]) -> Iterator[tuple[int, tuple[str, str]]]:
        """The id and the reason of each of these reversals, by position."""
        for row in self._reader.rows(ids=self._reader.ids(positions).values()):
            yield row.position, (row.id, str(fields_of(row)["reason"]))

    def _happened(self, ids: Collection[str]) -> dict[str, account.Happened]:
        """The events of these ids, each item's title beside it."""
        rows = {row.id: row for row in self._reader.rows(ids=ids)} if ids else {}
        fields = {row.id: said(self._reader, row) for row in rows.values()}
        titles = self._titles({f"item:{entry['item']}" for entry in fields.values() if "item" in entry})
        titled = {key: entry | {"title": titles.get(str(entry.get("item")))} for key, entry in fields.items()}
        return {row.id: account.Happened(row.id, row.position, row.kind, titled[row.id]) for row in rows.values()}

    def _titles(self, streams: Collection[str]) -> dict[str, str | None]:
        """The titles of the items of these streams, by item."""
        found = self._reader.scan({"item_submitted": ("item", "title")}, streams=streams) if streams else ()
        return {fact.item: fact.title for _, _, fact in found}


def _scorable(who: Holder, position: int) -> Sequence[Entry]:
    """The postings before a position; none where what stood then cannot be scored, such as a rate of nothing."""
    try:
        return who.before(position)
    except BasisError:
        return ()


def holder(view: View, written: str) -> Holder:
    """The unit, or else the person, of an id, name or alias. Raises as :meth:`View.unit`, naming the nearest of both."""
    try:
        return UnitHolder(view, view.unit(written))
    except Unknown as error:
        if view.plan.scheme.persons is None:
            raise
        person, name = view.person(written, str(error.problems[0].params["nearest"]))
        return PersonHolder(view, person, name)


class Holder(ABC):
    """Who has accounts: its line and standing, the facts these come from, and what they were without some."""

    basis: Basis
    row: table.Row
    standing: Standing

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    @abstractmethod
    def _own(self) -> tuple[Facts, list[tuple[int, int]]]:
        """The facts that it comes from, reversed ones included, and the reversals among them."""

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The reversals with their targets, as positions."""
        return self._own[1]

    @abstractmethod
    def dated(self) -> Iterator[tuple[int, date]]:
        """Its facts' positions and business dates."""

    @abstractmethod
    def before(self, position: int) -> Sequence[Entry]:
        """Its postings as they were before a position was recorded."""

    @abstractmethod
    def unpriced(self) -> Sequence[int]:
        """The positions of its facts that no rule prices."""

    def _until(self, position: int) -> tuple[Facts, list[tuple[int, int]]]:
        facts, pairs = self._own
        return [fact for fact in facts if fact[0] < position], [pair for pair in pairs if pair[0] < position]


class UnitHolder(Holder):
    """A unit, with what it inherits."""

    def __init__(self, view: View, unit: Unit) -> None:
        super().__init__(view)
        self._unit, self.basis = unit, view.basis
        self.standing = view.evaluation.standings[unit.id]
        self.row = table.row(self.standing, view.basis.cut.as_of)

    @cached_property
    def _own(self) -> tuple[Facts, list[tuple[int, int]]]:
        return self._view.facts_of(self._unit)

    @cached_property
    def _about(self) -> dict[int, date]:
        """The days of facts of its own and of items, calls and incidents that it has a part in, by position."""
        whose = {*ancestry(self._view.roster.heirs, [self._unit.id]), None}
        facts = self._view.facts_about(self._unit) if self._view.plan.compared else self._own[0]
        return {position: fact.on for position, _, fact in facts if getattr(fact, "unit", None) in whose}

    def dated(self) -> Iterator[tuple[int, date]]:
        """Facts that it has a part in."""
        return iter(self._about.items())

    def before(self, position: int) -> Sequence[Entry]:
        """From its own facts."""
        return self._view.of_unit(self._unit, *self._until(position)).standings[self._unit.id].year.postings

    def unpriced(self) -> Sequence[int]:
        """From its own facts."""
        return [position for position in self._view.of_unit(self._unit, *self._own).unpriced if position in self._about]


class PersonHolder(Holder):
    """A person whom facts credit. What no rule prices is told of units."""

    def __init__(self, view: View, person: str, name: str) -> None:
        super().__init__(view)
        self._person, self.basis = person, view.personal()
        self.standing = view.evaluation.persons[person]
        self.row = table.person_row(self.standing, name)

    @cached_property
    def _own(self) -> tuple[Facts, list[tuple[int, int]]]:
        return self._view.facts_naming(self._person)

    def dated(self) -> Iterator[tuple[int, date]]:
        """Facts of the items, and others, that name the person."""
        return ((position, fact.on) for position, _, fact in self._own[0])

    def before(self, position: int) -> Sequence[Entry]:
        """From those facts."""
        standing = self._view.of_all(*self._until(position)).persons.get(self._person)
        return standing.year.postings if standing else ()

    def unpriced(self) -> Sequence[int]:
        """None."""
        return ()


def said(reader: LogReader, row: Row) -> dict[str, Any]:
    """The fields of an event as a reader knows them: points as numbers, and persons by name where their names are still kept."""
    fields = events.shown(fields_of(row))
    persons = {use.name for use in events.references(events.KINDS[row.kind]) if use.ref == "person" and use.name in fields}
    names = reader.names.names(fields[name] for name in persons) if persons else {}
    return {name: names.get(value, value) if name in persons else value for name, value in fields.items() if name != "named"}
