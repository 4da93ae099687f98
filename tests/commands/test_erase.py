"""``erase`` on the command line: what it answers, and what is shown afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Ledger
from tests.commands.shell import Shell
from tests.gallery.pages import examples, outcome

REASON = ("--reason", "依本人申请")


@pytest.fixture
def credited(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The gallery's county whose authors are credited."""
    (example,) = (each for each in examples() if each.title.startswith("Authors as well"))
    return Shell(outcome(example, tmp_path).ledger, capsys, monkeypatch)


def test_figures_and_the_log_show_the_id_and_the_score_stands(credited: Shell) -> None:
    done = credited.good("erase", "张三", *REASON, "--format", "json").json
    assert (done["copies"], done["mentioned_in"]) == ([], [])
    person = done["erased"]
    rows = credited.good("standings", "--persons", "--year", "2024", "--format", "json").json["rows"]
    assert [(row["person"], row["score"]) for row in rows] == [(person, 5), ("李四", 1)]
    assert credited.good("score", person, "--year", "2024", "--format", "json").json["score"] == 5
    assert credited("score", "张三", "--year", "2024").status == 1
    shown = credited.good("log").out
    assert "张三" not in shown
    assert person in shown
    assert credited.good("verify", "--format", "json").json["events"] == done["position"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_names_the_copies_and_what_cannot_be_erased(shell: Shell, lang: str) -> None:
    shell.speak(lang)
    with Ledger(str(shell.ledger), "clerk") as ledger:
        ledger.note_copy("export", "names.csv")
        ledger.note_copy("backup", "/backups/1")
    for number in range(7):
        shell.good("record", "training_completed", "--on", "2024-09-02", "--unit", "大埔镇", "--note", f"代韦某参加{number}")
    out = shell.good("erase", "韦某", *REASON).out
    for said in ("p-", "@71", "names.csv", "/backups/1", "7", "@64, @65, @66, @67, @68…"):
        assert said in out
    assert "{" not in out


def test_a_reader_that_keeps_the_name_in_the_file_is_said(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.ledger, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM person_names").fetchall()
        assert "-wal" in shell.good("erase", "韦某", *REASON).err
    assert shell("erase", "韦某", *REASON).status == 1
    assert "韦某".encode() not in shell.ledger.read_bytes()
