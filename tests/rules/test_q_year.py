"""青山区 2020: the year's targets, what is unmet, and places within the class."""

from __future__ import annotations

import pytest

from tests.rules.kit import QINGSHAN, Number, View, Year

A, B, C, D = "区教育局", "区民政局", "区财政局", "区商务局"
TASKS = ("submissions", "adoptions", "comprehensive_submissions", "comprehensive_adoptions")
END = "2021-12-31"


def county(*targets: Number) -> Year:
    """区教育局 with its own four targets, in the order of the clause: 报送, 采用, 综合类报送, 综合类采用."""
    year = Year(QINGSHAN, [A])
    year.changed(A, "2020-04-01", targets=dict(zip(TASKS, targets, strict=True)))
    return year


def send(year: Year, count: int, on: str, category: str = "动态类") -> None:
    """So many items sent in."""
    for _ in range(count):
        year.submitted(f"item-{len(year.facts)}", A, on, category=category)


def measured(view: View) -> list[object]:
    """The four counts that the targets are about."""
    return [view.measure(A, name) for name in TASKS]


@pytest.mark.parametrize(("unit", "submissions"), [("区教育局", 120), ("区司法局", 60), ("富强办", 150)])
def test_q_三_每类的报送任务_一条未报每少一条减2分(unit: str, submissions: int) -> None:
    year = Year(QINGSHAN, [unit])
    view = year.view(END, 2021)
    assert view.score(unit) == -2 * submissions
    assert view.postings(unit) == [(END, -2 * submissions)]
    assert view.flags(unit) == {"target_unmet"}


@pytest.mark.parametrize(("sent", "points"), [(0, -10), (4, -2), (5, 0), (6, 0)])
def test_q_四三1_每少一条减2分_多报不加分(sent: int, points: int) -> None:
    year = county(5, 0, 0, 0)
    send(year, sent, "2021-05-06")
    view = year.view(END, 2021)
    assert (view.score(A), view.balance(A, "score/targets")) == (points, points)
    assert view.flags(A) == ({"target_unmet"} if points else set())


def test_q_四三1_在12月31日判_之前待定为0_若今日结账已减() -> None:
    year = county(5, 0, 0, 0)
    send(year, 2, "2021-05-06")
    for day in ("2021-05-06", "2021-12-30"):
        view = year.view(day)
        assert (view.score(A), view.pending(A), view.if_closed(A), view.flags(A)) == (0, 0, -6, set())
    assert year.view(END).postings(A, "submission_shortfall") == [(END, -6)]
    assert year.view(END).if_closed(A) == -6


@pytest.mark.parametrize("category", ["问题类", "调研类", "做法类", "综合类"])
def test_q_三_问题类调研类做法类都是综合类(category: str) -> None:
    year = county(0, 0, 0, 0)
    year.printed(A, "普刊", "2021-05-06", category=category)
    assert measured(year.view("2021-05-06")) == [1, 1, 1, 1]


@pytest.mark.parametrize("category", ["动态类", None])
def test_q_三_动态类和没有类别的不是综合类(category: str | None) -> None:
    year = county(0, 0, 0, 0)
    year.printed(A, "普刊", "2021-05-06", category=category)
    assert measured(year.view("2021-05-06")) == [1, 1, 0, 0]


def test_q_三一_采用以次计_报送以条计() -> None:
    year = county(0, 0, 0, 0)
    item = year.printed(A, "普刊", "2021-05-06", category="调研类")
    year.adopted(item, "专刊", "2021-05-07")
    year.adopted(item, "专刊", "2021-05-07", issue="3")
    assert measured(year.view("2021-05-07")) == [1, 3, 1, 3]


@pytest.mark.parametrize("short", range(4))
def test_q_三_四项任务任一未完成_年末标未完成(short: int) -> None:
    targets = [1, 1, 1, 1]
    targets[short] = 2
    year = county(*targets)
    year.printed(A, "普刊", "2021-05-06", category="调研类")
    assert year.view("2021-12-30").flags(A) == set()
    view = year.view(END)
    assert view.flags(A) == {"target_unmet"}
    assert view.balance(A, "score/targets") == (-2 if short == 0 else 0)


def test_q_三_全部完成不标() -> None:
    year = county(1, 1, 1, 1)
    year.printed(A, "普刊", "2021-05-06", category="调研类")
    assert year.view(END).flags(A) == set()


# shortfall_counts


@pytest.mark.parametrize(
    ("sent", "wide", "only_total", "both"), [(5, 0, 0, -4), (4, 0, -2, -6), (0, 0, -10, -14), (0, 5, 0, 0), (0, 1, -8, -10)]
)
def test_q_读法_shortfall_counts(sent: int, wide: int, only_total: int, both: int) -> None:
    year = county(5, 0, 2, 0)
    send(year, sent, "2021-05-06")
    send(year, wide, "2021-05-06", "调研类")
    total, added = year.view(END), year.view(END, shortfall_counts="submissions_and_comprehensive")
    assert (total.score(A), added.score(A)) == (only_total, both)
    assert total.flags(A) == added.flags(A)
    assert year.view("2021-12-30", shortfall_counts="submissions_and_comprehensive").if_closed(A) == both


def test_q_读法_采用任务未完成不减分() -> None:
    year = county(0, 5, 0, 5)
    for option in ("submissions", "submissions_and_comprehensive"):
        view = year.view(END, shortfall_counts=option)
        assert (view.score(A), view.flags(A)) == (0, {"target_unmet"})


# 2020


def test_q_六1_2020年任务不折算_未完成的须裁定() -> None:
    year = county(5, 0, 0, 0)
    send(year, 4, "2020-05-06")
    assert year.view("2020-12-30").flags(A) == set()
    view = year.view("2020-12-31")
    assert (view.score(A), view.flags(A)) == (-2, {"target_unmet", "ruling_needed"})
    assert year.view("2021-12-31", 2020).flags(A) == {"target_unmet", "ruling_needed"}
    assert year.view("2021-12-31", 2021).flags(A) == {"target_unmet"}


def test_q_六1_2020年报送完成的不须裁定() -> None:
    year = county(5, 1, 0, 0)
    send(year, 5, "2020-05-06")
    assert year.view("2020-12-31").flags(A) == {"target_unmet"}


# places


def scored(*points: int) -> Year:
    """Units of the first class with so many trainings each."""
    units = (A, B, C, D)
    year = Year(QINGSHAN, [*units, "区司法局", "富强办"])
    for unit, count in zip(units, points, strict=True):
        for _ in range(count):
            year.add("training_completed", "05-06", unit=unit)
    return year


def test_q_三_只在类内排名_并列共用名次_1_2_2_4() -> None:
    view = scored(3, 2, 2, 1).view("05-06")
    assert view.class_places(A, B, C, D) == [1, 2, 2, 4]
    assert view.places(A, B, C, D) == [None] * 4
    assert view.class_places("区司法局", "富强办") == [1, 1]
    assert not any("ruling_needed" in view.all_flags(unit) for unit in (A, B, C, D, "区司法局"))


def test_q_类内第一并列须裁定_裁定以后按裁定() -> None:
    year = scored(2, 2, 2, 1)
    before = year.view("05-06")
    assert [("ruling_needed" in before.all_flags(unit)) for unit in (A, B, C, D)] == [True, True, True, False]
    year.settled(C, A, B, on="05-07")
    after = year.view("05-07")
    assert after.class_places(A, B, C, D) == [2, 3, 1, 4]
    assert not any("ruling_needed" in after.all_flags(unit) for unit in (A, B, C))


def test_q_负分也排名() -> None:
    year = scored(0, 0, 0, 0)
    for unit, count in ((A, 1), (B, 2), (C, 3)):
        for _ in range(count):
            year.found(unit, "gatekeeping_lapse", "05-06")
    assert year.view("05-06").class_places(A, B, C, D) == [2, 3, 4, 1]
