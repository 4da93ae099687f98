"""Bulletins of the packaged sample years, from the log to the printed page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.office.bulletin.writing import write
from tests.bulletins.conftest import samples
from tests.bulletins.test_fields import filled
from tests.bulletins.test_figures import CASES, bulletin
from tests.office.bulletin.conftest import Pages

__all__ = ["samples"]


@pytest.mark.parametrize(("scheme", "period", "lang"), [(*case, ("zh", "en")[at % 2]) for at, case in enumerate(CASES)])
def test_a_real_bulletin_fills_our_template(
    samples: Mapping[str, Path], tmp_path: Path, scheme: str, period: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    fields = filled(samples[scheme], bulletin(samples[scheme], period))
    write(tmp_path / "a.html", fields)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert fields["title"] in page
    assert all(unit in page for unit in fields["sent_nothing"])
    for line in fields["checkpoint"]:
        assert line in page


def test_a_bulletin_of_a_year_is_as_long_as_the_year(samples: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    write(tmp_path / "a.pdf", filled(samples["liucheng-2024"], bulletin(samples["liucheng-2024"], "2024")))
    assert len(Pages(tmp_path / "a.pdf")) > 20
