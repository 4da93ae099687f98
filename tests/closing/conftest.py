"""The ledger of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projections.county import County


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A new ledger of 柳城县; its clock stands in 2025, when all of 2024 is over."""
    made = County(tmp_path / "a.ledger")
    made.now = made.now.replace(year=2025)
    return made
