"""Readings: doubtful clauses, settled before the rules are built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.errors import BasisError, SchemeError
from ledger.rules.readings import combinations, readings, resolve, settle
from ledger.rules.scheme import plan
from ledger.rules.source import Source
from tests.rules.kit import LIUCHENG, QINGSHAN, packaged

DEFAULTS = {
    LIUCHENG: {
        "endorsement_account": ("adoption", "appraisal"),
        "endorsement_cross_route": ("add", "highest"),
        "endorsement_needs_channel": ("no", "yes"),
        "endorsement_split": ("all",),
        "unit_count": ("all",),
        "brief_and_cover": ("replace",),
        "higher_adoption_later": ("increase",),
        "incident_clock": ("any", "written"),
        "omitted_counts_as_late": ("exclusive", "nested"),
        "appraisal_floor": ("zero",),
        "rank_score": ("appraisal", "adoption"),
    },
    QINGSHAN: {
        "channels_cumulate": ("all",),
        "problem_price": ("as_listed",),
        "shortfall_counts": ("submissions", "submissions_and_comprehensive"),
        "missed_tiers": ("totals", "cumulative"),
        "missed_topics": ("distinct",),
        "endorsement_once": ("per_level",),
        "first_quarter_2020": ("refused",),
        "adoption_count": ("per_event",),
    },
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_packaged_readings_are_those_of_the_page_the_default_first(name: str) -> None:
    found = readings(packaged(name))
    assert {key: (each.default, *(option for option in each.options if option != each.default)) for key, each in found.items()} == DEFAULTS[
        name
    ]


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_reading_says_its_clause_its_question_why_and_its_rules(name: str) -> None:
    source = packaged(name)
    rules = {rule["id"] for rule in source.data["rules"]}
    for key, reading in readings(source).items():
        assert reading.id == key
        assert reading.clause
        assert reading.question
        assert reading.why
        assert all(reading.options.values())
        assert reading.rules
        assert set(reading.rules) <= rules


@pytest.mark.parametrize("name", DEFAULTS)
def test_what_is_not_asked_for_is_at_its_default(name: str) -> None:
    assert settle(packaged(name), {}) == {key: options[0] for key, options in DEFAULTS[name].items()}


def test_what_is_asked_for_is_taken() -> None:
    assert settle(packaged(QINGSHAN), {"missed_tiers": "cumulative"})["missed_tiers"] == "cumulative"
    assert plan(packaged(QINGSHAN), {"missed_tiers": "cumulative"}).readings["missed_tiers"] == "cumulative"


def test_an_unknown_reading_is_refused_with_the_nearest() -> None:
    with pytest.raises(BasisError) as caught:
        settle(packaged(LIUCHENG), {"incident_clok": "any"})
    problem = caught.value.problem
    assert (problem.key, problem.field) == ("rules.no_reading", "reading")
    assert problem.params == {"reading": "incident_clok", "scheme": LIUCHENG, "nearest": "incident_clock"}


def test_an_unknown_option_is_refused_with_the_nearest() -> None:
    with pytest.raises(BasisError) as caught:
        plan(packaged(LIUCHENG), {"incident_clock": "writen"})
    problem = caught.value.problem
    assert (problem.key, problem.field) == ("rules.no_option", "reading")
    assert problem.params == {"reading": "incident_clock", "option": "writen", "nearest": "written"}


@pytest.mark.parametrize(("name", "count"), [(LIUCHENG, 64), (QINGSHAN, 4)])
def test_every_combination_of_options_makes_a_scheme(name: str, count: int) -> None:
    found = list(combinations(packaged(name)))
    assert len(found) == len({tuple(each.items()) for each in found}) == count
    assert found[0] == settle(packaged(name), {})
    for chosen in found:
        assert plan(packaged(name), chosen).readings == chosen


DATA: Mapping[str, Any] = {
    "plain": {"a": "1", "list": ["x", {"b": "2"}]},
    "value": {"by_reading": {"clock": {"any": ["phone", "written"], "written": "written"}}},
    "nested": {"by_reading": {"clock": {"any": {"by_reading": {"tiers": {"one": "1", "two": "2"}}}, "written": "0"}}},
    "rules": [
        {"id": "always"},
        {"id": "sometimes", "when_reading": {"tiers": "two"}},
        {"id": "both", "when_reading": {"tiers": "two", "clock": "any"}},
    ],
}


@pytest.mark.parametrize(
    ("chosen", "value", "nested", "rules"),
    [
        ({"clock": "any", "tiers": "one"}, ["phone", "written"], "1", ["always"]),
        ({"clock": "any", "tiers": "two"}, ["phone", "written"], "2", ["always", "sometimes", "both"]),
        ({"clock": "written", "tiers": "two"}, "written", "0", ["always", "sometimes"]),
    ],
)
def test_a_reading_chooses_values_and_drops_rules(chosen: dict[str, str], value: object, nested: str, rules: list[str]) -> None:
    settled = resolve(DATA, chosen)
    assert settled["plain"] == DATA["plain"]
    assert (settled["value"], settled["nested"]) == (value, nested)
    assert settled["rules"] == [{"id": name} for name in rules]


def test_settling_leaves_the_source_as_it_was() -> None:
    before = packaged(LIUCHENG).sha256
    resolve(packaged(LIUCHENG).data, settle(packaged(LIUCHENG), {}))
    assert Source(packaged(LIUCHENG).data).sha256 == before


@pytest.mark.parametrize("data", [{"a": {"by_reading": {"clok": {"any": "1"}}}}, {"a": [{"when_reading": {"clok": "any"}}]}])
def test_a_reading_that_is_not_declared_is_refused_where_it_stands(data: dict[str, Any]) -> None:
    with pytest.raises(SchemeError) as caught:
        resolve(data, {"clock": "any"})
    problem = caught.value.problem
    assert (problem.key, problem.params["nearest"]) == ("rules.undeclared_reading", "clock")
    assert problem.field in ("a", "a[0]")


def test_an_option_left_without_a_value_is_refused() -> None:
    with pytest.raises(SchemeError) as caught:
        resolve({"a": {"b": {"by_reading": {"clock": {"any": "1"}}}}}, {"clock": "written"})
    problem = caught.value.problem
    assert (problem.key, problem.field) == ("rules.option_without_value", "a.b")
    assert problem.params == {"reading": "clock", "option": "written"}


def test_one_plan_is_made_for_equal_sources_and_readings() -> None:
    data = packaged(LIUCHENG).data
    assert plan(Source(data), {}) is plan(Source({key: data[key] for key in sorted(data, reverse=True)}), {"incident_clock": "any"})
