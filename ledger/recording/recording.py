"""The use cases of writing: open a ledger, import a file, record, correct, enact, close, propose and approve."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from secrets import token_hex
from typing import Any, NamedTuple

import msgspec

from ledger import times
from ledger.aggregates.normalise import reason as said_reason
from ledger.aggregates.period import Closed
from ledger.aggregates.scheme import Schemes
from ledger.aggregates.unit import Roster
from ledger.errors import Problem, Refused
from ledger.events import LedgerOpened, PeriodClosed, UnitEnrolled
from ledger.journal.copies import What
from ledger.journal.journals import making
from ledger.journal.merkle import SHA_256, Hashing
from ledger.journal.places import Place
from ledger.journal.record import FORMAT, body, digest, record
from ledger.journal.tail import Tail
from ledger.journal.writer import Journal, Writer
from ledger.recording.context import Context, current, terms
from ledger.recording.deeds import Work, correct, enact, enactment, new_id, policy
from ledger.recording.deeds import record as record_one
from ledger.recording.desk import Desk
from ledger.recording.erasing import Erased, erase
from ledger.recording.importing import Import, Row
from ledger.recording.intake import Intake
from ledger.recording.proposals import approve, proposal
from ledger.rules.source import Source
from ledger.values import Covered


class Opened(NamedTuple):
    """A ledger that was made: its random id, and the position of its last first event."""

    ledger_id: str
    position: int


class Imported(NamedTuple):
    """What an import did, or, where there are problems or it was a dry run, would have done; ``late`` into closed periods."""

    appended: int
    skipped: int
    position: int
    problems: tuple[Problem, ...]
    late: int = 0


class Recorded(NamedTuple):
    """One event and where it stands; ``late``, whether it went into a closed period just now."""

    id: str
    position: int
    late: bool = False


class Corrected(NamedTuple):
    """The ids of the events that no longer count, of those that stand instead, and the log's last position."""

    reversed: tuple[str, ...]
    recorded: tuple[str, ...]
    position: int


def create(place: Place, source: Source, actor: str, clock: Callable[[], datetime] = times.now, hashing: Hashing = SHA_256) -> Opened:
    """Makes a ledger under a scheme, with its roster, in one transaction.

    Raises StoreError where there is a ledger already, Refused for a roster that cannot be enrolled.
    """
    ledger = token_hex(16)
    events = [
        LedgerOpened(id=new_id("opened"), on=clock().date(), ledger=ledger, hash=hashing.name, format=FORMAT),
        enactment(source),
        *_enrolments(source),
    ]
    with making(place) as db:
        tail = Tail(db, clock, hashing)
        tail.append([record(event, 1) for event in events], actor)
        return Opened(ledger, tail.position)


def _enrolments(source: Source) -> Iterator[UnitEnrolled]:
    schemes, roster = Schemes().enact(terms(source)), Roster()
    for unit in source.roster:
        said = {"id": new_id("unit"), "on": source.effective, "unit_id": unit.id, "unit": unit.name, "class": unit.class_}
        staff = None if unit.staff is None else int(unit.staff)
        event = UnitEnrolled.model_validate({**said, "aliases": unit.aliases or None, "staff": staff})
        problem = schemes.decide(event) or roster.decide(event)
        if problem:
            raise Refused(problem.at(f"units.{unit.id}"))
        roster = roster.evolve(event)
        yield event


class _Left(NamedTuple):
    """What judged and read in a transaction, and the log's head after it: as long as the log has that head, they know it."""

    head: tuple[int, str, bytes]
    desk: Desk
    intake: Intake


class Recording:
    """Writes to one ledger. ``clock`` dates what has no date of its own."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime] = times.now) -> None:
        self._journal = journal
        self._clock = clock
        self._context: Context | None = None
        self._left: _Left | None = None

    def _resumed(self, writer: Writer) -> tuple[Desk, Intake]:
        """What judges and what reads: those of our last transaction, where nobody has written since; or new ones.

        All their state is fresh, for the write lock is held.
        """
        left, self._left = self._left, None
        if left and left.head == writer.head:
            left.desk.resume(writer)
            left.intake.resume(writer)
            return left.desk, left.intake
        self._context = current(writer, self._context)
        desk = Desk(writer, self._context)
        return desk, Intake(writer, desk.world, self._today)

    def _leave(self, writer: Writer, desk: Desk, intake: Intake) -> None:
        """Keeps them for the next transaction. Where this one is not committed after all, the log has another head then."""
        self._left = _Left(writer.head, desk, intake)

    def import_file(
        self,
        rows: Iterable[Row],
        source: str,
        actor: str,
        *,
        dry_run: bool = False,
        adjust: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Imported:
        """Appends every row that is not in the log yet, or, where any is refused or in a dry run, none.

        ``source`` is the file's name: it goes into the ids of rows that have neither id nor source. ``adjust`` is why rows
        dated in closed periods are taken. ``progress`` is told the number of rows done. Raises InputError where a row cannot
        be read at all, StoreError where the log cannot be written.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            desk.adjust = None if adjust is None else said_reason(adjust, "adjust")
            before = writer.position
            done = Import(desk, intake, source)
            done.run(rows, progress)
            if dry_run or done.problems:
                writer.abandon()
            else:
                self._leave(writer, desk, intake)
            after = before if writer.abandoned else writer.position
            return Imported(0 if done.problems else done.appended, done.skipped, after, tuple(done.problems), desk.late)

    def record(self, kind: str, fields: Mapping[str, object], actor: str, adjust: str | None = None) -> Recorded:
        """Appends one event; texts are read as the field's type. An id that the log has with the same content stays as it is.

        ``adjust`` is why it is taken where it is dated in a closed period. Raises Refused with everything that is wrong with it.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            own_id, new = record_one(Work(writer, desk, intake), kind, fields, adjust)
            (position,) = desk.append() if new else [writer.by_id([own_id])[own_id].position]
            self._leave(writer, desk, intake)
            return Recorded(own_id, position, late=desk.late > 0)

    def correct(self, target: str, reason: str, changes: Mapping[str, str], actor: str, *, cascade: bool = False) -> Corrected:
        """Reverses an event (by id or ``@N``) and, where there are changes, records it again with them.

        A blank change takes an optional field away. With ``cascade``, what depends on the event goes as well. Raises Refused
        for a target that is unknown or reversed already, for live dependants, and for a corrected event that cannot stand.
        """
        with self._journal.writing(actor) as writer:
            desk, intake = self._resumed(writer)
            done = correct(Work(writer, desk, intake), target, reason, changes, cascade=cascade)
            desk.append()
            self._leave(writer, desk, intake)
            return Corrected((*(fact.id for fact in done.fallen), done.old), done.instead, writer.position)

    def erase(self, person: str, reason: str, actor: str) -> Erased:
        """Erases the name of a person, by name or id, from the table beside the log, and records that it was done.

        Both in one transaction. What was recorded of the person stands under the id. Raises Unknown for a person whom the ledger
        does not know; Refused for a name that is erased already, and for a reason that is blank or holds the name.
        """
        with self._journal.writing(actor) as writer:
            return erase(writer, person, reason, self._clock().date())

    def note_copy(self, what: What, place: str, actor: str) -> None:
        """Notes that a copy with names was made, and where, for whoever erases one of them later."""
        with self._journal.writing(actor) as writer:
            writer.note_copy(what, place)

    def enact(self, source: Source, actor: str) -> Recorded:
        """Brings a scheme into force from its effective date. Raises Refused for one that is in force on that day already."""
        with self._journal.writing(actor) as writer:
            desk = self._work(writer).desk
            event = enact(desk, source)
            desk.append()
            return Recorded(event.id, writer.position)

    def close(self, period: Closed, snapshot: Callable[[int], Mapping[str, Any]], actor: str) -> Recorded:
        """Closes a period; ``snapshot`` gives the fields of its event, as known at the position that it is told.

        Raises Refused for a period that is closed already or has not ended, and what ``snapshot`` raises.
        """
        with self._journal.writing(actor) as writer:
            context = current(writer, self._context)
            context.periods.demand_open(period, date.fromisoformat(writer.recorded_at[:10]))
            said = {**snapshot(writer.position), "period": period.name, "first": period.first, "on": period.last}
            event = PeriodClosed.model_validate({"id": new_id("closed"), **said, "digest": ""})
            event = event.model_copy(update={"digest": digest(msgspec.json.decode(body(event)))})
            desk = Desk(writer, context)
            desk.accept(event)
            desk.append()
            return Recorded(event.id, writer.position)

    def set_policy(self, covers: Collection[Covered], reason: str, actor: str) -> Recorded:
        """Says what takes four eyes from here on. Raises Refused where the policy in force is to be changed by two."""
        with self._journal.writing(actor) as writer:
            work = self._work(writer)
            event = policy(work, covers, reason, self._today())
            work.desk.append()
            return Recorded(event.id, writer.position)

    def propose(self, deed: Callable[[Work], object], actor: str) -> Recorded:
        """Records what ``deed`` would do as a proposal: it is judged now, and posts nothing. Raises what the deed raises."""
        with self._journal.writing(actor) as writer:
            work = self._work(writer)
            event = proposal(work, deed, self._today())
            work.desk.append()
            return Recorded(event.id, writer.position)

    def approve(self, reference: str, actor: str) -> Corrected:
        """Records what a proposal (by id or ``@N``) proposes.

        Raises Refused for no such proposal, one of the same actor, one withdrawn or carried out, and where what it proposes
        can no longer be recorded.
        """
        with self._journal.writing(actor) as writer:
            work = self._work(writer)
            reversed_, recorded = approve(work, reference, actor)
            work.desk.append()
            return Corrected(reversed_, recorded, writer.position)

    def _work(self, writer: Writer) -> Work:
        """A desk of its own, for what changes the context that others are judged in."""
        desk = Desk(writer, current(writer, self._context))
        return Work(writer, desk, Intake(writer, desk.world, self._today))

    def _today(self) -> date:
        return self._clock().date()
