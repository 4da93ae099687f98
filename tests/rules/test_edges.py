"""Where rules meet: what one looks at that another changes, and what is so before anything happens."""

from __future__ import annotations

import pytest

from tests.rules.small import small

FINDINGS = "{channel: {}, level: {}, category: {}, finding: {good: {name: 表扬}, bad: {name: 批评}}}"
COUNT = "- {id: goods, kind: measure, clause: 一, text: 表扬次数, period: year, count: {match: finding_established, when: {finding: good}}}"


def test_a_floor_holds_from_the_first_day_whether_or_not_anything_happens() -> None:
    year = small("- {id: floor, kind: limit, clause: 一, text: 最低5分, account: score, period: year, least: 5}")
    assert year.view("01-01").postings("甲") == [("2024-01-01", 5)]
    year.changed("甲", "03-01", aliases=["甲局"])
    assert year.view("12-31").postings("甲") == [("2024-01-01", 5)]


def test_a_daily_band_for_nothing_pays_from_the_first_day_of_each_period() -> None:
    rules = f"""
{COUNT.replace("period: year", "period: quarter")}
- id: clean
  kind: assess
  clause: 一
  text: 每季度没有表扬的得2分
  account: score
  period: quarter
  judged: daily
  measure: goods
  bands: [{{at_least: 1, points: 0}}, {{points: 2}}]
"""
    year = small(rules, vocabulary=FINDINGS)
    assert year.view("05-31").postings("甲") == [("2024-01-01", 2), ("2024-04-01", 2)]
    year.found("甲", "good", "05-05")
    assert year.view("05-31").postings("甲") == [("2024-01-01", 2), ("2024-04-01", 2), ("2024-05-05", -2)]


HALVES = """
- id: some
  kind: assess
  clause: 一
  text: 有表扬的得2分
  account: score
  period: half
  judged: daily
  when: {goods: {at_least: 1}}
  points: 2
"""
EACH = """
- {id: each, kind: assess, clause: 一, text: 每次10分, account: score, period: half, judged: daily, measure: goods, each: 10}
"""


@pytest.mark.parametrize("order", [HALVES + EACH, EACH + HALVES], ids=["condition first", "measure first"])
def test_a_daily_judgement_of_the_year_by_halves_does_not_depend_on_the_order_of_rules(order: str) -> None:
    year = small(COUNT + order, vocabulary=FINDINGS)
    year.found("甲", "good", "11-05")
    assert year.view("12-31").score("甲") == 2 * 2 + 2 * 10


def test_a_comparison_that_rests_on_another_through_a_condition_is_made_after_it() -> None:
    rules = f"""
{COUNT}
- {{id: place, kind: measure, clause: 一, text: 名次, period: year, among: {{of: goods, within: all, take: place}}}}
- id: first
  kind: assess
  clause: 一
  text: 第一名得5分
  account: score
  period: year
  judged: end
  when: {{place: {{at_most: 1}}}}
  points: 5
- {{id: earned, kind: measure, clause: 一, text: 得分, period: year, sum: score}}
- {{id: best, kind: measure, clause: 一, text: 最高分, period: year, among: {{of: earned, within: all, take: highest}}}}
"""
    year = small(rules, vocabulary=FINDINGS)
    year.found("甲", "good", "05-05")
    assert [year.view("12-31").measure(unit, "best") for unit in ("甲", "乙")] == [5, 5]


def test_a_weighted_measure_is_a_number_like_any_other() -> None:
    rules = f"""
{COUNT}
- {{id: doubled, kind: measure, clause: 一, text: 加倍, period: year, weighted: {{goods: 2}}}}
- {{id: two, kind: flag, clause: 一, text: 恰好两次的标记, flag: exactly, when: {{doubled: 2}}}}
"""
    year = small(rules, vocabulary=FINDINGS)
    year.found("甲", "good", "05-05")
    assert year.view("12-31").flags("甲") == {"exactly"}


def test_less_than_nothing_deducts_nothing() -> None:
    rules = f"""
- {{id: ten, kind: award, clause: 一, text: 表扬10分, match: finding_established, when: {{finding: good}}, account: score, points: 10}}
{COUNT}
- {{id: less, kind: measure, clause: 一, text: 负数, period: year, weighted: {{goods: -2}}}}
- {{id: cut, kind: limit, clause: 一, text: 每次扣10%, account: score, period: year, deduct: {{percent: 10, each: less}}}}
"""
    year = small(rules, vocabulary=FINDINGS)
    year.found("甲", "good", "05-05")
    assert year.view("12-31").score("甲") == 10


def test_a_multiple_of_a_price_that_asks_for_another_fact_asks_for_it_too() -> None:
    rules = """
- id: adopted
  kind: award
  clause: 一
  text: 批示过的4分，其他1分
  match: item_adopted
  account: score
  points: {cases: [{when: {exists: {match: item_endorsed}}, points: 4}, {points: 1}]}
- id: written
  kind: award
  clause: 一
  text: 作者加倍
  match: item_adopted
  credit: author
  account: personal
  points: {times: 2, of: adopted}
"""
    year = small(rules, accounts="{score: 总分, personal: 个人}", persons="{scored_account: personal, name: 个人}")
    year.submitted("1", "甲", "02-01", author="p1")
    year.endorsed("1", "county", "02-02")
    year.adopted("1", "city", "02-03")
    found = year.view("12-31")
    assert found.score("甲") == 4
    assert [standing.year.score for standing in found.evaluation.persons.values()] == [800]
