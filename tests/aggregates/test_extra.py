"""The values of extra fields: how each type may be written, and what is stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.extra import Declared, read
from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem
from ledger.messages import LANGUAGES

TYPES = ("text", "whole", "number", "yes_no", "day", "ratio")
POSTS = Lexicon([("mayor", ["县长"]), ("deputy", ["副县长"])])
FIELDS = {name: Declared(name, Lexicon(), required=False) for name in TYPES} | {"post": Declared("choice", POSTS, required=True)}


def stored(name: str, value: object) -> Any:
    values, problems = read({"post": "mayor", name: value}, FIELDS, "item_endorsed")
    assert problems == []
    assert values is not None
    return values[name]


def wrong(said: object, fields: dict[str, Declared] = FIELDS) -> list[Problem]:
    problems = read(said, fields, "item_endorsed")[1]
    assert all(problem.text(lang) for problem in problems for lang in LANGUAGES)
    return problems


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("text", " 请办公室办理\n", "请办公室办理"),
        ("whole", 1200, 1200),
        ("whole", "１２００", 1200),
        ("whole", "-3", -3),
        ("number", "2.50", "2.5"),
        ("number", Decimal("2.50"), "2.5"),
        ("number", 2.5, "2.5"),
        ("number", "-0", "0"),
        ("number", 3, "3"),
        ("yes_no", True, True),
        ("yes_no", "否", False),
        ("yes_no", "YES", True),
        ("day", "2024-02-29", "2024-02-29"),
        ("ratio", "3:2", [3, 2]),
        ("ratio", "3：2：0", [3, 2, 0]),
        ("ratio", [3, 2], [3, 2]),
        ("ratio", (1, "1"), [1, 1]),
        ("post", "mayor", "mayor"),
        ("post", " 副 县长", "deputy"),
    ],
)
def test_a_value_is_stored_in_one_way_however_it_is_written(name: str, written: object, value: object) -> None:
    assert stored(name, written) == value
    assert type(stored(name, written)) is type(value)


@pytest.mark.parametrize(
    ("name", "written", "key", "named"),
    [
        ("text", 7, "not_words", "4000"),
        ("text", " ", "not_words", "extra.text"),
        ("text", "x" * 4001, "not_words", "4000"),
        ("text", "\ud800", "not_words", "extra.text"),
        ("whole", "3.0", "not_whole", "3.0"),
        ("whole", Decimal("3.0"), "not_whole", "3.0"),
        ("whole", True, "not_whole", "True"),
        ("whole", 10**12, "not_whole", "extra.whole"),
        ("number", "2.505", "not_a_number", "2.505"),
        ("number", True, "not_a_number", "True"),
        ("number", "1e3", "not_a_number", "1e3"),
        ("yes_no", "也许", "not_yes_or_no", "也许"),
        ("yes_no", 1, "not_yes_or_no", "1"),
        ("day", "2024-02-30", "bad_day", "2024-02-30"),
        ("day", 20240201, "bad_day", "20240201"),
        ("ratio", "0:0", "not_a_ratio", "0:0"),
        ("ratio", "3:-2", "not_a_ratio", "3:-2"),
        ("ratio", "3:2.5", "not_a_ratio", "3:2.5"),
        ("ratio", [], "not_a_ratio", "[]"),
        ("ratio", {"a": 1}, "not_a_ratio", "a"),
        ("post", "县张", "no_such_word", "县长"),
        ("post", 7, "not_text", "7"),
    ],
)
def test_a_value_of_another_type_is_refused_naming_field_and_value(name: str, written: object, key: str, named: str) -> None:
    (problem,) = wrong({"post": "mayor", name: written})
    assert (problem.key.partition(".")[2], problem.field) == (key, f"extra.{name}")
    assert named in problem.text("en")


def test_a_message_shows_only_the_beginning_of_a_long_value() -> None:
    assert len(wrong({"post": "mayor", "whole": "9" * 5000})[0].text("en")) < 200


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert {(problem.field, problem.key) for problem in wrong({"hole": 1, "ratio": "x", "day": "y"})} == {
        ("extra.hole", "aggregates.unknown_field"),
        ("extra.ratio", "aggregates.not_a_ratio"),
        ("extra.day", "events.bad_day"),
        ("extra.post", "aggregates.missing"),
    }


def test_an_unknown_field_names_the_nearest_and_one_of_a_kind_without_any_says_so() -> None:
    (unknown,) = wrong({"post": "mayor", "nomber": 1})
    assert (unknown.key, unknown.field) == ("aggregates.unknown_field", "extra.nomber")
    assert unknown.text("en").endswith("The nearest is number.")
    (none,) = wrong({"number": 1}, {})
    assert (none.key, none.field) == ("aggregates.no_extra", "extra.number")
    assert "item_endorsed" in none.text("en")


@pytest.mark.parametrize("said", ["post=县长", ["县长"], 7])
def test_what_is_no_set_of_fields_is_refused(said: object) -> None:
    (problem,) = wrong(said)
    assert (problem.key, problem.field) == ("aggregates.extra_by_name", "extra")


def test_nothing_said_is_nothing_stored_and_a_null_is_nothing_said() -> None:
    optional = {"number": FIELDS["number"]}
    assert read({}, optional, "item_endorsed") == (None, [])
    assert read({"number": None}, optional, "item_endorsed") == (None, [])
    assert [problem.key for problem in wrong({"post": None})] == ["aggregates.missing"]


VALUES = {
    "text": st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()),
    "whole": st.integers(-(10**12) + 1, 10**12 - 1),
    "number": st.decimals(-(10**9), 10**9, places=2),
    "yes_no": st.booleans(),
    "day": st.dates(date(1900, 1, 1), date(2999, 12, 31)).map(str),
    "ratio": st.lists(st.integers(0, 10**6), min_size=1).filter(any),
    "post": st.sampled_from(["mayor", "县长", "deputy", "副县长"]),
}


@given(st.fixed_dictionaries({"post": VALUES["post"]}, optional={name: VALUES[name] for name in TYPES}))
def test_what_is_stored_reads_as_itself(said: dict[str, object]) -> None:
    values, problems = read(said, FIELDS, "item_endorsed")
    assert problems == []
    assert read(values, FIELDS, "item_endorsed") == (values, [])


@given(
    st.dictionaries(st.sampled_from([*FIELDS, "other"]), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()))
)
def test_whatever_is_said_is_stored_or_refused_by_name(said: dict[str, object]) -> None:
    values, problems = read(said, FIELDS, "item_endorsed")
    refused = {str(problem.field).removeprefix("extra.") for problem in problems}
    assert refused.isdisjoint(values or {})
    assert {name for name, value in said.items() if value is not None} <= refused | (values or {}).keys()
