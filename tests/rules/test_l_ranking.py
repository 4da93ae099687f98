"""柳城县 2024, 三（二）7: places over all and within the class."""

from __future__ import annotations

from tests.rules.kit import LIUCHENG, Year

A, B, C, D = "大埔镇", "凤山镇", "东泉镇", "县审计局"
END = "2024-12-31"


def county(*units: str) -> Year:
    """Some units with a target of 60 points a year and 15 a quarter."""
    year = Year(LIUCHENG, units or (A, B, C, D))
    for unit in units or (A, B, C, D):
        year.changed(unit, "2024-01-01", targets={"adoption_year": 60, "adoption_quarter": 15})
    return year


def test_l_三二7_按考评得分排名_全部单位和类内各排一次() -> None:
    year = county()
    year.feedback(A, "none", "02-01")
    year.feedback(C, "late", "02-01")
    year.feedback(D, "none", "02-01")
    view = year.view("02-01")
    assert view.places(A, B, C, D) == [3, 1, 2, 3]
    assert view.class_places(A, B, C, D) == [3, 1, 2, 1]


def test_l_三二7_得分相同按完成全年任务时间先后() -> None:
    year = county(A, B, C)
    for unit, day in ((A, "03-05"), (B, "03-04"), (C, "03-06")):
        for number in range(2):
            year.printed(unit, "区级采用", "03-01" if number else day)
    view = year.view("03-31")
    assert len({view.score(unit) for unit in (A, B, C)}) == 1
    assert view.places(A, B, C) == [2, 1, 3]


def test_l_三二7_从未完成的排最后() -> None:
    year = county(A, B)
    year.printed(B, "区级采用", "02-01")
    year.printed(B, "区级采用", "02-02")
    year.feedback(B, "late", "02-03")
    year.feedback(A, "late", "02-03")
    assert year.view("02-03").places(A, B) == [2, 1]


def test_l_三二7_全部相同的并列_1_2_2_4() -> None:
    year = county()
    year.feedback(B, "late", "02-01")
    year.feedback(C, "late", "02-01")
    year.feedback(D, "none", "02-01")
    view = year.view("02-01")
    assert view.places(A, B, C, D) == [1, 2, 2, 4]
    assert all("ruling_needed" not in view.all_flags(unit) for unit in (A, B, C))


def test_l_三二7_第一名并列须裁定_其他名次并列不标() -> None:
    year = county(A, B, C, D, "县司法局", "县民政局")
    for unit in (C, "县司法局", "县民政局"):
        year.feedback(unit, "late", "02-01")
    view = year.view("02-01")
    assert view.places(A, B, D, C) == [1, 1, 1, 4]
    assert [("ruling_needed" in view.all_flags(unit)) for unit in (A, B, C, D, "县司法局")] == [True, True, False, True, False]


def test_l_三二7_类内第一并列也须裁定() -> None:
    year = county(A, D, "县司法局")
    for unit in (D, "县司法局"):
        year.feedback(unit, "late", "02-01")
    view = year.view("02-01")
    assert view.class_places(A, D, "县司法局") == [1, 1, 1]
    assert [("ruling_needed" in view.all_flags(unit)) for unit in (A, D, "县司法局")] == [False, True, True]


def test_l_三二7_裁定以后按裁定的顺序() -> None:
    year = county(A, B, C)
    year.settled(C, A, B, on="02-02")
    before, after = year.view("02-01"), year.view("02-02")
    assert before.places(A, B, C) == [1, 1, 1]
    assert after.places(A, B, C) == [2, 3, 1]
    assert "ruling_needed" in before.all_flags(A)
    assert all("ruling_needed" not in after.all_flags(unit) for unit in (A, B, C))


def test_l_三二7_裁定只排并列的单位() -> None:
    year = county(A, B, C)
    year.settled(C, A, B, on="02-02")
    year.feedback(C, "late", "02-03")
    assert year.view("02-03").places(A, B, C) == [1, 2, 3]


def test_l_三二7_没有写全并列单位的裁定不算() -> None:
    year = county(A, B, C)
    year.settled(A, B, on="02-02")
    assert year.view("02-02").places(A, B, C) == [1, 1, 1]


def test_l_三二7_以最后的裁定为准_先看业务日期再看登记先后() -> None:
    year = county(A, B)
    year.settled(A, B, on="02-02")
    year.settled(B, A, on="02-02")
    year.settled(A, B, on="02-01")
    assert year.view("02-02").places(A, B) == [2, 1]


def test_l_三二7_裁定只管其业务日期所在的年() -> None:
    year = county(A, B)
    year.settled(A, B, on="2025-01-02")
    assert year.view("2025-01-02", 2024).places(A, B) == [1, 1]
    assert year.view("2025-01-02", 2025).places(A, B) == [1, 2]


def test_l_读法_rank_score_adoption_按全年采用分再按完成时间() -> None:
    year = county(A, B, C)
    for unit, days in ((A, ("02-02", "02-03")), (B, ("02-01", "02-02")), (C, ("02-01",))):
        for day in days:
            year.printed(unit, "区级采用", day)
    year.feedback(B, "none", "02-01")
    assert year.view("02-28").places(A, B, C) == [1, 3, 2]
    assert year.view("02-28", rank_score="adoption").places(A, B, C) == [2, 1, 3]


def test_l_名次按单位当日的类() -> None:
    year = county(A, D)
    year.changed(D, "06-01", **{"class": "一类"})
    year.feedback(D, "late", "02-01")
    assert year.view("05-31").class_places(A, D) == [1, 1]
    assert year.view("06-01").class_places(A, D) == [1, 2]
    assert year.view("06-01").standing(D).class_ == "一类"
