"""Workbooks, as an independent reader finds them: every figure a number, every total what its rows come to, and the basis on each sheet."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tests.commands.shell import QUARTER_END, ROOT, Shell

pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")  # openpyxl knows no bars without a shade
STANDINGS = ("standings", *QUARTER_END)
STATEMENT = ("score", "大埔镇", "--explain", *QUARTER_END)
HEAD = 2
"""The row of the headings, from 0."""


def book(shell: Shell, *words: str, lang: str = "en") -> bytes:
    """What a command writes to a file, in a process of its own."""
    said = {"SCORELEDGER": str(shell.ledger), "SCORELEDGER_LANG": lang, "PATH": "/usr/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([sys.executable, "cli.py", *words, "--format", "xlsx"], cwd=ROOT, env=said, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def sheets(written: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet, by its name, as calamine reads them."""
    found = CalamineWorkbook.from_filelike(BytesIO(written))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


def table(cells: list[list[Any]]) -> list[dict[str, Any]]:
    """The records below the headings, as far as the table goes."""
    heads = cells[HEAD]
    body = cells[HEAD + 1 :]
    end = next((at for at, row in enumerate(body) if not any(row)), len(body))
    return [dict(zip(heads, row, strict=True)) for row in body[:end]]


def notes(cells: list[list[Any]]) -> dict[str, str]:
    """What is said below the table, by label."""
    start = next(at for at, row in enumerate(cells[HEAD + 1 :], HEAD + 1) if not any(row))
    return {row[0]: row[2] for row in cells[start:] if row[0]}


def pages(written: bytes) -> list[Worksheet]:
    return cast(list[Worksheet], openpyxl.load_workbook(BytesIO(written)).worksheets)


def test_standings_are_the_figures_of_json(shell: Shell) -> None:
    said = shell.good("standings", *QUARTER_END, "--format", "json").json
    found = sheets(book(shell, *STANDINGS))
    ranked, parts = table(found["Standings"]), table(found["Parts of the year"])
    assert len(ranked) == len(parts) == len(said["rows"]) == 48
    for row, part, expected in zip(ranked, parts, said["rows"], strict=True):
        assert [row[name] for name in ("unit", "rank", "in class", "score", "pending", "if closed")] == [
            expected[name] for name in ("unit", "rank", "class_rank", "score", "pending", "if_closed")
        ]
        measures = expected["measures"]
        assert row["adoption year"] == measures["adoption_year"]
        assert row["reached"] == pytest.approx(measures["adoption_year"] / row["target"])
        assert part["adoption q3"] == measures["adoption_q3"]
    assert ranked[0]["target"] > 0


def test_the_target_is_the_units_own(shell: Shell) -> None:
    ranked = table(sheets(book(shell, *STANDINGS))["Standings"])
    targets = {row["unit"]: row["target"] for row in ranked}
    assert (targets["大埔镇"], targets["县市场监管局"]) == (180, 300)  # 附件: 柳城县各单位政务信息采用任务表


def test_every_sheet_says_what_its_figures_stand_on(shell: Shell) -> None:
    root = shell.good("checkpoint", "--format", "json").json["root"]
    hash_ = shell.good("standings", *QUARTER_END, "--format", "json").json["scheme_hash"]
    for command in (STANDINGS, STATEMENT):
        written = sheets(book(shell, *command))
        for name, cells in written.items():
            if name.endswith("charts"):
                continue
            said = notes(cells)
            assert root in said["Checkpoint"]
            assert hash_ in said["scheme"]
            assert "2024-09-30" in said["Cut"]
            assert said["Readings"] == "the scheme's defaults"
            assert said["Made by"].startswith(f"scoreledger {command[0]} ")


def test_another_reading_is_named_on_the_sheet(shell: Shell) -> None:
    cells = sheets(book(shell, "standings", *QUARTER_END, "--reading", "rank_score=adoption"))["Standings"]
    assert "rank_score" in notes(cells)["Readings"]
    assert "--reading rank_score=adoption" in notes(cells)["Made by"]


def test_a_statements_totals_are_what_its_rows_come_to(shell: Shell) -> None:
    said = shell.good("score", "大埔镇", "--explain", *QUARTER_END, "--format", "json").json
    written = book(shell, *STATEMENT)
    found = sheets(written)
    for account, above in (("考评得分", "appraisal"), ("采用分", "adoption")):
        rows = table(found[account])
        total = rows.pop()
        posted = [each["points"] for each in said["postings"] if each["account"].split("/")[0] == above]
        assert [row["points"] for row in rows] == posted
        assert total["points"] == sum(posted) == rows[-1]["balance"]
    assert said["score"] == table(found["考评得分"])[-1]["points"]
    (total_cell,) = [cell for row in pages(written)[0].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert str(total_cell.value).startswith("=SUBTOTAL(109,"), "it follows the filter"


def test_what_was_reversed_stands_by_itself(shell: Shell) -> None:
    found = sheets(book(shell, *STATEMENT))
    (entry,) = table(found["Reversed"])
    assert "n2-city" in entry["event"]
    assert "实为误记" in entry["reversed by"]
    assert all("n2-city" not in str(row["event"]) for row in table(found["采用分"]))


def test_the_log_is_the_log_of_json(shell: Shell) -> None:
    said = shell.good("log", "--format", "json").json["events"]
    rows = table(sheets(book(shell, "log"))["Log"])
    assert [(int(row["at"]), row["id"], str(row["date"])[:10]) for row in rows] == [
        (each["position"], each["id"], each["on"][:10]) for each in said
    ]


@pytest.mark.parametrize("command", [STANDINGS, STATEMENT, ("log",), ("score", "大埔镇", *QUARTER_END)])
def test_a_sheet_is_ready_to_be_printed_and_filtered(shell: Shell, command: tuple[str, ...]) -> None:
    for page in pages(book(shell, *command)):
        assert page.page_setup.fitToHeight == 0
        assert page.sheet_properties.pageSetUpPr is not None
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.paperSize == 9, "A4"
        if page.title.endswith("charts"):
            assert page._charts, "openpyxl keeps the charts that it has read"  # type: ignore[attr-defined]
            continue
        assert page.freeze_panes == "A4"
        assert page.print_title_rows == "$3:$3"
        assert page.page_setup.orientation == "landscape"
        assert page.auto_filter.ref is not None


def test_completion_is_drawn_in_its_cells(shell: Shell) -> None:
    page = pages(book(shell, *STANDINGS))[0]
    kinds = {rule.type for rules in page.conditional_formatting for rule in rules.rules}
    assert kinds == {"dataBar"}


def test_the_same_question_gives_the_same_bytes(shell: Shell) -> None:
    for command in (STANDINGS, STATEMENT, ("log",)):
        assert book(shell, *command) == book(shell, *command)


def test_a_chinese_reader_reads_chinese(shell: Shell) -> None:
    found = sheets(book(shell, "standings", *QUARTER_END, lang="zh"))
    assert list(found) == ["排名", "排名 · 图", "分期"]
    assert "得分" in found["排名"][HEAD]
    assert "完成率" in found["排名"][HEAD]


def test_a_terminal_is_told_to_use_a_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    done = shell("standings", *QUARTER_END, "--format", "xlsx")
    assert done.status == 2
    assert "> FILE.xlsx" in done.err


def test_readings_have_no_workbook(shell: Shell) -> None:
    done = shell("standings", *QUARTER_END, "--readings", "all", "--format", "xlsx")
    assert done.status == 2
    assert "csv" in done.err


def test_an_empty_ledger_has_a_table_too(empty: Shell, tmp_path: Path) -> None:
    empty.good("init", "--scheme", "qingshan-2020")
    found = sheets(book(empty, "standings", "--as-of", "2020-06-30"))
    assert len(table(found["Standings"])) == 37
    assert table(sheets(book(empty, "log", "--kind", "item_submitted"))["Log"]) == []
