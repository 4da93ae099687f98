"""Fields of the scheme's own in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.office.rows import read
from tests.office.test_rows import jsonl, table, write
from tests.recording.book import Book
from tests.recording.mini import ENDORSED, EXTRA, SUBMITTED, written


@pytest.fixture
def mini(tmp_path: Path) -> Book:
    return Book(tmp_path / "mini.ledger", written(tmp_path))


@pytest.mark.parametrize("first", ["csv", "jsonl"])
def test_a_column_says_the_same_as_an_entry_of_the_object(mini: Book, tmp_path: Path, first: str) -> None:
    flat = [SUBMITTED, {**ENDORSED, **{f"extra.{name}": value for name, value in EXTRA.items()}}]
    files = {
        "csv": write(tmp_path / "e.csv", table(flat)),
        "jsonl": write(tmp_path / "e.jsonl", jsonl([SUBMITTED, {**ENDORSED, "extra": EXTRA}])),
    }
    done = mini.recording.import_file(read(files.pop(first)), "e", "clerk")
    assert (done.appended, done.problems) == (2, ())
    ((_, other),) = files.items()
    again = mini.recording.import_file(read(other), "e", "clerk")
    assert (again.skipped, again.problems) == (2, ())


def test_a_blank_cell_says_nothing_and_a_wrong_column_is_named_where_it_is_filled(mini: Book, tmp_path: Path) -> None:
    rows = "kind,on,item,unit,extra.length,extra.lenght\nitem_submitted,2024-02-01,N1,甲镇,,\nitem_submitted,2024-02-01,N2,甲镇,9,9\n"
    (problem,) = mini.recording.import_file(read(write(tmp_path / "e.csv", rows)), "e.csv", "clerk").problems
    assert (problem.where, problem.field) == ("e.csv:3", "extra.lenght")
    assert "The nearest is length." in problem.text("en")


def test_a_number_in_json_lines_stays_exact(mini: Book, tmp_path: Path) -> None:
    line = '{"kind": "item_endorsed", "on": "2024-02-02", "item": "N1", "level": "县领导", "extra": {"post": "县长", "weight": 2.30}}\n'
    mini.good(SUBMITTED)
    assert mini.recording.import_file(read(write(tmp_path / "e.jsonl", line)), "e", "clerk").problems == ()
    assert b'"weight":"2.3"' in mini.rows()[-1][2]
