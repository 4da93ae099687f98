"""柳城县 2024, 三（二）3 to 5: solicitations, feedback, mechanism and falsity."""

from __future__ import annotations

import pytest

from tests.rules.kit import LIUCHENG, Year

A, B = "大埔镇", "凤山镇"
HOW = ("late", "none", "substandard", "plagiarised", "similar", "duplicate")
FAULTS = (
    "领导不重视",
    "信息激励、上报签发等机制不完善",
    "未安排专人从事政务信息工作",
    "信息业务活动开展不正常、报送信息不积极",
)


@pytest.fixture
def year() -> Year:
    return Year(LIUCHENG)


def test_l_三一_年初约稿20分_工作机制20分(year: Year) -> None:
    view = year.view("01-01")
    assert view.postings(A) == [("2024-01-01", 20), ("2024-01-01", 20)]
    assert (view.balance(A, "appraisal/solicitations"), view.balance(A, "appraisal/mechanism")) == (20, 20)
    assert (view.score(A), view.if_closed(A), view.pending(A)) == (40, 40, 60)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("excused", [False, True])
def test_l_三二3_未能按时按质上报约稿信息每次扣2分(year: Year, how: str, excused: bool) -> None:
    year.misses(A, 1, "03-05", how, excused=excused)
    view = year.view("03-05")
    assert view.postings(A, "solicitation_missed") == [("2024-03-05", -2)]
    assert view.balance(A, "appraisal/solicitations") == 18
    assert view.score(B) == 40


@pytest.mark.parametrize(("how", "lost"), [("late", 1), ("none", 5)])
def test_l_三二3_反馈不及时扣1分_不反馈扣5分(year: Year, how: str, lost: int) -> None:
    for _ in range(3):
        year.feedback(A, how, "03-05")
    assert year.view("03-05").balance(A, "appraisal/solicitations") == 20 - 3 * lost


def test_l_三二3_上报信息涉嫌抄袭雷同重复_每次扣2分(year: Year) -> None:
    for _ in range(2):
        year.found(A, "上报信息涉嫌抄袭、雷同、重复", "03-05")
    assert year.view("03-05").balance(A, "appraisal/solicitations") == 16


def test_l_三二3_同一次约稿先完成后认定抄袭_扣2分(year: Year) -> None:
    year.asked("约稿", [A, B])
    year.fulfilled("约稿", A, "03-01")
    year.missed("约稿", A, "03-05", "plagiarised")
    view = year.view("03-05")
    assert view.balance(A, "appraisal/solicitations") == 18
    assert view.unpriced() == []


def test_l_三一2_按时完成约稿不另加分(year: Year) -> None:
    year.asked("约稿", [A])
    year.fulfilled("约稿", A, "03-01")
    view = year.view("03-01")
    assert (view.score(A), view.unpriced()) == (40, [])


def test_l_三二3_超过20分的按20分扣除(year: Year) -> None:
    for day in ("02-01", "03-01", "04-01", "05-01", "06-01"):
        year.feedback(A, "none", day)
    view = year.view("06-01")
    assert view.balance(A, "appraisal/solicitations") == 0
    assert view.postings(A, "solicitation_cap") == [("2024-06-01", 5)]
    assert year.view("05-01").postings(A, "solicitation_cap") == []
    year.misses(A, 1, "07-01", "similar")
    assert year.view("07-01").postings(A, "solicitation_cap") == [("2024-06-01", 5), ("2024-07-01", 2)]
    assert year.view("07-01").score(A) == 20


def test_l_三二3_下一年重新计(year: Year) -> None:
    year.misses(A, 11, "2024-12-30", "similar")
    assert year.view("2025-01-01", 2024).balance(A, "appraisal/solicitations") == 0
    assert year.view("2025-01-01", 2025).balance(A, "appraisal/solicitations") == 20


# more than two unexcused


@pytest.mark.parametrize(("how", "marked"), [("late", True), ("none", True), ("substandard", False), ("plagiarised", False)])
def test_l_三二3_无故迟报漏报不报超过2次_取消评优资格_通报批评(year: Year, how: str, marked: bool) -> None:
    year.misses(A, 2, "03-01", how)
    year.misses(A, 1, "03-05", how)
    assert year.view("03-04").flags(A) == set()
    assert year.view("03-05").flags(A) == ({"award_ineligible", "circular_criticism"} if marked else set())
    assert year.view("03-05").flags(B) == set()


def test_l_三二3_有故的不计入次数_仍扣分(year: Year) -> None:
    year.misses(A, 2, "03-01", "late")
    year.misses(A, 5, "03-02", "none", excused=True)
    view = year.view("03-05")
    assert view.flags(A) == set()
    assert view.balance(A, "appraisal/solicitations") == 20 - 14
    year.misses(A, 1, "03-03", "none")
    assert year.view("03-05").flags(A) == {"award_ineligible", "circular_criticism"}


def test_l_三二3_次数按年计(year: Year) -> None:
    year.misses(A, 2, "2024-12-31")
    year.misses(A, 1, "2025-01-01")
    assert year.view("2025-12-31", 2024).flags(A) == set()
    assert year.view("2025-12-31", 2025).flags(A) == set()


# mechanism


def test_l_三二4_政务信息工作机制不健全的扣20分(year: Year) -> None:
    year.found(A, "政务信息工作机制不健全", "03-01")
    assert year.view("03-01").balance(A, "appraisal/mechanism") == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_l_三二4_其余各项扣5分_每项每年一次(year: Year, fault: str) -> None:
    for day in ("2024-03-01", "2024-03-01", "2024-09-01", "2025-02-01"):
        year.found(A, fault, day)
    assert year.view("12-31").postings(A, "mechanism_fault") == [("2024-03-01", -5)]
    assert year.view("12-31").balance(A, "appraisal/mechanism") == 15
    assert year.view("2025-12-31", 2025).postings(A, "mechanism_fault") == [("2025-02-01", -5)]


def test_l_三二4_四项合计扣20分(year: Year) -> None:
    for fault in FAULTS:
        year.found(A, fault, "03-01")
    view = year.view("03-01")
    assert (view.balance(A, "appraisal/mechanism"), view.postings(A, "mechanism_cap")) == (0, [])


def test_l_三一3_扣完20分为止(year: Year) -> None:
    year.found(A, FAULTS[0], "02-01")
    year.found(A, "政务信息工作机制不健全", "03-01")
    view = year.view("03-01")
    assert view.balance(A, "appraisal/mechanism") == 0
    assert view.postings(A, "mechanism_cap") == [("2024-03-01", 5)]
    assert view.score(A) == 20


def test_l_三二4_机制一次不挡住另一次不同的认定(year: Year) -> None:
    year.found(A, FAULTS[0], "02-01")
    year.found(A, FAULTS[1], "02-01")
    year.found(B, FAULTS[0], "02-01")
    view = year.view("02-01")
    assert [view.balance(unit, "appraisal/mechanism") for unit in (A, B)] == [10, 15]


# falsity


def test_l_三二5_严重失实一经查实_年度考核分为0(year: Year) -> None:
    year.printed(A, "区级采用", "02-01")
    before = year.view("03-31")
    year.found(A, "serious_falsity", "04-01")
    assert year.view("03-31").score(A) == before.score(A) == 40 + 6
    after = year.view("04-01")
    assert (after.score(A), after.flags(A)) == (0, {"vetoed"})
    assert after.postings(A, "falsity_veto") == [("2024-04-01", -46)]
    assert after.measure(A, "adoption_year") == 30


def test_l_三二5_否决以后的得失当日抵消_年末仍为0(year: Year) -> None:
    year.found(A, "serious_falsity", "02-01")
    year.printed(A, "区级采用", "03-01")
    year.feedback(A, "none", "04-01")
    view = year.view("12-31")
    assert view.score(A) == 0
    assert view.postings(A, "falsity_veto") == [("2024-02-01", -40), ("2024-03-31", -6), ("2024-04-01", 5), ("2024-12-31", -4)]


def test_l_三二5_查实属于其业务日期所在的年(year: Year) -> None:
    year.found(A, "serious_falsity", "2025-01-01")
    assert year.view("2025-12-31", 2024).flags(A) == set()
    assert year.view("2025-12-31", 2025).flags(A) == {"vetoed"}


@pytest.mark.parametrize("finding", ["incident_adverse_effect", "incident_city_criticism"])
def test_l_三二8_造成不良影响或被书面通报批评_年度考核分为0(year: Year, finding: str) -> None:
    year.found(A, finding, "04-01")
    view = year.view("04-01")
    assert (view.score(A), view.flags(A), view.unpriced()) == (0, {"vetoed"}, [])


def test_l_两项否决同在_仍为0(year: Year) -> None:
    year.found(A, "serious_falsity", "02-01")
    year.found(A, "incident_adverse_effect", "03-01")
    view = year.view("12-31")
    assert view.score(A) == 0
    assert view.postings(A, "incident_veto") == []
