"""Texts of cells and options."""

from __future__ import annotations

import pytest

from ledger.aggregates.cells import typed


@pytest.mark.parametrize("cell", ["大埔镇、东泉镇", "大埔镇；东泉镇", "大埔镇; 东泉镇", "大埔镇|东泉镇", "大埔镇，东泉镇，"])
def test_a_list_is_written_with_any_of_the_separators(cell: str) -> None:
    assert typed("item_submitted", {"units": cell}) == {"units": ["大埔镇", "东泉镇"]}


@pytest.mark.parametrize(
    ("cell", "value"), [("true", True), ("是", True), ("1", True), ("FALSE", False), ("否", False), ("0", False), ("也许", "也许")]
)
def test_truth_is_said_in_either_language(cell: str, value: object) -> None:
    assert typed("solicitation_missed", {"excused": cell}) == {"excused": value}


def test_numbers_and_mappings_are_read_by_the_field_s_type() -> None:
    cells = {"staff": "3", "targets": "adoption_year=62.5；adoption_quarter=15", "class": "一类", "aliases": "甲"}
    targets = {"adoption_year": "62.5", "adoption_quarter": "15"}
    assert typed("unit_enrolled", cells) == {"staff": 3, "targets": targets, "class": "一类", "aliases": ["甲"]}
    assert typed("unit_split", {"carry": "1、2、x"}) == {"carry": [1, 2, "x"]}
    assert typed("points_awarded", {"points": "5"}) == {"points": "5"}


def test_a_blank_is_an_absent_field_and_values_stay_values() -> None:
    assert typed("item_submitted", {"title": "  ", "item": 7, "units": ["a"]}) == {"item": 7, "units": ["a"]}


def test_cells_of_an_unknown_kind_stay_text() -> None:
    assert typed("nothing", {"units": "a、b"}) == {"units": "a、b"}
    assert typed(None, {"x": " y "}) == {"x": "y"}


def test_a_field_of_the_scheme_s_own_goes_into_extra_as_it_is_written() -> None:
    cells = {"item": "N1", "extra.post": " 县长 ", "extra.length": "", "extra.authors": [3, 2]}
    assert typed("item_endorsed", cells) == {"item": "N1", "extra": {"post": "县长", "authors": [3, 2]}}
    assert typed("item_endorsed", {"extra": {"post": "县长"}, "extra.length": "7"}) == {"extra": {"post": "县长", "length": "7"}}


def test_a_text_for_the_whole_of_extra_stays_for_the_refusal() -> None:
    assert typed("item_endorsed", {"extra": "post=县长", "extra.length": "7"}) == {"extra": "post=县长"}
