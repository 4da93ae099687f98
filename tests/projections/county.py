"""A ledger with a clock of its own, written to and asked through the one door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger import times
from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.projections.standings import Row, Standings
from ledger.projections.statement import Statement
from ledger.rules.source import load
from ledger.views import Question


class County:
    """One ledger; every use of it records one day later than the last, from 2024-06-01 09:00 on."""

    def __init__(self, path: Path, scheme: str = "liucheng-2024") -> None:
        self.path, self.now = path, times.moment("2024-06-01T09:00")
        self.start = Ledger.create(str(path), scheme, "setup", self.clock).position

    def clock(self) -> datetime:
        """The ledger's clock."""
        return self.now

    def open(self) -> Ledger:
        """The ledger, to be closed by the caller."""
        return Ledger(str(self.path), "clerk", self.clock)

    def bring(self, *said: Mapping[str, Any]) -> int:
        """Import records; the position after them."""
        self.now += timedelta(days=1)
        with self.open() as ledger:
            done = ledger.import_rows([Incoming(f"events.jsonl:{line}", each) for line, each in enumerate(said, 1)], "events.jsonl")
        assert done.problems == ()
        return done.position

    def correct(self, target: str, cascade: bool = False, **changes: str) -> int:
        """Correct an event; the position after it."""
        self.now += timedelta(days=1)
        with self.open() as ledger:
            return ledger.correct(target, "查证有误", changes, cascade=cascade).position

    def enact(self, effective: str, **changes: Any) -> int:
        """Bring the ledger's scheme into force again, changed; the position of it."""
        self.now += timedelta(days=1)
        file = self.path.with_name(f"{effective}-{len(changes)}-{self.now.day}.yaml")
        file.write_text(json.dumps({**load("liucheng-2024").data, "effective": effective, **changes}), encoding="utf-8")
        with self.open() as ledger:
            return ledger.enact(str(file)).position

    def standings(self, as_of: str | None = None, class_: str | None = None, **asked: Any) -> Standings:
        """The table."""
        with self.open() as ledger:
            return ledger.standings(question(as_of, **asked), class_)

    def score(self, unit: str, as_of: str | None = None, **asked: Any) -> Row:
        """A unit's line."""
        with self.open() as ledger:
            return ledger.score(unit, question(as_of, **asked))[1]

    def statement(self, unit: str, as_of: str | None = None, **asked: Any) -> Statement:
        """A unit's year, explained."""
        with self.open() as ledger:
            return ledger.statement(unit, question(as_of, **asked))


def question(as_of: str | None = None, **asked: Any) -> Question:
    """A question as of a day."""
    return Question(as_of=None if as_of is None else date.fromisoformat(as_of), **asked)


def submitted(item: str, unit: str = "大埔镇", on: str = "2024-02-01", **more: Any) -> dict[str, Any]:
    """An item sent in; its id is that of the item with ``s``."""
    return {"kind": "item_submitted", "id": f"s{item}", "on": on, "item": item, "unit": unit, **more}


def adopted(item: str, channel: str = "市级采用", on: str = "2024-02-05", **more: Any) -> dict[str, Any]:
    """An item adopted; its id is that of the item with ``a``."""
    return {"kind": "item_adopted", "id": f"a{item}", "on": on, "item": item, "channel": channel, **more}
