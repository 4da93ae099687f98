"""Ledgers to prove things of: one of each hash, past two kept nodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.journal.merkle import HASHES
from tests.journal.making import empty, event, records, submissions

EVENTS = 700


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A log of 700 events under each hash."""
    folder = tmp_path_factory.mktemp("logs")
    made = {}
    for name in HASHES:
        made[name] = folder / f"{name}.ledger"
        with empty(made[name]) as journal, journal.writing("clerk") as writer:
            writer.append(records([event("ledger_opened", "E0", ledger="a1b2", hash=name, format=1)]))
            writer.append(submissions(1, EVENTS - 1))
    return made
