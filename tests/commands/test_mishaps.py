"""What happens to people: a copied file, a closed stream, a read-only folder, a correction that corrects nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUBMITTED = ["record", "item_submitted", "--on", "2024-03-02", "--item", "A", "--unit", "大埔镇", "--id", "a1"]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in a folder, in English."""
    environment = {**os.environ, "SCORELEDGER_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", "ledger", *words]
    return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a ledger of one item."""
    assert run(tmp_path, "init", "--scheme", "liucheng-2024").returncode == 0
    assert run(tmp_path, *SUBMITTED).returncode == 0
    return tmp_path


def test_a_copy_of_the_one_file_holds_every_event(folder: Path) -> None:
    (folder / "copy").mkdir()
    shutil.copy(folder / "scores.ledger", folder / "copy" / "scores.ledger")
    found = json.loads(run(folder / "copy", "verify", "--format", "json").stdout)
    assert (found["events"], found["intact"]) == (51, True)


def test_a_correction_that_changes_nothing_is_refused(folder: Path) -> None:
    done = run(folder, "correct", "a1", "--reason", "x", "--set", "item=A")
    assert done.returncode == 1
    assert "nothing would change" in done.stderr
    assert json.loads(run(folder, "log", "--format", "json").stdout)["events"][-1]["id"] == "a1"


def test_a_closed_standard_output_is_no_accident(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCORELEDGER_LANG": "en"}
    call = f"{sys.executable} -m ledger standings --year 2024 >&-"
    done = subprocess.run(["bash", "-c", call], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Something went wrong" not in done.stderr


def test_a_position_past_the_end_names_the_end(folder: Path) -> None:
    done = run(folder, "correct", "@9999", "--reason", "x")
    assert done.returncode == 1
    assert "@51" in done.stderr


def test_a_unit_asked_about_before_its_enrolment_is_told_when_that_was(folder: Path) -> None:
    new = ["--unit_id", "new", "--unit", "新镇", "--class", "一类", "--targets", "adoption_year=100|adoption_quarter=25"]
    assert run(folder, "record", "unit_enrolled", "--on", "2024-06-01", *new).returncode == 0
    done = run(folder, "score", "新镇", "--as-of", "2024-05-31")
    assert done.returncode == 1
    assert "2024-06-01" in done.stderr
    assert run(folder, "score", "新镇", "--as-of", "2024-06-01").returncode == 0


def test_a_table_without_a_column_of_kinds_is_refused_at_its_first_row(folder: Path) -> None:
    (folder / "table.csv").write_text("种类,日期\nx,2024-01-01\n", encoding="utf-8")
    done = run(folder, "import", "table.csv")
    assert done.returncode == 1
    assert "table.csv:1" in done.stderr
    assert "种类" in done.stderr
