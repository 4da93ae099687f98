"""Every error that ``scheme check`` can print, with the file that provokes it; warnings stand in test_advice.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import Problem, SchemeError
from ledger.messages import LANGUAGES
from ledger.rules.advice import advise
from ledger.rules.check import found
from ledger.rules.source import Source, load
from tests.project import sources
from tests.rules.mutants import nodes, put_at
from tests.rules.test_advice import WARNINGS

COUNTY = """\
scheme: county-2024
name: 某县考评细则
issuer: 某县
issued: 2023-11-20
effective: 2023-12-01
scored_account: score
calendar:
  begins: 12-01
  of: previous
  divisions: {term: [12-01, 05-26]}
  working: {hours: [08:30-12:00, 14:30-18:00], holidays: [2024-02-10..2024-02-17], covers: 2023-12-01..2024-11-30}
vocabulary:
  channel: {county: {name: 县级}, city: {name: 市级}}
  finding: {falsity: {name: 虚报}}
fields:
  item_submitted:
    words: {name: 字数, type: whole}
    kind: {name: 体裁, type: choice, choices: {long: 长, short: 短}}
    parts: {name: 分工, type: ratio}
accounts: {score: 总分, score/items: 采用, score/targets: 任务, person: 个人}
targets: {pieces: 条数}
classes: {一类: {targets: {pieces: 4}}}
persons: {scored_account: person, name: 个人}
readings:
  doubt: {clause: 一, rules: [county], question: 何意, why: 未明, default: a, options: {a: 甲, b: 乙}}
groups:
  best: {per: item, keep: highest, skip: 1, share: full}
rules:
  - id: county
    kind: award
    clause: 一
    text: 县级5分
    match: item_adopted
    when: {channel: county}
    group: best
    account: score/items
    points: {by_reading: {doubt: {a: 5, b: 4}}}
  - {id: city, kind: award, clause: 一, text: 市级倍数, match: item_adopted, when: {channel: city},
     account: score/items, points: {times: 2, of: county}}
  - {id: length, kind: award, clause: 一, text: 按字数, match: item_submitted, account: score, points: {field: extra.words}}
  - {id: table, kind: award, clause: 一, text: 按体裁, match: item_endorsed, account: score,
     points: {by: extra.kind, table: {long: 2, short: 1}}}
  - {id: author, kind: award, clause: 一, text: 作者1分, match: item_adopted, credit: author, account: person, points: 1}
  - {id: pieces, kind: measure, clause: 二, text: 条数, period: year, count: {match: item_adopted}, shown: true}
  - {id: monthly, kind: measure, clause: 二, text: 每月条数, period: month,
     count: {match: item_adopted, when: {extra.words: {more_than: 100}}}}
  - {id: rate, kind: measure, clause: 二, text: 比率, period: year, ratio: {of: pieces, target: pieces, times: 1}}
  - {id: rated, kind: assess, clause: 二, text: 完成得5分, account: score/targets, period: year, judged: end,
     measure: rate, bands: [{at_least: 1, points: 5, name: full}, {points: 0}]}
  - {id: full, kind: measure, clause: 二, text: 完成, period: year, in_band: {of: rated, bands: full}}
  - {id: place, kind: measure, clause: 二, text: 位次, period: year, among: {of: pieces, within: all, take: place}}
  - {id: cap, kind: limit, clause: 三, text: 封顶, account: score/items, period: year, most: 100, deduct: {percent: 10}, flag: capped}
  - {id: order, kind: rank, clause: 四, text: 排名, within: [all], keys: [{by: score, first: highest}], excludes: [capped]}
units:
  jia: {name: 甲局, class: 一类}
"""

MONTHLY = "  - {id: low, kind: limit, clause: 三, text: 每月, account: score, period: month, least: 0}"
DONE = "  - {id: done, kind: measure, clause: 二, text: 完成日期, period: year, first_day: {of: pieces, target: pieces}}"
WRITTEN = "  - {id: written, kind: measure, clause: 二, text: 个人篇数, period: year, count: {match: item_adopted, credit: author}}"
AUTHORS = (
    f"{WRITTEN}\n  - {{id: first, kind: measure, clause: 二, text: 位次, period: year, among: {{of: written, within: all, take: place}}}}"
)
OWN = "  - {id: own, kind: limit, clause: 三, text: 个人封顶, account: person, period: year, most: 9, when: {class: 一类}}"
WEEKLY = "  - {id: weekly, kind: limit, clause: 三, text: 每周, account: score/targets, period: week, most: 3}"
DELAY = """\
  - {id: phone, kind: measure, clause: 二, text: 用时, period: year, elapsed: {from: incident_occurred, to: incident_reported}}
  - {id: slow, kind: assess, clause: 二, text: 迟报, account: score, period: year, judged: daily, measure: phone,
     bands: [{more_than: 999999999, points: -1}, {points: 0}]}"""
ERRORS: list[tuple[str, str, str]] = [
    ("scored_account: score\n", "scored_acount: score\n", "no_key"),
    ("most: 100", "moost: 100", "no_key"),
    ("period: year, most", "period: year, flags: x, most", "no_key"),
    ("share: full", "share: full, of: 2", "no_key"),
    ("kind: rank", "kind: ranks", "no_choice"),
    ("first: highest}]", "first: most}]", "no_choice"),
    ("issuer: 某县\n", "", "missing"),
    ("kind: limit, ", "", "missing"),
    ("measure: rate, bands: [{at_least: 1, points: 5, name: full}, {points: 0}]", "measure: rate, bands: 5", "not_a_list"),
    ("calendar:\n  begins: 12-01", "calendar:\n  - begins: 12-01", "bad_indent"),
    ("targets: {pieces: 条数}", "targets: 条数", "not_names"),
    ("readings:\n  doubt: {", "readings: []\nfields: {", "key_twice"),
    ("text: 封顶", 'text: ""', "empty"),
    ("skip: 1", "skip: none", "not_whole"),
    ("class: 一类}", "class: 一类, staff: 0}", "not_whole"),
    ("shown: true", "shown: maybe", "not_yes_no"),
    ("name: 某县考评细则", "name: [某县, 考评细则]", "not_text"),
    ("share: full", "share: third", "bad_share"),
    ("text: 县级5分", "text: 县级5分\n    text: 5分", "key_twice"),
    ("issuer: 某县\n", "issuer：某县\n", "no_colon"),
    ("issuer: 某县\n", "issuer:某县\n", "no_colon"),
    ("issuer: 某县\n", "issuer: 某县 name: 某县\n", "second_colon"),
    ("issuer: 某县\n", " issuer: 某县\n", "second_colon"),
    ("  finding: {falsity", " finding: {falsity", "bad_indent"),
    ("channel: {county: {name: 县级}, city", "channel: {county: {name: 县级} city", "not_closed"),
    ("  finding: {falsity", "\tfinding: {falsity", "tab"),
    ("issuer: 某县\n", "issuer: %某县\n", "not_quoted"),
    ("issuer: 某县\n", "issuer: *某县\n", "not_yaml"),
    ("issuer: 某县\n", "issuer: !!int 某县\n", "tagged"),
    ("issuer: 某县\n", 'issuer: "\\ud800"\n', "half_a_sign"),
    ("issuer: 某县\n", "? [issuer]\n: 某县\n", "odd_key"),
    ("issuer: 某县\n", "issuer: " + "[" * 40 + "]" * 40 + "\n", "too_deep"),
    (COUNTY, f"a: [&a [{'x, ' * 9}], &b [{'*a, ' * 9}], {'[*b, *b, *b, *b, *b, *b, *b, *b], ' * 99}]", "too_large"),
    (COUNTY, "- one\n- two\n", "not_a_mapping"),
    ("issued: 2023-11-20", "issued: 2023-11-31", "events.bad_day"),
    ("most: 100", "most: 一百", "events.bad_points"),
    ("times: 2, of", "times: twice, of", "bad_factor"),
    ("times: 2, of", "times: 1e999999999, of", "bad_factor"),
    ("times: 2, of", "times: 1/00, of", "bad_factor"),
    ("{more_than: 100}", "{more_than: many}", "bad_threshold"),
    ("{more_than: 100}", "{over: 100}", "bad_order"),
    ("when: {channel: city}", "when: city", "bad_condition"),
    ("table: {long: 2, short: 1}", "table: {}", "bad_table"),
    ("by: extra.kind, table", "by: [], table", "empty"),
    ("by: extra.kind, table: {long: 2, short: 1}", "by: extra.kind", "one_price"),
    ("keep: highest", "keep: {first: 1, highest: 1}", "one_keep"),
    ("target: pieces, times", "times", "one_against"),
    ("shown: true", "sum: score", "one_form"),
    ("measure: rate, bands", "points: 1, measure: rate, bands", "one_judgement"),
    ("judged: end", "judged: daily, charged_to: year", "charged_at_end"),
    ("judged: end,\n     measure: rate, bands: [{at_least: 1, points: 5, name: full}, {points: 0}]", "judged: daily, points: 5",
     "points_daily"),
    ("credit: author", "mode: replace, credit: author", "mode_without_group"),
    ("type: whole}", "type: whole, choices: {a: b}}", "choices"),
    ("begins: 12-01", "begins: 12-31", "begins_late"),
    ("begins: 12-01", "begins: 02-29", "bad_month_day"),
    ("term: [12-01, 05-26]", "term: [05-26]", "bad_division"),
    ("term: [12-01", "month: [12-01", "own_division"),
    ("08:30-12:00", "12:00-08:30", "bad_hours"),
    ("2024-02-10..2024-02-17", "2024-02-17..2024-02-10", "bad_days"),
    ("id: city", "id: county", "id_twice"),
    ("account: score/items, points: {times", "account: score/itmes, points: {times", "no_account"),
    ("group: best", "group: bets", "no_group"),
    ("match: item_endorsed", "match: item_endorse", "no_kind"),
    ("item_submitted:\n", "item_submited:\n", "no_kind"),
    ("by: extra.kind", "by: extra.kinds", "no_extra"),
    ("by: extra.kind", "by: kinds", "no_field"),
    ("channel: city}", "channel: citi}", "no_word"),
    ("  finding: {", "  findings: {", "no_vocabulary"),
    ("{extra.words: {more_than: 100}}", "{channel: {more_than: 1}}", "no_order"),
    ("{extra.words: {more_than: 100}}", "{extra.words: {at_most: 10-31}}", "no_day"),
    ("{extra.words: {more_than: 100}}", "{extra.words: {at_most: 02-29}}", "bad_month_day"),
    ("{extra.words: {more_than: 100}}", "{extra.words: {at_most: 2023-02-29}}", "events.bad_day"),
    ("flag: capped}", "flag: capped, when: {pieces: {at_most: 10-31}}}", "no_day"),
    ("flag: capped}", f"flag: capped, when: {{done: {{at_most: 5}}}}}}\n{DONE}", "day_no_number"),
    ("of: county}", "of: cuonty}", "no_rule"),
    ("field: extra.words", "field: extra.kind", "not_a_number"),
    ("share: full", "share: {by: extra.words}", "not_a_ratio"),
    ("match: item_adopted, credit", "match: item_adopted, when: {role: lead}, credit", "not_of_person"),
    ("measure: rate", "measure: ratio", "no_measure"),
    ("measure: rate", "measure: monthly", "measure_period"),
    ("period: year, most", "period: yaer, most", "no_period"),
    ("bands: full}", "bands: fall}", "no_band_name"),
    (", {points: 0}]", "]", "open_bands"),
    ("{at_least: 1, points: 5, name: full}", "{at_least: 1, points: 5, name: full}, {at_least: 2, points: 6}", "bands_not_falling"),
    ("target: pieces, times", "target: peices, times", "no_target_name"),
    ("classes: {一类: {targets: {pieces: 4}}}", "classes: {一类: {}}", "target_missing"),
    ("class: 一类", "class: 二类", "no_class"),
    ("most: 100", "most: 100, least: 200", "least_over_most"),
    ("percent: 10", "percent: 101", "bad_percent"),
    (", most: 100, deduct: {percent: 10}, flag: capped", "", "limits_nothing"),
    (", most: 100, deduct: {percent: 10}, flag: capped", ", flag: capped", "limits_nothing"),
    ("  - {id: order", f"{MONTHLY}\n  - {{id: order", "limits_cross"),
    ("persons: {scored_account: person, name: 个人}\n", "", "no_persons"),
    ("credit: author, account: person", "credit: author, account: score", "credit_account"),
    ("excludes: [capped]", "excludes: [caped]", "no_flag"),
    ("count: {match: item_adopted}, shown: true", "sum: score", "cycle"),
    ("{doubt: {a: 5, b: 4}}", "{dout: {a: 5, b: 4}}", "undeclared_reading"),
    ("{a: 5, b: 4}", "{a: 5, c: 4}", "no_option_named"),
    ("{a: 5, b: 4}", "{a: 5}", "option_without_value"),
    ("{by_reading: {doubt: {a: 5, b: 4}}}", "{by_reading: 5}", "bad_by_reading"),
    ("default: a", "default: c", "bad_default"),
    ("rules: [county], question", "rules: county, question", "not_a_reading"),
    ("judged: end,\n     measure: rate", "judged: daily, measure: place", "among_at_end"),
    ("judged: end,\n     measure: rate", "judged: daily, measure: rate", "in_band_at_end"),
    ("judged: end,\n     measure: rate", "judged: start, measure: rate", "points_at_start"),
    ("period: year, ratio:", "period: year, first_day:", "day_no_number"),
    ("month,\n     count: {match: item_adopted, when: {extra.words: {more_than: 100}}}}", "month, first_day: {of: pieces, target: pieces}}",
     "first_day_of_year"),
    ("match: item_adopted, credit", "match: unit_changed, credit", "credits_nobody"),
    ("count: {match: item_adopted}, shown", "count: {match: solicitation_issued}, shown", "credits_nobody"),
    ("match: item_endorsed, account", "match: finding_established, when: {exists: {match: unit_enrolled}}, account", "credits_nobody"),
    ("best: {per: item", "best: {per: [item, role]", "not_stored"),
    ("best: {per: item", "best: {per: item, distinct: year", "not_stored"),
    ("count: {match: item_adopted}, shown", "count: {match: item_adopted, distinct: class}, shown", "not_stored"),
    ("period: year, judged: end,\n     measure: rate", "period: month, judged: end,\n     measure: place", "among_period"),
    ("month,\n     count: {match: item_adopted, when: {extra.words: {more_than: 100}}}}", "month, weighted: {place: 1}}", "among_period"),
    ("  - {id: order", f"{AUTHORS}\n  - {{id: order", "units_alone"),
    ("count: {match: item_adopted}, shown", "count: {match: item_adopted, credit: author}, shown", "units_alone"),
    ("flag: capped}", f"flag: capped, when: {{written: {{at_least: 1}}}}}}\n{WRITTEN}", "other_holder"),
    ("flag: capped}", f"flag: capped}}\n{WRITTEN}\n{OWN}", "not_of_person"),
    ("keys: [{by: score, first: highest}], excludes: [capped]}", f"keys: [{{by: written, first: highest}}]}}\n{WRITTEN}", "other_holder"),
    ("match: item_adopted, credit: author", "match: item_adopted, group: best, credit: author", "group_credits"),
    ("channel: city},\n     account: score/items", "channel: city}, group: best,\n     account: score", "group_accounts"),
    ("  - {id: order", f"{WEEKLY}\n{MONTHLY}\n  - {{id: order", "limits_meet"),
    ("{id: full, kind", "{id: monthly1, kind", "one_column"),
    ("flag: capped}", f"flag: capped}}\n{DONE[:-1]}, whole: true}}", "whole_day"),
    ("target: pieces, times: 1", "target: pieces, times: 0", "times_nothing"),
    ("二, text: 完成, period: year", "二, text: 完成, period: month", "in_band_period"),
    ("{more_than: 100}", "{more_than: 4000d}", "time_too_long"),
    ("flag: capped}", f"flag: capped}}\n{DELAY}", "time_too_long"),
    ("when: {channel: city}", "when: {extra: long}", "bare_extra"),
    ("  jia: {name: 甲局, class: 一类}", "  jia: {name: 甲局, class: 一类}\n  yi: {name: 乙, aliases: [甲 局], class: 一类}", "name_twice"),
    ("  jia: {name: 甲局, class: 一类}", "  jia: {name: 甲局, class: 一类}\n  yi: {name: 甲局, class: 一类}", "name_twice"),
    ("city: {name: 市级}", "city: {name: 县级}", "name_twice"),
    ("city: {name: 市级}", "city: {name: 市级, aliases: [County]}", "name_twice"),
    ("most: 100", "most: １００", "events.wide_digits"),
    ("{points: 0}", "{points: －1}", "events.wide_digits"),
    ("{more_than: 100}", "{more_than: １００}", "events.wide_digits"),
    ("{at_least: 1,", "{at_least: 90%,", "percent"),
    ("ratio: {of: pieces, target", "ratio: {of: monthly, target", "measure_period"),
    ("keys: [{by: score", "keys: [{by: monthly", "measure_period"),
    ("group: best\n", 'group: ""\n', "empty"),
    ("deduct: {percent: 10}", 'deduct: {percent: 10, each: ""}', "empty"),
    ("count: {match: item_adopted}, shown", 'count: {match: item_adopted, distinct: ""}, shown', "empty"),
    ("measure: rate", 'measure: ""', "empty"),
    ("flag: capped}", 'flag: ""}', "empty"),
    ("city: {name: 市级}", 'city: {name: ""}', "empty"),
]  # fmt: skip

ELSEWHERE = {
    "rules.not_valid": "what the model's library may find that has no words of ours; nothing is known that does",
    "rules.no_reading": "an option of the command line",
    "rules.no_option": "an option of the command line",
    "rules.no_scheme": "a name of the command line",
    "rules.bad_date": "a source that no check has seen",
    "rules.bad_calendar": "a source that no check has seen",
    "rules.two_schemes": "a warning beside a ledger, in test_advice",
    "rules.too_many_combinations": "many readings, in test_check",
}
"""Keys of the same modules that a check does not print, or that another test provokes, and why."""
CHECKED = (
    "check", "holding", "speech", "advice", "scheme", "model", "award_model", "measure_model", "entries", "parts", "prices", "conditions",
    "calendar", "readings", "source", "written",
)  # fmt: skip


def checked(folder: Path, written: str) -> tuple[Problem, ...]:
    """What a check finds in a file of this text."""
    (folder / "county.yaml").write_text(written, encoding="utf-8")
    try:
        return found(load(str(folder / "county.yaml")))
    except SchemeError as error:
        return error.problems


def whole(key: str) -> str:
    """The key of a message, its catalogue named where that is another than the rules'."""
    return key if "." in key else f"rules.{key}"


def test_the_file_that_is_changed_below_is_sound(tmp_path: Path) -> None:
    assert not checked(tmp_path, COUNTY)


@pytest.mark.parametrize(("old", "new", "key"), ERRORS, ids=[f"{key}-{new.strip()[:24]}" for _, new, key in ERRORS])
def test_each_error_is_provoked_and_has_its_place(old: str, new: str, key: str, tmp_path: Path) -> None:
    assert COUNTY.count(old) == 1
    problems = checked(tmp_path, COUNTY.replace(old, new))
    assert whole(key) in {problem.key for problem in problems}
    for problem in problems:
        assert re.match(r"county\.yaml(:\d+){0,2}$", problem.where or "")
        assert all(problem.text(lang) for lang in LANGUAGES)
        assert problem.key != "rules.not_valid"


NAMED = ("account", "group", "kind", "field", "extra", "word", "rule", "measure", "period", "band_name", "target_name", "class", "flag")


@pytest.mark.parametrize(("old", "new", "key"), [each for each in ERRORS if each[2].removeprefix("no_") in NAMED])
def test_a_wrong_name_is_found_to_the_column(old: str, new: str, key: str, tmp_path: Path) -> None:
    written = COUNTY.replace(old, new)
    for problem in checked(tmp_path, written):
        if problem.key == whole(key):
            _, line, column = str(problem.where).split(":")
            assert written.splitlines()[int(line) - 1][int(column) - 1 :].startswith(str(problem.params["value"]))


def keys() -> Iterator[str]:
    """Every message's key that stands in the modules of a check."""
    for name in CHECKED:
        for node in ast.walk(sources.tree(sources.PACKAGE / "rules" / f"{name}.py")):
            if isinstance(node, ast.Constant) and re.fullmatch(r"rules\.\w+", str(node.value)):
                yield str(node.value)


def test_every_message_of_a_check_is_provoked() -> None:
    provoked = {whole(key) for _, _, key in ERRORS} | {whole(key) for _, _, key, _ in WARNINGS}
    assert {*keys()} - provoked == {*ELSEWHERE}
    assert not provoked & {*ELSEWHERE}


@pytest.mark.parametrize("value", ["", "x", [], {}, ["x"], {"x": "y"}, [{"x": "y"}], {"not": {"x": "1"}}], ids=repr)
def test_whatever_stands_in_a_file_is_told_and_never_a_crash(value: object, tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(COUNTY, encoding="utf-8")
    data = load(str(tmp_path / "county.yaml")).data
    for path in nodes(data):
        source = Source(put_at(data, path, value))
        problems = found(source)
        assert all(problem.line(lang) and problem.key != "rules.not_valid" for problem in problems for lang in LANGUAGES)
        if not problems:
            advise(source)
