"""Eight writers at once leave one log, and readers always see a part of it: a few hundred events; the command records thousands."""

from __future__ import annotations

import pytest

from tests.stress.report import quiet
from tests.stress.writers import stress


@pytest.mark.parametrize("subject", ["file", "server"])
def test_eight_writers_at_once_make_one_log(subject: str) -> None:
    (report,) = stress(240, 1, frozenset({subject}), quiet)
    assert not report.faults, "\n".join(report.lines())
    assert report.counted["events"] >= 240
    assert report.counted["readings"]
