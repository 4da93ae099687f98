"""柳城县 2024, 三（二）8: reports of emergencies, day by day."""

from __future__ import annotations

import pytest

from tests.rules.kit import LIUCHENG, View, Year

A, B = "大埔镇", "凤山镇"


@pytest.fixture
def year() -> Year:
    return Year(LIUCHENG)


def classes(view: View, unit: str = A) -> tuple[object, ...]:
    """How many are late, omitted and concealed."""
    return tuple(view.measure(unit, name) for name in ("late", "omitted", "concealed"))


EDGES = [
    ("03-05 10:00:00", (0, 0, 0), 0),
    ("03-05 10:00:01", (1, 0, 0), -30),
    ("03-05 20:00:00", (1, 0, 0), -30),
    ("03-05 20:00:01", (0, 1, 0), -50),
    ("03-07 08:00:00", (0, 1, 0), -50),
    ("03-07 08:00:01", (0, 0, 1), -50),
]


@pytest.mark.parametrize(("reported", "delays", "points"), EDGES)
def test_l_三二8_超过2小时迟报_超过12小时漏报_超过48小时瞒报(year: Year, reported: str, delays: tuple[int, ...], points: int) -> None:
    year.happened("事件", A, "03-05 08:00:00")
    year.reported("事件", reported)
    view = year.view("03-31")
    assert classes(view) == delays
    assert view.balance(A, "appraisal/incidents") == points
    assert classes(view, B) == (0, 0, 0)


@pytest.mark.parametrize("severity", ["ordinary", "major", "especially_major"])
def test_l_三二8_三个等级事件的迟报标准相同(year: Year, severity: str) -> None:
    year.happened("事件", A, "03-05 08:00", severity)
    year.reported("事件", "03-05 10:01")
    assert classes(year.view("03-05")) == (1, 0, 0)


def test_l_三二8_瞒报1次_年度考核分为0(year: Year) -> None:
    year.happened("事件", A, "03-05 08:00")
    year.reported("事件", "03-07 08:00:01")
    assert year.view("03-06").score(A) == 0
    assert year.view("03-06").flags(A) == set()
    assert (year.view("03-07").score(A), year.view("03-07").flags(A)) == (0, {"vetoed"})
    assert year.view("03-07").if_closed(A) == 0


def test_l_三二8_迟报1次不否决_2次否决(year: Year) -> None:
    year.happened("一", A, "03-05 08:00")
    year.reported("一", "03-05 11:00")
    assert (year.view("03-05").score(A), year.view("03-05").flags(A)) == (10, set())
    year.happened("二", A, "06-05 08:00")
    year.reported("二", "06-05 11:00")
    assert year.view("06-04").flags(A) == set()
    assert (year.view("06-05").score(A), year.view("06-05").flags(A)) == (0, {"vetoed"})


def test_l_三二8_迟报与漏报各一次不否决_最低为0分(year: Year) -> None:
    year.printed(A, "区级采用", "02-01")
    for name, hour in (("一", "11:00"), ("二", "21:00")):
        year.happened(name, A, "04-05 08:00")
        year.reported(name, f"04-05 {hour}")
    view = year.view("04-05")
    assert view.flags(A) == set()
    assert view.balance(A, "appraisal/incidents") == -80
    assert (view.score(A), view.postings(A, "floor")) == (0, [("2024-04-05", 34)])
    assert view.if_closed(A) == 0


def test_l_最低0分_以后得分先抵负数(year: Year) -> None:
    year.happened("一", A, "02-05 08:00")
    year.reported("一", "02-05 21:00")
    for _ in range(5):
        year.printed(A, "区级采用", "03-01")
    assert year.view("02-05").postings(A, "floor") == [("2024-02-05", 10)]
    assert year.view("03-31").postings(A, "floor") == [("2024-02-05", 10), ("2024-03-31", -10)]
    assert year.view("03-31").score(A) == 0
    assert year.view("12-31").score(A) == 16


def test_l_三二8_各单位的事件各算各的(year: Year) -> None:
    for name, unit in (("一", A), ("二", B)):
        year.happened(name, unit, "03-05 08:00")
        year.reported(name, "03-05 11:00")
    view = year.view("03-05")
    assert [view.flags(unit) for unit in (A, B)] == [set(), set()]


# no report yet: it runs on to the end of the as-of day


def test_l_三二8_两起未报_先是两次迟报_次日两次漏报_再后瞒报(year: Year) -> None:
    for name in ("一", "二"):
        year.happened(name, A, "03-05 20:00")
    days = [year.view(f"03-0{day}") for day in (4, 5, 6, 7, 8)]
    assert [classes(view) for view in days] == [(0, 0, 0), (2, 0, 0), (0, 2, 0), (0, 0, 2), (0, 0, 2)]
    assert [view.flags(A) for view in days] == [set(), {"vetoed"}, set(), {"vetoed"}, {"vetoed"}]
    assert [view.score(A) for view in days] == [40, 0, 0, 0, 0]
    assert [view.balance(A, "appraisal/incidents") for view in days] == [0, -60, -100, -100, -100]


def test_l_三二8_未报的算到当日24时_恰好2小时不是迟报(year: Year) -> None:
    year.happened("整", A, "03-05 22:00:00")
    year.happened("早", B, "03-05 21:59:59")
    view = year.view("03-05")
    assert (classes(view, A), classes(view, B)) == ((0, 0, 0), (1, 0, 0))
    assert classes(year.view("03-06"), A) == (0, 1, 0)


def test_l_三二8_次日零点报告_恰好2小时不是迟报(year: Year) -> None:
    year.happened("整", A, "03-05 22:00:00")
    year.reported("整", "03-06 00:00:00")
    assert classes(year.view("03-06")) == (0, 0, 0)
    year.happened("过", B, "03-05 22:00:00")
    year.reported("过", "03-06 00:00:01")
    assert classes(year.view("03-05"), B) == (0, 0, 0)
    assert classes(year.view("03-06"), B) == (1, 0, 0)
    assert year.view("03-06").postings(B, "delay_class") == [("2024-03-06", -30)]


def test_l_三二8_未报的恰好48小时不是瞒报(year: Year) -> None:
    year.happened("事件", A, "03-05 00:00:00")
    assert classes(year.view("03-05")) == (0, 1, 0)
    assert classes(year.view("03-06")) == (0, 1, 0)
    assert classes(year.view("03-07")) == (0, 0, 1)


def test_l_三二8_跨12月31日继续计时_属于发生的年(year: Year) -> None:
    year.happened("事件", A, "2024-12-31 13:00:00")
    assert classes(year.view("2024-12-31")) == (1, 0, 0)
    assert classes(year.view("2025-01-01", 2024)) == (0, 1, 0)
    assert classes(year.view("2025-01-02", 2024)) == (0, 0, 1)
    after = year.view("2025-01-02", 2024)
    assert after.postings(A, "delay_class") == [("2024-12-31", -30), ("2025-01-01", -20)]
    assert after.flags(A) == {"vetoed"}
    assert classes(year.view("2025-01-02", 2025)) == (0, 0, 0)
    assert year.view("2025-01-02", 2025).score(A) == 40


def test_l_三二8_年底发生下一年报告的迟报_记入发生的年(year: Year) -> None:
    for name in ("一", "二"):
        year.happened(name, A, "2024-12-31 23:30")
        year.reported(name, "2025-01-01 02:00")
    assert year.view("2024-12-31").flags(A) == set()
    assert year.view("2025-01-01", 2024).flags(A) == {"vetoed"}
    assert year.view("2025-12-31", 2025).flags(A) == set()


def test_l_三二8_否决按年_两年各迟报一次不否决(year: Year) -> None:
    for name, day in (("一", "2024-12-30"), ("二", "2025-01-02")):
        year.happened(name, A, f"{day} 08:00")
        year.reported(name, f"{day} 11:00")
    assert year.view("2025-12-31", 2024).flags(A) == set()
    assert year.view("2025-12-31", 2025).flags(A) == set()


# readings


def test_l_读法_incident_clock_按首次报告或首次书面报告(year: Year) -> None:
    year.happened("事件", A, "03-05 08:00")
    year.reported("事件", "03-05 08:15", "phone")
    year.reported("事件", "03-05 10:30", "written")
    year.reported("事件", "03-05 09:00", "phone")
    assert classes(year.view("03-05")) == (0, 0, 0)
    assert classes(year.view("03-05", incident_clock="written")) == (1, 0, 0)


def test_l_读法_incident_clock_written_只有电话报告的一直计时(year: Year) -> None:
    year.happened("事件", A, "03-05 08:00")
    year.reported("事件", "03-05 08:15", "phone")
    assert classes(year.view("03-08", incident_clock="written")) == (0, 0, 1)
    assert classes(year.view("03-08")) == (0, 0, 0)


def test_l_读法_omitted_counts_as_late_漏报也计入两次迟报_扣分不变(year: Year) -> None:
    for name, hour in (("一", "11:00"), ("二", "21:00")):
        year.happened(name, A, "03-05 08:00")
        year.reported(name, f"03-05 {hour}")
    exclusive, nested = year.view("03-05"), year.view("03-05", omitted_counts_as_late="nested")
    assert (exclusive.flags(A), nested.flags(A)) == (set(), {"vetoed"})
    assert classes(exclusive) == classes(nested) == (1, 1, 0)
    assert exclusive.balance(A, "appraisal/incidents") == nested.balance(A, "appraisal/incidents") == -80


def test_l_读法_nested_两次漏报也否决(year: Year) -> None:
    for name in ("一", "二"):
        year.happened(name, A, "03-05 08:00")
        year.reported(name, "03-05 21:00")
    assert year.view("03-05").flags(A) == set()
    assert year.view("03-05", omitted_counts_as_late="nested").flags(A) == {"vetoed"}


# duties


DUTIES = [
    ("ordinary", "phone", "08:20:00", None),
    ("ordinary", "phone", "08:20:01", "phone_duty"),
    ("ordinary", "written", "09:00:00", None),
    ("ordinary", "written", "09:00:01", "written_duty"),
    ("major", "phone", "08:10:00", None),
    ("major", "phone", "08:10:01", "phone_duty_major"),
    ("especially_major", "phone", "08:10:01", "phone_duty_major"),
    ("major", "written", "08:40:00", None),
    ("especially_major", "written", "08:40:01", "written_duty_major"),
]


@pytest.mark.parametrize(("severity", "channel", "reported", "duty"), DUTIES)
def test_l_三二8_电话和书面报告的时限_未按时的只列出不扣分(
    year: Year, severity: str, channel: str, reported: str, duty: str | None
) -> None:
    year.happened("事件", A, "03-05 08:00:00", severity)
    year.reported("事件", f"03-05 {reported}", channel)
    year.reported("事件", "03-05 08:05:00", "written" if channel == "phone" else "phone")
    view = year.view("03-05")
    listed = {view.plan.scheme.rules[line[1]].id for line in view.standing(A).year.postings} & {each[3] for each in DUTIES}
    assert listed == ({duty} if duty else set())
    assert view.score(A) == 40
