"""Schemes that could be read and yet make no sense: words that never match, bands that are never reached."""

from __future__ import annotations

import pytest

from ledger.events import LEDGERS_OWN
from tests.rules.kit import LIUCHENG, QINGSHAN
from tests.rules.mutants import Change, problems, put, rule

EXISTS = "endorsement_county"

WORDS: list[tuple[str, str, Change, str, str]] = [
    (
        "a table's word",
        LIUCHENG,
        lambda data: rule(data, "adoption")["points"]["cases"][0]["table"].update(conty="3"),
        "rules.adoption",
        "county",
    ),
    ("a case's word", LIUCHENG, put("adoption", "points", "cases", 1, "when", {"channel": "conty"}), "rules.adoption", "county"),
    ("a role", LIUCHENG, put("adoption", "points", "cases", 1, "when", {"role": "led"}), "rules.adoption", "lead"),
    ("a way to fail", LIUCHENG, put("feedback_late", "when", {"how": "lat"}), "rules.feedback_late", "late"),
    ("a severity", LIUCHENG, put("phone_delay", "elapsed", "from_when", {"severity": "ordinry"}), "rules.phone_delay", "ordinary"),
    ("a placement", LIUCHENG, put("brief", "when", {"channel": "county", "placement": "breif"}), "rules.brief", "brief"),
    ("a report's channel", LIUCHENG, put("delay", "elapsed", "when", {"channel": "fone"}), "rules.delay", "phone"),
    (
        "a word of another fact",
        LIUCHENG,
        put(EXISTS, "when", {"exists": {"match": "item_adopted", "when": {"channel": "conty"}}}),
        f"rules.{EXISTS}",
        "county",
    ),
]


@pytest.mark.parametrize(("scheme", "change", "field", "nearest"), [each[1:] for each in WORDS], ids=[each[0] for each in WORDS])
def test_a_word_that_can_never_match_is_found_with_the_nearest(scheme: str, change: Change, field: str, nearest: str) -> None:
    found = problems(scheme, change)
    assert {(problem.key, problem.field, problem.params["nearest"]) for problem in found} == {("rules.no_word", field, nearest)}


@pytest.mark.parametrize(
    ("exists", "key"),
    [
        ({"match": "item_adpted"}, "rules.no_kind"),
        ({"match": "feedback_failed"}, "rules.no_kind"),
        ({"match": "item_adopted", "when": {"chanel": "county"}}, "rules.no_field"),
    ],
)
def test_another_fact_must_be_of_a_kind_of_the_same_subject_and_have_the_field(exists: dict[str, object], key: str) -> None:
    (found,) = problems(LIUCHENG, put(EXISTS, "when", {"exists": exists}))
    assert (found.key, found.field) == (key, f"rules.{EXISTS}")


@pytest.mark.parametrize("kind", [model.kind for model in LEDGERS_OWN])
def test_no_rule_looks_for_what_is_the_ledger_s_own(kind: str) -> None:
    found = problems(LIUCHENG, put("falsities", "count", {"match": kind}))
    assert ("rules.credits_nobody", "rules.falsities") in {(problem.key, problem.field) for problem in found}


MEASURES: list[tuple[str, Change]] = [
    ("ranking", put("ranking", "keys", [{"by": "unexcused_misses", "first": "lowest"}])),
    ("ranking", put("ranking", "keys", [{"by": "delay", "first": "lowest"}])),
    ("ranking", put("ranking", "keys", [{"by": "adoption_q", "first": "highest"}])),
    ("award_ineligible", put("award_ineligible", "when", {"adoption_q": {"at_least": "1"}})),
    ("falsity_veto", put("falsity_veto", "when", {"delay": {"at_least": "1h"}})),
    ("year_target", put("year_target", "measure", "quarter_completion")),
]


@pytest.mark.parametrize(("name", "change"), MEASURES)
def test_a_measure_that_has_no_such_value_there_is_found(name: str, change: Change) -> None:
    found = problems(LIUCHENG, change)
    assert {problem.field for problem in found} == {f"rules.{name}"}
    assert {problem.key for problem in found} <= {"rules.no_measure", "rules.measure_period"}


def test_a_band_that_is_never_reached_is_found() -> None:
    bands = [{"at_least": "0.5", "points": "1"}, {"at_least": "1", "points": "20"}, {"points": "0"}]
    (found,) = problems(LIUCHENG, put("year_target", "bands", bands))
    assert (found.key, found.field) == ("rules.bands_not_falling", "rules.year_target")


@pytest.mark.parametrize("table", [{"county": "five"}, {"county": "5.005"}])
def test_a_price_in_a_cases_table_is_read_when_the_scheme_is(table: dict[str, str]) -> None:
    found = problems(LIUCHENG, put("adoption", "points", "cases", 0, "table", table))
    assert "events.bad_points" in {problem.key for problem in found}
    assert all(str(problem.field).startswith("rules.adoption") for problem in found)


def test_a_target_of_a_unit_that_is_not_declared_is_found() -> None:
    (found,) = problems(LIUCHENG, lambda data: data["units"]["dapu-zhen"]["targets"].update(adoption_yaer="5"))
    assert (found.key, found.field, found.params["nearest"]) == ("rules.no_target_name", "units.dapu-zhen.targets", "adoption_year")


READINGS: list[tuple[str, Change, str]] = [
    (LIUCHENG, lambda data: data["readings"]["incident_clock"].update(rules=["dely"]), "rules.no_rule"),
    (LIUCHENG, lambda data: data["readings"].update(incident_clock="any"), "rules.not_a_reading"),
    (
        LIUCHENG,
        put("floor", "least", {"by_reading": {"incident_clock": {"any": "0", "written": "0", "phone": "1"}}}),
        "rules.no_option_named",
    ),
    (LIUCHENG, put("floor", "least", {"by_reading": {"incident_clock": {"any": "0"}, "rank_score": {}}}), "rules.bad_by_reading"),
    (LIUCHENG, put("floor", "least", {"by_reading": "zero"}), "rules.bad_by_reading"),
    (QINGSHAN, put("missed_three", "when_reading", {"missed_tiers": "totls"}), "rules.no_option_named"),
]


@pytest.mark.parametrize(("scheme", "change", "key"), READINGS)
def test_a_reading_that_is_misused_is_refused_never_a_crash(scheme: str, change: Change, key: str) -> None:
    assert {problem.key for problem in problems(scheme, change)} == {key}


def test_what_is_missing_is_named_without_repeating_the_scheme() -> None:
    (found,) = problems(LIUCHENG, lambda data: rule(data, "floor").pop("clause"))
    assert (found.key, str(found.field).split(".")[1]) == ("rules.missing", "floor")
    assert len(found.line("en")) < 200
