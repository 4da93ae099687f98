"""The ledger and the plain dictionary say the same, on a few runs of fifty steps; the command makes thousands."""

from __future__ import annotations

import pytest

from tests.stress.model import stress
from tests.stress.report import quiet


@pytest.mark.parametrize(("subject", "runs"), [("file", 20), ("server", 8)])
def test_the_ledger_does_what_a_plain_dictionary_does(subject: str, runs: int) -> None:
    (report,) = stress(runs, 1, frozenset({subject}), quiet)
    assert not report.faults, "\n".join(report.lines())
    assert report.tried >= runs
    assert min(report.counted["accepted"], report.counted["refused"]) > 5 * runs
