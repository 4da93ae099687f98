"""Nothing acknowledged is lost to a ``kill -9``, of those who record or of the server: a few kills; the command makes hundreds."""

from __future__ import annotations

import pytest

from tests.stress.kill import stress
from tests.stress.report import quiet


@pytest.mark.parametrize(("subject", "count"), [("file", 60), ("server", 24), ("postmaster", 20)])
def test_nothing_acknowledged_is_lost_when_somebody_is_killed(subject: str, count: int) -> None:
    (report,) = stress(count, 1, frozenset({subject}), quiet)
    assert not report.faults, "\n".join(report.lines())
    assert report.counted["acknowledged"]
