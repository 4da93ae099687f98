"""The ledger of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projections.county import County


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A new ledger of 柳城县."""
    return County(tmp_path / "a.ledger")
