"""柳城县 2024, 三（二）6: endorsements, under each of their readings."""

from __future__ import annotations

import pytest

from tests.rules.kit import LIUCHENG, Year

A = "大埔镇"
TOWNS = ["大埔镇", "凤山镇", "东泉镇", "冲脉镇", "龙头镇", "六塘镇", "寨隆镇"]
RULES = ("endorsement_senior", "endorsement_county")
END = "2024-12-31"


def county(units: int = 1) -> Year:
    """A county where the item 信息 of so many units has been sent in."""
    year = Year(LIUCHENG)
    year.submitted("信息", TOWNS[:units] if units > 1 else A)
    return year


@pytest.mark.parametrize(("level", "bonus"), [("自治区领导", 100), ("柳州市领导", 100), ("县领导", 40)])
def test_l_三二6_得到领导批示的每条奖励(level: str, bonus: int) -> None:
    year = county()
    year.endorsed("信息", level, "03-05")
    view = year.view("03-05")
    assert view.balance(A, "adoption/endorsements") == bonus
    assert view.measure(A, "adoption_q1") == view.measure(A, "adoption_year") == bonus


def test_l_三二6_同时获自治区柳州市领导批示的累计奖励1次() -> None:
    year = county()
    year.endorsed("信息", "市领导", "02-01")
    year.endorsed("信息", "自治区", "03-01")
    view = year.view(END)
    assert view.postings(A, "endorsement_senior") == [("2024-02-01", 100)]
    assert view.unpriced() == []


def test_l_三二6_同时获多位县领导批示的累计奖励1次() -> None:
    year = county()
    for day in ("02-01", "02-01", "05-01"):
        year.endorsed("信息", "县领导", day)
    assert year.view(END).postings(A, "endorsement_county") == [("2024-02-01", 40)]


def test_l_三二6_一次是信息的一生一次_下一年不再奖励() -> None:
    year = county()
    year.endorsed("信息", "县领导", "2024-12-31")
    year.endorsed("信息", "县领导", "2025-01-01")
    assert year.view("2025-12-31", 2024).balance(A, "adoption") == 40
    assert year.view("2025-12-31", 2025).balance(A, "adoption") == 0


@pytest.mark.parametrize(("units", "senior", "lesser"), [(2, 50, 20), (3, 33.33, 13.33), (6, 16.67, 6.67), (7, 14.29, 5.71)])
def test_l_三二6_综合采用稿件批示按平均分数记分(units: int, senior: float, lesser: float) -> None:
    year = county(units)
    year.endorsed("信息", "自治区领导", "02-01")
    year.endorsed("信息", "县领导", "03-01")
    view = year.view(END)
    for unit in TOWNS[:units]:
        assert view.postings(unit, "endorsement_senior") == [("2024-02-01", senior)]
        assert view.postings(unit, "endorsement_county") == [("2024-03-01", lesser)]


def test_l_三二6_选题单位与其他单位一样平均() -> None:
    year = Year(LIUCHENG)
    year.submitted("信息", TOWNS[:3], lead=A)
    year.endorsed("信息", "县领导", "02-01")
    assert [year.view(END).balance(unit, "adoption") for unit in TOWNS[:3]] == [13.33] * 3


# endorsement_cross_route


def test_l_读法_add_区市与县领导批示两项都给() -> None:
    year = county()
    year.endorsed("信息", "县领导", "02-01")
    year.endorsed("信息", "自治区领导", "05-01")
    assert year.view(END).balance(A, "adoption") == 140


def test_l_读法_highest_后到的更高批示在其日期补差额() -> None:
    year = county(7)
    year.endorsed("信息", "县领导", "02-01")
    year.endorsed("信息", "自治区领导", "05-01")
    view = year.view(END, endorsement_cross_route="highest")
    assert view.postings(A, "endorsement_county") == [("2024-02-01", 5.71)]
    assert view.postings(A, "endorsement_senior") == [("2024-05-01", 8.57)]
    assert view.measure(A, "adoption_year") == 14.28


def test_l_读法_highest_后到的较低批示不再加分() -> None:
    year = county(7)
    year.endorsed("信息", "自治区领导", "02-01")
    year.endorsed("信息", "县领导", "05-01")
    assert year.view(END, endorsement_cross_route="highest").measure(A, "adoption_year") == 14.29


def test_l_读法_highest_跨年补差额记在下一年() -> None:
    year = county()
    year.endorsed("信息", "县领导", "2024-12-31")
    year.endorsed("信息", "市领导", "2025-01-01")
    assert year.view("2025-12-31", 2024, endorsement_cross_route="highest").measure(A, "adoption_year") == 40
    assert year.view("2025-12-31", 2025, endorsement_cross_route="highest").measure(A, "adoption_year") == 60


# endorsement_needs_channel


@pytest.mark.parametrize(
    ("channel", "level", "bonus"),
    [
        ("县内刊物", "县领导", 40),
        ("上报信息", "县领导", 0),
        ("市级采用", "县领导", 0),
        ("区级采用", "县领导", 0),
        ("县内刊物", "自治区领导", 0),
        ("县内刊物", "市领导", 0),
        ("上报信息", "自治区领导", 100),
        ("市级采用", "自治区领导", 100),
        ("区级采用", "市领导", 100),
    ],
)
def test_l_读法_needs_channel_批示须有相应采用(channel: str, level: str, bonus: int) -> None:
    year = county()
    year.adopted("信息", channel, "02-01")
    year.endorsed("信息", level, "03-01")
    assert year.view(END, endorsement_needs_channel="yes").balance(A, "adoption/endorsements") == bonus
    assert year.view(END).balance(A, "adoption/endorsements") == (40 if level == "县领导" else 100)


@pytest.mark.parametrize("placement", ["regular", "brief", "cover"])
def test_l_读法_needs_channel_简讯和封面也是县内刊物(placement: str) -> None:
    year = county()
    year.adopted("信息", "县内刊物", "02-01", placement)
    year.endorsed("信息", "县领导", "03-01")
    assert year.view(END, endorsement_needs_channel="yes").balance(A, "adoption/endorsements") == 40


def test_l_读法_needs_channel_同日采用后登记也算() -> None:
    year = county()
    year.endorsed("信息", "县领导", "03-01")
    year.adopted("信息", "县内刊物", "03-01")
    view = year.view("03-01", endorsement_needs_channel="yes")
    assert view.postings(A, "endorsement_county") == [("2024-03-01", 40)]


def test_l_读法_needs_channel_采用晚于批示不算_以后也不补_也不占用一次() -> None:
    year = county()
    early = year.endorsed("信息", "县领导", "03-01")
    year.adopted("信息", "县内刊物", "03-02")
    view = year.view("03-31", endorsement_needs_channel="yes")
    assert view.balance(A, "adoption/endorsements") == 0
    assert view.unpriced() == [early]
    year.endorsed("信息", "县领导", "05-01")
    assert year.view(END, endorsement_needs_channel="yes").postings(A, "endorsement_county") == [("2024-05-01", 40)]


def test_l_读法_needs_channel_上年的采用也算() -> None:
    year = county()
    year.adopted("信息", "上报信息", "2024-12-31")
    year.endorsed("信息", "市领导", "2025-01-01")
    assert year.view("2025-12-31", 2025, endorsement_needs_channel="yes").balance(A, "adoption/endorsements") == 100


# endorsement_account


def test_l_读法_appraisal_批示奖励直接加入考评得分() -> None:
    year = county()
    year.endorsed("信息", "自治区领导", "02-01")
    year.endorsed("信息", "县领导", "02-02")
    adoption, appraisal = year.view("02-02"), year.view("02-02", endorsement_account="appraisal")
    assert (adoption.score(A), appraisal.score(A)) == (40, 180)
    assert (adoption.pending(A), appraisal.pending(A)) == (60, 60)
    assert (adoption.if_closed(A), appraisal.if_closed(A)) == (40 + 10 + 16, 180)
    assert appraisal.postings(A, "endorsement_senior") == [("2024-02-01", 100)]
    assert [appraisal.measure(A, name) for name in ("adoption_year", "adoption_q1", "completed_on")] == [0, 0, None]
    assert adoption.measure(A, "adoption_year") == 140


def test_l_读法_appraisal_在最低0分和一票否决之前加入() -> None:
    year = county()
    year.endorsed("信息", "县领导", "02-01")
    year.happened("事件一", A, "02-02 08:00")
    year.reported("事件一", "02-02 21:00")
    assert year.view("02-02", endorsement_account="appraisal").score(A) == 30
    year.found(A, "serious_falsity", "02-03")
    assert year.view("02-03", endorsement_account="appraisal").score(A) == 0


@pytest.mark.parametrize("option", ["adoption", "appraisal"])
def test_l_读法_endorsement_account_完成时间(option: str) -> None:
    year = county()
    year.endorsed("信息", "自治区领导", "02-01")
    for number in range(4):
        year.printed(A, "市级采用", f"0{number + 3}-01")
    assert year.view(END, endorsement_account=option).measure(A, "completed_on") == ("2024-06-01" if option == "adoption" else None)


@pytest.mark.parametrize("rule", RULES)
def test_l_批示奖励引用三二6(rule: str) -> None:
    made = county().view(END).plan
    assert made.scheme.rules[made.place[rule]].clause == "三（二）6"
