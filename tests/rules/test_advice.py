"""What ``scheme check`` warns of: each warning with the file that provokes it, its place, and how it is explained."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ledger.errors import Problem
from ledger.messages import LANGUAGES
from ledger.rules import advice
from ledger.rules.advice import advise
from ledger.rules.check import found
from ledger.rules.source import Source, load
from tests.rules.kit import LIUCHENG, QINGSHAN, packaged

_CHOICES = ", ".join(f"v{number}: 值{number}" for number in range(9))
_FIELDS = "".join(f"    {name}: {{name: 字段, type: choice, choices: {{{_CHOICES}}}}}\n" for name in "abcd")
LARGE = "{by: [extra.a, extra.b, extra.c, extra.d], table: {v0: {v0: {v0: {v0: 1}}}}}"
"""A table of 9 × 9 × 9 × 9 values."""
MINI = f"""\
scheme: mini-2024
name: 某县考评细则
issuer: 某县
issued: 2023-12-01
effective: 2024-01-01
scored_account: score
vocabulary:
  channel:
    county: {{name: 县级}}
    city: {{name: 市级}}
accounts: {{score: 总分}}
targets: {{year: 全年, quarter: 每季}}
classes:
  一类: {{targets: {{year: 40, quarter: 10}}}}
clauses: {{一: 采用计分, 二: 任务}}
fields:
  item_adopted:
{_FIELDS}readings:
  doubt: {{clause: 一, rules: [county], question: 何意, why: 原文未明, default: a, options: {{a: 甲, b: 乙}}}}
rules:
  - {{id: county, kind: award, clause: 一, text: 县级5分, match: item_adopted, when: {{channel: county}}, account: score, points: 5}}
  - {{id: city, kind: award, clause: 一, text: 市级8分, match: item_adopted, when: {{channel: city}}, account: score, points: 8}}
  - {{id: items_y, kind: measure, clause: 二, text: 全年条数, period: year, count: {{match: item_adopted}}}}
  - {{id: items_q, kind: measure, clause: 二, text: 每季条数, period: quarter, count: {{match: item_adopted}}}}
  - {{id: rate_y, kind: measure, clause: 二, text: 全年比率, period: year, ratio: {{of: items_y, target: year}}}}
  - {{id: rate_q, kind: measure, clause: 二, text: 每季比率, period: quarter, ratio: {{of: items_q, target: quarter}}}}
units:
  jia: {{name: 甲局, class: 一类}}
"""


def found_by(words: str, rest: str) -> str:
    """The file with these findings and an award for them."""
    named = ", ".join(f"{word}: {{name: {word}}}" for word in words.split(", "))
    award = "{id: found, kind: award, clause: 一, text: 扣分, match: finding_established, account: score"
    return MINI.replace("accounts:", f"  finding: {{{named}}}\naccounts:", 1).replace("units:\n", f"  - {award}, {rest}}}\nunits:\n")


DONE = """\
  - {id: done, kind: assess, clause: 二, text: 完成得5分, account: score, period: year, judged: end, measure: rate_y,
     bands: [{at_least: 1, points: 5}, {points: 0}]}"""
WORKED = """\
  - {id: phone, kind: measure, clause: 二, text: 用时, period: year,
     elapsed: {from: incident_occurred, to: incident_reported, clock: working}}
calendar: {working: {hours: [09:00-12:00], covers: 2024-01-01..2024-12-31}}
"""
BESIDE = MINI.replace("总分}", "总分, beside: 另计}").replace("score, points: 5", "beside, points: 5")
Told = tuple[str, str, str, str]
WARNINGS: list[Told] = [
    ("points: 5", "points: {by: channel, table: {county: 5, city: 6}}", "cell_unreached", "rules.county.points"),
    ("points: 8", "points: {by: channel, table: {county: 8}}", "cell_missing", "rules.city.points"),
    ("points: 5", "points: {cases: [{points: 5}, {when: {placement: brief}, points: 6}]}", "case_unreached", "rules.county.points"),
    ("points: 8", f"points: {LARGE}", "table_large", "rules.city.points"),
    (MINI, BESIDE, "account_unseen", "rules.county.account"),
    ("units:\n", f"{DONE}\nunits:\n", "worth_differs", "rules.done"),
    ("when: {channel: city}", "when: {channel: [city, county]}", "overlap", "rules.city"),
    ("    city: {name: 市级}", "    city: {name: 市级}\n  finding:\n    idle: {name: 闲置}", "word_unused", "vocabulary.finding.idle"),
    (MINI, found_by("idle, careless", "points: -1"), "any_finding", "rules.found"),
    ("quarter: 10", "quarter: 12", "targets_contradict", "classes.一类.targets"),
    ("of: items_y, target: year", "of: items_y, target: staff", "staff_missing", "units"),
    ("text: 县级5分", "text: 一", "no_words", "rules.county.text"),
    (", b: 乙", "", "one_option", "readings.doubt"),
    ("effective: 2024-01-01", "effective: 2024-03-01", "days_without_rules", "effective"),
    ("effective: 2024-01-01", "effective: 2024-12-01\ncalendar: {begins: 12-01}", "year_named_by_start", "calendar.begins"),
    ("issued: 2023-12-01", "issued: 2024-02-01", "issued_later", "issued"),
    ("clauses: {一: 采用计分, 二: 任务}\n", "", "no_clauses", "clauses"),
    ("二: 任务}", "二: 任务, 三: 附则}", "clause_uncited", "clauses.三"),
    ("clause: 二, text: 全年条数", "clause: 九, text: 全年条数", "clause_unknown", "rules.items_y.clause"),
    ("clauses: {", "uncited: {一: 不计分}\nclauses: {", "clause_cited_after_all", "uncited.一"),
    ("readings:\n", "explained: {overlap: {rules.city: 有意}}\nreadings:\n", "explains_nothing", "explained.overlap.rules.city"),
    ("rules:\n  - {id: county", "groups: {idle: {per: item}}\nrules:\n  - {id: county", "group_unused", "groups.idle"),
    ("accounts: {score: 总分}", "accounts: {score: 总分, idle: 闲置}", "account_unused", "accounts.idle"),
    ("targets: {year: 全年,", "targets: {idle: 闲置, year: 全年,", "target_unused", "targets.idle"),
    ("points: 8", "points: {by_reading: {doubt: {a: 8, b: 7}}}", "reading_apart", "readings.doubt.rules"),
    ("units:\n", f"{WORKED}units:\n", "covers_ends", "calendar.working.covers"),
]  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Source]:
    def write(text: str) -> Source:
        (tmp_path / "mini.yaml").write_text(text, encoding="utf-8")
        return load(str(tmp_path / "mini.yaml"))

    return write


def keyed(problems: tuple[Problem, ...]) -> list[tuple[str, str | None]]:
    return [(problem.key.removeprefix("rules."), problem.field) for problem in problems]


def test_the_file_that_is_changed_below_has_nothing_to_warn_of(written: Callable[[str], Source]) -> None:
    source = written(MINI)
    assert not found(source)
    assert not advise(source).warnings


@pytest.mark.parametrize(("old", "new", "key", "field"), WARNINGS, ids=[each[2] for each in WARNINGS])
def test_each_warning_is_provoked_and_has_its_place(old: str, new: str, key: str, field: str, written: Callable[[str], Source]) -> None:
    assert MINI.count(old) == 1
    source = written(MINI.replace(old, new))
    assert not found(source), found(source)[0].line("en")
    warnings = advise(source).warnings
    assert (key, field) in keyed(warnings)
    for problem in warnings:
        assert re.fullmatch(r"mini\.yaml:\d+:\d+", problem.where or "")
        assert all(problem.text(lang) for lang in LANGUAGES)


def test_every_warning_that_there_is_stands_in_the_table() -> None:
    named = set(re.findall(r'"rules\.(\w+)"', Path(str(advice.__file__)).read_text(encoding="utf-8")))
    assert named - {"two_schemes"} == {key for _, _, key, _ in WARNINGS}


def test_the_place_is_that_of_the_words(written: Callable[[str], Source]) -> None:
    (warning,) = advise(written(MINI.replace("quarter: 10", "quarter: 12"))).warnings
    line = next(number for number, text in enumerate(MINI.splitlines(), 1) if "一类: {targets" in text)
    assert warning.where == f"mini.yaml:{line}:{MINI.splitlines()[line - 1].index('targets') + 1}"


def test_an_error_has_its_place_too(written: Callable[[str], Source]) -> None:
    (problem,) = found(written(MINI.replace("points: 8", "points: 8.005")))
    line = next(number for number, text in enumerate(MINI.splitlines(), 1) if "id: city" in text)
    assert problem.key == "events.bad_points"
    assert (problem.where or "").startswith(f"mini.yaml:{line}:")


def test_a_warning_that_the_file_explains_is_told_with_its_reason(written: Callable[[str], Source]) -> None:
    explained = "explained: {targets_contradict: {classes.一类.targets: 季度任务另定}}\nreadings:\n"
    advised = advise(written(MINI.replace("quarter: 10", "quarter: 12").replace("readings:\n", explained)))
    assert not advised.warnings
    ((problem, why),) = advised.explained
    assert (problem.key, why) == ("rules.targets_contradict", "季度任务另定")


@pytest.mark.parametrize(
    ("asked", "staff", "told"),
    [
        ("", "{name: 甲局, class: 一类}", False),
        ("when: {staff: {at_least: 5}}", "{name: 甲局, class: 一类}", True),
        ("when: {staff: {at_least: 5}}", "{name: 甲局, class: 一类, staff: 5}", False),
    ],
)
def test_a_number_of_staff_is_missed_only_where_a_rule_asks_for_it(
    asked: str, staff: str, told: bool, written: Callable[[str], Source]
) -> None:
    most = f"  - {{id: most, kind: limit, clause: 二, text: 封顶, account: score, period: year, most: 9, {asked}}}\nunits:\n"
    warnings = advise(written(MINI.replace("units:\n", most).replace("{name: 甲局, class: 一类}", staff))).warnings
    assert keyed(warnings) == [("staff_missing", "units")] * told


@pytest.mark.parametrize(
    ("calendar", "told"),
    [("begins: 12-01, of: previous", False), ("begins: 07-01", True), ("begins: 06-01", False), ("begins: 01-01", False)],
)
def test_only_a_year_that_begins_late_and_goes_by_its_first_day_is_told(
    calendar: str, told: bool, written: Callable[[str], Source]
) -> None:
    begun = MINI.replace("targets:", f"calendar: {{{calendar}}}\ntargets:", 1)
    assert (("year_named_by_start", "calendar.begins") in keyed(advise(written(begun)).warnings)) == told


@pytest.mark.parametrize(
    ("words", "rest", "told"),
    [
        ("idle, careless", "points: -1", True),
        ("idle, careless", "when: {class: 一类}, points: -1", True),
        ("idle", "points: -1", False),
        ("idle, careless", "when: {finding: [idle, careless]}, points: -1", False),
        ("idle, careless", "when: {not: {finding: idle}}, points: -1", False),
        ("idle, careless", "points: {by: finding, table: {idle: -1, careless: -2}}", False),
    ],
)
def test_one_price_for_every_finding_is_told(words: str, rest: str, told: bool, written: Callable[[str], Source]) -> None:
    assert (("any_finding", "rules.found") in keyed(advise(written(found_by(words, rest))).warnings)) == told


def test_of_many_units_without_staff_the_first_are_named(written: Callable[[str], Source]) -> None:
    units = "".join(f"  u{number}: {{name: 第{number}局, class: 一类}}\n" for number in range(6))
    (warning,) = advise(written(MINI.replace("of: items_y, target: year", "of: items_y, target: staff") + units)).warnings
    assert warning.params == {"count": 7, "units": "甲局, 第0局, 第1局, 第2局, 第3局, …"}


SHORT_Q = "  - {id: short_q, kind: measure, clause: 二, text: 每季欠条数, period: quarter, shortfall: {of: items_q, target: quarter}}\n"


def test_a_contradiction_is_told_once_however_many_measures_hold_the_two_targets(written: Callable[[str], Source]) -> None:
    contradicting = MINI.replace("quarter: 10", "quarter: 12").replace("units:\n", f"{SHORT_Q}units:\n")
    assert keyed(advise(written(contradicting)).warnings) == [("targets_contradict", "classes.一类.targets")]


@pytest.mark.parametrize(("division", "told"), [("week", False), ("month", True), ("half", True), ("term", True)])
def test_only_parts_that_make_up_the_year_can_contradict_it(division: str, told: bool, written: Callable[[str], Source]) -> None:
    terms = "calendar: {divisions: {term: [01-01, 07-01, 10-01]}}\ntargets:"
    divided = MINI.replace("period: quarter", f"period: {division}").replace("targets:", terms, 1)
    assert keyed(advise(written(divided)).warnings) == [("targets_contradict", "classes.一类.targets")] * told


def test_a_scheme_of_a_day_that_another_has_already_is_told(written: Callable[[str], Source]) -> None:
    source = written(MINI)
    other = written(MINI.replace("某县考评细则", "另一细则"))
    assert keyed(advise(source, [other]).warnings) == [("two_schemes", "effective")]
    assert not advise(source, [source]).warnings


NESTED = "points: {cases: [{when: {placement: cover}, points: 9}, {cases: [{when: {placement: brief}, points: 1}, {by: %s, table: %s}]}]}"


@pytest.mark.parametrize(
    ("by", "table", "told"),
    [
        ("placement", "{regular: 5}", []),
        ("placement", "{regular: 5, brief: 2}", ["cell_unreached"]),
        ("placement", "{cover: 5}", ["cell_missing", "cell_unreached"]),
        ("channel", "{city: 5}", ["cell_missing", "cell_unreached"]),
        ("channel.group", "{low: 5}", []),
        ("channel.group", "{low: 5, high: 7}", ["cell_unreached"]),
        ("unit_count", "{1: 5, 2: 5, 3: 5}", ["cell_missing"]),
    ],
)
def test_a_table_however_deep_is_looked_at_beside_the_cases_before_it(
    by: str, table: str, told: list[str], written: Callable[[str], Source]
) -> None:
    grouped = MINI.replace("{name: 县级}", "{name: 县级, group: low}").replace("{name: 市级}", "{name: 市级, group: high}")
    warnings = advise(written(grouped.replace("points: 5", NESTED % (by, table)))).warnings
    assert keyed(warnings) == [(key, "rules.county.points") for key in told]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("{channel.group: low}", "{channel: city}", False),
        ("{channel.group: low}", "{channel: county}", True),
        ("{not: {channel.group: low}}", "{channel.group: high}", True),
    ],
)
def test_a_group_of_words_and_a_word_are_known_to_agree(one: str, other: str, overlap: bool, written: Callable[[str], Source]) -> None:
    grouped = MINI.replace("{name: 县级}", "{name: 县级, group: low}").replace("{name: 市级}", "{name: 市级, group: high}")
    source = written(grouped.replace("when: {channel: county}", f"when: {one}").replace("when: {channel: city}", f"when: {other}"))
    assert ("overlap", "rules.city") in keyed(advise(source).warnings) or not overlap
    assert overlap or not keyed(advise(source).warnings)


PAIRS = [f"{{any: [{{extra.{one}: v{n}}}, {{extra.{two}: v{n}}}]}}" for one, two in ("ab", "bc", "cd", "da") for n in range(3)]
ENTANGLED = f"{{all: [{', '.join(PAIRS)}]}}"
"""A condition that nothing meets, which takes many trials to find out."""


@pytest.mark.parametrize(
    ("one", "other", "most", "overlap"),
    [
        ("{extra.a: v0, extra.b: v1, extra.c: v2, extra.d: v3}", "{extra.a: v0, extra.b: v1, extra.c: v2, extra.d: v4}", 100, False),
        ("{extra.a: v0, extra.b: v1, extra.c: v2, extra.d: v3}", "{extra.d: v3}", 100, True),
        (ENTANGLED, "{extra.a: v0}", 4000, False),
        (ENTANGLED, "{extra.a: v0}", 10, True),
    ],
)
def test_conditions_of_many_fields_are_told_apart_and_one_too_entangled_is_not_hidden(
    one: str, other: str, most: int, overlap: bool, written: Callable[[str], Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "_MOST", most)
    source = written(MINI.replace("when: {channel: county}", f"when: {one}").replace("when: {channel: city}", f"when: {other}"))
    assert (("overlap", "rules.city") in keyed(advise(source).warnings)) == overlap


@pytest.mark.parametrize("scheme", [LIUCHENG, QINGSHAN])
def test_the_packaged_schemes_have_no_warning_that_is_not_explained(scheme: str) -> None:
    advised = advise(packaged(scheme))
    assert not advised.warnings
    assert advised.explained


@pytest.mark.parametrize("scheme", [LIUCHENG, QINGSHAN])
def test_reading_a_file_keeps_what_yaml_says(scheme: str) -> None:
    source = packaged(scheme)
    assert source.origin is not None
    assert set(yaml.safe_load(Path(str(advice.__file__)).with_name("schemes").joinpath(f"{scheme}.yaml").read_text("utf-8"))) == set(
        source.data
    )


@pytest.mark.parametrize(("since", "told"), [("2023-01-01", False), ("2024-02-01", True)])
def test_days_before_a_scheme_have_the_rules_of_one_that_is_recorded(since: str, told: bool, written: Callable[[str], Source]) -> None:
    before = Source({**written(MINI).data, "scheme": "earlier", "effective": since})
    source = written(MINI.replace("effective: 2024-01-01", "effective: 2024-03-01"))
    assert (("days_without_rules", "effective") in keyed(advise(source, [before]).warnings)) == told
    assert ("days_without_rules", "effective") in keyed(advise(source).warnings)
