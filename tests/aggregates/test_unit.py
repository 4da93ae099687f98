"""Units that leave, come back, merge and split: what may be said of whom, on which day."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from ledger.aggregates.unit import Roster
from ledger.errors import Problem
from ledger.events import KINDS, Event

NUMBERS = count()


def made(kind: str, on: str, **fields: Any) -> Event:
    return KINDS[kind].model_validate({"id": f"e{next(NUMBERS)}", "on": f"2024-{on}", **fields})


def enrolled(unit: str, on: str = "01-01") -> Event:
    return made("unit_enrolled", on, unit_id=unit, unit=unit.upper(), **{"class": "k"})


def left(unit: str, on: str, out: bool = True) -> Event:
    return made("unit_changed", on, unit_id=unit, left=out)


def merged(before: list[str], after: str, on: str) -> Event:
    return made("units_merged", on, before=before, after=after, carry=True)


def split(before: str, after: list[str], on: str, carry: list[int] | None = None) -> Event:
    return made("unit_split", on, before=before, after=after, carry=carry)


def trained(unit: str, on: str) -> Event:
    return made("training_completed", on, unit=unit)


def roster(*facts: Event) -> Roster:
    return Roster.of([*map(enrolled, "abcd"), *facts])


def refused(among: Roster, fact: Event) -> Problem:
    problem = among.decide(fact)
    assert problem is not None
    return problem


@pytest.mark.parametrize(
    ("change", "key", "heirs"),
    [
        (left("a", "06-01"), "unit_left", None),
        (merged(["a", "b"], "c", "06-01"), "unit_went", ("c",)),
        (merged(["a", "b"], "b", "06-01"), "unit_went", ("b",)),
        (split("a", ["c", "d"], "06-01"), "unit_went", ("c", "d")),
    ],
    ids=["left", "merged", "absorbed", "split"],
)
@pytest.mark.parametrize("on", ["06-01", "12-31"])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("item_submitted", {"item": "I", "unit": "a"}),
        ("item_submitted", {"item": "I", "units": ["d", "a"], "lead": "a"}),
        ("solicitation_issued", {"solicitation": "S", "topic": "t", "units": ["a"], "due": "2024-12-31"}),
        ("feedback_failed", {"unit": "a", "how": "late"}),
        ("finding_established", {"unit": "a", "finding": "f"}),
        ("training_completed", {"unit": "a"}),
        ("points_awarded", {"unit": "a", "rule": "r", "points": 1, "officer": "p", "reason": "r"}),
        ("order_settled", {"units": ["d", "a"], "reason": "r"}),
        ("unit_changed", {"unit_id": "a", "unit": "甲"}),
        ("unit_changed", {"unit_id": "a", "left": True}),
        ("units_merged", {"before": ["a"], "after": "d", "carry": False}),
        ("units_merged", {"before": ["d"], "after": "a", "carry": False}),
        ("unit_split", {"before": "a", "after": ["a", "d"]}),
        ("unit_split", {"before": "d", "after": ["d", "a"]}),
        ("incident_occurred", {"incident": "N", "unit": "a", "severity": "major"}),
    ],
)
def test_of_a_unit_that_is_out_nothing_new_is_said(
    change: Event, key: str, heirs: tuple[str, ...] | None, on: str, kind: str, fields: dict[str, Any]
) -> None:
    problem = refused(roster(change), made(kind, f"{on}T00:00" if kind == "incident_occurred" else on, **fields))
    assert (problem.key, problem.params["unit"]) == (f"aggregates.{key}", "a")
    assert (problem.params["left"], problem.params.get("heirs")) == (date(2024, 6, 1), heirs)


def test_what_was_before_it_left_may_be_recorded_later() -> None:
    assert roster(left("a", "06-01")).decide(trained("a", "05-31")) is None


def test_an_answer_is_given_in_the_name_that_was_asked() -> None:
    gone = roster(merged(["a"], "b", "06-01"))
    assert gone.decide(made("solicitation_fulfilled", "06-02", solicitation="S", unit="a")) is None
    assert gone.decide(made("solicitation_missed", "06-02", solicitation="S", unit="a", how="none")) is None


def test_a_unit_that_goes_on_after_its_split_is_in() -> None:
    assert roster(split("a", ["a", "c"], "06-01")).decide(trained("a", "06-01")) is None
    assert roster(merged(["a", "b"], "a", "06-01")).decide(trained("a", "06-01")) is None


def test_a_unit_that_comes_back_is_in_again_and_out_in_between() -> None:
    back = roster(merged(["a"], "b", "03-01"), left("a", "06-01", out=False))
    assert [back.decide(trained("a", on)) is None for on in ("02-29", "03-01", "05-31", "06-01")] == [True, False, False, True]


def test_a_return_may_change_the_unit_as_well() -> None:
    change = made("unit_changed", "06-01", unit_id="a", unit="新", left=False)
    assert roster(left("a", "03-01")).decide(change) is None


def test_a_return_may_be_recorded_before_the_leaving_it_follows() -> None:
    back, gone = left("a", "06-01", out=False), left("a", "03-01")
    assert roster().decide(back) is None
    assert roster(back).decide(gone) is None
    assert refused(roster(back, gone), trained("a", "04-01")).key == "aggregates.unit_left"


def test_those_that_inherited_are_named_through_every_change_since() -> None:
    long = roster(merged(["a"], "b", "03-01"), split("b", ["c", "d"], "06-01"), left("d", "09-01"))
    named = [refused(long, trained("a", on)).params.get("heirs") for on in ("03-01", "06-01", "09-01")]
    assert named == [("b",), ("c", "d"), ("c",)]


def test_heirs_that_a_change_would_make_go_round_are_not_followed_for_ever() -> None:
    round_and_round = roster(merged(["a"], "b", "03-01"), merged(["b"], "a", "06-01"))
    assert round_and_round.heirs("a", date(2024, 7, 1)) == ()


def test_a_unit_does_not_leave_and_come_back_on_one_day() -> None:
    back = left("a", "06-01", out=False)
    problem = refused(roster(left("a", "03-01"), back), merged(["a"], "b", "06-01"))
    assert (problem.key, problem.params["id"]) == ("aggregates.moved_twice", back.id)
    assert refused(roster(left("a", "06-01")), back).key == "aggregates.moved_twice"


def test_a_unit_may_join_on_the_day_of_the_merger_that_makes_it() -> None:
    grown = roster(enrolled("e", "06-01"))
    assert grown.decide(merged(["a", "b"], "e", "06-01")) is None
    assert refused(grown, merged(["a", "b"], "e", "05-31")).key == "aggregates.before_enrolment"
    assert refused(grown, merged(["a", "x"], "e", "06-01")).params["unit"] == "x"


@pytest.mark.parametrize(
    ("fact", "key", "field"),
    [
        (merged(["a"], "a", "06-01"), "aggregates.merger_of_one", "before"),
        (merged([], "a", "06-01"), "aggregates.merger_of_one", "before"),
        (merged(["a", "a"], "b", "06-01"), "events.unit_twice", "before"),
        (split("a", ["b"], "06-01"), "aggregates.split_into_one", "after"),
        (split("a", [], "06-01"), "aggregates.split_into_one", "after"),
        (split("a", ["b", "b"], "06-01"), "events.unit_twice", "after"),
        (split("a", ["b", "c"], "06-01", [1]), "aggregates.split_ratio", "carry"),
        (split("a", ["b", "c"], "06-01", [1, 2, 3]), "aggregates.split_ratio", "carry"),
        (split("a", ["b", "c"], "06-01", [0, 0]), "aggregates.split_ratio", "carry"),
        (split("a", ["b", "c"], "06-01", [2, -1]), "aggregates.split_ratio", "carry"),
        (split("a", ["b", "c"], "06-01", []), "aggregates.split_ratio", "carry"),
    ],
)
def test_a_merger_or_a_split_of_a_wrong_shape_is_refused(fact: Event, key: str, field: str) -> None:
    problem = refused(roster(), fact)
    assert (problem.key, problem.field) == (key, field)


@pytest.mark.parametrize("carry", [None, [3, 2], [1, 0]])
def test_a_split_carries_by_ratio_or_not_at_all(carry: list[int] | None) -> None:
    assert roster().decide(split("a", ["b", "c"], "06-01", carry)) is None


def test_a_merger_takes_one_of_those_before_or_another() -> None:
    for before, after in ((["a"], "b"), (["a", "b"], "b"), (["a", "b", "c"], "d")):
        assert roster().decide(merged(before, after, "06-01")) is None
