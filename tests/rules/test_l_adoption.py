"""柳城县 2024, 三（二）6: what a unit earns from items."""

from __future__ import annotations

import pytest

from tests.rules.kit import LIUCHENG, Number, Year

A, B, C, D = "大埔镇", "凤山镇", "东泉镇", "冲脉镇"
YEAR_END = "2024-12-31"


def earned(year: Year, unit: str, as_of: str = YEAR_END) -> Number:
    """The unit's adoption points."""
    return year.view(as_of).balance(unit, "adoption")


TABLE = [
    ("县内刊物", 15, 10, 10, 5),
    ("上报信息", 15, 10, 10, 5),
    ("市级采用", 20, 15, 15, 10),
    ("区级采用", 30, 20, 20, 15),
]


@pytest.mark.parametrize(("channel", "sole", "lead", "two", "several"), TABLE)
def test_l_三二6_采用信息计分标准(channel: str, sole: int, lead: int, two: int, several: int) -> None:
    year = Year(LIUCHENG)
    year.submitted("单条", A)
    year.submitted("两个单位", [B, C])
    year.submitted("三个单位", [D, "龙头镇", "六塘镇"], lead=D)
    year.submitted("两个单位有选题", ["寨隆镇", "沙埔镇"], lead="沙埔镇")
    for item in ("单条", "两个单位", "三个单位", "两个单位有选题"):
        year.adopted(item, channel, "03-05")
    view = year.view("03-05")
    assert view.balance(A, "adoption/items") == sole
    assert [view.balance(unit, "adoption") for unit in (B, C)] == [two, two]
    assert [view.balance(unit, "adoption") for unit in (D, "龙头镇", "六塘镇")] == [lead, several, several]
    assert [view.balance(unit, "adoption") for unit in ("寨隆镇", "沙埔镇")] == [two, lead]
    assert view.measure(A, "adoption_year") == view.measure(A, "adoption_q1") == sole
    assert view.measure(A, "adoption_q2") == 0


@pytest.mark.parametrize(("channel", "sole", "lead", "two", "several"), TABLE)
def test_l_三二6_选题单位可以没有(channel: str, sole: int, lead: int, two: int, several: int) -> None:
    year = Year(LIUCHENG)
    year.submitted("四个单位", [A, B, C, D])
    year.adopted("四个单位", channel, "03-05")
    assert [earned(year, unit) for unit in (A, B, C, D)] == [several] * 4


def test_l_三二6_选题单位在三个及以上单位中仍按选题单位计() -> None:
    year = Year(LIUCHENG)
    year.submitted("联合", [A, B, C, D], lead=B)
    year.adopted("联合", "区级采用", "03-05")
    assert [earned(year, unit) for unit in (A, B, C, D)] == [15, 20, 15, 15]


@pytest.mark.parametrize(("placement", "price"), [("brief", 5), ("cover", 10)])
@pytest.mark.parametrize("units", [[A], [A, B], [A, B, C]])
def test_l_三二6_县本级刊物简讯5分封面10分_对每个单位都一样(placement: str, price: int, units: list[str]) -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", units, lead=A if len(units) > 1 else None)
    year.adopted("信息", "县内刊物", "03-05", placement)
    assert [earned(year, unit) for unit in units] == [price] * len(units)


@pytest.mark.parametrize("placement", ["brief", "cover"])
@pytest.mark.parametrize(("channel", "price"), [("上报信息", 15), ("市级采用", 20), ("区级采用", 30)])
def test_l_三二6_简讯和封面只在县内刊物代替计分表(placement: str, channel: str, price: int) -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", channel, "03-05", placement)
    assert earned(year, A) == price


def test_l_三二6_同条信息不累积加分_只计最高分_差额记在后一次采用的日期() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", "县内刊物", "02-01")
    year.adopted("信息", "市级采用", "05-01")
    year.adopted("信息", "区级采用", "11-01")
    view = year.view(YEAR_END)
    assert view.postings(A, "adoption") == [("2024-02-01", 15), ("2024-05-01", 5), ("2024-11-01", 10)]
    assert [view.measure(A, f"adoption_q{quarter}") for quarter in (1, 2, 3, 4)] == [15, 5, 0, 10]
    assert view.measure(A, "adoption_year") == 30


def test_l_三二6_以后较低的采用不再加分() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", "区级采用", "02-01")
    year.adopted("信息", "市级采用", "03-01")
    year.adopted("信息", "区级采用", "04-01", issue="2")
    view = year.view(YEAR_END)
    assert view.postings(A, "adoption") == [("2024-02-01", 30)]
    behind = [line[4] for line in view.standing(A).year.postings if view.plan.account(line[1]) == "adoption/items"]
    assert len(behind) == 1
    assert view.unpriced() == []


def test_l_三二6_先后按业务日期_不按登记先后() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", "区级采用", "05-01")
    year.adopted("信息", "县内刊物", "02-01")
    assert year.view(YEAR_END).postings(A, "adoption") == [("2024-02-01", 15), ("2024-05-01", 15)]


def test_l_三二6_同日两次采用合计为最高分() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", "区级采用", "05-01")
    year.adopted("信息", "县内刊物", "05-01")
    assert earned(year, A, "2024-05-01") == 30


def test_l_三二6_简讯以后升为普通采用补差额() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A)
    year.adopted("信息", "县内刊物", "02-01", "brief")
    year.adopted("信息", "县内刊物", "03-01", "cover")
    year.adopted("信息", "县内刊物", "04-01")
    view = year.view(YEAR_END)
    assert view.postings(A, "brief") == [("2024-02-01", 5)]
    assert view.postings(A, "cover") == [("2024-03-01", 5)]
    assert view.postings(A, "adoption") == [("2024-04-01", 5)]


def test_l_三二6_跨年的更高采用只把差额记入下一年() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", A, "2024-12-01")
    year.adopted("信息", "市级采用", "2024-12-31")
    year.adopted("信息", "区级采用", "2025-01-01")
    year.adopted("信息", "县内刊物", "2025-02-01")
    assert year.view("2025-12-31", 2024).measure(A, "adoption_year") == 20
    after = year.view("2025-12-31", 2025)
    assert after.postings(A, "adoption") == [("2025-01-01", 10)]
    assert after.measure(A, "adoption_q1") == 10


def test_l_三二6_各单位的最高分各算各的() -> None:
    year = Year(LIUCHENG)
    year.submitted("联合", [A, B, C], lead=A)
    year.adopted("联合", "县内刊物", "02-01")
    year.adopted("联合", "县内刊物", "03-01", "cover")
    year.adopted("联合", "区级采用", "04-01")
    view = year.view(YEAR_END)
    assert view.postings(A, "cover") == []
    assert [sum(points for _, points in view.postings(B, rule)) for rule in ("adoption", "cover")] == [10, 5]
    assert [earned(year, unit) for unit in (A, B, C)] == [20, 15, 15]


def test_l_五类信息同价() -> None:
    year = Year(LIUCHENG)
    for unit, category in zip((A, B, C, D), ("动态类", "问题类", "调研类", "做法类"), strict=True):
        year.printed(unit, "市级采用", "02-01", category=category)
    assert {earned(year, unit) for unit in (A, B, C, D)} == {20}


def test_l_调训没有计分条款_列为未计分() -> None:
    year = Year(LIUCHENG)
    training = year.add("training_completed", "03-01", unit=A)
    view = year.view("03-01")
    assert view.unpriced() == [training]
    assert view.score(A) == 40
