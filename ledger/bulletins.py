"""A period's bulletin, read from the log: where the period is closed as it was published, otherwise as a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ledger.closing import Closing
from ledger.errors import BasisError
from ledger.journal.reader import LogReader
from ledger.projections.bulletin import Adopted, Bulletin, Earlier, Event, Missed, Names, Solicited
from ledger.projections.cut import live, reversals, scheme_in_force
from ledger.projections.happenings import COUNTED, Fact, Happenings, Span
from ledger.projections.publishing import Publishing
from ledger.projections.restatements import Restatement
from ledger.projections.snapshots import Snapshot, lines
from ledger.projections.standings import Standings
from ledger.restating import Restated, Restating
from ledger.rules.calendar import Calendar, Period
from ledger.views import Question, View, enacted, ledger_id

Progress = Callable[[int, int], None]
_RANKS = frozenset({"rank", "class_rank"})


class Bulletins:
    """Bulletins of one ledger, each from the log as it stands when asked."""

    def __init__(self, reader: LogReader, closing: Closing, today: Callable[[], date]) -> None:
        self._reader = reader
        self._closing = closing
        self._today = today

    def bulletin(self, name: str, progress: Progress) -> Bulletin:
        """The figures of a period's bulletin. ``progress`` is told how many late events it has walked for restatements, of how many.

        Raises Unknown for a period that no calendar has; BasisError for one that has not begun, that is before every scheme,
        or whose published figures are not those that the log comes to.
        """
        snapshots = self._closing.snapshots()
        snapshot = next((each for each in snapshots if each.period == name), None)
        issue = self._draft(name) if snapshot is None else self._published(snapshot)
        earlier, upto = [each for each in snapshots if _is_before(each, issue)], issue.view.basis.cut.position
        restating = Restating(self._reader, self._today)
        return self._made(issue, restating.restatements(restating.touched(earlier, upto), progress, upto))

    def _draft(self, name: str) -> Issue:
        """A period that is not closed, as of its last day or, while it goes on, of today."""
        year, period = self._closing.period(name)
        today, first = self._today(), date.fromordinal(period.first)
        if today < first:
            raise BasisError.of("application.not_begun", field="period", period=period.name, first=first, today=today)
        question = Question(min(date.fromordinal(period.last), today), year, f"@{self._reader.head().position}")
        view = View(self._reader, question, today)
        return Issue(self._reader, view, period, view.standings(), None)

    def _published(self, snapshot: Snapshot) -> Issue:
        """A closed period: the standings of its snapshot, and a view of the cut that they were taken at."""
        view = View(self._reader, Question(snapshot.as_of, snapshot.year, f"@{snapshot.position}", snapshot.readings), self._today())
        found = view.plan.scheme.calendar.period(snapshot.period)
        if found is None or lines(view.standings()) != snapshot.rows:
            raise BasisError.of("application.not_as_published", field="period", period=snapshot.period, year=snapshot.year)
        return Issue(self._reader, view, found[1], snapshot.standings(ledger_id(self._reader)), snapshot)

    def _made(self, issue: Issue, restated: Restated) -> Bulletin:
        view, snapshot, happenings, span = issue.view, issue.snapshot, issue.happenings, issue.span
        publishing = Publishing(view.plan, view.roster, view.year, view.basis.cut.as_of, view.evaluation, issue.period)
        scheme = view.plan.scheme
        called = publishing.called
        return Bulletin(
            period=issue.period,
            basis=issue.standings.basis,
            readings=view.plan.readings,
            closed=snapshot.digest if snapshot else None,
            dated=date.fromisoformat(snapshot.recorded_at[:10]) if snapshot else self._today(),
            checkpoint=snapshot.checkpoint if snapshot else self._checkpoint(view.basis.cut.position),
            names=Names(scheme.name, scheme.issuer, scheme.accounts),
            account=publishing.account,
            goals=publishing.goals,
            completes=publishing.completes,
            totals=happenings.totals(span),
            before=issue.earlier(_the_one_before(scheme.calendar, view.basis.year, issue.period)),
            last_year=issue.earlier(_a_year_before(scheme.calendar, view.basis.year, issue.period)),
            channels=tuple(issue.channels()),
            groups=publishing.groups(issue.standings.rows),
            sent_nothing=tuple(map(called, happenings.without(happenings.senders(span), span.last))),
            adopted_nothing=tuple(map(called, happenings.without(happenings.adoptees(span), span.last))),
            adopted=tuple(issue.adopted(publishing)),
            solicitations=tuple(issue.solicited(called)),
            misses=tuple(issue.missed(called)),
            vetoed=tuple(publishing.vetoed(issue.standings.rows)),
            restatements=tuple(filter(_is_told, restated.changes)),
            problems=tuple(restated.problems),
        )

    def _checkpoint(self, position: int) -> str:
        from ledger.proofs.prover import Prover  # a closed period has its own

        return Prover(self._reader, ledger_id(self._reader)).checkpoint_at(position).text()


@dataclass(frozen=True)
class Issue:
    """What a bulletin is made of: the log at its cut, the period, the standings that it prints, and the snapshot of a closed one."""

    reader: LogReader
    view: View
    period: Period
    standings: Standings
    snapshot: Snapshot | None

    @property
    def span(self) -> Span:
        """The days of the period, as far as they have come."""
        return Span(date.fromordinal(self.period.first), self.view.basis.cut.as_of)

    @cached_property
    def happenings(self) -> Happenings:
        """The facts that count at the cut."""
        cut = self.view.basis.cut
        found = self.reader.scan(COUNTED, upto=cut.position, until=cut.as_of.isoformat())
        return Happenings(live(found, reversals(self.view.pairs())), self.view.roster)

    def earlier(self, found: tuple[int, Period] | None) -> Earlier | None:
        """What happened in an earlier period; None where there is none, or none to compare with. See :class:`Bulletin`."""
        if found is None or self.view.basis.cut.as_of.toordinal() < self.period.last:
            return None
        year, period = found
        span = Span(date.fromordinal(period.first), date.fromordinal(period.last))
        if self.happenings.begins > span.last:
            return None
        try:
            scheme_in_force(enacted(self.reader, self.view.basis.cut.position), year, span.first)
        except BasisError:
            return None
        return Earlier(period, self.happenings.totals(span))

    def channels(self) -> Iterator[tuple[str, int]]:
        """The channels of the period's adoptions with their numbers, the most used first."""
        names = {term.id: term.name for term in self.view.source.terms("channel")}
        return ((names.get(channel, channel), count) for channel, count in self.happenings.channels(self.span).most_common())

    def adopted(self, publishing: Publishing) -> Iterator[Adopted]:
        """The adoptions of the period, with what each gave to whom."""
        facts = self.happenings.of("item_adopted", self.span)
        given = publishing.given({fact.position for fact in facts})
        channels = {term.id: term.name for term in self.view.source.terms("channel")}
        for event, fact in self._cited(facts):
            said, paid = fact.said, given.get(fact.position, {})
            units = publishing.credited(self.happenings.credited(said.item), paid, said.on)
            yield Adopted(
                event=event,
                on=said.on,
                item=said.item,
                title=self.happenings.title(said.item),
                units=tuple(map(publishing.called, units)),
                channel=channels.get(said.channel, said.channel),
                placement=said.placement,
                issue=said.issue,
                given=tuple(paid.get(unit, 0) for unit in units),
            )

    def solicited(self, called: Callable[[str], str]) -> Iterator[Solicited]:
        """The calls that the period concerns."""
        calls = list(self.happenings.calls(self.span))
        ids = self.reader.ids(call.position for call in calls)
        for call in calls:
            asked, answered, missed = (tuple(map(called, units)) for units in (call.asked, call.answered, call.missed))
            yield Solicited(Event(call.position, ids[call.position]), call.topic, call.issued, call.due, asked, answered, missed)

    def missed(self, called: Callable[[str], str]) -> Iterator[Missed]:
        """The misses of the period."""
        for event, fact in self._cited(self.happenings.of("solicitation_missed", self.span)):
            said = fact.said
            yield Missed(event, said.on, called(said.unit), self.happenings.topic(said.solicitation), said.how, said.excused)

    def _cited(self, facts: Sequence[Fact]) -> Iterator[tuple[Event, Fact]]:
        ids: Mapping[int, str] = self.reader.ids(fact.position for fact in facts)
        return ((Event(fact.position, ids[fact.position]), fact) for fact in facts)


def _is_before(each: Snapshot, issue: Issue) -> bool:
    """Whether a snapshot is of an earlier bulletin of the same year, and was recorded by the cut."""
    cut = issue.view.basis.cut
    same = each.year == issue.view.basis.year and each.period != issue.period.name
    return same and each.as_of <= cut.as_of and each.at <= cut.position


def _is_told(change: Restatement) -> bool:
    """Whether more of a unit has changed than its ranks, which move with others' figures."""
    return any(figure.field not in _RANKS for figure in change.figures)


def _the_one_before(calendar: Calendar, year: int, period: Period) -> tuple[int, Period] | None:
    """The period before one of the same division. None before a year, which is the year before it: see :func:`_a_year_before`."""
    if period.division == "year":
        return None
    if period.number > 1:
        return _numbered(calendar, year, period.division, period.number - 1)
    *_, last = _of_division(calendar, year - 1, period.division)
    return year - 1, last


def _a_year_before(calendar: Calendar, year: int, period: Period) -> tuple[int, Period] | None:
    """The period of the same division and number a year earlier; None where that year has none, as of a 53rd week."""
    return _numbered(calendar, year - 1, period.division, period.number)


def _numbered(calendar: Calendar, year: int, division: str, number: int) -> tuple[int, Period] | None:
    return next(((year, each) for each in _of_division(calendar, year, division) if each.number == number), None)


def _of_division(calendar: Calendar, year: int, division: str) -> Iterable[Period]:
    return (each for each in calendar.year(year, (division,)).periods if each.division == division)
