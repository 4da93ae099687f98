"""Measures made of others, of what units come to among each other, and what stands behind a judgement of them."""

from __future__ import annotations

import pytest

from ledger.errors import BasisError
from tests.rules.kit import Year
from tests.rules.small import sent, small

COUNTED = "- {id: count, kind: measure, clause: 一, text: 报送, period: PERIOD, count: {match: item_submitted}}\n"
SCALED = """
- {id: best, kind: measure, clause: 一, text: 最高, period: PERIOD, among: {of: count, within: all, take: highest}}
- {id: place, kind: measure, clause: 一, text: 名次, period: PERIOD, among: {of: count, within: all, take: place}}
- {id: share, kind: measure, clause: 一, text: 与最高之比, period: PERIOD, ratio: {of: count, to: best}}
- {id: under, kind: measure, clause: 一, text: 低于最高, period: PERIOD, shortfall: {of: count, to: best}}
- {id: over, kind: measure, clause: 一, text: 高于最高, period: PERIOD, surplus: {of: count, to: best, times: 0.5}}
- {id: scaled, kind: assess, clause: 一, text: 折算, account: score, period: PERIOD, judged: end, measure: share, each: 10}
"""


def county(rules: str, period: str = "year") -> Year:
    """A year whose units are counted by this period."""
    return small((COUNTED + rules).replace("PERIOD", period))


def behind(year: Year, unit: str, rule: str) -> list[tuple[int, ...]]:
    """The positions of the facts behind each posting of a rule."""
    view = year.view("12-31")
    return [line[4] for line in view.standing(unit).year.postings if view.plan.scheme.rules[line[1]].id == rule]


def test_a_rate_to_the_best_is_refused_only_where_the_best_is_nothing() -> None:
    year = county(SCALED)
    with pytest.raises(BasisError):
        year.view("12-31")
    sent(year, "甲", "02-01", "02-02")
    sent(year, "乙", "02-03")
    view = year.view("12-31")
    assert [view.score(unit) for unit in "甲乙丙"] == [10, 5, 0]


def test_a_period_that_has_not_begun_compares_nobody() -> None:
    year = county(SCALED, "quarter")
    sent(year, "甲", "02-01", "02-02")
    sent(year, "乙", "02-03")
    view = year.view("03-31")
    names = ("best", "place", "share", "under", "over")
    assert [view.measure("乙", f"{name}1") for name in names] == [2, 2, 0.5, 1, 0]
    assert [view.measure("乙", f"{name}2") for name in names] == [None] * len(names)
    assert view.postings("乙") == [("2024-03-31", 5)]


def test_a_unit_that_came_too_late_to_be_compared_has_no_place() -> None:
    year = county(SCALED, "quarter")
    sent(year, "甲", "02-01", "05-01")
    year.add("unit_enrolled", "04-01", unit_id="d", unit="丁", **{"class": "一类"})
    view = year.view("06-30")
    assert [view.measure("d", name) for name in ("place1", "place2")] == [None, 2]
    assert view.postings("d") == []


def test_what_a_quarter_judges_of_the_year_is_told_as_of_the_year() -> None:
    rules = "- {id: many, kind: assess, clause: 一, text: 每条1分, account: score, period: quarter, judged: end, measure: count, each: 1}"
    year = county(rules)
    sent(year, "甲", "02-01", "05-01", "05-02")
    lines = year.view("06-30").standing("甲").year.postings
    assert [(line[2], line[5]) for line in lines] == [(100, "1"), (300, "3")]


SUMS = """
- {id: each, kind: award, clause: 一, text: 每条4分, match: item_submitted, account: raw, points: 4}
- {id: earned, kind: measure, clause: 一, text: 原始分, period: year, sum: raw}
- {id: both, kind: measure, clause: 一, text: 合计, period: year, weighted: {earned: 0.5, count: 1}}
- {id: first, kind: assess, clause: 一, text: 折半, account: score/half, period: year, judged: daily, measure: both, each: 1}
- {id: halves, kind: measure, clause: 一, text: 折半分, period: year, sum: score/half}
- {id: then, kind: assess, clause: 一, text: 满6分的2分, account: score, period: year, judged: daily, measure: halves, bands: BANDS}
""".replace("BANDS", "[{at_least: 6, points: 2}, {points: 0}]")


def test_a_daily_judgement_of_points_names_the_facts_that_brought_them_once_each() -> None:
    year = small(COUNTED.replace("PERIOD", "year") + SUMS, accounts="{score: 总分, score/half: 折半, raw: 原始分}")
    sent(year, "甲", "02-01", "03-01", "03-01")
    one, two, three = range(len(year.facts) - 2, len(year.facts) + 1)
    assert behind(year, "甲", "first") == [(one,), (two, three)]
    assert behind(year, "甲", "then") == [(two, three)]
