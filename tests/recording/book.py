"""A ledger to write to in tests, and the facts that most tests start from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.normalise import Incoming
from ledger.errors import Problem, Refused
from ledger.journal.reader import LogReader
from ledger.journal.sqlite import Journal
from ledger.messages import LANGUAGES
from ledger.recording import Corrected, Imported, Recording, create
from ledger.rules.source import load

Said = Mapping[str, Any]

SUBMITTED: Said = {"kind": "item_submitted", "id": "ok-1", "on": "2024-02-01", "item": "OK1", "unit": "大埔镇", "title": "春耕备耕"}
ADOPTED: Said = {"kind": "item_adopted", "id": "ok-2", "on": "2024-02-05", "item": "OK1", "channel": "县内刊物"}
OCCURRED: Said = {
    "kind": "incident_occurred",
    "id": "ok-3",
    "on": "2024-02-01T10:00",
    "incident": "N1",
    "unit": "大埔镇",
    "severity": "major",
}
ISSUED: Said = {
    "kind": "solicitation_issued",
    "id": "ok-4",
    "on": "2024-02-01",
    "solicitation": "S1",
    "topic": "防汛",
    "units": ["大埔镇", "东泉镇"],
    "due": "2024-02-10",
}
START: tuple[Said, ...] = (SUBMITTED, ADOPTED, OCCURRED, ISSUED)


class Book:
    """One ledger and its recording side."""

    def __init__(self, path: Path, scheme: str = "liucheng-2024") -> None:
        self.path = path
        self.opened = create(path, load(scheme), "setup")
        self.journal = Journal.open(path)
        self.recording = Recording(self.journal)

    def bring(self, *said: Said | Problem, source: str = "events.jsonl", dry_run: bool = False) -> Imported:
        rows = [each if isinstance(each, Problem) else Incoming(f"{source}:{line}", each) for line, each in enumerate(said, 1)]
        return self.recording.import_file(rows, source, "clerk", dry_run=dry_run)

    def good(self, *said: Said) -> None:
        done = self.bring(*said)
        assert done.problems == ()
        assert done.appended == len(said)

    def refused(self, *said: Said) -> Problem:
        """The one problem of the last of these records; it reads in both languages and nothing was recorded."""
        before = self.head()
        done = self.bring(*said)
        (problem,) = done.problems
        assert problem.where == f"events.jsonl:{len(said)}"
        assert (done.appended, done.position, self.head()) == (0, before, before)
        assert all(problem.text(lang) for lang in LANGUAGES)
        return problem

    def correct(self, target: str, cascade: bool = False, **changes: str) -> Corrected:
        return self.recording.correct(target, "查证有误", changes, "clerk", cascade=cascade)

    def cannot_correct(self, target: str, **changes: str) -> Problem:
        before = self.head()
        with pytest.raises(Refused) as refused:
            self.recording.correct(target, "查证有误", changes, "clerk")
        assert self.head() == before
        assert all(refused.value.problem.text(lang) for lang in LANGUAGES)
        return refused.value.problem

    def head(self) -> int:
        with LogReader(self.path) as log:
            return log.head().position

    def rows(self) -> list[tuple[str, str, bytes]]:
        """Id, kind and body of every event after the ledger's opening."""
        with LogReader(self.path) as log:
            return [(row.id, row.kind, row.body) for row in log.rows(since=self.opened.position)]

    def ids(self) -> list[str]:
        return [each[0] for each in self.rows()]

    def live(self) -> set[str]:
        """The ids of the facts that count, told from the log alone: a reversal, unless reversed, voids its target."""
        import msgspec

        rows = self.rows()
        void: set[str] = set()
        for own, kind, body in reversed(rows):
            if kind == "event_reversed" and own not in void:
                void.add(msgspec.json.decode(body)["target"])
        return {own for own, kind, _ in rows if kind != "event_reversed" and own not in void}


def reversal(target: str, **more: Any) -> dict[str, Any]:
    return {"kind": "event_reversed", "on": "2024-03-01", "target": target, "reason": "查证有误", **more}
