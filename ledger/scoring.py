"""The reading side of the ledger: questions about scores, answered from the log at a cut."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from ledger import events, times
from ledger.errors import BasisError, Unknown, nearest
from ledger.journal.decode import fields_of
from ledger.journal.reader import LogReader
from ledger.journal.record import stamp
from ledger.journal.rows import Row
from ledger.projections import standings as table
from ledger.projections import statement as account
from ledger.projections.cut import Basis, Cut, Enacted, calendar_of, live, reversals, scheme_in_force, supposed, year_and_day
from ledger.projections.why import Inquiry, Why
from ledger.rules import scheme as schemes
from ledger.rules.evaluate import VERSION, Evaluation, evaluate
from ledger.rules.heirs import ancestry
from ledger.rules.plan import Plan
from ledger.rules.roster import Roster, Unit
from ledger.rules.source import Source

Facts = list[tuple[int, str, Any]]
ROSTER_KINDS: Mapping[str, None] = dict.fromkeys(("unit_enrolled", "unit_changed", "units_merged", "unit_split"))


@dataclass(frozen=True, slots=True)
class Question:
    """On what basis a figure is asked for; what is None takes the contract's default.

    ``known_at`` is a position ``@N``, a day (included) or a time. ``scheme`` replaces the one in force.
    """

    as_of: date | None = None
    year: int | None = None
    known_at: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    scheme: Source | None = None


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

    def score(self, unit: str, question: Question) -> tuple[Basis, table.Row]:
        """One unit's line with its rank. Raises as :meth:`standings`, and Unknown for a unit that is not there."""
        view = View(self._reader, question, self._today())
        found = view.unit(unit)
        return view.basis, table.row(view.evaluation.standings[found.id], view.basis.cut.as_of)

    def alone(self, unit: str, question: Question) -> table.Row:
        """One unit's line without its rank, from its own events alone. Raises as :meth:`score`."""
        view = View(self._reader, question, self._today())
        found = view.unit(unit)
        return table.row(view.of_unit(found, *view.facts_of(found)).standings[found.id], view.basis.cut.as_of)

    def statement(self, unit: str, question: Question) -> account.Statement:
        """One unit's year with its postings and what is behind them. Raises as :meth:`score`."""
        view = View(self._reader, question, self._today())
        found = view.unit(unit)
        standing = view.evaluation.standings[found.id]
        year, as_of = view.basis.year, view.basis.cut.as_of
        ids = self._reader.ids({position for posting in standing.year.postings for position in posting[4]})
        postings = account.postings(view.plan, standing.year, ids, view.basis)
        facts, pairs = view.facts_of(found)
        voided = self._reversed(view, found, facts, pairs)
        alone = view.of_unit(found, facts, pairs)
        words = view.plan.scheme.vocabulary
        return account.Statement(
            basis=view.basis,
            row=table.row(standing, as_of),
            postings=postings,
            reversed=voided,
            pending=account.pending(view.plan, year, as_of),
            readings=account.rested(view.plan, {posting.rule for posting in postings}),
            unpriced=tuple(self._reader.ids(alone.unpriced).values()),
            events=self._happened({id for posting in postings for id in posting.events} | {entry.event for entry in voided}),
            accounts=view.plan.scheme.accounts,
            vocabulary={kind: {word: entry.name for word, entry in entries.items()} for kind, entries in words.items()},
            units={each.id: each.on(as_of).name for each in view.roster.units.values()},
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
        year = view.plan.year(view.basis.year)
        whose = ancestry(view.roster.heirs, [found.id])
        inquiry = Inquiry(view.plan, year, row, whose, facts, reversals(pairs), alone.passed, view.basis.cut.as_of)
        reasons = tuple(inquiry.reasons(rule))
        ids = self._reader.ids({reason.position for reason in reasons if reason.position})
        return Why(view.basis, found.on(view.basis.cut.as_of).name, view.plan.scheme.rules[view.plan.place[rule]], reasons, ids)

    def _reversed(self, view: View, unit: Unit, facts: Facts, pairs: list[tuple[int, int]]) -> tuple[account.Reversed, ...]:
        """What corrections voided: each entry's postings as they were just before its reversal was recorded."""
        year = view.plan.year(view.basis.year)
        whose = {*ancestry(view.roster.heirs, [unit.id]), None}
        own = ((position, fact.on) for position, _, fact in facts if getattr(fact, "unit", None) in whose)
        days = {position: on for position, on in own if year.has(on.toordinal())}
        by_reversal: dict[int, list[int]] = {}
        for target, reversal in reversals(pairs).items():
            if target in days:
                by_reversal.setdefault(reversal, []).append(target)
        reasons = dict(self._reasons(by_reversal))
        found: list[account.Reversed] = []
        for reversal, targets in sorted(by_reversal.items()):
            before = view.of_unit(unit, [fact for fact in facts if fact[0] < reversal], [pair for pair in pairs if pair[0] < reversal])
            ids = self._reader.ids(targets)
            posted = account.postings(view.plan, before.standings[unit.id].year, ids, view.basis)
            found += account.reversed_entries(posted, {ids[at]: days[at] for at in targets}, *reasons[reversal])
        return tuple(sorted(found, key=lambda entry: entry.on))

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


class View:
    """The log at one basis: what is known, in force and live there."""

    def __init__(self, reader: LogReader, question: Question, today: date) -> None:
        self._reader = reader
        position = known(reader, question.known_at)
        recorded = enacted(reader, position)
        calendar = question.scheme.calendar if question.scheme else calendar_of(recorded, question.as_of or today, question.year)
        year, as_of = year_and_day(question.year, question.as_of, today, calendar)
        source = question.scheme or scheme_in_force(recorded, year, as_of).source
        self.source = source
        self.plan: Plan = schemes.plan(source, question.readings)
        self.basis = Basis(
            ledger_id=ledger_id(reader),
            scheme=source.id,
            scheme_hash=source.sha256,
            year=year,
            cut=Cut(as_of, position, reader.time_of(position)),
            readings={key: option for key, option in self.plan.readings.items() if key in question.readings},
            scored_account=self.plan.scheme.scored_account,
            evaluator=VERSION,
            what_if=supposed(question.scheme, recorded, year, as_of),
        )

    @cached_property
    def roster(self) -> Roster:
        """The units known at the cut, whenever they were enrolled, as far as what happened to them by the day whose units are scored."""
        found = list(self._reader.scan(ROSTER_KINDS, upto=self.basis.cut.position))
        streams = {f"unit:{fact.unit_id}" for _, kind, fact in found if kind == "unit_enrolled"}
        return Roster(live(found, reversals(self.pairs(streams)))).upto(self.day)

    def pairs(self, streams: Collection[str] | None = None) -> list[tuple[int, int]]:
        """The reversals known at the cut with their targets, as positions; a reversal is in the stream of its target."""
        return reversed_pairs(self._reader, self.basis.cut.position, streams)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The whole year, all units."""
        facts = live(self._scan(self.plan.uses), reversals(self.pairs()))
        return evaluate(self.plan, self.roster, facts, self.basis.year, self.basis.cut.as_of)

    def standings(self, class_: str | None = None) -> table.Standings:
        """Every unit's line, or those of one class. Raises Unknown for a class that the scheme does not have."""
        rows = self.in_class(table.table(self.evaluation, self.basis.cut.as_of), class_)
        return table.Standings(self.basis, rows, tuple(self._reader.ids(self.evaluation.unpriced).values()))

    @cached_property
    def day(self) -> date:
        """The day whose units are scored: the as-of date, or the year's last where that is earlier."""
        return min(self.basis.cut.as_of, self.plan.scheme.calendar.last(self.basis.year))

    def unit(self, written: str) -> Unit:
        """A unit by id, name or alias. Raises Unknown for none, BasisError for one that is not in the roster on that day."""
        return self.roster.enrolled(written, self.day)

    def facts_of(self, unit: Unit) -> tuple[Facts, list[tuple[int, int]]]:
        """The facts in the streams that one unit's events belong to, reversed ones included, and the reversals there."""
        streams = None
        if not self.plan.compared:  # where units are compared, one alone is not enough
            streams = {
                each for each_unit in ancestry(self.roster.heirs, [unit.id]) for each in self._reader.streams_of(f"unit:{each_unit}")
            }
        return list(self._scan(self.plan.uses, streams)), self.pairs(streams)

    def of_unit(self, unit: Unit, facts: Facts, pairs: Iterable[tuple[int, int]], *, trace: bool = False) -> Evaluation:
        """One unit's year from its facts and reversals; with ``trace``, also what matched and posted nothing."""
        counted, basis = live(facts, reversals(pairs)), self.basis
        return evaluate(self.plan, self.roster, counted, basis.year, basis.cut.as_of, {unit.id}, trace=trace)

    def in_class(self, rows: tuple[table.Row, ...], class_: str | None) -> tuple[table.Row, ...]:
        """The rows of one class. Raises Unknown for a class that the scheme does not have."""
        if class_ is None:
            return rows
        schemes.demand_class(self.plan.scheme, class_)
        return tuple(row for row in rows if row.class_ == class_)

    def _scan(self, kinds: Mapping[str, Sequence[str] | None], streams: Collection[str] | None = None) -> Iterator[tuple[int, str, Any]]:
        return self._reader.scan(kinds, upto=self.basis.cut.position, until=self.basis.cut.as_of.isoformat(), streams=streams)


def said(reader: LogReader, row: Row) -> dict[str, Any]:
    """The fields of an event as a reader knows them: points as numbers, and persons by name where their names are still kept."""
    fields = events.shown(fields_of(row))
    persons = {use.name for use in events.references(events.KINDS[row.kind]) if use.ref == "person" and use.name in fields}
    names = reader.names.names(fields[name] for name in persons) if persons else {}
    return {name: names.get(value, value) if name in persons else value for name, value in fields.items() if name != "named"}


def reversed_pairs(reader: LogReader, position: int, streams: Collection[str] | None = None) -> list[tuple[int, int]]:
    """Each reversal recorded up to a position, in the log or in some streams, with its target, as positions."""
    found = [(at, fact.target) for at, _, fact in reader.scan({"event_reversed": ("target",)}, upto=position, streams=streams)]
    positions = reader.positions({target for _, target in found})
    return [(at, positions[target]) for at, target in found]


def enacted(reader: LogReader, position: int) -> list[Enacted]:
    """The schemes recorded up to a position, in order."""
    found = reader.scan({"scheme_enacted": ("content",)}, upto=position)
    return [Enacted(at, Source(fact.content)) for at, _, fact in found]


def ledger_id(reader: LogReader) -> str:
    """The ledger's random id, from its first event."""
    return next((str(fact.ledger) for _, _, fact in reader.scan({"ledger_opened": ("ledger",)}, upto=1)), "")


def known(reader: LogReader, written: str | None) -> int:
    """The last position known: of ``@N``, at the end of a day, or at a time; by default the log's end.

    Raises BasisError for what is none of these, for a position past the end, and for a time before the first event.
    """
    last = reader.head().position
    if written is None:
        return last
    if written.startswith("@"):
        number = int(written[1:]) if written[1:].isdecimal() else 0
        if not 1 <= number <= last:
            raise BasisError.of("projections.no_position", field="known_at", written=written, last=last)
        return number
    position = reader.position_at(stamp(_moment(written)))
    if not position:
        raise BasisError.of("projections.before_ledger", field="known_at", written=written, first=reader.time_of(1))
    return position


def _moment(written: str) -> datetime:
    try:
        if len(written) == len("2024-09-30"):
            return datetime.combine(times.day(written), datetime.max.time(), times.SHANGHAI)
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BasisError.of("projections.bad_known_at", field="known_at", written=written) from error
    return moment.astimezone(times.SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=times.SHANGHAI)
