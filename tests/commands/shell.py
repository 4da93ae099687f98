"""A command line to type at in tests, and the small year that most tests look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.commands import main

ROOT = Path(__file__).parents[2]
SCHEME = "liucheng-2024"
QUARTER_END = ("--as-of", "2024-09-30")

_CALL: Mapping[str, Any] = {"solicitation": "S1", "topic": "防汛", "units": ["大埔镇", "凤山镇"], "due": "2024-08-10"}
YEAR: tuple[Mapping[str, Any], ...] = (
    {"kind": "item_submitted", "id": "n1", "on": "2024-07-02", "item": "N1", "unit": "大埔镇", "title": "秋粮收购进度", "author": "韦某"},
    {"kind": "item_adopted", "id": "n1-county", "on": "2024-07-05", "item": "N1", "channel": "县内刊物", "placement": "cover"},
    {"kind": "item_adopted", "id": "n1-city", "on": "2024-07-20", "item": "N1", "channel": "city", "issue": "2024-31"},
    {"kind": "item_submitted", "id": "n2", "on": "2024-08-10", "item": "N2", "units": ["大埔镇", "东泉镇"], "lead": "东泉镇"},
    {"kind": "item_adopted", "id": "n2-city", "on": "2024-08-18", "item": "N2", "channel": "city"},
    {"kind": "item_endorsed", "id": "n2-leader", "on": "2024-08-20", "item": "N2", "level": "县领导"},
    {"kind": "solicitation_issued", "id": "s1", "on": "2024-08-01", **_CALL},
    {"kind": "solicitation_fulfilled", "id": "s1-yes", "on": "2024-08-09", "solicitation": "S1", "unit": "凤山镇"},
    {"kind": "solicitation_missed", "id": "s1-no", "on": "2024-08-11", "solicitation": "S1", "unit": "大埔镇", "how": "none"},
    {"kind": "incident_occurred", "id": "e1", "on": "2024-08-12T10:00", "incident": "E1", "unit": "马山镇", "severity": "major"},
    {"kind": "incident_reported", "id": "e1-told", "on": "2024-08-12T13:00", "incident": "E1", "channel": "phone"},
    {"kind": "training_completed", "id": "t1", "on": "2024-09-01", "unit": "大埔镇"},
    {"kind": "event_reversed", "id": "n2-void", "on": "2024-09-02", "target": "n2-city", "reason": "实为误记"},
)
"""An item adopted twice, a joint one whose adoption is reversed, a missed call, a late report, and a fact without a price."""


class Done(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Shell:
    """Runs commands in this process, on one ledger, in one language."""

    def __init__(self, ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.ledger = ledger
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        monkeypatch.setenv("SCORELEDGER", str(ledger))
        self.speak("en")

    def speak(self, lang: str) -> Shell:
        self.monkeypatch.setenv("SCORELEDGER_LANG", lang)
        return self

    def __call__(self, *words: str) -> Done:
        self.capsys.readouterr()
        status = main(words)
        done = Done(status, *self.capsys.readouterr())
        assert "Traceback" not in done.err
        assert "Error" not in done.err, "an unexpected exception names its type"
        return done

    def good(self, *words: str) -> Done:
        done = self(*words)
        assert done.status == 0, done.err
        return done

    def head(self) -> int:
        return int(self.good("verify", "--format", "json").json["events"])


def lines_of(events: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events)


def process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ledger", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
