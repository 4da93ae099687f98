"""The fixtures of the readers: the write side's, and a new ledger, made once and copied."""

import shutil
from pathlib import Path

import pytest

from ledger.application import Ledger
from tests.office.books import Desk
from tests.recording.conftest import book

__all__ = ["book"]


@pytest.fixture
def made_ledger(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(made, tmp_path / "copy.ledger"))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which nothing has happened yet."""
    path = tmp_path_factory.mktemp("made") / "new.ledger"
    Ledger.create(str(path), "liucheng-2024", "setup")
    return path


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """Where tables are brought to a new ledger."""
    return Desk(Path(shutil.copy(made, tmp_path / "a.ledger")))
