"""Where there is no room, it is said, nothing is left half done, and the ledger goes on once there is."""

from __future__ import annotations

import pytest

from tests.stress.deeds import DEEDS
from tests.stress.full import stress
from tests.stress.report import quiet

POINTS = 13
"""For each of eight deeds: a hundred points of either kind; the command tries more."""
SUBJECTS = [f"{kind} {deed}" for kind in ("size", "disk") for deed in DEEDS]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_ledger_is_whole_and_the_message_clear_wherever_room_ends(subject: str) -> None:
    (report,) = stress(POINTS, 0, frozenset({subject}), quiet)
    assert report.faults == ()
    assert report.tried == POINTS
    assert sum(number for said, number in report.counted.items() if said != "done") > 0
