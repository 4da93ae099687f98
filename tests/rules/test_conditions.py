"""The condition language: closed, compared as text, numbers in hundredths, and nothing that runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.rules.conditions import ALWAYS, FIRST, as_text, leaves, parse, threshold
from ledger.values import Invalid

FACT: Mapping[str, Any] = {
    "channel": "county",
    "placement": "brief",
    "excused": False,
    "count": 200,
    "rate": Fraction(7500, 100),
    "lead": None,
}


def holds(written: object) -> bool:
    """Whether a condition of a scheme file holds for the fact."""
    return parse(written).holds(FACT.__getitem__)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"channel": "county"}, True),
        ({"channel": "city"}, False),
        ({"channel": ["city", "county"]}, True),
        ({"channel": ["city", "region"]}, False),
        ({"channel": "county", "placement": "cover"}, False),
        ({"channel": "county", "placement": "brief"}, True),
        ({"excused": "false"}, True),
        ({"excused": "true"}, False),
        ({"lead": ""}, True),
        ({"lead": "None"}, False),
        ({"count": "2"}, True),
        ({"count": "2.00"}, False),
        ({"not": {"channel": "county"}}, False),
        ({"not": {"channel": "county", "placement": "cover"}}, True),
        ({"any": [{"channel": "city"}, {"placement": "brief"}]}, True),
        ({"any": [{"channel": "city"}, {"placement": "cover"}]}, False),
        ({"all": [{"channel": "county"}, {"placement": "brief"}]}, True),
        ({"all": [{"channel": "county"}, {"placement": "cover"}]}, False),
        ({"channel": "county", "any": [{"placement": "cover"}, {"not": {"placement": "regular"}}]}, True),
    ],
)
def test_a_condition_holds_when_all_its_entries_do(written: object, expected: bool) -> None:
    assert holds(written) is expected


@pytest.mark.parametrize(
    ("order", "below", "at", "above"),
    [("at_least", False, True, True), ("more_than", False, False, True), ("at_most", True, True, False), ("less_than", True, False, False)],
)
def test_an_order_compares_hundredths(order: str, below: bool, at: bool, above: bool) -> None:
    condition = parse({"points": {order: "1.5"}})
    assert [condition.holds({"points": value}.__getitem__) for value in (149, 150, 151)] == [below, at, above]
    assert condition.holds(lambda _: Fraction(14999, 100)) is below


def test_orders_on_one_field_all_hold() -> None:
    inside = parse({"points": {"at_least": "1", "less_than": "2"}})
    assert [inside.holds({"points": value}.__getitem__) for value in (99, 100, 199, 200)] == [False, True, True, False]


@pytest.mark.parametrize("order", ["at_least", "more_than", "at_most", "less_than"])
def test_a_field_without_a_number_stands_in_no_order(order: str) -> None:
    condition = parse({"lead": {order: "0"}})
    assert not condition.holds(lambda _: None)
    assert not condition.holds(lambda _: "5")


@pytest.mark.parametrize(
    ("first", "bound", "day"),
    [
        ("2024-01-01", "10-31", "2024-10-31"),
        ("2023-12-01", "12-15", "2023-12-15"),
        ("2023-12-01", "10-31", "2024-10-31"),
        ("2023-12-01", "2024-12-15", "2024-12-15"),
    ],
)
@pytest.mark.parametrize(
    ("order", "before", "on", "after"),
    [("at_least", False, True, True), ("more_than", False, False, True), ("at_most", True, True, False), ("less_than", True, False, False)],
)
def test_a_first_day_is_compared_with_a_day_of_the_year(
    first: str, bound: str, day: str, order: str, before: bool, on: bool, after: bool
) -> None:
    condition, known = parse({"completed_on": {order: bound}}), {FIRST: date.fromisoformat(first).toordinal()}
    at = date.fromisoformat(day).toordinal()
    found = [condition.holds({**known, "completed_on": each}.__getitem__) for each in (at - 1, at, at + 1, None)]
    assert found == [before, on, after, False]


def test_a_condition_without_parts_always_holds() -> None:
    assert ALWAYS.holds(FACT.__getitem__)


@pytest.mark.parametrize(
    "written",
    [None, "", "channel", 5, [], {}, {"any": []}, {"all": []}, {"any": {"channel": "county"}}, {"not": []}, {"not": {}}, {"not": "channel"},
     {"exists": {}}, {"exists": "item_adopted"}, {"exists": {"when": {"a": "b"}}}, {"exists": {"match": "item_adopted", "of": "x"}},
     {"exists": {"match": "item_adopted", "when": {}}}, {"any": [{"channel": "county"}, "city"]}],
)  # fmt: skip
def test_anything_else_is_not_a_condition(written: object) -> None:
    with pytest.raises(Invalid) as caught:
        parse(written)
    assert caught.value.key == "rules.bad_condition"


@pytest.mark.parametrize("orders", [{}, {"over": "2"}, {"at_least": "1", "over": "2"}, {"__class__": "x"}])
def test_an_unknown_order_names_the_known_ones(orders: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        parse({"misses": orders})
    assert caught.value.key == "rules.bad_order"
    assert caught.value.params["field"] == "misses"
    assert caught.value.params["known"] == "at_least, more_than, at_most, less_than"


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [("0", 0), ("0.75", 75), ("62.5", 6250), ("-2", -200), ("20min", 120_000), ("1h", 360_000), ("48h", 17_280_000), ("2d", 17_280_000)],
)
def test_a_threshold_is_a_number_or_a_span_of_time(written: str, hundredths: int) -> None:
    assert threshold(written) == hundredths


@pytest.mark.parametrize("written", ["", "h", "two", "1.5h", "-2h", "0.001", "nan", "inf", "2 h", "48hours", "一h"])
def test_no_other_threshold_is_read(written: str) -> None:
    with pytest.raises(Invalid) as caught:
        threshold(written)
    assert (caught.value.key, caught.value.params["value"]) == ("rules.bad_threshold", written.strip())


def test_exists_is_answered_by_who_knows_the_subject() -> None:
    condition = parse({"level": "county", "exists": {"match": "item_adopted", "when": {"channel": "county"}}})
    exists = parse({"exists": {"match": "item_adopted", "when": {"channel": "county"}}})
    name = getattr(exists, "name", "")
    assert condition.holds({"level": "county", name: True}.__getitem__)
    assert not condition.holds({"level": "county", name: False}.__getitem__)
    assert not condition.holds({"level": "city", name: True}.__getitem__)


def test_two_different_exists_have_two_names() -> None:
    written: list[dict[str, Any]] = [
        {"match": "item_adopted"},
        {"match": "item_endorsed"},
        {"match": "item_adopted", "when": {"channel": "county"}},
    ]
    assert len({getattr(parse({"exists": each}), "name", "") for each in written}) == 3


def test_the_leaves_are_the_comparisons_but_not_those_inside_an_exists() -> None:
    written = {"any": [{"a": "1"}, {"not": {"b": {"more_than": "2"}}}], "exists": {"match": "item_adopted", "when": {"c": "3"}}}
    names = [getattr(leaf, "field", getattr(leaf, "match", "")) for leaf in leaves(parse(written))]
    assert names == ["a", "b", "item_adopted"]


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (6250, "62.5"), (200, "2"), (None, ""), ("county", "county")]
)
def test_values_are_compared_by_their_text(value: object, text: str) -> None:
    assert as_text(value) == text


conditions = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y", ["x", "y"]]), min_size=1, max_size=2),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)


def truth(written: Mapping[str, Any], fact: Mapping[str, str]) -> bool:
    """The meaning of a condition, spelled out."""
    found = []
    for key, value in written.items():
        if key in ("any", "all"):
            found.append((any if key == "any" else all)([truth(part, fact) for part in value]))
        elif key == "not":
            found.append(not truth(value, fact))
        else:
            found.append(fact[key] in ([value] if isinstance(value, str) else value))
    return all(found)


@settings(max_examples=100, deadline=None)
@given(conditions, st.fixed_dictionaries(dict.fromkeys("abc", st.sampled_from("xyz"))))
def test_a_condition_means_what_it_says(written: dict[str, Any], fact: dict[str, str]) -> None:
    assert parse(written).holds(fact.__getitem__) is truth(written, fact)
