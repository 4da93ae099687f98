"""The log at one basis: what is known, in force and live there, and what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from ledger import events, times
from ledger.errors import BasisError, LogError, Unknown, nearest
from ledger.journal.decode import Fact
from ledger.journal.reader import LogReader
from ledger.journal.record import stamp
from ledger.projections import standings as table
from ledger.projections.cut import Basis, Cut, Enacted, calendar_of, live, reversals, scheme_in_force, supposed, year_and_day
from ledger.rules import scheme as schemes
from ledger.rules.calendar import Year
from ledger.rules.evaluate import VERSION, Evaluation, evaluate
from ledger.rules.fields import stream as stream_of
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

    @cached_property
    def year(self) -> Year:
        """The year that is scored, divided as the scheme's rules need."""
        return self.plan.year(self.basis.year)

    def personal(self) -> Basis:
        """The basis of figures of persons. Raises BasisError where the scheme scores none."""
        persons = self.plan.scheme.persons
        if persons is None:
            raise BasisError.of("projections.no_persons", field="persons", scheme=self.plan.scheme.scheme)
        return replace(self.basis, scored_account=persons.scored_account)

    def person(self, written: str, unit: str) -> tuple[str, str]:
        """The id and name of a person who has a standing, from either. Raises Unknown, with the nearest of them and a ``unit``."""
        persons = self.evaluation.persons
        names = {id: id for id in persons} | self._reader.names.names(persons)
        found = next((id for id, name in names.items() if written in (id, name)), None)
        if found is None:
            raise Unknown.of("projections.no_holder", field="unit", written=written, nearest=nearest(written, [*names.values(), unit]))
        return found, names[found]

    def facts_of(self, unit: Unit) -> tuple[Facts, list[tuple[int, int]]]:
        """The facts that one unit's score comes from, reversed ones included, and the reversals: where units are compared, all."""
        streams = None if self.plan.compared else self._streams_of(unit)
        return list(self._scan(self.plan.uses, streams)), self.pairs(streams)

    def facts_about(self, unit: Unit) -> Facts:
        """The facts in the streams that one unit's events belong to, reversed ones included."""
        return list(self._scan(self.plan.uses, self._streams_of(unit)))

    def _streams_of(self, unit: Unit) -> set[str]:
        return {each for each_unit in ancestry(self.roster.heirs, [unit.id]) for each in self._reader.streams_of(f"unit:{each_unit}")}

    def settled(self) -> tuple[Facts, list[tuple[int, int]]]:
        """The officers' orders on ties, reversed ones included, and the reversals."""
        found = list(self._scan({"order_settled": self.plan.uses["order_settled"]}))
        return found, self.pairs({f"period:{fact.on.year}" for _, _, fact in found})

    def of_unit(self, unit: Unit, facts: Facts, pairs: Iterable[tuple[int, int]], *, trace: bool = False) -> Evaluation:
        """One unit's year from its facts and reversals; with ``trace``, also what matched and posted nothing."""
        counted, basis = live(facts, reversals(pairs)), self.basis
        return evaluate(self.plan, self.roster, counted, basis.year, basis.cut.as_of, {unit.id}, trace=trace)

    def facts_naming(self, person: str) -> tuple[Facts, list[tuple[int, int]]]:
        """The facts of the subjects that name a person, and the reversals: all that a person's accounts come from."""
        facts = list(self._scan(self.plan.uses))
        of = {position: _subject(position, kind, fact) for position, kind, fact in facts}
        naming = {of[position] for position, kind, fact in facts if person in _named(kind, fact)}
        return [each for each in facts if of[each[0]] in naming], self.pairs()

    def of_all(self, facts: Facts, pairs: Iterable[tuple[int, int]]) -> Evaluation:
        """Everybody's year from some facts and reversals."""
        return evaluate(self.plan, self.roster, live(facts, reversals(pairs)), self.basis.year, self.basis.cut.as_of)

    def in_class(self, rows: tuple[table.Row, ...], class_: str | None) -> tuple[table.Row, ...]:
        """The rows of one class. Raises Unknown for a class that the scheme does not have."""
        if class_ is None:
            return rows
        schemes.demand_class(self.plan.scheme, class_)
        return tuple(row for row in rows if row.class_ == class_)

    def _scan(self, kinds: Mapping[str, Sequence[str] | None], streams: Collection[str] | None = None) -> Iterator[tuple[int, str, Any]]:
        return self._reader.scan(kinds, upto=self.basis.cut.position, until=self.basis.cut.as_of.isoformat(), streams=streams)


def _subject(position: int, kind: str, fact: Any) -> tuple[str, Any]:
    """What a fact is about: an item, a call or an incident; one of a unit stands by itself."""
    stream = stream_of(kind)
    return (stream, position if stream == "unit" else getattr(fact, stream))


def _named(kind: str, fact: Any) -> set[Any]:
    """The persons whom a fact names, as far as rules ask."""
    return {getattr(fact, use.name, None) for use in events.references(events.KINDS[kind]) if use.ref == "person"}


def reversed_pairs(reader: LogReader, position: int, streams: Collection[str] | None = None) -> list[tuple[int, int]]:
    """Each reversal recorded up to a position, in the log or in some streams, with its target, as positions.

    Raises LogError for a reversal of what is not there.
    """
    found = [(at, fact.target) for at, _, fact in reader.scan({"event_reversed": ("target",)}, upto=position, streams=streams)]
    positions = reader.positions({target for _, target in found})
    for at, target in found:
        if target not in positions:
            raise LogError.of("journal.no_target", position=at, target=target)
    return [(at, positions[target]) for at, target in found]


def enacted(reader: LogReader, position: int) -> list[Enacted]:
    """The schemes recorded up to a position, in order. Raises LogError for one that is not what was recorded."""
    return [Enacted(at, source_of(at, fact)) for at, _, fact in reader.scan({"scheme_enacted": OF_SCHEME}, upto=position)]


OF_SCHEME = ("content", "sha256")
"""The fields of an enactment that :func:`source_of` needs."""


def source_of(position: int, fact: Fact) -> Source:
    """The scheme that an enactment at a position holds.

    Raises LogError where it is not the one that was recorded: a word of it that has changed since would be taken for a rule.
    """
    source = Source(fact.content)
    if source.sha256 != fact.sha256:
        raise LogError.of("projections.other_scheme", position=position)
    return source


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
        return moment.astimezone(times.SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=times.SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise BasisError.of("projections.bad_known_at", field="known_at", written=written) from error
