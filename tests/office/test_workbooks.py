"""Workbooks by hand: each row is taken as it was meant, or named at its cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ledger.messages import LANGUAGES
from tests.office.books import ADOPTED, SUBMITTED, Desk, at, converted, csv_file, workbook


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
