"""Progress: silent for a second, then told on standard error at growing distances."""

from collections.abc import Iterator

import pytest

from ledger.commands import plain
from ledger.commands.plain import Progress


def test_progress_is_told_after_a_second_and_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock: Iterator[float] = iter([0.0, 0.9, 1.1, 2.0, 3.2, 5.0, 7.3])
    monkeypatch.setattr(plain, "monotonic", lambda: next(clock))
    progress = Progress()
    for step in range(6):
        progress.tell(f"step {step}")
    progress.done()
    assert capsys.readouterr() == ("", "step 1\nstep 3\nstep 5\n")
