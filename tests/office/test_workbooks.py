"""Workbooks by hand: each row is taken as it was meant, or named at its cell."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import InputError
from ledger.messages import LANGUAGES
from tests.office.books import Desk, converted, csv_file, workbook

at = dt.datetime.fromisoformat
"""A date or a time as a cell holds it: without an offset."""

SUBMITTED: list[list[Any]] = [
    ["报送日期", "报送单位", "标题", "信息类别", "作者", "备注"],
    ["2024.3.5", "大埔镇", "春耕备耕进展", "动态类", "韦某", ""],
    ["2024年3月6日", "大埔镇、东泉镇", "两镇联合防汛", "问题类", "", "联合"],
    [at("2024-03-07"), "县教育局", "开学安全检查", "", "", ""],
]
ADOPTED: list[list[Any]] = [
    ["采用日期", "标题", "报送单位", "采用刊物", "版位", "期号"],
    ["2024/3/10", "《春耕备耕进展》", "大埔镇", "县内刊物", "封面", 12],
    [45363, "两镇 联合防汛", "东泉镇", "市级", "", "１３"],
]


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copy(made, tmp_path / "a.ledger")))


def both(path: Path) -> Path:
    return workbook(path, {"报送登记": SUBMITTED, "采用登记": ADOPTED})


def test_a_workbook_is_read_as_it_is_meant(desk: Desk, tmp_path: Path) -> None:
    assert desk.good(both(tmp_path / "t.xlsx")).appended == 5
    first, second, third = desk.log("item_submitted")
    assert (str(first["on"]), first["unit"], first["title"], first["category"], first["author"]) == (
        "2024-03-05", "dapu-zhen", "春耕备耕进展", "dynamic", "韦某",
    )  # fmt: skip
    assert (str(second["on"]), list(second["units"]), second["note"]) == ("2024-03-06", ["dapu-zhen", "dongquan-zhen"], "联合")
    assert str(third["on"]) == "2024-03-07"
    cover, city = desk.log("item_adopted")
    assert (cover["item"], cover["channel"], cover["placement"], cover["issue"]) == (first["item"], "county", "cover", "12")
    assert (str(city["on"]), city["item"], city["channel"], city["issue"]) == ("2024-03-12", second["item"], "city", "13")


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_formats_say_the_same(desk: Desk, tmp_path: Path, ending: str) -> None:
    made = both(tmp_path / "t.xlsx")
    assert desk.good(made).appended == 5
    other = converted(made, ending)
    other.rename(tmp_path / f"other.{ending}")
    told = desk.load(tmp_path / f"other.{ending}").rows
    assert [row.record for row in told] == [row.record for row in desk.load(made).rows]  # type: ignore[union-attr] # all are records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_with_names_of_columns_is_one_sheet(desk: Desk, tmp_path: Path, encoding: str) -> None:
    rows = [["2024年报送登记"], *([str(cell)[:10] for cell in row] for row in SUBMITTED)]
    assert desk.good(csv_file(tmp_path / "信息报送2024.csv", rows, encoding)).appended == 3
    rows[2][1] = "大浦镇"
    assert desk.said(csv_file(tmp_path / "信息报送2024.csv", rows, encoding)) == {"信息报送2024.csv!B3": "aggregates.no_such_word"}


def test_the_same_workbook_again_and_the_grown_one_add_only_what_is_new(desk: Desk, tmp_path: Path) -> None:
    path = both(tmp_path / "t.xlsx")
    assert desk.good(path).appended == 5
    again = desk.good(path)
    assert (again.appended, again.skipped) == (0, 5)
    grown = [SUBMITTED[0], ["2024.3.1", "沙埔镇", "甘蔗收购", "", "", ""], *SUBMITTED[:0:-1]]
    new = ["2024.3.14", "甘蔗收购", "沙埔镇", "县级", "简讯", 14]
    path = workbook(path, {"说明": [["随便写写"]], "采用登记": [*ADOPTED, new], "报送登记": grown})
    third = desk.good(path)
    assert (third.appended, third.skipped) == (2, 5)


def test_rows_that_look_alike_are_two_items_unless_they_share_an_id(desk: Desk, tmp_path: Path) -> None:
    twice = workbook(tmp_path / "t.xlsx", {"报送登记": [SUBMITTED[0], SUBMITTED[1], SUBMITTED[1]]})
    assert desk.good(twice).appended == 2
    assert len({said["item"] for said in desk.log("item_submitted")}) == 2
    again = desk.good(twice)
    assert (again.appended, again.skipped) == (0, 2)
    head = [*SUBMITTED[0], "信息编号", "事件编号"]
    shared = workbook(tmp_path / "u.xlsx", {"报送登记": [head, [*SUBMITTED[2], "N1", "e1"], [*SUBMITTED[2], "N1", "e1"]]})
    done = desk.good(shared)
    assert (done.appended, done.skipped) == (1, 1)


def test_what_was_recorded_from_a_row_is_not_recorded_again_where_the_row_says_more_or_the_file_has_another_name(
    desk: Desk, tmp_path: Path
) -> None:
    desk.good(workbook(tmp_path / "t.xlsx", {"报送登记": SUBMITTED}))
    more = [SUBMITTED[0], [*SUBMITTED[1][:3], "综合类", "韦某", ""]]
    assert desk.said(workbook(tmp_path / "t.xlsx", {"报送登记": more})) == {"报送登记!A2": "workbooks.item_changed"}
    renamed = desk.said(workbook(tmp_path / "renamed.xlsx", {"报送登记": SUBMITTED}))
    assert renamed == {f"报送登记!A{row}": "workbooks.item_changed" for row in (2, 3, 4)}


DAYS = [
    "2024-03-05", "2024.3.5", "2024/03/05", "2024年3月5日", "2024年03月05号", "２０２４．３．５",
    " 2024 年 3 月 5 日 ", "20240305", 20240305, 45356,
    "45356", at("2024-03-05 16:30"), dt.date(2024, 3, 5),
]  # fmt: skip


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_however_it_is_written(desk: Desk, tmp_path: Path, day: Any) -> None:
    desk.good(workbook(tmp_path / "t.xlsx", {"报送登记": [SUBMITTED[0], [day, *SUBMITTED[1][1:]]]}))
    assert [str(said["on"]) for said in desk.log("item_submitted")] == ["2024-03-05"]


@pytest.mark.parametrize(
    ("day", "key", "meant"),
    [
        ("3月5日", "ambiguous_day", "2024-03-05"),
        ("24.3.5", "ambiguous_day", "2024-03-05"),
        ("2024-02-30", "bad_day", "2024-02-29"),
        ("2024.13.1", "bad_day", "2024"),
        (2024.3, "bad_day", "2024"),
        (3.5, "bad_day", "2024"),
        (135, "bad_day", "2024"),
        ("三月五日", "bad_day", "2024"),
        ("2024.3.5-3.7", "bad_day", "2024"),
        ("05/03/2024", "bad_day", "2024"),
        (True, "bad_day", "2024"),
        (dt.time(3, 5), "bad_day", "2024"),
        ("", "blank", "日期"),
    ],
    ids=str,
)
def test_a_day_that_could_be_another_is_named_and_a_likely_one_suggested(
    desk: Desk, tmp_path: Path, day: Any, key: str, meant: str
) -> None:
    path = workbook(tmp_path / "t.xlsx", {"报送登记": [SUBMITTED[0], SUBMITTED[2], [day, *SUBMITTED[1][1:]]]})
    _, (problem,), _ = desk.bring(path)
    assert (problem.where, problem.field, problem.key) == ("报送登记!A3", "on", f"workbooks.{key}")
    assert meant in problem.text("zh")
    assert all(problem.text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("when", "meant"),
    [
        ("2024-03-05 14:30", "14:30:00"),
        ("2024年3月5日14时30分", "14:30:00"),
        ("2024.3.5 9：05", "09:05:00"),
        ("2024年3月5日 14时", "14:00:00"),
        (at("2024-03-05 14:30:15"), "14:30:15"),
        (45356.6041666667, "14:30:00"),
        ("2024-03-05T14:30:05", "14:30:05"),
    ],
    ids=str,
)
def test_a_moment_however_it_is_written(desk: Desk, tmp_path: Path, when: Any, meant: str) -> None:
    rows = [["发生时间", "事发单位", "等级", "电话报告时间", "书面报告时间"], [when, "马山镇", "重大", "2024-03-05 14:40", ""]]
    assert desk.good(workbook(tmp_path / "t.xlsx", {"突发事件": rows})).appended == 2
    (occurred,), (told,) = desk.log("incident_occurred"), desk.log("incident_reported")
    assert str(occurred["on"]).replace("T", " ").startswith(f"2024-03-05 {meant}")
    assert (told["incident"], told["channel"]) == (occurred["incident"], "phone")


@pytest.mark.parametrize("when", ["2024-03-05", 45356, "2024-03-05 25:00", "下午两点", dt.date(2024, 3, 5)], ids=str)
def test_a_moment_without_its_time_is_named(desk: Desk, tmp_path: Path, when: Any) -> None:
    rows = [["发生时间", "事发单位", "等级"], [when, "马山镇", "重大"]]
    assert desk.said(workbook(tmp_path / "t.xlsx", {"突发事件": rows})) == {"突发事件!A2": "workbooks.bad_moment"}


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


@pytest.mark.parametrize("head", ["单位", "报送单位", "来稿单位", "供稿单位", "单 位：", "units"])
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
