"""``Ledger``: the one door for writing and reading, a method for each use case.

The command line, office files and the web page use it alike. Reading starts without what writing needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ledger import times
from ledger.attesting import Attesting, Progress, nothing
from ledger.journal.merkle import hashing
from ledger.journal.names import lingering
from ledger.journal.places import place
from ledger.journal.reader import LogReader
from ledger.listing import LoggedEvent, listed
from ledger.projections.cut import Basis, Enacted
from ledger.projections.doubts import Doubts
from ledger.projections.impact import Impact
from ledger.projections.standings import Row, Standings
from ledger.projections.statement import Statement
from ledger.projections.targets import Targets
from ledger.projections.why import Why
from ledger.rules.source import Source, dated, load
from ledger.scoring import Scoring
from ledger.values import Covered
from ledger.views import Question, enacted, known, ledger_id
from ledger.whatif import Proposal, WhatIf

if TYPE_CHECKING:
    from ledger.closing import Closing
    from ledger.errors import Problem
    from ledger.holdings import Holdings
    from ledger.journal.backup import BackedUp
    from ledger.journal.checks import Check
    from ledger.journal.copies import What
    from ledger.journal.copying import Copied
    from ledger.journal.definitions import Difference
    from ledger.projections.bulletin import Bulletin
    from ledger.projections.replays import Replay
    from ledger.projections.snapshots import Snapshot
    from ledger.proposing import Policy, Proposed
    from ledger.recording import Corrected, Erased, Imported, Opened, Recorded, Recording, Work
    from ledger.recording.importing import Row as Incoming
    from ledger.restating import Restated

Clock = Callable[[], datetime]


class Ledger(Attesting):
    """One county's ledger. Open it in a ``with`` block; every method raises only errors of :mod:`ledger.errors`."""

    def __init__(self, location: str, actor: str = "", clock: Clock = times.now) -> None:
        self._place = place(location)
        self._actor = actor
        self._clock = clock
        self._reader = LogReader(self._place)
        self._scoring = Scoring(self._reader, self._today)
        self._what_if = WhatIf(self._reader, self._today)

    def _today(self) -> date:
        return self._clock().date()

    @cached_property
    def _closing(self) -> Closing:
        from ledger.closing import Closing

        return Closing(self._reader, self._today)

    @classmethod
    def create(cls, location: str, scheme: str, actor: str, clock: Clock = times.now, hash: str = "sha-256") -> Opened:  # noqa: A002 - its name in the log
        """Make a ledger under a scheme (a packaged id or a file), its units enrolled. Refuses an existing one.

        ``hash`` is its tree's, for good: ``sha-256``, or ``sm3``. Raises StoreError where this Python cannot compute it.
        """
        from ledger.recording import create
        from ledger.rules.check import demand_sound

        source = load(scheme)
        demand_sound(source)
        return create(place(location), source, actor, clock, hashing(hash))

    @classmethod
    def copy(cls, source: str, target: str, actor: str, progress: Progress, clock: Clock = times.now) -> Copied:
        """Move a ledger to another store, names included, and verify it there. See :func:`ledger.journal.copying.copy`."""
        from ledger.journal.copying import copy

        return copy(place(source), place(target), actor, clock, progress)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._reader.close()

    def import_rows(
        self,
        rows: Iterable[Incoming],
        source: str,
        *,
        dry_run: bool = False,
        adjust: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Imported:
        """Append every row of a file, whose name is ``source``, in one transaction, or none; ``dry_run``: only say what would happen.

        ``adjust`` is why rows dated in closed periods are taken; ``progress`` is told the number of rows done.
        """
        with self._recording() as recording:
            return recording.import_file(rows, source, self._actor, dry_run=dry_run, adjust=adjust, progress=progress)

    def holdings(self) -> Holdings:
        """What a table by hand may name: units, words, items and calls by title."""
        from ledger.holdings import Holdings

        return Holdings(self._reader)

    def record(self, kind: str, fields: Mapping[str, object], adjust: str | None = None) -> Recorded:
        """Append one event; ``adjust`` is why it is taken if its period is closed. Raises Refused when the deciders will not have it."""
        with self._recording() as recording:
            return recording.record(kind, fields, self._actor, adjust)

    def correct(self, target: str, reason: str, changes: Mapping[str, str], *, cascade: bool = False) -> Corrected:
        """Append the reversal of an event (by id or ``@N``), and with ``changes`` the corrected event.

        Raises Refused for no such event, one already reversed, or one on which live events depend.
        """
        with self._recording() as recording:
            return recording.correct(target, reason, changes, self._actor, cascade=cascade)

    def erase(self, person: str, reason: str) -> Erased:
        """Erase a person's name, by name or id, and its salt; every hash, proof and score stands.

        Raises Unknown for a person whom the ledger does not know; Refused for a name erased already, or a reason that holds it.
        """
        with self._recording() as recording:
            return recording.erase(person, reason, self._actor)

    @property
    def lingers(self) -> Problem | None:
        """Where a name that was erased still stands. See :func:`ledger.journal.names.lingering`."""
        return lingering(self._place)

    def note_copy(self, what: What, place: str) -> None:
        """Note that a copy with names in it was made (a ``backup`` or an ``export``), and where: :meth:`erase` names it."""
        with self._recording() as recording:
            recording.note_copy(what, place, self._actor)

    def backup(self, out: Path, copied: Progress = nothing, checked: Progress = nothing) -> BackedUp:
        """Copies the whole ledger to a new file, verifies the copy and notes it. See :func:`ledger.journal.backup.back_up`."""
        from ledger.journal.backup import back_up

        return back_up(self._place, out, self._clock, self._actor, copied=copied, checked=checked)

    @staticmethod
    def upgrade(location: str) -> list[Difference]:
        """Gives an older ledger the tables, indexes and guards of now, without touching what is logged.

        Returns what was not as it is now. See :func:`ledger.journal.upgrade.upgrade`.
        """
        from ledger.journal.upgrade import upgrade

        return upgrade(place(location))

    @staticmethod
    def doctor(location: str, clock: Clock = times.now) -> list[Check]:
        """How a ledger, its file or its server, and this computer stand: what is wrong with them is said, not raised."""
        from ledger.operating import examine

        return examine(place(location), clock())

    def enact(
        self, scheme: str, effective: date | None = None, *, shown: Callable[[Proposal], None] = nothing, progress: Progress = nothing
    ) -> Recorded:
        """Record another scheme (a packaged id or a file), in force from ``effective``, by default its own effective date.

        What is recorded says that date itself, so that scheme, date and hash are one. ``shown`` may raise to prevent it.
        Raises as :meth:`weighed`.
        """
        source = self.weighed(scheme, effective, shown=shown, progress=progress)
        with self._recording() as recording:
            return recording.enact(source, self._actor)

    def weighed(
        self, scheme: str, effective: date | None = None, *, shown: Callable[[Proposal], None] = nothing, progress: Progress = nothing
    ) -> Source:
        """A scheme that could be enacted, or proposed; ``shown`` is given what it would do.

        Raises SchemeError for one that is not sound, Refused for one in force already, BasisError for one that cannot score.
        """
        from ledger.recording.context import schemes_of, terms
        from ledger.rules.check import demand_sound

        source = load(scheme) if effective is None else dated(load(scheme), effective)
        demand_sound(source)
        schemes_of(each.source for each in self.schemes()).demand_new(terms(source))
        shown(self._what_if.proposal(source, progress))
        return source

    def close(self, name: str) -> Snapshot:
        """Close a period (``2024Q3``, ``2024-09``, ``2024``): record what is published of it.

        Raises Refused for one that is closed already or has not ended, Unknown for one that no calendar has.
        """
        from ledger.aggregates.period import Closed

        year, period = self._closing.period(name)
        span = Closed(period.name, date.fromordinal(period.first), date.fromordinal(period.last))
        with self._recording() as recording:
            recording.close(span, lambda position: self._closing.published(year, period, position), self._actor)
        return self.snapshots(name)[0]

    def snapshots(self, name: str | None = None) -> list[Snapshot]:
        """The closed periods, or the one of a name. Raises Unknown where that is not closed."""
        return self._closing.snapshots(name)

    def restatements(self, name: str | None, progress: Progress) -> Restated:
        """What is no longer as it was published, of every closed period or of one. Raises as :meth:`snapshots`."""
        from ledger.restating import Restating

        return Restating(self._reader, self._today).restatements(self.snapshots(name), progress)

    def bulletin(self, name: str, progress: Progress) -> Bulletin:
        """The figures of a period's bulletin. See :meth:`ledger.bulletins.Bulletins.bulletin`."""
        from ledger.bulletins import Bulletins

        return Bulletins(self._reader, self._closing, self._today).bulletin(name, progress)

    def replay(self, year: int, progress: Progress) -> Replay:
        """Make a year again from the raw log, and compare every snapshot of it. See :func:`ledger.replaying.replay`."""
        from ledger.replaying import replay

        return replay(self._reader, year, self._today, progress)

    def policy(self) -> Policy:
        """What takes four eyes."""
        from ledger.proposing import policy

        return policy(self._reader)

    def set_policy(self, covers: Collection[Covered], reason: str) -> Recorded:
        """Say what takes four eyes from here on; nothing, where ``covers`` is empty. Raises Refused where that takes four eyes itself."""
        with self._recording() as recording:
            return recording.set_policy(covers, reason, self._actor)

    def propose(self, deed: Callable[[Work], object]) -> Recorded:
        """Record a deed (:mod:`ledger.recording.deeds`) as a proposal, which posts nothing. Raises what the deed raises."""
        with self._recording() as recording:
            return recording.propose(deed, self._actor)

    def proposals(self) -> list[Proposed]:
        """The proposals that wait for somebody else, in order."""
        from ledger.proposing import proposals

        return proposals(self._reader)

    def approve(self, proposal: str) -> Corrected:
        """Record what a proposal (by id or ``@N``) proposes.

        Raises Refused for one's own, one that waits no more, or that cannot be; for a scheme as :meth:`weighed`.
        """
        from ledger.proposing import schemes_proposed

        for content in schemes_proposed(self._reader, proposal):
            self._what_if.proposal(Source(content), nothing)
        with self._recording() as recording:
            return recording.approve(proposal, self._actor)

    def log(
        self, *, since: int = 0, kind: str | None = None, unit: str | None = None, ids: Collection[str] | None = None
    ) -> Iterator[LoggedEvent]:
        """The events after a position, in order; of one kind, of one unit and the items and calls it is part of, or of these ids.

        Raises Unknown for a kind or a unit that is not there.
        """
        return listed(self._reader, since=since, kind=kind, unit=unit, ids=ids)

    def standings(self, question: Question, class_: str | None = None) -> Standings:
        """The ranked table. See :meth:`ledger.scoring.Scoring.standings`."""
        return self._scoring.standings(question, class_)

    def persons(self, question: Question) -> Standings:
        """The ranked table of persons. See :meth:`ledger.scoring.Scoring.persons`."""
        return self._scoring.persons(question)

    def targets(self, question: Question) -> Targets:
        """What units have to reach. See :meth:`ledger.scoring.Scoring.targets`."""
        return self._scoring.targets(question)

    def score(self, who: str, question: Question) -> tuple[Basis, Row]:
        """One unit's line, or a person's. See :meth:`ledger.scoring.Scoring.score`."""
        return self._scoring.score(who, question)

    def statement(self, who: str, question: Question) -> Statement:
        """The year of a unit or a person, explained. See :meth:`ledger.scoring.Scoring.statement`."""
        return self._scoring.statement(who, question)

    def why(self, unit: str, rule: str, question: Question) -> Why:
        """Why a rule paid a unit what it paid, or nothing. See :meth:`ledger.scoring.Scoring.why`."""
        return self._scoring.why(unit, rule, question)

    def alone(self, unit: str, question: Question) -> Row:
        """One unit's line without its rank. See :meth:`ledger.scoring.Scoring.alone`."""
        return self._scoring.alone(unit, question)

    def impact(self, scheme: Source, question: Question, class_: str | None, progress: Progress) -> Impact:
        """The standings now, and under another scheme. See :meth:`ledger.whatif.WhatIf.impact`."""
        return self._what_if.impact(scheme, question, class_, progress)

    def doubts(self, question: Question, class_: str | None, progress: Progress) -> Doubts:
        """The standings under every reading. See :meth:`ledger.whatif.WhatIf.doubts`."""
        return self._what_if.doubts(question, class_, progress)

    def schemes(self) -> list[Enacted]:
        """The schemes recorded in the ledger, in order."""
        return enacted(self._reader, known(self._reader, None))

    @property
    def position(self) -> int:
        """The log's last position."""
        return self._reader.head().position

    @property
    def time(self) -> str:
        """When the log's last event was recorded."""
        return self._reader.time_of(self.position)

    @property
    def id(self) -> str:
        """The ledger's random id."""
        return ledger_id(self._reader)

    @contextmanager
    def _recording(self) -> Iterator[Recording]:
        from ledger.journal.journals import open_journal
        from ledger.recording import Recording

        with open_journal(self._place, self._clock) as journal:
            yield Recording(journal, self._clock)
