"""``bulletin``: on the terminal, as JSON, and what it refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.commands.shell import Shell


def test_a_draft_says_that_it_is_one_and_a_closed_period_does_not(shell: Shell) -> None:
    draft = shell.good("bulletin", "2024Q3").out
    assert "DRAFT: the period is not closed" in draft
    shell.good("close", "2024Q3")
    closed = shell.good("bulletin", "2024Q3").out
    assert "DRAFT" not in closed
    assert [line.split() for line in closed.splitlines() if "items sent in" in line] == [["items", "sent", "in", "2"]]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ["Missed a call: 大埔镇, 防汛, not sent (2024-08-11, @59)", "Completed the year's target (0): –", "Sent nothing (46): 凤山镇"],
        ),
        ("zh", ["约稿未完成：大埔镇，防汛，未报送（2024年8月11日，@59）", "已完成全年任务0个：—", "未报送46个：凤山镇"]),
    ],
)
def test_what_is_said_is_in_the_reader_s_language(shell: Shell, lang: str, said: list[str]) -> None:
    out = shell.speak(lang).good("bulletin", "2024Q3").out
    assert [line for line in said if line not in out] == []


def test_json_has_the_figures(shell: Shell) -> None:
    made = shell.good("bulletin", "2024-08", "--format", "json").json
    assert (made["period"], made["closed"], made["totals"]["submitted"], made["totals"]["missed"]) == ("2024-08", False, 1, 1)
    assert made["goals"][0] == {"measure": "adoption_q3", "period": "2024Q3"}
    dapu = next(row for group in made["groups"] for row in group["rows"] if row["unit"] == "大埔镇")
    assert (dapu["current"], dapu["goals"][0]) == (20, {"value": 40, "target": 45, "percent": 88.88})


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["2024Q5"], 1, "“2024Q5” is no period of any scheme's calendar. A period is written as in 2024Q3"),
        (["2999"], 1, "2999 begins on 2999-01-01"),
        (["2023"], 1, "The first is from 2024-01-01"),
        (["2024Q3", "--out", "a.doc"], 2, "'a.doc' ends in none of .docx, .pdf, .html, .xlsx"),
        (["2024Q3", "--out", "there.docx"], 1, "there.docx is already there"),
        ([], 2, "PERIOD"),
    ],
)
def test_what_cannot_be_is_refused_in_words(shell: Shell, words: list[str], status: int, said: str) -> None:
    there = shell.ledger.parent.parent / "there.docx"
    there.write_bytes(b"kept")
    done = shell("bulletin", *words)
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    assert there.read_bytes() == b"kept"


@pytest.mark.parametrize(("ending", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_a_document_is_written_and_its_digest_said(shell: Shell, ending: str, begins: bytes) -> None:
    draft = shell.good("bulletin", "2024Q3", "--out", f"a.{ending}", "--format", "json")
    written = Path(f"a.{ending}").read_bytes()
    assert draft.json == {"file": f"a.{ending}", "digest": hashlib.sha256(written).hexdigest()}
    assert written.startswith(begins)
    assert "close 2024Q3" in draft.err
    shell.good("close", "2024Q3")
    first, second = (shell.good("bulletin", "2024Q3", "--out", f"{name}.{ending}", "--format", "json") for name in ("b", "c"))
    assert first.json["digest"] == second.json["digest"] != draft.json["digest"], "the same bulletin, the same bytes"
    assert first.err == ""


def test_a_template_with_a_field_that_is_none_is_refused_by_its_name(shell: Shell) -> None:
    from docx import Document

    own = Document()
    own.add_paragraph("{{ titel }}")
    own.save("own.docx")
    done = shell("bulletin", "2024Q3", "--out", "a.docx", "--template", "own.docx")
    assert done.status == 1
    assert "titel" in done.err
    assert "title" in done.err, "the nearest field"
    assert not Path("a.docx").exists()
