"""Kinds of rule in a county of our own: what the packaged schemes do not happen to use, and the roster."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.errors import BasisError, Unknown
from ledger.projections.statement import open_parts
from ledger.rules.check import demand_sound
from ledger.rules.roster import Roster, target
from ledger.rules.scheme import demand_class, plan
from ledger.rules.source import Source
from tests.rules.kit import LIUCHENG, QINGSHAN, Year, packaged


def county(*rules: dict[str, Any], **more: Any) -> Source:
    """A sound scheme of one unit, 甲, and these rules."""
    data: dict[str, Any] = {
        "scheme": "small", "name": "小县", "issuer": "小县", "issued": "2024-01-01", "effective": "2024-01-01",
        "scored_account": "score", "vocabulary": {"channel": {"a": {"name": "甲刊"}, "b": {"name": "乙刊"}}},
        "accounts": {"score": "得分", "score/a": "甲", "score/a/deep": "深", "score/b": "乙"},
        "targets": {"items": "条"}, "classes": {"一类": {"targets": {"items": "3"}}},
        "units": {"x": {"name": "甲", "class": "一类"}}, "readings": {},
        "rules": [{"clause": "一", "text": "文", **rule} for rule in rules], **more,
    }  # fmt: skip
    source = Source(data)
    demand_sound(source)
    return source


def award(name: str, points: Any, account: str = "score/a", **more: Any) -> dict[str, Any]:
    """An award for every adoption."""
    return {"id": name, "kind": "award", "match": "item_adopted", "account": account, "points": points, **more}


def limit(name: str, account: str, **more: Any) -> dict[str, Any]:
    """A limit of a year."""
    return {"id": name, "kind": "limit", "account": account, "period": "year", **more}


def test_the_first_case_that_holds_gives_the_price() -> None:
    cases = [{"when": {"channel": "a"}, "points": "1"}, {"when": {"channel": ["a", "b"]}, "by": "placement", "table": {"brief": "2.5"}}]
    year = Year(county(award("cases", {"cases": cases})))
    for channel, placement in (("甲刊", "brief"), ("乙刊", "brief"), ("乙刊", "cover")):
        year.submitted(f"{channel}{placement}", "甲")
        year.adopted(f"{channel}{placement}", channel, "02-01", placement)
    view = year.view("02-01")
    assert view.postings("甲") == [("2024-02-01", 1), ("2024-02-01", 2.5)]
    assert view.unpriced() == [len(year.facts)]


def test_a_table_may_be_of_two_fields() -> None:
    table = {"by": ["channel", "placement"], "table": {"a": {"regular": "1", "cover": "3"}, "b": {"regular": "-2"}}}
    year = Year(county(award("two", table)))
    for number, (channel, placement) in enumerate((("a", "regular"), ("a", "cover"), ("b", "regular"), ("b", "cover"))):
        year.submitted(f"i{number}", "甲")
        year.adopted(f"i{number}", channel, "02-01", placement)
    view = year.view("02-01")
    assert [points for _, points in view.postings("甲")] == [1, 3, -2]
    assert view.unpriced() == [len(year.facts)]


def test_several_rules_may_price_one_fact() -> None:
    year = Year(county(award("one", "1"), award("two", "2", "score/b", when={"channel": "a"})))
    year.printed("甲", "甲刊", "02-01")
    assert year.view("02-01").score("甲") == 3


def test_a_limit_below_holds_before_the_one_above() -> None:
    source = county(
        award("deep", "10", "score/a/deep"),
        award("more", "5", "score/b"),
        limit("top", "score", most="12"),
        limit("middle", "score/a", most="8"),
        limit("bottom", "score/a/deep", most="9"),
    )
    year = Year(source)
    year.printed("甲", "甲刊", "02-01")
    view = year.view("02-01")
    assert [view.postings("甲", name) for name in ("bottom", "middle", "top")] == [
        [("2024-02-01", -1)],
        [("2024-02-01", -1)],
        [("2024-02-01", -1)],
    ]
    assert (view.balance("甲", "score/a/deep"), view.balance("甲", "score/a"), view.score("甲")) == (9, 8, 12)


def test_a_limit_gives_back_when_its_condition_ends_to_hold() -> None:
    few = {"id": "count", "kind": "measure", "period": "year", "count": {"match": "item_adopted"}}
    year = Year(county(award("each", "10"), few, limit("while_few", "score", most="3", when={"count": {"less_than": "3"}}, flag="few")))
    for day in ("02-01", "03-01", "04-01"):
        year.printed("甲", "甲刊", day)
    view = year.view("12-31")
    assert view.postings("甲", "while_few") == [("2024-02-01", -7), ("2024-03-01", -10), ("2024-04-01", 17)]
    assert [year.view(day).flags("甲") for day in ("02-01", "03-31", "04-01")] == [{"few"}, {"few"}, set()]


def test_a_limit_without_a_condition_marks_while_it_takes_or_gives_something() -> None:
    printed = {"id": "printed", "kind": "award", "match": "item_adopted", "account": "score/b", "points": "4"}
    trained = {"id": "trained", "kind": "award", "match": "training_completed", "account": "score/b", "points": "-7"}
    floor = {"id": "floor", "kind": "limit", "account": "score/b", "period": "year", "least": "0", "flag": "held"}
    year = Year(county(printed, trained, floor))
    year.printed("甲", "甲刊", "02-01")
    year.add("training_completed", "03-01", unit="甲")
    year.printed("甲", "甲刊", "04-01")
    assert [year.view(day).flags("甲") for day in ("01-31", "02-01", "03-01", "04-01", "12-31")] == [set(), set(), {"held"}, set(), set()]


def test_each_short_is_priced_and_judged_daily_where_the_rule_says_so() -> None:
    counted = {"id": "items", "kind": "measure", "period": "year", "count": {"match": "item_adopted"}}
    each = {"id": "each", "kind": "assess", "account": "score/b", "period": "year", "judged": "daily", "measure": "items", "each": "1.5"}
    year = Year(county(counted, each))
    for day in ("02-01", "02-01", "03-01"):
        year.printed("甲", "甲刊", day)
    assert year.view("12-31").postings("甲") == [("2024-02-01", 3), ("2024-03-01", 1.5)]


def test_a_quarter_that_has_not_begun_is_left_out_of_if_closed_and_takes_nothing_that_is_pending() -> None:
    counted = {"id": "items", "kind": "measure", "period": "quarter", "count": {"match": "item_adopted"}}
    short = {"id": "short", "kind": "measure", "period": "quarter", "shortfall": {"of": "items", "target": "items"}}
    each = {"id": "each", "kind": "assess", "account": "score/b", "period": "quarter", "judged": "end", "measure": "short", "each": "-1"}
    year = Year(county(counted, short, each))
    year.printed("甲", "甲刊", "04-01")
    found = [(view.score("甲"), view.if_closed("甲"), view.pending("甲")) for view in map(year.view, ("03-30", "03-31", "04-01", "12-31"))]
    assert found == [(0, -3, 0), (-3, -3, 0), (-3, -5, 0), (-11, -11, 0)]


def test_a_constant_that_is_judged_at_the_end_is_given_then_where_its_condition_holds() -> None:
    counted = {"id": "items", "kind": "measure", "period": "year", "count": {"match": "item_adopted"}}
    clean = {"id": "clean", "kind": "assess", "account": "score/b", "period": "year", "judged": "end", "points": "3", "worth": "3"}
    source = county(counted, {**clean, "when": {"items": {"at_most": "0"}}})
    found = [(view.score("甲"), view.pending("甲"), view.if_closed("甲")) for view in map(Year(source).view, ("12-30", "12-31"))]
    assert found == [(0, 3, 3), (3, 0, 3)]
    year = Year(source)
    year.printed("甲", "甲刊", "02-01")
    assert (year.view("12-30").pending("甲"), year.view("12-31").score("甲")) == (0, 0)


def test_the_open_parts_are_those_whose_condition_holds_and_come_to_what_is_pending() -> None:
    counted = {"id": "items", "kind": "measure", "period": "quarter", "count": {"match": "item_adopted"}}
    part = {"kind": "assess", "account": "score/b", "judged": "end", "points": "3", "worth": "3"}
    clean = {"id": "clean", "period": "quarter", **part, "when": {"items": {"at_most": "0"}}}
    whole = {"id": "whole", "period": "year", **part}
    year = Year(county(counted, clean, whole))
    year.printed("甲", "甲刊", "05-01")
    for day, open_, pending in (("01-01", "2024 Q1 Q2 Q3 Q4", 15), ("05-01", "2024 Q3 Q4", 9), ("12-31", "", 0)):
        view = year.view(day)
        parts = open_parts(view.plan, 2024, view.standing("甲").year)
        assert {each.period.removeprefix("2024Q") for each in parts} == {name.removeprefix("Q") for name in open_.split()}
        assert sum(each.worth for each in parts) == pending * 100 == view.standing("甲").year.pending


def test_points_are_given_daily_while_a_condition_holds_from_the_first_day_on() -> None:
    counted = {"id": "items", "kind": "measure", "period": "quarter", "count": {"match": "item_adopted"}}
    clean = {"id": "clean", "kind": "assess", "account": "score/b", "period": "quarter", "judged": "daily", "points": "3"}
    year = Year(county(counted, {**clean, "when": {"items": {"at_most": "0"}}}))
    assert year.view("01-01").postings("甲") == [("2024-01-01", 3)]
    year.printed("甲", "甲刊", "02-01")
    assert year.view("12-31").postings("甲") == [
        ("2024-01-01", 3),
        ("2024-02-01", -3),
        ("2024-04-01", 3),
        ("2024-07-01", 3),
        ("2024-10-01", 3),
    ]


def test_points_of_a_class_are_given_while_the_unit_is_in_it() -> None:
    more = {"classes": {"一类": {"targets": {"items": "3"}}, "二类": {"targets": {"items": "3"}}}}
    own = {"id": "own", "kind": "assess", "account": "score/b", "period": "year", "judged": "daily", "points": "3"}
    year = Year(county({**own, "when": {"class": "一类"}}, **more))
    year.changed("甲", "03-01", **{"class": "二类"})
    year.changed("甲", "05-01", **{"class": "一类"})
    assert year.view("12-31").postings("甲") == [("2024-01-01", 3), ("2024-03-01", -3), ("2024-05-01", 3)]


def test_a_daily_judgement_names_the_events_behind_it() -> None:
    year = Year(QINGSHAN, ["区教育局"])
    year.asked("一", ["区教育局"], topic="防汛")
    missed = year.missed("一", "区教育局", "05-06")
    (line,) = year.view("05-06").standing("区教育局").year.postings
    assert line[4] == (missed,)


def test_a_judgement_says_what_it_was_made_of() -> None:
    year = Year(LIUCHENG, ["大埔镇"])
    year.printed("大埔镇", "市级采用", "02-01")
    view = year.view("03-31")
    notes = [line[5] for line in view.standing("大埔镇").year.postings if view.plan.scheme.rules[line[1]].id == "quarter_target"]
    assert notes == ["20/45"]


@pytest.mark.parametrize("name", [LIUCHENG, QINGSHAN])
def test_every_rule_cites_its_clause_and_says_its_words(name: str) -> None:
    rules = plan(packaged(name), {}).scheme.rules
    assert all(rule.clause[0] in "三四五六附" and rule.text for rule in rules)


# the roster


def roster(year: Year) -> Roster:
    """The units of a county's facts."""
    return Roster(fact for fact in year.facts if fact[1].startswith("unit_"))


def test_a_unit_is_found_by_id_and_by_every_name_it_ever_had() -> None:
    year = Year(LIUCHENG)
    year.changed("古砦仫佬族乡", "06-01", unit="古砦镇", aliases=["古砦"])
    units = roster(year)
    for written in ("guzhai-xiang", "古砦仫佬族乡", "古砦镇", "古砦"):
        assert units.find(written).id == "guzhai-xiang"
    state = units.find("古砦镇").on(date(2024, 5, 31))
    assert (state.name, units.find("古砦镇").on(date(2024, 6, 1)).name) == ("古砦仫佬族乡", "古砦镇")


def test_a_unit_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(Unknown) as caught:
        roster(Year(LIUCHENG)).find("大浦镇")
    problem = caught.value.problem
    assert (problem.key, problem.field, problem.params["nearest"]) == ("rules.no_unit", "unit", "大埔镇")


def test_a_unit_before_its_enrolment_is_said_to_be_so() -> None:
    year = Year(LIUCHENG, ["大埔镇"])
    year.add("unit_enrolled", "08-01", unit_id="new", unit="新单位", **{"class": "一类"})
    units = roster(year)
    assert units.enrolled("新单位", date(2024, 8, 1)).id == "new"
    with pytest.raises(BasisError) as caught:
        units.enrolled("新单位", date(2024, 7, 31))
    assert caught.value.problem.key == "rules.not_enrolled"
    assert caught.value.problem.params["enrolled"] == date(2024, 8, 1)
    assert [unit.id for unit in units.at(date(2024, 7, 31))] == ["dapu-zhen"]


def test_the_roster_keeps_the_order_of_enrolment_and_does_not_mind_that_of_recording() -> None:
    year = Year(LIUCHENG, ["凤山镇", "大埔镇"])
    year.changed("凤山镇", "03-01", unit="凤山街道")
    forwards, backwards = roster(year), Roster(reversed(year.facts))
    assert list(forwards.units) == list(backwards.units) == ["fengshan-zhen", "dapu-zhen"]
    assert forwards.units == backwards.units


def test_a_target_is_the_units_own_then_the_schemes_for_it_then_its_classes() -> None:
    liucheng, qingshan = plan(packaged(LIUCHENG), {}).scheme, plan(packaged(QINGSHAN), {}).scheme
    year = Year(LIUCHENG, ["大埔镇"])
    year.changed("大埔镇", "06-01", targets={"adoption_year": "90.5"})
    unit = roster(year).find("大埔镇")
    assert target(liucheng, unit, "adoption_year", date(2024, 5, 31)) == 18000
    assert target(liucheng, unit, "adoption_year", date(2024, 6, 1)) == 9050
    assert target(liucheng, unit, "adoption_quarter", date(2024, 6, 1)) == 4500
    other = roster(Year(QINGSHAN, ["区司法局"])).find("区司法局")
    assert target(qingshan, other, "submissions", date(2020, 5, 1)) == 6000
    with pytest.raises(BasisError) as caught:
        target(qingshan, other, "points", date(2020, 5, 1))
    assert (caught.value.problem.key, caught.value.problem.params["target"]) == ("rules.no_target", "points")


def test_a_target_that_a_change_does_not_name_stays() -> None:
    year = Year(LIUCHENG, ["大埔镇"])
    year.changed("大埔镇", "02-01", targets={"adoption_quarter": 20})
    year.changed("大埔镇", "03-01", targets={"adoption_year": 90})
    year.printed("大埔镇", "市级采用", "03-05")
    assert year.view("03-31").postings("大埔镇", "quarter_target") == [("2024-03-31", 10)]


def test_nothing_is_posted_before_a_unit_was_enrolled() -> None:
    year = Year(LIUCHENG, ["大埔镇"])
    year.add(
        "unit_enrolled", "08-01", unit_id="new", unit="新单位", targets={"adoption_year": 100, "adoption_quarter": 25}, **{"class": "一类"}
    )
    assert min(line[0] for line in year.view("12-31").standing("new").year.postings) == date(2024, 8, 1).toordinal()


def test_an_unknown_class_is_named_with_the_nearest() -> None:
    scheme = plan(packaged(QINGSHAN), {}).scheme
    demand_class(scheme, "二类")
    with pytest.raises(Unknown) as caught:
        demand_class(scheme, "三类")
    assert (caught.value.problem.key, caught.value.problem.field) == ("rules.no_class", "class")
