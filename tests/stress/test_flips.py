"""A bit that was changed in the file is found, or changes no answer."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.stress import flips
from tests.stress.flips import a_year, stress
from tests.stress.report import quiet

FLIPS = 75


@pytest.mark.parametrize("seed", [3, 4])
def test_no_flip_changes_an_answer_unnoticed_and_none_ends_in_anything_but_words(seed: int) -> None:
    (report,) = stress(FLIPS, seed, frozenset(), quiet)
    assert report.faults == ()
    assert min(report.counted["found"], report.counted["refused"], report.counted["unnoticed"]) > 0


def test_a_flip_that_is_not_looked_for_is_seen_to_change_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run sees it: otherwise it could not say that verifying finds all."""
    monkeypatch.setattr(flips, "_verified", lambda _path, _flipped: ("unnoticed", ""))
    report = flips.flips(a_year(tmp_path), 20, Random(3), quiet)
    assert any("is another, and nothing is found" in fault for fault in report.faults)
