"""Persons on the command line: the table, the statement, and what cannot go together."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.gallery.pages import examples, outcome


@pytest.fixture
def credited(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The gallery's county whose authors are credited."""
    (example,) = (each for each in examples() if each.title.startswith("Authors as well"))
    return Shell(outcome(example, tmp_path).ledger, capsys, monkeypatch)


def test_the_table_the_sheet_and_the_document_hold_the_same(credited: Shell) -> None:
    asked = ("standings", "--persons", "--year", "2024")
    rows = credited(*asked, "--format", "json").json["rows"]
    assert [(row["person"], row["score"]) for row in rows] == [("张三", 5), ("李四", 1)]
    sheet = list(csv.DictReader(io.StringIO(credited(*asked, "--format", "csv").out.lstrip("\ufeff"))))
    assert [(row["person"], row["person_id"], int(row["rank"])) for row in sheet] == [
        (row["person"], row["person_id"], row["rank"]) for row in rows
    ]
    table = credited(*asked).out
    assert table.index("张三") < table.index("李四")
    assert "personal" not in table


def test_a_person_is_scored_and_explained_by_name(credited: Shell) -> None:
    said = credited("score", "张三", "--explain", "--year", "2024", "--format", "json").json
    assert (said["person"], said["score"], said["tree"]["score"]) == ("张三", 5, 5)
    assert sum(posting["points"] for posting in said["postings"]) == 5
    assert "张三" in credited("score", "张三", "--year", "2024").out


def test_persons_have_no_class_and_no_readings_of_their_own(credited: Shell) -> None:
    for other in (("--class", "一类"), ("--readings", "all")):
        done = credited("standings", "--persons", *other)
        assert (done.status, done.out) == (2, "")
        assert "--persons" in done.err


def test_nobody_yet_is_said(credited: Shell) -> None:
    done = credited("standings", "--persons", "--as-of", "2024-01-01")
    assert done.status == 0
    assert "2024-01-01" in done.out
    assert "张三" not in done.out
