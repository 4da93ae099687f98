"""Sheets by hand: wide rows, heads in two rows, rows that are no records, what is not certain, and the contract's own tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.office.rows import read
from tests.office.books import ADOPTED, SAMPLES, SUBMITTED, Desk, at, converted, workbook
from tests.recording.mini import EXTRA, written


def test_a_wide_row_tells_what_followed(desk: Desk, tmp_path: Path) -> None:
    rows = [
        ["报送日期", "单位", "标题", "采用刊物", "采用日期", "期号", "批示级别", "批示日期"],
        ["2024.3.5", "大埔镇", "甲", "市级", "2024.3.9", "3", "县领导", "2024.3.20"],
        ["2024.3.5", "大埔镇", "乙", "未采用", "", "", "", ""],
        ["2024.3.5", "大埔镇", "丙", "县级", "", "", "", ""],
    ]
    path = tmp_path / "t.xlsx"
    assert desk.said(workbook(path, {"信息台账（报送）": rows})) == {"信息台账（报送）!E4": "workbooks.blank"}
    assert desk.good(workbook(path, {"信息台账（报送）": rows[:3]})).appended == 4
    assert [said["channel"] for said in desk.log("item_adopted")] == ["city"]
    assert [said["level"] for said in desk.log("item_endorsed")] == ["county"]


@pytest.mark.parametrize("merged", [[], ["A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:H2", "I2:I3"]])
def test_a_head_may_stand_in_two_rows(desk: Desk, tmp_path: Path, merged: list[str]) -> None:
    rows = [
        ["信息台账"],
        ["来稿时间", "单位", "标题", "采用情况", "", "", "批示情况", "", "备注"],
        ["", "", "", "刊物", "日期", "期号", "级别", "日期", ""],
        ["2024.3.5", "大埔镇", "甲", "市级", "2024.3.9", "3", "", "", "好"],
        ["2024.3.6", "大埔镇", "乙", "", "", "", "县领导", "2024.3.10", ""],
    ]
    assert desk.good(workbook(tmp_path / "t.xlsx", {"2024年": rows}, {"2024年": merged})).appended == 4
    assert [str(said["on"]) for said in desk.log("item_adopted")] == ["2024-03-09"]
    assert [str(said["on"]) for said in desk.log("item_endorsed")] == ["2024-03-10"]


def test_a_bare_number_of_days_is_no_day_where_the_workbook_counts_from_1904(desk: Desk, tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    page.title = "报送登记"
    for row in (SUBMITTED[0], [45356, *SUBMITTED[1][1:]], [at("2024-03-07"), *SUBMITTED[2][1:]]):
        page.append(row)
    book.save(tmp_path / "t.xlsx")
    assert desk.said(tmp_path / "t.xlsx") == {"报送登记!A2": "workbooks.bad_day"}
    page.delete_rows(2)
    book.save(tmp_path / "t.xlsx")
    desk.good(tmp_path / "t.xlsx")
    assert [str(said["on"]) for said in desk.log("item_submitted")] == ["2024-03-07"]


def test_titles_sums_notes_heads_and_parts_are_passed_over_and_it_is_said(desk: Desk, tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [
        ["柳城县信息报送登记表"],
        ["填报单位：县政府办"],
        [],
        ["序号", *SUBMITTED[0], "得分"],
        ["一季度"],
        [1, *SUBMITTED[1], 15],
        [2],
        ["序号", *SUBMITTED[0], "得分"],
        [3, *SUBMITTED[2], 10],
        ["合计", "", "", 2, "", "", "", 25],
        ["备注：数据截至3月"],
        ["另起一行的备注"],
        ["填表人：韦某", "", "审核人：李某", "", "2024年3月31日"],
    ]
    done, problems, read = desk.bring(workbook(tmp_path / "t.xlsx", {"报送": rows}, {"报送": ["A1:G1"]}))
    assert (done.appended, problems) == (2, [])
    assert [(each.where, each.key.partition(".")[2]) for each in read.passed] == [
        ("报送!A4", "passed_column"), ("报送!H4", "passed_column"), ("报送!A5", "passed_period"), ("报送!A8", "passed_header"),
        ("报送!A10", "passed_total"), ("报送!A11", "passed_note"), ("报送!A12", "passed_note"), ("报送!A13", "passed_note"),
    ]  # fmt: skip


@pytest.mark.parametrize("row", [["合计", 6], ["总计：", "", 6], ["本季合计", 2, "", 3]])
def test_a_number_under_the_days_makes_no_record_of_a_sum(desk: Desk, tmp_path: Path, row: Sequence[Any]) -> None:
    rows = [["序号", *SUBMITTED[0]], [1, *SUBMITTED[1]], row]
    done, problems, _ = desk.bring(workbook(tmp_path / "t.xlsx", {"报送": rows}))
    assert (done.appended, problems) == (1, [])


@pytest.mark.parametrize(
    ("row", "where", "key"),
    [
        (["", "大埔镇", "合计", "", "", ""], "报送登记!A3", "workbooks.blank"),  # an item without its day, not a sum
        (["", "", "以上属实", "", "", ""], "报送登记!C3", "workbooks.stray_row"),
        (["2024.3.5", "大埔镇", "甲", "", "", "", "联系电话123"], "报送登记!G3", "workbooks.stray_cell"),
        (["2024.3.5", "", "甲", "", "", ""], "报送登记!B3", "workbooks.blank"),
        (["2024.3.5", "大埔镇", "", "动态类", "", ""], "报送登记!C3", "workbooks.blank_by_title"),
        (["2024.3.5", "大埔镇", at("2024-03-05"), "", "", ""], "报送登记!C3", "workbooks.date_for_text"),
        (["2024.3.5", "大埔镇", "甲", "要闻类", "", ""], "报送登记!D3", "aggregates.no_such_word"),
        (["2024.3.5", "大埔镇,大埔", "甲", "", "", ""], "报送登记!B3", "aggregates.no_such_word"),
        (["2024.3.5", "大埔镇、大埔镇", "甲", "", "", ""], "报送登记!B3", "events.unit_twice"),
        (["2024.3.5", "大埔镇", "甲", "", "", "", ""], None, None),
    ],
)
def test_a_row_that_is_not_certain_is_named(desk: Desk, tmp_path: Path, row: list[Any], where: str | None, key: str | None) -> None:
    path = workbook(tmp_path / "t.xlsx", {"报送登记": [SUBMITTED[0], SUBMITTED[1], row]})
    assert desk.said(path) == ({where: key} if where else {})


@pytest.mark.parametrize("head", ["单位", "报送单位", "供稿单位", "单 位：", "units"])
def test_several_units_stand_in_one_cell_whatever_its_column_is_called(desk: Desk, tmp_path: Path, head: str) -> None:
    rows = [["日期", head, "标题"], ["2024.3.5", "大埔镇、东泉镇", "甲"]]
    assert desk.good(workbook(tmp_path / "t.xlsx", {"报送": rows})).appended == 1


def test_everything_wrong_with_a_row_is_said_at_once(desk: Desk, tmp_path: Path) -> None:
    rows = [SUBMITTED[0], ["3月5日", "大浦镇", "甲", "要闻", "", ""], SUBMITTED[1]]
    adopted = [ADOPTED[0], ["2024.3.9", "甲", "大浦镇", "市刊", "头版", "5"]]
    said = desk.said(workbook(tmp_path / "t.xlsx", {"报送登记": rows, "采用登记": adopted}))
    assert said == {
        "报送登记!A2": "workbooks.ambiguous_day", "报送登记!B2": "aggregates.no_such_word", "报送登记!D2": "aggregates.no_such_word",
        "采用登记!C2": "aggregates.no_such_word", "采用登记!D2": "aggregates.no_such_word", "采用登记!E2": "workbooks.no_choice",
    }  # fmt: skip


def test_an_item_is_found_by_title_and_unit_where_exactly_one_fits(desk: Desk, tmp_path: Path) -> None:
    same = ["2024.3.5", "沙埔镇", "春耕备耕进展", "", "", ""]
    later = ["2024.5.5", "大埔镇", "春耕备耕进展", "", "", ""]
    desk.good(workbook(tmp_path / "items.xlsx", {"报送登记": [*SUBMITTED, same, later]}))
    adopted: list[list[Any]] = [
        ADOPTED[0],
        ["2024.3.10", "春耕备耕进展", "大埔镇", "县级", "", "1"],  # the one in May was not sent in yet
        ["2024.3.10", "春耕备耕进展", "沙埔镇", "县级", "", "2"],  # another unit's
        ["2024.3.10", "春耕备耕进展", "", "县级", "", "3"],  # several
        ["2024.6.10", "春耕备耕进展", "大埔镇", "县级", "", "4"],  # several
        ["2024.3.10", "春耕备耕进展情况", "大埔镇", "县级", "", "5"],  # none
        ["2024.3.10", "两镇联合防汛", "沙埔镇", "县级", "", "6"],  # not theirs
    ]
    _, problems, _ = desk.bring(workbook(tmp_path / "adopted.xlsx", {"采用登记": adopted}))
    assert [(each.where, each.key) for each in problems] == [
        ("采用登记!B4", "workbooks.several_titles"), ("采用登记!B5", "workbooks.several_titles"),
        ("采用登记!B6", "workbooks.no_title"), ("采用登记!B7", "workbooks.no_title"),
    ]  # fmt: skip
    assert "《春耕备耕进展》" in problems[2].text("zh")
    assert desk.good(workbook(tmp_path / "adopted.xlsx", {"采用登记": adopted[:3]})).appended == 2


def test_calls_and_their_answers_need_no_numbers_either(desk: Desk, tmp_path: Path) -> None:
    sheets = {
        "约稿登记": [["约稿日期", "题材", "约稿单位", "截止日期"], ["2024.3.1", "防汛", "大埔镇、东泉镇", "2024.3.10"]],
        "约稿完成": [["完成日期", "题材", "单位"], ["2024.3.9", "防汛", "大埔镇"]],
        "约稿未完成": [["日期", "题材", "单位", "情形", "有正当理由"], ["2024.3.11", "防汛", "东泉镇", "未报送", "√"]],
    }
    assert desk.good(workbook(tmp_path / "t.xlsx", sheets)).appended == 3
    (missed,) = desk.log("solicitation_missed")
    assert (missed["how"], missed["excused"]) == ("none", True)
    assert desk.good(tmp_path / "t.xlsx").skipped == 3


def test_a_column_of_kinds_serves_the_contract_and_words(desk: Desk, tmp_path: Path) -> None:
    english: list[list[Any]] = [
        ["kind", "on", "item", "unit", "units", "channel", "id"],
        ["item_adopted", "2024-03-09", "N1", None, None, "county", "e2"],
        ["item_submitted", dt.date(2024, 3, 5), "N1", "大埔镇", None, None, "e1"],
        ["item_submitted", "2024-03-05", "N2", None, "大埔镇、东泉镇", None, None],
    ]
    assert desk.good(workbook(tmp_path / "events.xlsx", {"Sheet1": english})).appended == 3
    chinese = [
        ["日期", "类型", "信息编号", "单位", "采用刊物"],
        ["2024.4.5", "报送", "N3", "大埔镇", ""],
        ["2024.4.9", "采用", "N3", "", "市级"],
    ]
    assert desk.good(workbook(tmp_path / "mixed.xlsx", {"流水": chinese})).appended == 2
    chinese[1][4], chinese[2][1] = "市级", "采纳了"
    said = desk.said(
        workbook(
            tmp_path / "mixed.xlsx", {"流水": [*chinese, ["2024.4.9", "采用", "N1", "", "市级"], ["2024.4.9", "采用", "N1", "", "区级"]]}
        )
    )
    assert said["流水!B3"] == "workbooks.no_choice"


@pytest.mark.parametrize(
    ("name", "head", "key"),
    [
        ("Sheet1", ["日期", "单位"], "workbooks.kind_unknown"),
        ("Sheet1", ["姓名", "电话"], "workbooks.no_header"),
        ("报送登记", ["单位", "标题"], "workbooks.columns_missing"),
        ("报送登记", ["日期", "单位", "标题", "题目"], "workbooks.column_twice"),
        ("报送登记", ["日期", "单位", "标题", "电话"], "workbooks.column_unknown"),
    ],
)
def test_a_sheet_that_is_not_clear_is_named(desk: Desk, tmp_path: Path, name: str, head: list[str], key: str) -> None:
    said = desk.said(workbook(tmp_path / "t.xlsx", {name: [head, ["2024.3.5", "大埔镇", "甲", "乙"][: len(head)]]}))
    assert list(said.values()) == [key]


def test_a_sheet_is_known_by_its_columns_and_a_merged_cell_speaks_for_all_its_rows(desk: Desk, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["标题", "来稿时间", "供稿单位"],
        ["甲", "2024.3.5", "大埔镇"],
        ["乙", "2024.3.6", None],
        ["丙", "2024.3.7", "同上"],
    ]
    assert desk.good(workbook(tmp_path / "t.xlsx", {"Sheet1": rows, "Sheet2": []}, {"Sheet1": ["C2:C3"]})).appended == 3
    assert {said["unit"] for said in desk.log("item_submitted")} == {"dapu-zhen"}


def test_a_cell_that_holds_an_error_is_not_a_blank_one(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"报送登记": [SUBMITTED[0], [*SUBMITTED[1][:3], "=1/0", "", ""]]})
    assert desk.said(converted(converted(path, "ods"), "xlsx")) == {"报送登记!D2": "workbooks.cell_error"}


def test_a_hidden_sheet_and_sheets_of_sums_are_passed_over(desk: Desk, tmp_path: Path) -> None:
    import openpyxl

    path = workbook(tmp_path / "t.xlsx", {"报送登记": SUBMITTED, "去年": SUBMITTED, "汇总": [["单位", "得分"], ["大埔镇", 5]]})
    book = openpyxl.load_workbook(path)
    book["去年"].sheet_state = "hidden"
    book.save(path)
    done, problems, read = desk.bring(path)
    assert (done.appended, problems) == (3, [])
    assert [each.key for each in read.passed] == ["workbooks.passed_hidden", "workbooks.passed_sheet"]


def test_a_sheet_that_is_called_sums_and_records_facts_is_read(desk: Desk, tmp_path: Path) -> None:
    assert desk.good(workbook(tmp_path / "t.xlsx", {"2024年通报台账": SUBMITTED})).appended == 3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"plain words", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100])
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_what_is_no_workbook_is_refused(desk: Desk, tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"t.{ending}"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        desk.load(path)
    assert refused.value.problem.key == "workbooks.unreadable"


def test_a_sheet_that_would_take_all_memory_is_refused(desk: Desk, tmp_path: Path) -> None:
    import openpyxl

    path = workbook(tmp_path / "t.xlsx", {"报送登记": SUBMITTED})
    book = openpyxl.load_workbook(path)
    book["报送登记"]["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(InputError) as refused:
        desk.load(path)
    assert (refused.value.problem.key, refused.value.problem.where) == ("workbooks.too_large", "报送登记!XFD1048576")


@pytest.mark.parametrize("scheme", ["liucheng-2024", "qingshan-2020"])
def test_a_workbook_of_the_contracts_fields_says_the_same_as_lines(tmp_path: Path, scheme: str) -> None:
    lines = SAMPLES / f"{scheme}.jsonl"
    said = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    fields = list(dict.fromkeys(name for each in said for name in each))
    cells = [["、".join(each[name]) if isinstance(each.get(name), list) else each.get(name) for name in fields] for each in said]
    Ledger.create(str(tmp_path / "a.ledger"), scheme, "setup")
    desk = Desk(tmp_path / "a.ledger")
    done = desk.good(workbook(tmp_path / "year.xlsx", {"events": [fields, *reversed(cells)]}))
    assert done.appended == len(said)
    with Ledger(desk.location, "clerk") as opened:
        again = opened.import_rows(read(lines), lines.name)
    assert (again.skipped, again.problems) == (len(said), ())


def test_a_schemes_own_fields_are_read_by_their_names(tmp_path: Path) -> None:
    location = tmp_path / "mini.ledger"
    Ledger.create(str(location), written(tmp_path), "setup")
    with Ledger(str(location)) as opened:
        names = {key: field.name for (kind, key), field in opened.holdings().fields.items() if kind == "item_endorsed"}
    head = ["批示日期", "信息编号", "批示级别", *(names[key] for key in EXTRA)]
    endorsed = [head, ["2024.2.2", "N1", "县领导", *EXTRA.values()]]
    sheets = {"报送": [["日期", "单位", "标题", "信息编号"], ["2024.2.1", "甲镇", "题", "N1"]], "批示": endorsed}
    desk = Desk(location)
    assert desk.good(workbook(tmp_path / "t.xlsx", sheets)).appended == 2
    (said,) = desk.log("item_endorsed")
    assert set(said["extra"]) == set(EXTRA)
    endorsed[1][3:] = ["无此职务", "多", "也许", "3月", "一半", ""]
    named = desk.said(workbook(tmp_path / "t.xlsx", sheets))
    assert [str(where) for where in named] == ["批示!D2", "批示!E2", "批示!F2", "批示!G2", "批示!H2"]
