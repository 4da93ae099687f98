"""The packaged sample years, each in a ledger that is only read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from ledger import times
from ledger.application import Ledger
from ledger.office.rows import read
from tests.projections.county import County

SAMPLES = Path(__file__).parents[2] / "ledger" / "samples"
SCHEMES = ("liucheng-2024", "qingshan-2020")


def later() -> datetime:
    """When both sample years are over."""
    return times.moment("2025-01-08T09:00")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("samples")
    for scheme in SCHEMES:
        Ledger.create(str(folder / scheme), scheme, "setup", later)
        with Ledger(str(folder / scheme), "clerk", later) as ledger:
            done = ledger.import_rows(read(SAMPLES / f"{scheme}.jsonl"), "sample")
        assert done.problems == ()
    return {scheme: folder / scheme for scheme in SCHEMES}


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A new ledger of 柳城县; its clock stands in 2025, when all of 2024 is over."""
    made = County(tmp_path / "a.ledger")
    made.now = made.now.replace(year=2025)
    return made
