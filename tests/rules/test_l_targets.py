"""柳城县 2024, 三（二）1 and 2: the yearly and quarterly targets, judged at their end, pending before it."""

from __future__ import annotations

import pytest

from ledger.errors import BasisError
from tests.rules.kit import LIUCHENG, Number, Year

A = "大埔镇"


def county(year_target: Number | str = 400, quarter_target: Number | str = 100) -> Year:
    """大埔镇 alone, with targets that make a percentage easy to read."""
    year = Year(LIUCHENG, [A])
    year.changed(A, "2024-01-01", targets={"adoption_year": year_target, "adoption_quarter": quarter_target})
    return year


def earn(year: Year, points: int, on: str) -> None:
    """So many adoption points, in fives, on a day."""
    for number in range(points // 5):
        item = f"{on}-{number}-{len(year.facts)}"
        year.submitted(item, A)
        year.adopted(item, "县内刊物", on, "brief")


BANDS = [(100, 10), (105, 10), (95, 8), (75, 8), (70, 6), (50, 6), (45, 4), (25, 4), (20, 2), (5, 2), (0, 0)]


@pytest.mark.parametrize(("points", "worth"), BANDS)
def test_l_三二2_季度完成率的每一档(points: int, worth: int) -> None:
    year = county()
    earn(year, points, "02-10")
    view = year.view("03-31")
    assert view.balance(A, "appraisal/quarters") == worth
    assert view.postings(A, "quarter_target") == ([("2024-03-31", worth)] if worth else [])


@pytest.mark.parametrize(
    ("points", "worth"), [(400, 20), (405, 20), (395, 16), (300, 16), (295, 12), (200, 12), (195, 8), (100, 8), (95, 4), (5, 4), (0, 0)]
)
def test_l_三二1_年度完成率的每一档(points: int, worth: int) -> None:
    year = county()
    earn(year, points, "02-10")
    view = year.view("12-31")
    assert view.balance(A, "appraisal/year") == worth
    assert view.postings(A, "year_target") == ([("2024-12-31", worth)] if worth else [])


@pytest.mark.parametrize(
    ("target", "worth"), [("26.66", 8), ("26.67", 6), ("20", 10), ("20.01", 8), ("40", 6), ("40.01", 4), ("80", 4), ("80.01", 2)]
)
def test_l_三二2_完成率不取整_差百分之一分也不到档(target: str, worth: int) -> None:
    year = county()
    year.changed(A, "2024-01-02", targets={"adoption_year": 400, "adoption_quarter": target})
    year.printed(A, "市级采用", "02-10")
    assert year.view("03-31").balance(A, "appraisal/quarters") == worth


def test_l_附件_季度任务可以有半分() -> None:
    year = Year(LIUCHENG)
    for _ in range(2):
        year.printed("县发展改革局", "区级采用", "02-10")
    assert year.view("03-31").balance("县发展改革局", "appraisal/quarters") == 8
    item = "补"
    year.submitted(item, "县发展改革局")
    year.adopted(item, "县内刊物", "03-31", "brief")
    assert year.view("03-31").balance("县发展改革局", "appraisal/quarters") == 10


def test_l_三二2_每个季度各算各的_在季度最后一天入账() -> None:
    year = county()
    for month, points in (("01", 100), ("06", 75), ("07", 50), ("12", 25)):
        earn(year, points, f"{month}-15")
    view = year.view("12-31")
    assert view.postings(A, "quarter_target") == [("2024-03-31", 10), ("2024-06-30", 8), ("2024-09-30", 6), ("2024-12-31", 4)]
    assert view.balance(A, "appraisal/year") == 12
    assert view.score(A) == 28 + 12 + 40


@pytest.mark.parametrize(
    ("day", "quarter"), [("03-31", 1), ("04-01", 2), ("06-30", 2), ("07-01", 3), ("09-30", 3), ("10-01", 4), ("12-31", 4)]
)
def test_l_采用属于业务日期所在的季度(day: str, quarter: int) -> None:
    year = county()
    year.printed(A, "市级采用", day)
    view = year.view("12-31")
    assert [view.measure(A, f"adoption_q{each}") for each in (1, 2, 3, 4)] == [20 if each == quarter else 0 for each in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("day", "pending"),
    [
        ("01-01", 60),
        ("03-30", 60),
        ("03-31", 50),
        ("06-29", 50),
        ("06-30", 40),
        ("09-30", 30),
        ("12-30", 30),
        ("12-31", 0),
        ("2025-01-20", 0),
    ],
)
def test_l_未到期的部分为待定(day: str, pending: int) -> None:
    assert county().view(day, 2024).pending(A) == pending


def test_l_若今日结账_判已开始的部分_未开始的季度不计() -> None:
    year = county()
    earn(year, 100, "01-15")
    earn(year, 50, "05-01")
    assert [(view.score(A), view.if_closed(A)) for view in map(year.view, ("03-30", "03-31", "05-01"))] == [
        (40, 40 + 10 + 8),
        (50, 50 + 8),
        (50, 50 + 6 + 8),
    ]


def test_l_若今日结账_新季度第一天即开始() -> None:
    year = county()
    earn(year, 200, "04-01")
    assert year.view("04-01").if_closed(A) == 40 + 10 + 12


def test_l_一票否决不影响待定_若今日结账为0() -> None:
    year = county()
    year.found(A, "serious_falsity", "02-01")
    view = year.view("02-01")
    assert (view.score(A), view.pending(A), view.if_closed(A)) == (0, 60, 0)


def test_l_任务按考核当日的任务() -> None:
    year = county()
    earn(year, 50, "02-10")
    earn(year, 50, "05-10")
    year.changed(A, "06-30", targets={"adoption_year": 100, "adoption_quarter": 50})
    assert year.view("12-31").postings(A, "quarter_target") == [("2024-03-31", 6), ("2024-06-30", 10)]
    assert year.view("12-31").postings(A, "year_target") == [("2024-12-31", 20)]


def test_l_没有任务或任务为0是错误_从不当作0分() -> None:
    year = county(year_target=0)
    with pytest.raises(BasisError) as caught:
        year.view("12-31")
    assert caught.value.problem.key == "rules.zero_target"
    assert caught.value.problem.params["target"] == "adoption_year"
    other = Year(LIUCHENG, [A])
    other.add("unit_enrolled", "2024-01-01", unit_id="new", unit="新单位", **{"class": "一类"})
    with pytest.raises(BasisError) as missing:
        other.view("03-31")
    assert (missing.value.problem.key, missing.value.problem.field) == ("rules.no_target", "targets")
    assert missing.value.problem.params["unit"] == "新单位"


def test_l_新加入的单位从加入之日起有20分和20分() -> None:
    year = county()
    year.add(
        "unit_enrolled", "08-01", unit_id="new", unit="新单位", targets={"adoption_year": 100, "adoption_quarter": 25}, **{"class": "一类"}
    )
    assert "new" not in year.view("07-31").evaluation.standings
    assert year.view("08-01").score("new") == 40
    assert set(year.view("08-01").postings("new")) == {("2024-08-01", 20)}


# completed_on


def test_l_三二7_完成全年任务时间是首次达到任务之日() -> None:
    year = county(year_target=40)
    year.printed(A, "市级采用", "02-10")
    assert year.view("05-09").measure(A, "completed_on") is None
    year.printed(A, "市级采用", "05-10")
    year.printed(A, "市级采用", "07-10")
    assert year.view("05-10").measure(A, "completed_on") == "2024-05-10"
    assert year.view("12-31").measure(A, "completed_on") == "2024-05-10"


def test_l_三二7_差一分未完成() -> None:
    year = county(year_target="40.01")
    for day in ("02-10", "02-11"):
        year.printed(A, "市级采用", day)
    assert year.view("12-31").measure(A, "completed_on") is None


def test_l_三二7_任务调低到已得的分数_当日完成() -> None:
    year = county(year_target=100)
    year.printed(A, "市级采用", "02-10")
    year.changed(A, "08-01", targets={"adoption_year": 20, "adoption_quarter": 25})
    assert year.view("07-31").measure(A, "completed_on") is None
    assert year.view("12-31").measure(A, "completed_on") == "2024-08-01"


def test_l_三二7_任务调高以后完成时间不变() -> None:
    year = county(year_target=20)
    year.printed(A, "市级采用", "02-10")
    year.changed(A, "08-01", targets={"adoption_year": 100, "adoption_quarter": 25})
    assert year.view("12-31").measure(A, "completed_on") == "2024-02-10"


def test_l_三二7_上年的采用分不带到下一年() -> None:
    year = county(year_target=20)
    year.printed(A, "市级采用", "2024-12-31")
    assert year.view("2025-12-31", 2024).measure(A, "completed_on") == "2024-12-31"
    assert year.view("2025-12-31", 2025).measure(A, "completed_on") is None
