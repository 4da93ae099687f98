"""Tables at the command line: ``template``, and ``import`` of workbooks with what is said beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.commands.shell import Shell
from tests.office.books import workbook

HEAD: list[Any] = ["序号", "报送日期", "报送单位", "标题"]
GOOD: list[list[Any]] = [
    HEAD,
    [1, "2024.9.5", "大埔镇", "大埔镇秋种工作进展"],
    [2, "2024.9.6", "大埔镇", "大埔镇秋种工作进度"],
    ["合计", "", "", 2],
]
WRONG: list[list[Any]] = [HEAD, [1, "9月5日", "大浦镇", "大埔镇秋种工作进展"]]


def test_template_writes_what_import_reads(shell: Shell) -> None:
    done = shell.good("template", "--out", "new.xlsx", "--format", "json").json
    assert done["file"] == "new.xlsx"
    assert set(done["sheets"]) < set(openpyxl.load_workbook("new.xlsx").sheetnames)
    assert "Appended 0, skipped 0" in shell.good("import", "new.xlsx").out
    again = shell("template", "--out", "new.xlsx")
    assert (again.status, "already there" in again.err) == (1, True)


def test_template_writes_the_wording_of_bulletins(shell: Shell) -> None:
    assert "bulletin PERIOD --template ours.docx" in shell.good("template", "--out", "ours.docx").out
    assert "{{ title }}" in [paragraph.text for paragraph in docx.Document("ours.docx").paragraphs]
    assert shell.good("template", "--out", "more.docx", "--format", "json").json == {"file": "more.docx"}
    again = shell("template", "--out", "ours.docx")
    assert (again.status, "already there" in again.err) == (1, True)


@pytest.mark.parametrize("words", [("template", "--out", "new.xls"), ("template",), ("import", "a.xlsx", "--mark", "b.csv")])
def test_only_xlsx_is_written(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell(*words).status == 2


def test_a_workbook_is_imported_and_what_is_beside_is_said(shell: Shell, tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", {"报送登记": GOOD})
    dry = shell.good("import", "t.xlsx", "--dry-run", "--format", "json").json
    assert (dry["appended"], dry["errors"]) == (2, [])
    assert [each["where"] for each in dry["passed_over"]] == ["报送登记!A1", "报送登记!A4"]
    (hint,) = dry["hints"]
    assert (hint["where"], hint["other"], hint["similarity"]) == ("报送登记!D3", "报送登记!D2", 89)
    done = shell.good("import", "t.xlsx")
    assert "Appended 2" in done.out
    assert done.err.count("Hint: ") == 1
    again = shell.good("import", "t.xlsx", "--format", "json").json
    assert (again["skipped"], again["hints"]) == (2, [])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_problem_is_said_at_its_cell_and_marked(shell: Shell, tmp_path: Path, lang: str) -> None:
    workbook(tmp_path / "t.xlsx", {"报送登记": WRONG})
    done = shell.speak(lang)("import", "t.xlsx", "--mark", "out.xlsx", "--format", "json")
    assert done.status == 1
    assert [(each["where"], each["field"]) for each in done.json["errors"]] == [("报送登记!B2", "on"), ("报送登记!C2", "units")]
    assert "大埔镇" in done.json["errors"][1]["message"]
    page = openpyxl.load_workbook("out.xlsx")["报送登记"]
    assert [cell.coordinate for cell in page[2] if cell.comment] == ["B2", "C2"]
    assert shell.head() == 63
    other = shell("import", "t.xlsx", "--mark", "out.xlsx")
    assert (other.status, "out.xlsx" in other.err) == (1, True)


def test_what_cannot_be_marked_is_said(shell: Shell, tmp_path: Path) -> None:
    assert shell("import", "year.jsonl", "--mark", "out.xlsx").status == 2
    workbook(tmp_path / "t.xlsx", {"报送登记": [HEAD, GOOD[1]]})
    assert "nothing to mark" in shell.good("import", "t.xlsx", "--mark", "out.xlsx").err
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    done = shell("import", "bad.xlsx", "--mark", "out.xlsx", "--format", "json")
    assert (done.status, [each["where"] for each in done.json["errors"]]) == (1, ["bad.xlsx"])
    assert not Path("out.xlsx").exists()
