"""The ledger against a plain dictionary: fifty steps a run, each judged by both, and what both then say of the log compared.

:mod:`tests.stress.plain` is the dictionary. Two people write, each with a ledger that stays open or one that is opened for each step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule, run_state_machine_as_test

from ledger import times
from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.errors import LedgerError, Refused
from ledger.listing import LoggedEvent
from ledger.messages import LANGUAGES
from ledger.recording import Work, deeds
from ledger.views import Question
from tests.stress import county, facts
from tests.stress.county import Held, Site
from tests.stress.plain import CLOSED, FACTS, PERIODS, POLICY, REVERSED, Event, No, Plain, Said, scores, spoken, voided
from tests.stress.report import Progress, Report, quiet

STEPS = 50
LOOKED_AT_EVERY = 25
PEOPLE = ("韦", "覃")
DAYS = ("2024-02-20", "2024-03-31", "2024-12-31")
REASON = "查证有误"
OPENING = 4
"""The events that a ledger of two units begins with."""
COPIED_AT = 12
"""A copy may be made where the log has a multiple of so many events."""


@dataclass
class Runs:
    """Where the runs are made, who is told of each, and what was counted in them."""

    site: Site
    told: Callable[[int], object]
    made: int = 0
    counted: Counter[str] = field(default_factory=Counter)

    def ran(self) -> None:
        """One more was made."""
        self.made += 1
        self.told(self.made)


class Steps(RuleBasedStateMachine):
    """One run: a ledger, and what it should hold."""

    runs: ClassVar[Runs]
    events, proposals = Bundle("events"), Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.today, self.numbers, self.taken = date(2024, 4, 5), 0, 0
        self.batch: tuple[tuple[Said, ...], str, str | None] | None = None
        self.sound = True
        self.location = self.runs.site.new()
        Ledger.create(self.location, self.runs.site.scheme, "setup", self.clock)
        self.ledgers = {who: self.opened(who, kept=True) for who in PEOPLE}
        self.plain = Plain(map(opening, self.reader.log()), self.today)

    def clock(self) -> datetime:
        """Noon of the day."""
        return datetime.combine(self.today, datetime.min.time(), times.SHANGHAI).replace(hour=12)

    def opened(self, who: str, *, kept: bool) -> Ledger:
        """The ledger, opened by somebody."""
        return (Held if kept else Ledger)(self.location, who, self.clock)

    @property
    def reader(self) -> Ledger:
        """The one that is asked."""
        return self.ledgers[PEOPLE[0]]

    def fresh(self) -> str:
        """An id that was not given yet."""
        self.numbers += 1
        return f"e{self.numbers}"

    def changed(self, target: str, changes: dict[str, str]) -> dict[str, str]:
        """Those of the changes that an event's kind has a field for."""
        known = self.plain.find(target) or {}
        return {name: value for name, value in changes.items() if name in known and known["kind"] in FACTS}

    def both(self, step: str, ours: Callable[[Plain], Any], theirs: Callable[[], Any]) -> Any:
        """A step, taken by both: both refuse it, and nothing changes, or both take it, and say the same of it. Returns the new events."""
        self.sound = False
        trial, before = Plain(self.plain.log, self.today), len(self.plain.log)
        expected = outcome(lambda: ours(trial), No)
        got = outcome(theirs, LedgerError)
        refused = isinstance(expected, No)
        assert refused == isinstance(got, LedgerError), f"{step}: the dictionary says {expected!r}, the ledger {got!r}"
        self.runs.counted.update([f"{step} refused" if refused else step, "refused" if refused else "accepted"])
        if isinstance(got, LedgerError):
            assert all(problem.line(lang) for problem in got.problems for lang in LANGUAGES)
            assert self.reader.position == before, f"{step}: refused, and yet something was recorded"
        else:
            assert expected is None or got == expected, f"{step}: the dictionary says {expected}, the ledger {got}"
            compare(trial.log, before, list(self.reader.log(since=before)))
            self.plain = trial
        self.taken += 1
        if self.taken % LOOKED_AT_EVERY == 0:
            self.look(self.reader)
        self.sound = True
        return multiple(*[each["id"] for each in self.plain.log[before:]])

    def recorded(self, who: str, said: Said, adjust: str | None) -> Any:
        """One record, by both."""

        def theirs() -> tuple[int, bool]:
            done = self.ledgers[who].record(said["kind"], fields(said), adjust)
            return done.position, done.late

        return self.both("records", lambda plain: plain.record(who, said, adjust), theirs)

    @initialize(target=events, said=facts.beginnings)
    def begins(self, said: list[Said]) -> Any:
        return multiple(*[own_id for each in said for own_id in self.sends(PEOPLE[0], each, None).values])

    @rule(target=events, who=facts.people, fact=facts.of_items, adjust=facts.adjusts)
    def sends(self, who: str, fact: Said, adjust: str | None) -> Any:
        return self.recorded(who, {"id": self.fresh(), **fact}, adjust)

    @rule(target=events, who=facts.people, fact=facts.of_calls, adjust=facts.adjusts)
    def asks_or_answers(self, who: str, fact: Said, adjust: str | None) -> Any:
        return self.recorded(who, {"id": self.fresh(), **fact}, adjust)

    @rule(target=events, who=facts.people, fact=facts.of_units, adjust=facts.adjusts)
    def judges(self, who: str, fact: Said, adjust: str | None) -> Any:
        return self.recorded(who, {"id": self.fresh(), **fact}, adjust)

    @rule(target=events, who=facts.people, known=events, on=st.none() | facts.days)
    def says_again(self, who: str, known: str, on: str | None) -> Any:
        said = spoken(self.plain.find(known) or {"kind": ""})
        return self.recorded(who, {**said, **({"on": on} if on else {})}, None) if said["kind"] in FACTS else multiple()

    @rule(target=events, who=facts.people, known=events | st.just("nothing"))
    def takes_back(self, who: str, known: str) -> Any:
        return self.recorded(who, {"id": self.fresh(), "kind": REVERSED, "target": known, "reason": REASON}, None)

    @rule(target=events, who=facts.people, known=events, changes=facts.changes, cascade=st.booleans())
    def corrects(self, who: str, known: str, changes: dict[str, str], cascade: bool) -> Any:
        changes = self.changed(known, changes)
        return self.both(
            "corrects",
            lambda plain: {*plain.correct(who, known, changes, cascade=cascade, reason=REASON)},
            lambda: {*self.ledgers[who].correct(known, REASON, changes, cascade=cascade).reversed} - {known},
        )

    @rule(target=events, who=facts.people, rows=facts.batches, named=st.booleans(), known=st.none() | events, adjust=facts.adjusts)
    def imports(self, who: str, rows: list[Said], named: bool, known: str | None, adjust: str | None) -> Any:
        said = [*rows, {"kind": REVERSED, "target": known, "reason": REASON}] if known else rows
        self.batch = tuple({"id": self.fresh(), **row} if named else row for row in said), f"{len(rows)}.csv", adjust
        return self.brings(who, dry=False)

    @precondition(lambda self: self.batch is not None)
    @rule(target=events, who=facts.people, dry=st.booleans())
    def imports_again(self, who: str, dry: bool) -> Any:
        return self.brings(who, dry=dry)

    def brings(self, who: str, *, dry: bool) -> Any:
        """The last file, by both: all of it or nothing."""
        assert self.batch
        rows, source, adjust = self.batch

        def theirs() -> tuple[int, int, int]:
            incoming = [Incoming(f"{source}:{line}", row) for line, row in enumerate(rows, 1)]
            done = self.ledgers[who].import_rows(incoming, source, dry_run=dry, adjust=adjust)
            if done.problems:
                raise Refused(*done.problems)
            return done.appended, done.skipped, done.late

        return self.both("imports", lambda plain: (plain.trial() if dry else plain).bring(who, rows, source, adjust), theirs)

    @rule(who=facts.people, period=st.sampled_from([*PERIODS, *PERIODS, "2024-13"]))
    def closes(self, who: str, period: str) -> None:
        self.both("closes", lambda plain: plain.close(who, period), lambda: self.ledgers[who].close(period))

    @rule(target=proposals, who=facts.people, covers=facts.policies, alone=st.booleans())
    def sets_policy(self, who: str, covers: frozenset[Any], alone: bool) -> Any:
        if not alone:
            return self.proposed(who, lambda plain: plain.set_policy(who, covers), lambda work: deeds.policy(work, covers, "r", self.today))
        self.both("sets a policy", lambda plain: plain.set_policy(who, covers), lambda: self.ledgers[who].set_policy(covers, "r"))
        return multiple()

    def proposed(self, who: str, ours: Callable[[Plain], object], theirs: Callable[[Work], object]) -> Any:
        """A deed that is only proposed, by both."""
        return self.both("proposes", lambda plain: plain.propose(who, ours), lambda: self.ledgers[who].propose(theirs))

    @rule(target=proposals, who=facts.people, fact=facts.any_fact, adjust=facts.adjusts)
    def proposes(self, who: str, fact: Said, adjust: str | None) -> Any:
        said = {"id": self.fresh(), **fact}
        return self.proposed(
            who, lambda plain: plain.record(who, said, adjust), lambda work: deeds.record(work, said["kind"], fields(said), adjust)
        )

    @rule(target=proposals, who=facts.people, known=events | proposals, changes=facts.changes, cascade=st.booleans())
    def proposes_correction(self, who: str, known: str, changes: dict[str, str], cascade: bool) -> Any:
        changes = self.changed(known, changes)
        return self.proposed(
            who,
            lambda plain: plain.correct(who, known, changes, cascade=cascade, reason=REASON),
            lambda work: deeds.correct(work, known, REASON, changes, cascade=cascade),
        )

    @rule(target=events, who=facts.people, proposal=proposals)
    def withdraws(self, who: str, proposal: str) -> Any:
        return self.corrects(who, proposal, {}, False)

    @rule(target=events, who=facts.people, proposal=proposals)
    def approves(self, who: str, proposal: str) -> Any:
        return self.both("approves", lambda plain: plain.approve(who, proposal), lambda: self.ledgers[who].approve(proposal))

    sends_more, asks_or_answers_more, approves_more = sends, asks_or_answers, approves  # twice as often as the rest

    @rule(days=st.sampled_from([1, 20, 40]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(who=facts.people, kept=st.booleans())
    def opens_again(self, who: str, kept: bool) -> None:
        self.ledgers[who].__exit__(None, None, None)
        self.ledgers[who] = self.opened(who, kept=kept)

    @precondition(lambda self: len(self.plain.log) % COPIED_AT == 0)
    @rule(backup=st.booleans())
    def copies(self, backup: bool) -> None:
        """Another ledger with the same in it."""
        self.sound = False
        with TemporaryDirectory() as folder:
            other = Path(folder) / "copy.ledger"
            if backup and "://" not in self.location:
                self.reader.backup(other)
            else:
                Ledger.copy(self.location, str(other), PEOPLE[0], quiet, self.clock)
            with Ledger(str(other), "", self.clock) as copy:
                self.look(copy)
        self.runs.counted.update(["copies"])
        self.sound = True

    def look(self, ledger: Ledger) -> None:
        """Everything that there is to ask, on any day, now and as it was known once."""
        log, half = self.plain.log, (OPENING + len(self.plain.log)) // 2
        logged = list(ledger.log())
        compare(log, 0, logged)
        assert {each.id: each.reversed_by for each in logged if each.reversed_by} == voided(log)
        for day, known_at in [*((day, len(log)) for day in DAYS), (DAYS[-1], half)]:
            table = ledger.standings(Question(date.fromisoformat(day), known_at=f"@{known_at}"))
            assert {row.unit_id: row.score for row in table.rows} == scores(log[:known_at], day), f"as of {day}, known at @{known_at}"
        published = [(each.period, {line["unit_id"]: line["score"] for line in each.rows}) for each in ledger.snapshots()]
        assert published == [(each["period"], each["scores"]) for each in log if each["kind"] == CLOSED]
        assert [*ledger.policy().covers] == self.plain.policy()
        assert [each.id for each in ledger.proposals()] == self.plain.waiting()
        assert ledger.verify(quiet).findings == ()

    def close_all(self) -> None:
        """Everybody lets go of it."""
        for ledger in self.ledgers.values():
            ledger.__exit__(None, None, None)

    def teardown(self) -> None:
        """The end of a run; one that failed has said what is wrong."""
        try:
            if self.sound:
                self.look(self.reader)
        finally:
            self.close_all()
            self.runs.ran()


def fields(said: Said) -> dict[str, Any]:
    """What a record says besides its kind."""
    return {name: value for name, value in said.items() if name != "kind"}


def outcome(deed: Callable[[], Any], refusal: type[Exception]) -> Any:
    """What a deed returns, or the refusal that it raises."""
    try:
        return deed()
    except refusal as error:
        return error


def opening(event: LoggedEvent) -> Event:
    """One of the ledger's first events."""
    return {"id": event.id, "kind": event.kind, "who": event.recorded_by, "on": event.fields["on"]}


def compare(log: list[Event], since: int, logged: list[LoggedEvent]) -> None:
    """That the log has these events after a position, in their places. The ids that the ledger gave by chance are filled in."""
    assert [each.position for each in logged] == list(range(since + 1, len(log) + 1))
    places = {each.fields.get("target"): each.position for each in logged if each.kind == REVERSED}
    chosen = [at for at in range(since, len(log) - 1) if log[at]["kind"] == log[at + 1]["kind"] == REVERSED and log[at]["id"] is None]
    for at, event in zip(chosen, sorted((log[at] for at in chosen), key=lambda each: places.get(each["target"], 0)), strict=True):
        log[at] = event  # what falls with another falls in any order
    for event, found in zip(log[since:], logged, strict=True):
        event["id"] = found.id if event["id"] is None else event["id"]
        said = {"id": found.id, "kind": found.kind, "who": found.recorded_by, **found.fields}
        assert {key: said.get(key) for key in compared(event)} == compared(event), f"at @{found.position}"
        assert (said.get("adjust"), said.get("approves")) == (event.get("adjust"), event.get("approves")), f"at @{found.position}"


def compared(event: Event) -> dict[str, Any]:
    """What an event in the log says as it stands here."""
    own = {"id", "kind", "who", "on"}
    kept = own | ({*event} - {"row"} if event["kind"] in {*FACTS, REVERSED} else {"four_eyes"} if event["kind"] == POLICY else {"period"})
    return {key: value for key, value in event.items() if key in kept}


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """So many runs on each store."""
    for subject in county.SUBJECTS:
        if not only or subject in only:
            with county.places(subject, durable=False) as site:
                runs = Runs(site, lambda made: progress(min(made, count), count))
                fault = failing(runs, count, seed)
                yield Report(subject, runs.made, fault, dict(runs.counted))


def failing(runs: Runs, count: int, chance: int) -> tuple[str, ...]:
    """Makes so many runs. Where one fails, the shortest that fails so is the fault."""
    limits = settings(
        max_examples=count, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(chance)(type("Here", (Steps,), {"runs": runs})), settings=limits)
    except Exception as error:  # noqa: BLE001 - whatever a run came to is its fault
        return ("\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]),)
    return ()
