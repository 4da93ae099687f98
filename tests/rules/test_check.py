"""Is a scheme sound? One word changed in a packaged scheme, and the check names the rule and the nearest."""

from __future__ import annotations

import copy

import pytest

from ledger.rules.check import demand_sound, found
from ledger.rules.source import Source
from tests.rules.kit import LIUCHENG, QINGSHAN, packaged
from tests.rules.mutants import Change, Data, problems, put, rule


@pytest.mark.parametrize("scheme", [LIUCHENG, QINGSHAN])
def test_the_packaged_schemes_are_sound_under_every_reading(scheme: str) -> None:
    assert found(packaged(scheme)) == ()


NEAREST: list[tuple[str, str, Change, str, str, str]] = [
    ("account", LIUCHENG, put("adoption", "account", "adoption/itms"), "rules.no_account", "rules.adoption.account", "adoption/items"),
    ("sum", LIUCHENG, put("adoption_year", "sum", "adoptin"), "rules.no_account", "rules.adoption_year.sum", "adoption"),
    ("scored account", LIUCHENG, lambda data: data.update(scored_account="apraisal"), "rules.no_account", "scored_account", "appraisal"),
    ("kind matched", QINGSHAN, put("training", "match", "training_complete"), "rules.no_kind", "rules.training", "training_completed"),
    (
        "kind counted",
        QINGSHAN,
        put("submissions", "count", "match", "item_submited"),
        "rules.no_kind",
        "rules.submissions",
        "item_submitted",
    ),
    ("kind begun", LIUCHENG, put("delay", "elapsed", "from", "incident_ocurred"), "rules.no_kind", "rules.delay", "incident_occurred"),
    ("kind ended", LIUCHENG, put("delay", "elapsed", "to", "incident_reportd"), "rules.no_kind", "rules.delay", "incident_reported"),
    ("field of a condition", LIUCHENG, put("feedback_late", "when", {"hw": "late"}), "rules.no_field", "rules.feedback_late", "how"),
    ("field of a table", QINGSHAN, put("city", "points", "by", "categry"), "rules.no_field", "rules.city", "category"),
    (
        "field of a case",
        LIUCHENG,
        put("adoption", "points", "cases", 1, "when", {"rle": "lead"}),
        "rules.no_field",
        "rules.adoption",
        "role",
    ),
    ("field of a count", QINGSHAN, put("missed_topics", "count", "distinct", "topc"), "rules.no_field", "rules.missed_topics", "topic"),
    (
        "field of an elapsed time",
        LIUCHENG,
        put("phone_delay", "elapsed", "from_when", {"severty": "ordinary"}),
        "rules.no_field",
        "rules.phone_delay",
        "severity",
    ),
    (
        "key of a group",
        QINGSHAN,
        lambda data: data["groups"]["endorsement_by_level"].update(per=["item", "levl"]),
        "rules.no_field",
        "rules.endorsement",
        "level",
    ),
    ("channel", QINGSHAN, put("general", "when", {"channel": "district_genral"}), "rules.no_word", "rules.general", "district_general"),
    ("channel among several", QINGSHAN, put("city", "when", {"channel": ["city", "regin"]}), "rules.no_word", "rules.city", "region"),
    (
        "finding",
        LIUCHENG,
        put("falsities", "count", "when", {"finding": "serious_falsty"}),
        "rules.no_word",
        "rules.falsities",
        "serious_falsity",
    ),
    (
        "category of the subject",
        QINGSHAN,
        put("comprehensive_adoptions", "count", "when", {"category": ["reserch"]}),
        "rules.no_word",
        "rules.comprehensive_adoptions",
        "research",
    ),
    (
        "word inside any and not",
        QINGSHAN,
        put("general", "when", {"any": [{"not": {"channel": "citi"}}]}),
        "rules.no_word",
        "rules.general",
        "city",
    ),
    ("group", LIUCHENG, put("adoption", "group", "item_adopton"), "rules.no_group", "rules.adoption", "item_adoption"),
    (
        "measure judged",
        LIUCHENG,
        put("year_target", "measure", "year_completon"),
        "rules.no_measure",
        "rules.year_target",
        "year_completion",
    ),
    (
        "measure compared",
        LIUCHENG,
        put("year_completion", "ratio", "of", "adopton_year"),
        "rules.no_measure",
        "rules.year_completion",
        "adoption_year",
    ),
    (
        "measure of a limit",
        LIUCHENG,
        put("falsity_veto", "when", {"falsties": {"at_least": "1"}}),
        "rules.no_measure",
        "rules.falsity_veto",
        "falsities",
    ),
    (
        "measure of a flag",
        QINGSHAN,
        put("circular_criticism", "when", {"missed_topic": {"at_least": "2"}}),
        "rules.no_measure",
        "rules.circular_criticism",
        "missed_topics",
    ),
    (
        "measure of a rank",
        LIUCHENG,
        put("ranking", "keys", [{"by": "complete_on", "first": "earliest"}]),
        "rules.no_measure",
        "rules.ranking",
        "completed_on",
    ),
    (
        "target",
        LIUCHENG,
        put("completed_on", "first_day", "target", "adoption_yar"),
        "rules.no_target_name",
        "rules.completed_on",
        "adoption_year",
    ),
    (
        "judgement whose bands are counted",
        LIUCHENG,
        put("late", "in_band", "of", "delay_clas"),
        "rules.no_measure",
        "rules.late",
        "delay_class",
    ),
    ("band counted", LIUCHENG, put("late", "in_band", "bands", ["lat"]), "rules.no_band_name", "rules.late", "late"),
    (
        "class",
        LIUCHENG,
        lambda data: data["units"]["dapu-zhen"].update({"class": "二级"}),
        "rules.no_class",
        "units.dapu-zhen.class",
        "二类",
    ),
]


@pytest.mark.parametrize(
    ("change", "scheme", "key", "field", "nearest"), [(c, s, k, f, n) for _, s, c, k, f, n in NEAREST], ids=[each[0] for each in NEAREST]
)
def test_a_name_that_is_not_there_is_found_with_the_rule_and_the_nearest(
    scheme: str, change: Change, key: str, field: str, nearest: str
) -> None:
    found = [problem for problem in problems(scheme, change) if (problem.key, problem.field) == (key, field)]
    assert [problem.params["nearest"] for problem in found] == [nearest]


def test_a_fault_under_one_reading_alone_is_found() -> None:
    (found,) = problems(LIUCHENG, put("endorsement_county", "group", "by_reading", "endorsement_cross_route", "highest", "any_endorsment"))
    assert (found.key, found.field, found.params["nearest"]) == ("rules.no_group", "rules.endorsement_county", "any_endorsement")


def test_a_fault_of_a_rule_that_stands_under_another_reading_is_found() -> None:
    (found,) = problems(QINGSHAN, put("comprehensive_shortfall", "measure", "comprehensive_short"))
    assert (found.key, found.field) == ("rules.no_measure", "rules.comprehensive_shortfall")


def test_all_faults_are_told_at_once() -> None:
    def change(data: Data) -> None:
        put("adoption", "account", "nowhere")(data)
        put("floor", "account", "nowhere")(data)
        put("falsities", "count", "match", "nothing")(data)

    assert {problem.field for problem in problems(LIUCHENG, change)} == {"rules.adoption.account", "rules.floor.account", "rules.falsities"}


def test_two_rules_of_one_id_are_found() -> None:
    (found,) = problems(LIUCHENG, lambda data: data["rules"].append(copy.deepcopy(rule(data, "floor"))))
    assert (found.key, found.field, found.params["id"]) == ("rules.id_twice", "rules.floor", "floor")


@pytest.mark.parametrize("name", ["year_target", "quarter_target", "delay_class"])
def test_bands_that_leave_values_out_are_found(name: str) -> None:
    (found,) = problems(LIUCHENG, lambda data: rule(data, name)["bands"].pop())
    assert (found.key, found.field) == ("rules.open_bands", f"rules.{name}")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["units"]["dapu-zhen"]["targets"].pop("adoption_year"),
        lambda data: data["units"]["dapu-zhen"]["targets"].update(adoption_year="0"),
    ],
)
def test_a_unit_without_a_target_to_be_divided_by_is_found(change: Change) -> None:
    (found,) = problems(LIUCHENG, change)
    assert (found.key, found.field) == ("rules.target_missing", "units.dapu-zhen.targets")
    assert found.params == {"unit": "大埔镇", "target": "adoption_year"}


def test_a_target_of_nothing_may_be_fallen_short_of() -> None:
    data = copy.deepcopy(dict(packaged(QINGSHAN).data))
    data["classes"]["一类"]["targets"]["comprehensive_adoptions"] = "0"
    demand_sound(Source(data))


def test_a_class_gives_its_units_their_target() -> None:
    found = problems(QINGSHAN, lambda data: data["classes"]["二类"]["targets"].pop("adoptions"))
    assert {problem.params["target"] for problem in found} == {"adoptions"}
    assert len(found) == 13


def test_a_measure_of_the_account_that_it_moves_is_a_circle() -> None:
    (found,) = problems(LIUCHENG, put("adoption_year", "sum", "appraisal"))
    assert found.key == "rules.cycle"
    assert {"adoption_year", "year_completion", "year_target"} <= set(str(found.params["rules"]).split(" → "))


def test_a_limit_that_waits_for_what_it_limits_is_a_circle() -> None:
    def change(data: Data) -> None:
        raw = {"id": "raw", "kind": "measure", "clause": "三", "text": "原值", "period": "year", "sum": "appraisal/solicitations"}
        data["rules"].append(raw)
        put("solicitation_cap", "when", {"raw": {"less_than": "0"}})(data)

    (found,) = problems(LIUCHENG, change)
    assert found.key == "rules.cycle"
    assert {"raw", "solicitation_cap"} <= set(str(found.params["rules"]).split(" → "))


LANGUAGE: list[tuple[str, Change, str, str]] = [
    ("a factor that is words", put("brief", "points", {"times": "twice", "of": "cover"}), "rules.bad_factor", "rules.brief"),
    ("a mode without a group", put("flawed_submission", "mode", "replace"), "rules.mode_without_group", "rules.flawed_submission"),
    ("a charge of what is judged daily", put("mechanism_start", "charged_to", "year"), "rules.charged_at_end", "rules.mechanism_start"),
    (
        "a ratio against nothing",
        put("year_completion", "ratio", {"of": "adoption_year"}),
        "rules.one_against",
        "rules.year_completion",
    ),
    (
        "keeping two things",
        lambda data: data["groups"]["item_adoption"].update(keep={"first": "1", "highest": "1"}),
        "rules.one_keep",
        "groups",
    ),
    (
        "a choice of nothing",
        lambda data: data.update(fields={"item_adopted": {"size": {"name": "大小", "type": "choice"}}}),
        "rules.choices",
        "fields",
    ),
    ("fields of no kind", lambda data: data.update(fields={"item_adpted": {}}), "rules.no_kind", "fields.item_adpted"),
    ("a year that begins late", lambda data: data.update(calendar={"begins": "12-31"}), "rules.begins_late", "calendar"),
    ("a day that not every year has", lambda data: data.update(calendar={"begins": "02-29"}), "rules.bad_month_day", "calendar"),
    (
        "a division that begins elsewhere",
        lambda data: data.update(calendar={"divisions": {"bulletin": ["02-01"]}}),
        "rules.bad_division",
        "calendar",
    ),
    (
        "a division of a common name",
        lambda data: data.update(calendar={"divisions": {"month": ["01-01"]}}),
        "rules.own_division",
        "calendar",
    ),
    (
        "hours that end before they begin",
        lambda data: data.update(calendar={"working": {"hours": ["12:00-09:00"], "covers": "2024-01-01"}}),
        "rules.bad_hours",
        "calendar",
    ),
    (
        "holidays that end before they begin",
        lambda data: data.update(calendar={"working": {"hours": ["09:00-12:00"], "covers": "2024-12-31..2024-01-01"}}),
        "rules.bad_days",
        "calendar",
    ),
    ("a deduction of too much", put("floor", "deduct", {"percent": "101"}), "rules.bad_percent", "rules.floor"),
    ("a least over the most", put("floor", "most", "-1"), "rules.least_over_most", "rules.floor"),
    ("a month's limit above a year's", put("floor", "period", "month"), "rules.limits_cross", "rules.floor"),
    ("a measure of another period", put("floor", "when", {"adoption_q": {"at_least": "1"}}), "rules.measure_period", "rules.floor"),
    ("a credit to persons of no account", put("brief", "credit", "author"), "rules.no_persons", "rules.brief"),
    (
        "a person's points on a unit's account",
        lambda data: (data.update(persons={"scored_account": "appraisal/year", "name": "个人"}), put("brief", "credit", "author")(data)),
        "rules.credit_account",
        "rules.brief",
    ),
    (
        "a comparison that is judged daily",
        lambda data: (
            put("year_completion", "among", {"of": "adoption_year", "within": "all", "take": "place"})(data),
            rule(data, "year_completion").pop("ratio"),
            put("year_target", "judged", "daily")(data),
        ),
        "rules.among_at_end",
        "rules.year_target",
    ),
]


@pytest.mark.parametrize(("change", "key", "field"), [each[1:] for each in LANGUAGE], ids=[each[0] for each in LANGUAGE])
def test_what_the_evaluator_could_not_do_is_refused_where_it_stands(change: Change, key: str, field: str) -> None:
    found = problems(LIUCHENG, change)
    assert key in {problem.key for problem in found}
    assert all((problem.field or "").startswith(field) for problem in found if problem.key == key)


MODEL: list[tuple[str, Change, str, str]] = [
    ("points of three decimals", put("brief", "points", "5.005"), "events.bad_points", "rules.brief"),
    ("points that are words", put("brief", "points", "five"), "events.bad_points", "rules.brief"),
    (
        "a threshold that is words",
        put("award_ineligible", "when", {"unexcused_misses": {"more_than": "two"}}),
        "rules.bad_threshold",
        "rules.award_ineligible",
    ),
    ("an unknown order", put("award_ineligible", "when", {"unexcused_misses": {"over": "2"}}), "rules.bad_order", "rules.award_ineligible"),
    ("a condition that is text", put("brief", "when", "county"), "rules.bad_condition", "rules.brief"),
    ("a measure of two forms", put("adoption_year", "count", {"match": "item_adopted"}), "rules.one_form", "rules.adoption_year"),
    ("a measure of no form", lambda data: rule(data, "adoption_year").pop("sum"), "rules.one_form", "rules.adoption_year"),
    ("a judgement of two kinds", put("solicitation_start", "each", "2"), "rules.one_judgement", "rules.solicitation_start"),
    ("a judgement of nothing", lambda data: rule(data, "year_target").pop("measure"), "rules.one_judgement", "rules.year_target"),
    ("a case of two prices", put("adoption", "points", "cases", 0, "points", "5"), "rules.one_price", "rules.adoption"),
    ("a case of no price", lambda data: rule(data, "adoption")["points"]["cases"][0].pop("table"), "rules.one_price", "rules.adoption"),
    (
        "a table that is too flat",
        put("brief", "points", {"by": ["channel", "role"], "table": {"county": "5"}}),
        "rules.bad_table",
        "rules.brief",
    ),
    (
        "a price in a table that is words",
        put("brief", "points", {"by": "channel", "table": {"county": "five"}}),
        "events.bad_points",
        "rules.brief",
    ),
    ("an unknown kind of rule", put("floor", "kind", "limt"), "rules.no_choice", "rules.floor"),
    ("a field that no rule has", put("floor", "leest", "0"), "rules.no_key", "rules.floor"),
    ("a period that is none", put("floor", "period", "fortnight"), "rules.no_period", "rules.floor"),
    ("a rule without its words", put("floor", "text", ""), "rules.empty", "rules.floor"),
    ("a day that is none", lambda data: data.update(issued="2024-06-31"), "events.bad_day", "issued"),
    ("a field that no scheme has", lambda data: data.update(unit=[]), "rules.no_key", "unit"),
]


@pytest.mark.parametrize(("change", "key", "field"), [each[1:] for each in MODEL], ids=[each[0] for each in MODEL])
def test_what_the_model_does_not_have_is_refused_where_it_stands(change: Change, key: str, field: str) -> None:
    found = problems(LIUCHENG, change)
    assert key in {problem.key for problem in found}
    assert {str(problem.field) == field or str(problem.field).startswith(f"{field}.") for problem in found} == {True}


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        (lambda data: data["readings"]["incident_clock"].update(default="anny"), "rules.bad_default", "readings.incident_clock.default"),
        (lambda data: data["readings"]["incident_clock"].pop("options"), "rules.missing", "readings.incident_clock.options"),
        (lambda data: data["readings"].pop("incident_clock"), "rules.undeclared_reading", "elapsed.when.channel"),
        (put("floor", "least", {"by_reading": {"incident_clock": {"any": "0"}}}), "rules.option_without_value", ".least"),
    ],
)
def test_a_reading_that_is_not_whole_is_refused(change: Change, key: str, field: str) -> None:
    (found,) = problems(LIUCHENG, change)
    assert found.key == key
    assert str(found.field).endswith(field)


def test_a_mark_that_a_rule_gives_under_one_reading_alone_may_exclude_under_all() -> None:
    data = copy.deepcopy(dict(packaged(LIUCHENG).data))
    rule(data, "ranking")["excludes"] = ["late_mark"]
    flagged = {
        "id": "marked",
        "kind": "flag",
        "clause": "三（二）8",
        "text": "迟报的",
        "flag": "late_mark",
        "when": {"late": {"at_least": "1"}},
    }
    data["rules"].append({**flagged, "when_reading": {"incident_clock": "written"}})
    demand_sound(Source(data))
    (found,) = {problem.key for problem in problems(LIUCHENG, put("ranking", "excludes", ["late_mark"]))}
    assert found == "rules.no_flag"


def test_more_combinations_of_readings_than_anybody_waits_for_are_refused() -> None:
    """Each reading that rules depend on doubles the combinations: of thirty there are a thousand million."""
    data = copy.deepcopy(dict(packaged(QINGSHAN).data))
    for number in range(30):
        reading = {"clause": "一", "rules": ["training"], "question": "?", "why": "!", "default": "a", "options": {"a": "甲", "b": "乙"}}
        data["readings"][f"doubt{number}"] = reading
        data["rules"].append({**rule(data, "training"), "id": f"training{number}", "when_reading": {f"doubt{number}": "a"}})
    (problem,) = found(Source(data))
    assert (problem.key, problem.params["count"]) == ("rules.too_many_combinations", 4 * 2**30)
