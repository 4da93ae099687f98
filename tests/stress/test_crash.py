"""What was acknowledged is there after the power failed at any point of whatever writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.journal import appearing, datastore
from tests.stress.crash import stress
from tests.stress.deeds import DEEDS
from tests.stress.report import quiet

STATES = {"init": 80, "append": 600, "import": 700, "close": 150, "erase": 100, "backup": 200, "copy": 120, "upgrade": 50}
"""Two thousand in all; the command tries more."""


def test_every_deed_is_tried() -> None:
    assert STATES.keys() == DEEDS.keys()
    assert sum(STATES.values()) == 2000


@pytest.mark.parametrize("deed", STATES)
def test_nothing_that_was_acknowledged_is_lost_or_torn(deed: str) -> None:
    (report,) = stress(STATES[deed], 7, frozenset({deed}), quiet)
    assert report.faults == ()
    assert report.tried == STATES[deed]


def test_a_ledger_that_does_not_sync_loses_what_it_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run sees it: otherwise it could not say that ours does not."""
    unsafe = tuple(each.replace("FULL", "NORMAL") for each in datastore._PRAGMAS)
    monkeypatch.setattr(datastore, "_PRAGMAS", unsafe)
    (report,) = stress(100, 7, frozenset({"append"}), quiet)
    assert any("was acknowledged" in fault for fault in report.faults)


def test_a_backup_that_does_not_sync_is_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(_place: Path) -> None:
        pass

    monkeypatch.setattr(appearing, "_sync", forgotten)
    (report,) = stress(60, 7, frozenset({"backup"}), quiet)
    assert any(fault.endswith("monday.ledger is gone") for fault in report.faults)
