"""Restatements: the log after a closing walked event by event, so that each published figure's change has its causes.

The effect of an event is the table just after it less the table just before it, both as of the period's last day. These
follow one another without a gap, so they add up to the whole difference exactly, in the order of the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import groupby
from typing import NamedTuple

from ledger.errors import BasisError, Problem, SchemeError
from ledger.events import FROM_FILES, EventReversed, SchemeEnacted
from ledger.journal.decode import fields_of
from ledger.journal.reader import LogReader
from ledger.journal.rows import Row
from ledger.projections import standings as table
from ledger.projections.cut import live, reversals
from ledger.projections.restatements import Cause, Restatement, Step, Tracking
from ledger.projections.snapshots import Line, Snapshot, line
from ledger.rules.evaluate import VERSION, Standing, orders, ranked
from ledger.rules.heirs import ancestry
from ledger.views import ROSTER_KINDS, Facts, Question, View, known, reversed_pairs

Progress = Callable[[int, int], None]
_DATED = tuple(model.kind for model in FROM_FILES if model is not EventReversed)
_RULING = "order_settled"
_WHOLE = frozenset({*ROSTER_KINDS, SchemeEnacted.kind})
"""Kinds after which every unit is scored again; what else happens concerns the units of its stream, and a ruling ranks alone."""
_AGAIN = re.compile(r"~\d+$", re.ASCII)
"""What the id of a corrected event ends in."""


_Tables = Iterator[tuple[Row, dict[str, Line]]]


class Restated(NamedTuple):
    """What differs by now from published figures, and the periods that cannot be scored any more as the log stands."""

    changes: list[Restatement]
    problems: list[Problem]


class Restating:
    """Answers about one ledger, each from the log as it stands when asked."""

    def __init__(self, reader: LogReader, today: Callable[[], date]) -> None:
        self._reader = reader
        self._today = today

    def restatements(self, snapshots: Iterable[Snapshot], progress: Progress, upto: int | None = None) -> Restated:
        """What differs from these snapshots by now, or as known ``upto`` a position. ``progress`` is told the events done, of how many.

        A period that cannot be scored by now, as under a scheme by whose calendar it is not yet there, is one of the problems.
        """
        last = known(self._reader, None) if upto is None else upto
        about = self._facts_of(last)
        late = [(snapshot, list(self._late(snapshot, last, about))) for snapshot in snapshots]
        total, before = sum(len(rows) for _, rows in late), 0
        found = Restated([], [])
        for snapshot, rows in late:
            tell = partial(_tell, progress, before, total)
            try:
                found.changes.extend(self._changes(snapshot, rows, _whole(rows, about), tell))
            except (BasisError, SchemeError) as error:
                said = {"period": snapshot.period, "reason": error.problem.text()}
                found.problems.append(Problem("application.not_scored_now", where=snapshot.period, params=said))
            before += len(rows)
        return found

    def touched(self, snapshots: Iterable[Snapshot], upto: int) -> list[Snapshot]:
        """Those whose figures what was recorded since, up to a position, may have moved; the others need not be scored again."""
        about = self._facts_of(upto)
        return [each for each in snapshots if each.evaluator != VERSION or any(True for _ in self._late(each, upto, about))]

    def _changes(self, snapshot: Snapshot, rows: list[Row], whole: frozenset[int], tell: Callable[[int], None]) -> list[Restatement]:
        """What differs from one snapshot. Raises BasisError or SchemeError where it cannot be scored as the log stands."""
        try:
            return self._tracked(snapshot, rows, lambda moving: moving.along(rows, whole), tell)
        except (BasisError, SchemeError):
            return self._tracked(snapshot, rows, lambda moving: moving.where_possible(rows), tell)

    def _tracked(
        self, snapshot: Snapshot, rows: list[Row], walk: Callable[[_Table], _Tables], tell: Callable[[int], None]
    ) -> list[Restatement]:
        tracking, moving, steps = Tracking(snapshot), _Table(self._reader, snapshot, self._today()), _steps(rows)
        tracking.moved(Step("evaluator"), moving.at(snapshot.position))
        for done, (row, lines) in enumerate(walk(moving), 1):
            tracking.moved(steps[row.position], lines)
            tell(done)
        return list(tracking.restatements())

    def _late(self, snapshot: Snapshot, last: int, about: Mapping[int, Row]) -> Iterator[Row]:
        """The events recorded since that may move the figures of that day: facts dated by then, reversals of such, schemes."""
        day = snapshot.as_of.isoformat()
        dated = self._reader.rows(since=snapshot.position, upto=last, kinds=_DATED, dated=("", day))
        schemes = self._reader.rows(since=snapshot.position, upto=last, kinds={SchemeEnacted.kind})
        undone = self._reader.rows(since=snapshot.position, upto=last, kinds={EventReversed.kind})
        concerned = [row for row in undone if about[row.position].on <= day]
        yield from sorted([*dated, *schemes, *concerned])

    def _facts_of(self, last: int) -> Mapping[int, Row]:
        """The fact that each reversal is about in the end, by the reversal's position."""
        targets = dict(reversed_pairs(self._reader, last))
        ends = {reversal: _end(reversal, targets) for reversal in targets}
        rows = {row.position: row for row in self._reader.rows(ids=self._reader.ids(ends.values()).values())} if ends else {}
        return {reversal: rows[end] for reversal, end in ends.items()}


def _whole(rows: list[Row], about: Mapping[int, Row]) -> frozenset[int]:
    """The positions of those after which every unit is scored again; ``about`` gives the facts of reversals."""
    return frozenset(row.position for row in rows if about.get(row.position, row).kind in _WHOLE)


def _steps(rows: list[Row]) -> Mapping[int, Step]:
    """What each event is: a late fact, or part of a correction …"""
    undone = {(row.recorded_at, _stem(str(fields_of(row)["target"]))) for row in rows if row.kind == EventReversed.kind}
    return {row.position: _step(row, again=(row.recorded_at, _stem(row.id)) in undone) for row in rows}


def _end(position: int, targets: Mapping[int, int]) -> int:
    while position in targets:
        position = targets[position]
    return position


def _stem(own_id: str) -> str:
    return _AGAIN.sub("", own_id)


def _step(row: Row, *, again: bool) -> Step:
    said = fields_of(row)
    cause: Cause = "correction" if again or row.kind == EventReversed.kind else "late"
    if row.kind == SchemeEnacted.kind:
        cause = "scheme"
    elif row.kind == _RULING:
        cause = "ruling"
    elif row.kind in ROSTER_KINDS and not again:
        cause = "roster"
    return Step(cause, row.position, row.id, row.kind, said.get("adjust") or said.get("reason"))


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


def _upto(position: int, facts: Facts, pairs: list[tuple[int, int]]) -> tuple[Facts, list[tuple[int, int]]]:
    """The facts, and the pairs of a reversal and its target, recorded up to a position."""
    return [fact for fact in facts if fact[0] <= position], [pair for pair in pairs if pair[0] <= position]


class _Table:
    """The table of a snapshot's day as it was known from position to position."""

    def __init__(self, reader: LogReader, snapshot: Snapshot, today: date) -> None:
        self._reader = reader
        self._today = today
        self._as_of, self._year = snapshot.as_of, snapshot.year
        self._standings: dict[str, Standing] = {}

    def at(self, position: int) -> dict[str, Line]:
        """The lines as known at a position, every unit scored."""
        self._standings = dict(self._view(position).evaluation.standings)
        return self._lines()

    def along(self, rows: list[Row], whole: frozenset[int]) -> _Tables:
        """The lines after each event, by unit."""
        for every, run in groupby(rows, lambda row: row.position in whole):
            each = list(run)
            view = None if every else self._view(each[-1].position)
            if view is None or view.plan.compared:
                yield from ((row, self.at(row.position)) for row in each)
            else:
                yield from self._touched(view, each)

    def where_possible(self, rows: list[Row]) -> _Tables:
        """The lines after each event after which the table can be made: what happened meanwhile shows with the first of these.

        Raises what keeps it from being made after the last event.
        """
        for row in rows:
            try:
                lines = self.at(row.position)
            except (BasisError, SchemeError):
                if row is rows[-1]:
                    raise
                continue
            yield row, lines

    def _touched(self, view: View, run: list[Row]) -> _Tables:
        """The same where one scheme and one roster hold for all: only the units that an event concerns are scored again."""
        facts: dict[str, tuple[Facts, list[tuple[int, int]]]] = {}
        heirs = {unit: frozenset(ancestry(view.roster.heirs, [unit])) for unit in self._standings}
        settled = view.settled()
        for row in run:
            named = self._named(row.stream)
            for unit in [unit for unit, before in heirs.items() if not named.isdisjoint(before)]:
                own = view.roster.units[unit]
                if unit not in facts:
                    facts[unit] = view.facts_of(own)
                self._standings[unit] = view.of_unit(own, *_upto(row.position, *facts[unit])).standings[unit]
            years = [standing.year for standing in self._standings.values()]
            classes = {unit: standing.class_ for unit, standing in self._standings.items()}
            found, pairs = _upto(row.position, *settled)
            rulings = orders(((position, fact) for position, _, fact in live(found, reversals(pairs))), view.year)
            self._standings = ranked(view.plan, years, classes, rulings)
            yield row, self._lines()

    def _named(self, stream: str) -> set[str]:
        family, _, name = stream.partition(":")
        return {name} if family == "unit" else self._reader.units_in(stream)

    def _lines(self) -> dict[str, Line]:
        return {unit: line(table.row(standing, self._as_of)) for unit, standing in self._standings.items()}

    def _view(self, position: int) -> View:
        return View(self._reader, Question(self._as_of, self._year, f"@{position}"), self._today)
