"""Targets of units that were not there all the time: by days, by months, or in full."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.kit import Year
from tests.rules.small import sent, small
from tests.rules.test_heirs import asked

LACKING = """
- {{id: count, kind: measure, clause: 一, text: 报送, period: {period}, count: {{match: item_submitted}}}}
- {{id: lacking, kind: measure, clause: 一, text: 所欠, period: {period}, shortfall: {{of: count, target: items}}}}
- {{id: rate, kind: measure, clause: 一, text: 完成率, period: {period}, ratio: {{of: count, target: items}}}}
"""


def county(prorate: str, period: str = "year", more: str = "", target: int = 4) -> Year:
    """A year whose target of 一类 is so many items in each period; 丁 is a unit of it to come."""
    return small(
        LACKING.format(period=period) + more,
        targets=f"{{items: {{name: 报送, prorate: {prorate}}}}}",
        classes=f"{{一类: {{targets: {{items: {target}}}}}, 二类: {{targets: {{items: 2}}}}}}",
    )


def joined(year: Year, on: str) -> None:
    year.add("unit_enrolled", on, unit_id="d", unit="丁", **{"class": "一类"})


def out(year: Year, first: str, back: str) -> None:
    year.changed("a", first, left=True)
    year.changed("a", back, left=False)


@pytest.mark.parametrize(
    ("prorate", "on", "lacking"),
    [
        ("no", "07-02", 4), ("days", "07-02", 2), ("days", "12-31", 0.01), ("days", "01-01", 4),
        ("months", "07-31", 2), ("months", "08-01", 1.67), ("months", "12-31", 0.33),
    ],
)  # fmt: skip
def test_a_unit_that_joined_midway(prorate: str, on: str, lacking: float) -> None:
    year = county(prorate)
    joined(year, on)
    assert year.view("12-31").measure("d", "lacking") == lacking


@pytest.mark.parametrize(("prorate", "lacking"), [("no", 4), ("days", round(4 * (366 - 92) / 366, 2)), ("months", round(4 * 10 / 12, 2))])
def test_a_unit_that_was_out_from_march_to_may(prorate: str, lacking: float) -> None:
    year = county(prorate)
    out(year, "03-15", "06-15")
    assert year.view("12-31").measure("甲", "lacking") == lacking


def test_what_is_not_yet_known_asks_no_less() -> None:
    year = county(
        "days", more="- {id: reached, kind: measure, clause: 一, text: 完成日, period: year, first_day: {of: count, target: items}}"
    )
    sent(year, "甲", "02-01", "02-02", "02-03")
    out(year, "05-01", "09-01")
    sent(year, "甲", "10-01")
    before, after = asked(year, "04-30").standings["a"].year, asked(year, "12-31").standings["a"].year
    assert before.measures["lacking"] == 100
    assert (before.measures["reached"], after.measures["reached"]) == (None, date(2024, 9, 1)), "243 of 366 days: 2.66 items"


def test_a_period_before_it_joined_asks_nothing_and_has_no_rate() -> None:
    judged = """
- id: done
  kind: assess
  clause: 一
  text: 完成5分
  account: score
  period: quarter
  judged: end
  measure: rate
  bands: [{at_least: 1, points: 5}, {points: 0}]
- {id: both, kind: measure, clause: 一, text: 较低, period: quarter, least: [rate, rate]}
- {id: sum, kind: measure, clause: 一, text: 合计, period: quarter, weighted: {rate: 2}}
- {id: cut, kind: measure, clause: 一, text: 取整, period: quarter, whole: true, ratio: {of: count, target: items}}
"""
    year = county("days", "quarter", judged)
    joined(year, "08-16")
    sent(year, "d", "09-01", "09-02")
    view = year.view("12-31")
    assert [view.measure("d", f"rate{number}") for number in (1, 2, 3, 4)] == [None, None, 1, 0]
    assert [view.measure("d", f"{name}1") for name in ("both", "sum", "cut", "lacking")] == [None, 0, None, 0]
    assert view.postings("d") == [("2024-09-30", 5)]


def test_one_that_began_with_what_came_along_is_not_judged_for_what_was_not_asked_of_it() -> None:
    judged = """
- id: done
  kind: assess
  clause: 一
  text: 完成5分
  account: score
  period: quarter
  judged: end
  measure: rate
  bands: [{at_least: 1, points: 5}, {points: -1}]
"""
    year = county("months", "quarter", judged)
    sent(year, "甲", "02-01")
    joined(year, "07-01")
    year.add("units_merged", "07-01", before=["甲"], after="d", carry=True)
    assert year.view("09-29").postings("d") == []
    assert year.view("09-30").postings("d") == [("2024-09-30", -1)]


def test_what_the_quarters_before_it_joined_lacked_is_not_carried_on() -> None:
    carried = "- {id: owed, kind: measure, clause: 一, text: 滚动, period: quarter, carried: {of: count, target: items, shortfall: true}}"
    year = county("no", "quarter", carried)
    joined(year, "08-16")
    view = year.view("12-31")
    assert [view.measure("甲", f"owed{number}") for number in (1, 2, 3, 4)] == [0, -4, -8, -12]
    assert [view.measure("d", f"owed{number}") for number in (1, 2, 3, 4)] == [0, 0, 0, -4]


def test_by_months_in_a_period_without_a_whole_month_is_all_or_nothing() -> None:
    year = county("months", "week")
    joined(year, "01-10")
    view = year.view("12-31")
    assert [view.measure("d", f"lacking{number}") for number in (1, 2, 3)] == [0, 4, 4]


@given(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.sampled_from(["days", "months"]))
def test_what_is_asked_by_quarters_adds_up_to_the_days_or_months_there(on: date, prorate: str) -> None:
    yearly, quarterly = county(prorate, target=366), county(prorate, "quarter", target=366)
    for year in (yearly, quarterly):
        joined(year, on.isoformat())
    there = (date(2025, 1, 1) - on).days if prorate == "days" else (13 - on.month) * 30.5
    assert yearly.view("12-31").measure("d", "lacking") == there
    found = [quarterly.view("12-31").measure("d", f"lacking{number}") for number in (1, 2, 3, 4)]
    assert [value == 366 for value in found] == [
        quarter > (on.month - 1) // 3 or (quarter == (on.month - 1) // 3 and _opens(on, prorate)) for quarter in range(4)
    ]


def _opens(on: date, prorate: str) -> bool:
    """Whether a unit that joins on a day is there for all of its quarter, as far as is counted."""
    return on.month % 3 == 1 and (on.day == 1 or prorate == "months")
