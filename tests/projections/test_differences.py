"""How two schemes differ: nothing that differs is left out, and what is said can be read."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.projections.differences import ABSENT, Change, Field, differences
from ledger.rules.source import Source, load
from tests.projections.drafts import LATE, draft
from tests.rules.kit import packaged

SCHEMES = ("liucheng-2024", "qingshan-2020")


def changes(folder: Path, *edits: tuple[str, str]) -> list[Change]:
    """What a draft changes, its id aside."""
    found = differences(load("liucheng-2024"), load(str(draft(folder, *edits))))
    return [change for change in found.changes if change.section != "scheme"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_does_not_differ_from_itself(scheme: str) -> None:
    found = differences(load(scheme), Source(copy.deepcopy(dict(load(scheme).data))))
    assert found.changes == ()
    assert found.as_json()["equal"] is True


def test_a_changed_price_names_the_rule_its_clause_and_words_and_both_values(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, LATE)
    assert (change.section, change.entry, change.how, change.clause) == ("rules", ("feedback_late",), "changed", "三（二）3")
    assert change.words == "核实信息和补充内容反馈不及时的，每次扣1分"
    assert change.fields == (Field(("points",), "-1", "-3"),)


def test_a_value_deep_inside_is_named_by_its_path(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, ("- {at_least: 0.75, points: 16}", "- {at_least: 0.75, points: 17}"))
    assert [(field.name, field.before, field.after) for field in change.fields] == [("bands[1].points", "16", "17")]


def test_a_list_that_grew_is_shown_whole(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, ("      - {at_least: 0.75, points: 16}\n", ""))
    (field,) = change.fields
    assert field.name == "bands"
    assert (len(field.before), len(field.after)) == (6, 5)


def test_a_new_word_stands_in_its_vocabulary(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, ("  level:\n", "    web: {name: 门户网站}\n  level:\n"))
    assert (change.section, change.entry, change.how, change.words) == ("vocabulary", ("channel", "web"), "added", "门户网站")
    assert change.fields == (Field(("name",), ABSENT, "门户网站"),)


def test_a_unit_a_target_an_account_a_reading_and_a_date_are_entries_like_rules(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        ("effective: 2024-01-01", "effective: 2025-01-01"),
        ("  appraisal/year: 年度采用任务", "  appraisal/year: 全年采用任务"),
        ("    default: adoption\n", "    default: appraisal\n"),
        ("大埔镇, class: 一类, targets: {adoption_year: 180", "大埔镇, class: 一类, targets: {adoption_year: 200"),
    )
    said = [(change.section, ".".join(change.entry), change.fields[0].name, change.fields[0].after) for change in found]
    assert said == [
        ("effective", "", "", "2025-01-01"),
        ("readings", "endorsement_account", "default", "appraisal"),
        ("accounts", "appraisal/year", "", "全年采用任务"),
        ("units", "dapu-zhen", "targets.adoption_year", "200"),
    ]


def test_a_new_rule_says_behind_which_it_stands_and_one_that_moved_is_said_to_have() -> None:
    before = load("liucheng-2024")
    data = copy.deepcopy(dict(before.data))
    names = [rule["id"] for rule in data["rules"]]
    data["rules"].insert(2, {"id": "new", "kind": "award", "clause": "九", "text": "新", "match": "training_completed", "points": "1"})
    data["rules"].append(data["rules"].pop(0))
    found = differences(before, Source(data)).changes
    assert [(change.entry, change.how, change.behind) for change in found] == [
        (("new",), "added", names[1]),
        ((names[0],), "moved", names[-1]),
    ]


def test_a_section_that_is_gone_is_said_to_be_with_all_it_held() -> None:
    before = load("liucheng-2024")
    after = Source({key: value for key, value in before.data.items() if key != "groups"})
    found = differences(before, after).changes
    assert {change.how for change in found} == {"removed"}
    assert [change.entry for change in found] == [(), *((group,) for group in before.data["groups"])]


def test_an_empty_section_is_not_the_same_as_none() -> None:
    before = load("liucheng-2024")
    (change,) = differences(before, Source({**before.data, "calendar": {}})).changes
    assert (change.section, change.entry, change.how) == ("calendar", (), "added")


def test_rules_of_equal_ids_are_compared_as_the_list_they_are() -> None:
    before = load("liucheng-2024")
    twice = Source({**before.data, "rules": [*before.data["rules"], before.data["rules"][0]]})
    (change,) = differences(before, twice).changes
    assert (change.entry, change.fields[0].before) == ((), before.data["rules"])


def patched(before: Source, found: tuple[Change, ...]) -> dict[str, Any]:
    """The other scheme, made from the first and the differences alone."""
    data = copy.deepcopy(dict(before.data))
    for change in found:
        if change.section == "rules" and change.entry:
            continue
        _apply(data, (change.section, *change.entry), change)
    _apply_rules(data, [change for change in found if change.section == "rules" and change.entry])
    return data


def _apply(data: Any, path: tuple[str, ...], change: Change) -> None:
    *above, last = path
    for step in above:
        if change.how == "removed" and step not in data:
            return  # its section went before it
        data = data[step]
    if change.how == "removed":
        data.pop(last, None)
    elif change.how == "added":
        data[last] = _value(ABSENT, change.fields)
    else:
        data[last] = _value(data[last], change.fields)


def _value(value: Any, fields: tuple[Field, ...]) -> Any:
    value = {} if value is ABSENT else copy.deepcopy(value)
    for field in fields:
        if not field.path:
            return copy.deepcopy(field.after)
        at = value
        for step in field.path[:-1]:
            at = at[step]
        if field.after is ABSENT:
            del at[field.path[-1]]
        else:
            at[field.path[-1]] = copy.deepcopy(field.after)
    return value


def _apply_rules(data: dict[str, Any], found: list[Change]) -> None:
    if not found:
        return
    rules = {rule["id"]: {key: value for key, value in rule.items() if key != "id"} for rule in data.get("rules", [])}
    for change in found:
        if change.how != "moved":
            (name,) = change.entry
            rules[name] = _value(rules.get(name, ABSENT), change.fields)
    gone = {change.entry[0] for change in found if change.how == "removed"}
    placed = {change.entry[0]: change.behind for change in found if change.how in ("added", "moved")}
    order = [name for name in rules if name not in gone and name not in placed]
    while placed:
        name = next(name for name, behind in placed.items() if behind is None or behind in order)
        behind = placed.pop(name)
        order.insert(0 if behind is None else order.index(behind) + 1, name)
    data["rules"] = [{"id": name, **rules[name]} for name in order]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SCHEMES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_other_scheme_can_be_made_from_the_differences(scheme: str, chance: random.Random, steps: int) -> None:
    before = packaged(scheme)
    data = copy.deepcopy(dict(before.data))
    for _ in range(steps):
        _edit(data, chance)
    after = Source(data)
    found = differences(before, after).changes
    assert (not found) == (before == after)
    assert patched(before, found) == data


def _edit(data: dict[str, Any], chance: random.Random) -> None:
    """Some change somewhere, as a hasty author might make it."""
    if chance.random() < 0.2 and data.get("rules"):
        data["rules"].insert(chance.randrange(len(data["rules"])), data["rules"].pop())
        return
    at: Any = data
    while True:
        keys: list[Any] = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            return
        key = chance.choice(keys)
        deeper = isinstance(at[key], dict | list) and at[key]
        if not deeper or (chance.random() < 0.2 and (at is not data or key != "rules")):
            break
        at = at[key]
    if key == "id":
        return
    match chance.randrange(4):
        case 0:
            del at[key]
        case 1 if isinstance(at, dict):
            at[f"{key}x"] = copy.deepcopy(at[key])
        case 2:
            at[key] = chance.choice(["", "9", [], {}, ["a", "b"], {"a": "b"}])
        case _:
            at[key] = f"{at[key]}x" if isinstance(at[key], str) else {}


@pytest.mark.parametrize(("before", "after"), [SCHEMES, SCHEMES[::-1]])
def test_two_schemes_that_have_little_in_common_are_compared_in_full(before: str, after: str) -> None:
    found = differences(load(before), load(after)).changes
    made = patched(load(before), found)
    assert Source(made) == load(after)
