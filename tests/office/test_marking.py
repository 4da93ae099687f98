"""A table written back with its wrong cells marked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.holdings import Holdings
from ledger.office.duplicates import hints
from ledger.office.marking import mark
from tests.office.books import Desk, converted, csv_file, workbook
from tests.office.test_rows import table as fields_table

WRONG = [["报送日期", "报送单位", "标题"], ["3月5日", "大浦镇", "春耕"], ["2024.3.6", "东泉镇", "=1+1 的说明"]]


def marked(desk: Desk, path: Path, out: Path) -> dict[str, tuple[str, str]]:
    """By its place, the colour and the comment of each marked cell of a table brought and marked."""
    _, problems, _ = desk.bring(path)
    count = mark(path, out, problems)
    found = {
        f"{page.title}!{cell.coordinate}": (str(cell.fill.fgColor.rgb), cell.comment.text)
        for page in openpyxl.load_workbook(out)
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    }
    assert len(found) == count
    return found


def test_the_offices_own_formats_stay(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"报送登记": WRONG}, {"报送登记": ["E1:F2"]})
    book = openpyxl.load_workbook(path)
    book["报送登记"]["A1"].font = Font(name="黑体", bold=True)
    book["报送登记"]["C3"].value = "题"
    book.save(path)
    found = marked(desk, path, tmp_path / "out.xlsx")
    assert set(found) == {"报送登记!A2", "报送登记!B2"}
    assert {colour for colour, _ in found.values()} == {"FFFFC7CE"}
    assert "大埔镇" in found["报送登记!B2"][1]
    again = openpyxl.load_workbook(tmp_path / "out.xlsx")["报送登记"]
    assert (again["A1"].font.name, [str(each) for each in again.merged_cells.ranges]) == ("黑体", ["E1:F2"])
    assert again["A3"].value == "2024.3.6"


@pytest.mark.parametrize("ending", ["csv", "xls", "ods"])
def test_another_format_becomes_a_workbook_of_the_same_cells(desk: Desk, tmp_path: Path, ending: str) -> None:
    if ending == "csv":
        path = csv_file(tmp_path / "报送登记.csv", WRONG, "gb18030")
    else:
        path = converted(workbook(tmp_path / "t.xlsx", {"报送登记": [*WRONG[:2], ["2024.3.6", "东泉镇", "题"]]}), ending)
    found = marked(desk, path, tmp_path / "out.xlsx")
    assert set(found) == {"报送登记!A2", "报送登记!B2"}
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["报送登记"]
    assert page["B3"].value == "东泉镇"
    if ending == "csv":
        assert (page["C3"].value, page["C3"].data_type) == ("=1+1 的说明", "s")


def test_a_table_of_fields_is_marked_by_line_and_field(desk: Desk, tmp_path: Path) -> None:
    rows = [
        {"kind": "item_submitted", "on": "2024-03-05", "item": "N1", "unit": "大埔镇", "title": "two\nlines"},
        {"kind": "item_submitted", "on": "2024-03-05", "item": "N2", "unit": "大浦镇"},
    ]
    path = tmp_path / "events.csv"
    path.write_text(fields_table(rows), encoding="utf-8")
    assert set(marked(desk, path, tmp_path / "out.xlsx")) == {"events!D3"}


def test_hints_have_another_colour_and_what_a_cell_said_stays(desk: Desk, tmp_path: Path) -> None:
    rows = [WRONG[0], ["2024.3.5", "大埔镇", "春耕备耕工作进展"], ["2024.3.6", "大埔镇", "春耕备耕工作进度"]]
    path = workbook(tmp_path / "t.xlsx", {"报送登记": rows})
    read = desk.load(path)
    assert hints(read.rows, Holdings()) == []  # without a roster nobody knows whose they are
    with Ledger(desk.location) as ledger:
        likely = hints(read.rows, ledger.holdings())
    assert mark(path, tmp_path / "out.xlsx", [], likely) == 1
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["报送登记"]["C3"]
    assert (cell.fill.fgColor.rgb, cell.comment is not None) == ("FFFFEB9C", True)


def test_nothing_to_mark_writes_nothing_and_a_file_that_is_there_stays(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"报送登记": [WRONG[0], ["2024.3.5", "大埔镇", "甲"]]})
    assert mark(path, tmp_path / "out.xlsx", []) == 0
    assert not (tmp_path / "out.xlsx").exists()
    _, problems, _ = desk.bring(workbook(tmp_path / "u.xlsx", {"报送登记": WRONG}))
    with pytest.raises(InputError) as refused:
        mark(tmp_path / "u.xlsx", path, problems)
    assert refused.value.problem.key == "office.report_exists"
