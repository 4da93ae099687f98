"""A file's rows into the log: by the chunk, all or nothing, every problem said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from ledger.aggregates.normalise import Incoming
from ledger.errors import LedgerError, Problem
from ledger.events import IncidentOccurred, ItemSubmitted, SolicitationIssued
from ledger.recording.desk import Desk
from ledger.recording.intake import Entry, Intake, Ordinals

CHUNK = 1000
MOST_PROBLEMS = 1000
_OPENERS = {ItemSubmitted.kind: "item", SolicitationIssued.kind: "solicitation", IncidentOccurred.kind: "incident"}
_NOT_KNOWN = {f"aggregates.{family}_not_known": family for family in _OPENERS.values()}

Row = Incoming | Problem
"""What a reader of files yields: a record with its place, or what keeps a row from being one."""


@dataclass(slots=True)
class Import:
    """One file's import: how many rows were appended and skipped so far, and what is wrong."""

    desk: Desk
    intake: Intake
    source: str
    appended: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    _refused: set[tuple[str, object]] = field(default_factory=set)

    def run(self, rows: Iterable[Row], progress: Callable[[int], None] | None = None) -> None:
        """Takes every row, chunk by chunk; stops reading when there are too many problems to be of use."""
        done = 0
        with closing(Ordinals()) as ordinals:
            for chunk in self._chunks(rows):
                self._take(chunk, ordinals)
                done += len(chunk)
                if progress:
                    progress(done)
                if len(self.problems) >= MOST_PROBLEMS:
                    del self.problems[MOST_PROBLEMS:]
                    self.problems.append(Problem("recording.too_many_problems", params={"limit": MOST_PROBLEMS}))
                    return

    def _chunks(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """Rows by the thousand. What changes how later rows are read, or what earlier ones may say, stands alone."""
        chunk: list[Row] = []
        for row in rows:
            alone = isinstance(row, Incoming) and self.desk.touches_roster(row.record)
            if chunk and (alone or len(chunk) == CHUNK):
                yield chunk
                chunk = []
            chunk.append(row)
            if alone:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _take(self, chunk: list[Row], ordinals: Ordinals) -> None:
        read = list(self._read(chunk, ordinals))
        self.desk.prepare([entry for _, entry in read])
        for row, entry in read:
            try:
                if self.desk.recorded_already(entry):
                    self.skipped += 1
                else:
                    self.desk.judge(entry)
                    self.appended += 1
            except LedgerError as error:
                self._refuse(row, error)
        self.desk.append()

    def _read(self, chunk: list[Row], ordinals: Ordinals) -> Iterator[tuple[Incoming, Entry]]:
        for row in chunk:
            if isinstance(row, Problem):
                self.problems.append(row)
                continue
            try:
                yield row, self.intake.counted(row.record, self.source, ordinals)
            except LedgerError as error:
                self._refuse(row, error)

    def _refuse(self, row: Incoming, error: LedgerError) -> None:
        """Notes the problems, but for those that only follow from a row refused before."""
        opened = _OPENERS.get(str(row.record.get("kind")))
        if opened:
            self._refused.add((opened, str(row.record.get(opened))))
        self.problems += [problem.at(row.place(problem.field)) for problem in error.problems if not self._follows(problem)]

    def _follows(self, problem: Problem) -> bool:
        family = _NOT_KNOWN.get(problem.key)
        return family is not None and (family, str(problem.params[family])) in self._refused
