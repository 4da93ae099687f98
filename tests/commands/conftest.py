"""Ledgers to run commands on: one that is only read, made once, and a new one for each test that writes."""

import shutil
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.office.rows import read
from tests.commands.shell import SCHEME, YEAR, Shell, lines_of


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    file, ledger = folder / "year.jsonl", folder / "year.ledger"
    file.write_text(lines_of(YEAR), encoding="utf-8")
    Ledger.create(str(ledger), SCHEME, "setup")
    with Ledger(str(ledger), "clerk") as opened:
        done = opened.import_rows(read(file), file.name)
    assert done.problems == ()
    return folder


@pytest.fixture
def shell(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """At a ledger with the small year, which the test may change."""
    shutil.copytree(made, tmp_path / "ledgers")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "ledgers" / "year.ledger", capsys, monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """At a place where no ledger is yet."""
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "new.ledger", capsys, monkeypatch)
