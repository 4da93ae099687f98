"""The contract's refusals, one by one: the field, the place in the file, the nearest valid value."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recording.book import ADOPTED, ISSUED, OCCURRED, SUBMITTED, Book, Said, reversal

FULFILLED = {"kind": "solicitation_fulfilled", "on": "2024-02-05", "solicitation": "S1", "unit": "大埔镇"}
MISSED = {"kind": "solicitation_missed", "on": "2024-02-11", "solicitation": "S1", "unit": "大埔镇", "how": "none"}
NEW = {"kind": "item_submitted", "on": "2024-03-01", "item": "X1", "unit": "大埔镇"}
TARGETS = {"adoption_year": 100, "adoption_quarter": 25}
ENROLLED = {"kind": "unit_enrolled", "on": "2024-03-01", "unit_id": "new", "unit": "新镇", "class": "一类", "targets": TARGETS}
ENDORSED = {"kind": "item_endorsed", "on": "2024-03-01", "item": "OK1", "level": "县领导"}
MERGED = {"kind": "units_merged", "on": "2024-03-01", "before": ["大埔镇"], "after": "凤山镇", "carry": True}
SPLIT = {"kind": "unit_split", "on": "2024-03-01", "before": "大埔镇", "after": ["大埔镇", "凤山镇"]}
AWARD = {"kind": "points_awarded", "on": "2024-03-01", "unit": "大埔镇", "rule": "x", "points": 5, "officer": "王", "reason": "r"}

REFUSED: list[tuple[str, Said, str, str, str]] = [
    ("an item adopted before it was submitted", {**ADOPTED, "on": "2024-01-31", "issue": "2"}, "item_too_early", "on", "2024-02-01"),
    ("an item endorsed before it was submitted", {**ENDORSED, "on": "2024-01-31"}, "item_too_early", "on", "2024-02-01"),
    ("an adoption of an unknown item", {**ADOPTED, "item": "OK2"}, "item_not_known", "item", "OK1"),
    ("an endorsement of an unknown item", {**ENDORSED, "item": "OK2"}, "item_not_known", "item", "OK1"),
    ("an answer with an unknown item", {**FULFILLED, "item": "OK2"}, "item_not_known", "item", "OK1"),
    ("the same item twice", {**SUBMITTED, "on": "2024-03-01"}, "item_twice", "item", "ok-1"),
    ("a unit by a wrong name", {**NEW, "unit": "大浦镇"}, "no_such_word", "unit", "大埔镇"),
    ("a unit by a wrong id", {**NEW, "unit": "dapu-zen"}, "no_such_word", "unit", "dapu-zhen"),
    ("a wrong unit among several", {**NEW, "unit": None, "units": ["大埔镇", "东泉"]}, "no_such_word", "units", "东泉镇"),
    ("a wrong lead", {**NEW, "lead": "大浦镇"}, "no_such_word", "lead", "大埔镇"),
    ("a wrong channel", {**ADOPTED, "channel": "contry"}, "no_such_word", "channel", "county"),
    ("a wrong level", {**ENDORSED, "level": "县长领导"}, "no_such_word", "level", "县领导"),
    ("a wrong category", {**NEW, "category": "动态"}, "no_such_word", "category", "动态类"),
    (
        "a wrong finding",
        {"kind": "finding_established", "on": "2024-03-01", "unit": "大埔镇", "finding": "领导不重"},
        "no_such_word",
        "finding",
        "领导不重视",
    ),
    ("the same adoption twice", {**ADOPTED, "on": "2024-03-01"}, "adopted_twice", "channel", "ok-2"),
    ("the same solicitation twice", ISSUED, "solicitation_twice", "solicitation", "ok-4"),
    ("an answer to an unknown solicitation", {**FULFILLED, "solicitation": "S2"}, "solicitation_not_known", "solicitation", "S1"),
    ("an answer of a unit that was not asked", {**FULFILLED, "unit": "凤山镇"}, "not_asked", "unit", "凤山镇"),
    ("an answer before the solicitation", {**FULFILLED, "on": "2024-01-31"}, "answered_too_early", "on", "2024-02-01"),
    ("a miss before the solicitation", {**MISSED, "on": "2024-01-31", "how": "similar"}, "answered_too_early", "on", "2024-02-01"),
    ("a fulfilment after the due date", {**FULFILLED, "on": "2024-02-11"}, "fulfilled_too_late", "on", "late"),
    ("a late miss on the due date", {**MISSED, "on": "2024-02-10", "how": "late"}, "missed_too_early", "on", "2024-02-10"),
    ("no answer before the due date", {**MISSED, "on": "2024-02-09"}, "missed_too_early", "on", "2024-02-10"),
    ("the same incident twice", OCCURRED, "incident_twice", "incident", "ok-3"),
    (
        "a report of an unknown incident",
        {"kind": "incident_reported", "on": "2024-02-01T11:00", "incident": "N2", "channel": "phone"},
        "incident_not_known",
        "incident",
        "N1",
    ),
    (
        "a report before the incident",
        {"kind": "incident_reported", "on": "2024-02-01T09:59", "incident": "N1", "channel": "phone"},
        "reported_too_early",
        "on",
        "2024-02-01T10:00:00+08:00",
    ),
    ("a reversal of nothing", reversal("ok-9"), "no_event", "target", "ok-"),
    ("a reversal of what live events depend on", reversal("ok-1"), "dependants", "target", "ok-2"),
    ("a reversal without a reason", {**reversal("ok-2"), "reason": " "}, "blank", "reason", "reason"),
    ("a reversal of the ledger's opening", reversal("@1"), "not_reversible", "target", "ledger_opened"),
    ("a reversal of a scheme", reversal("@2"), "not_reversible", "target", "scheme_enacted"),
    ("a date before every scheme", {**NEW, "on": "2023-12-31"}, "before_every_scheme", "on", "2024-01-01"),
    ("a moment before every scheme", {**OCCURRED, "on": "2023-12-31T23:59"}, "before_every_scheme", "on", "2024-01-01"),
    ("an id with other content", {**NEW, "id": "ok-1"}, "other_content", "id", "item_submitted"),
    ("an id that looks like a position", {**NEW, "id": "@7"}, "id_like_position", "id", "@7"),
    ("an unknown kind", {**NEW, "kind": "item_submited"}, "unknown_kind", "kind", "item_submitted"),
    ("no kind", {"on": "2024-03-01"}, "no_kind", "kind", "item_submitted"),
    ("the ledger's own kind", {"kind": "ledger_opened", "on": "2024-03-01"}, "own_kind", "kind", "order_settled"),
    ("the ledger's own field", {**NEW, "recorded_at": "2024-03-01T00:00:00+08:00"}, "own_field", "recorded_at", "recorded_at"),
    ("a commitment from outside", {**NEW, "named": {"p": "x"}}, "own_field", "named", "named"),
    ("an unknown field", {**NEW, "titel": "x"}, "unknown_field", "titel", "title"),
    ("a missing field", {"kind": "item_submitted", "on": "2024-03-01", "unit": "大埔镇"}, "missing", "item", "item_submitted"),
    ("a missing date", {"kind": "item_submitted", "item": "X1", "unit": "大埔镇"}, "missing", "on", "item_submitted"),
    ("a day that no calendar has", {**NEW, "on": "2024-02-30"}, "bad_day", "on", "2024-02-30"),
    ("a date that is a number", {**NEW, "on": 20240301}, "bad_day", "on", "20240301"),
    ("a date that is a list", {**NEW, "on": ["2024-03-01"]}, "bad_day", "on", "2024-03-01"),
    ("an incident without a time", {**OCCURRED, "on": "2024-02-01", "incident": "N2"}, "bad_moment", "on", "2024-02-01"),
    ("an offset with a fraction", {**OCCURRED, "on": "2024-02-01T10:00+08:00:00.5", "incident": "N2"}, "bad_moment", "on", "00.5"),
    ("a moment in Shanghai's year 3000", {**OCCURRED, "on": "2999-12-31T23:00-08:00", "incident": "N2"}, "bad_moment", "on", "2999"),
    ("a moment beyond all calendars", {**OCCURRED, "on": "9999-12-31T23:59-12:00", "incident": "N2"}, "bad_moment", "on", "9999"),
    ("a choice that is none", {**MISSED, "how": "lat"}, "not_a_choice", "how", "late"),
    ("a truth that is text", {**MISSED, "excused": "maybe"}, "not_yes_or_no", "excused", "maybe"),
    ("an item that is a number", {**NEW, "item": 7}, "not_text", "item", "7"),
    ("units that are text", {**NEW, "unit": None, "units": "大埔镇"}, "not_a_list", "units", "大埔镇"),
    ("a name too long", {**NEW, "item": "X" * 201}, "too_long", "item", "200"),
    ("half a surrogate pair", {**NEW, "title": "\ud800"}, "bad_value", "title", "title"),
    ("half a surrogate pair in a person's name", {**NEW, "author": "\ud800"}, "bad_value", "author", "author"),
    ("neither unit nor units", {**NEW, "unit": None}, "unit_or_units", "unit", "unit"),
    ("a unit named twice", {**NEW, "unit": None, "units": ["大埔镇", "dapu-zhen"]}, "unit_twice", "units", "大埔镇"),
    ("a lead outside the item's units", {**NEW, "lead": "东泉镇"}, "lead_outside", "lead", "东泉镇"),
    ("a solicitation of nobody", {**ISSUED, "id": None, "solicitation": "S2", "units": []}, "nobody_asked", "units", "units"),
    ("a due date before the issue", {**ISSUED, "id": None, "solicitation": "S2", "due": "2024-01-31"}, "due_before", "due", "2024-02-01"),
    ("an order of one", {"kind": "order_settled", "on": "2024-12-31", "units": ["大埔镇"], "reason": "r"}, "order_of_one", "units", "two"),
    ("points with three decimals", {**AWARD, "points": "1.234"}, "bad_points", "points", "1.234"),
    ("an award that the scheme does not have", AWARD, "no_awards", "rule", "liucheng-2024"),
    ("a unit enrolled twice", {**ENROLLED, "unit_id": "dapu-zhen"}, "unit_twice", "unit_id", "大埔镇"),
    ("a new unit under another's name", {**ENROLLED, "unit": "大 埔 镇"}, "name_taken", "unit", "大埔镇"),
    ("a new unit under another's alias", {**ENROLLED, "aliases": ["古砦乡"]}, "name_taken", "aliases", "古砦仫佬族乡"),
    ("a class that the scheme does not have", {**ENROLLED, "class": "三类"}, "no_class", "class", "类"),
    ("a target that the scheme does not have", {**ENROLLED, "targets": {"adoption_yaer": 1}}, "no_target", "targets", "adoption_year"),
    ("a unit without a target", {**ENROLLED, "targets": {"adoption_year": 100}}, "targets_lacking", "targets", "adoption_quarter"),
    ("a target of nothing", {**ENROLLED, "targets": {**TARGETS, "adoption_year": 0}}, "target_not_positive", "targets", "adoption_year"),
    ("a sign that cannot be seen", {**NEW, "item": "N\u202e1"}, "unprintable", "item", "N"),
    ("an item that is a list", {**NEW, "item": []}, "not_text", "item", "[]"),
    ("a kind that is a list", {**NEW, "kind": ["item_submitted"]}, "unknown_kind", "kind", "item_submitted"),
    ("a day in a year beyond use", {**NEW, "on": "9999-12-31"}, "bad_day", "on", "9999"),
    ("a negative staff", {**ENROLLED, "staff": -1}, "too_small", "staff", "0"),
    ("targets that are a list", {**ENROLLED, "targets": [1]}, "not_a_mapping", "targets", "1"),
    ("a change of nothing", {"kind": "unit_changed", "on": "2024-03-01", "unit_id": "大埔镇"}, "no_change", "unit_id", "大埔镇"),
    ("a merger of one", {**MERGED, "after": "大埔镇"}, "merger_of_one", "before", "two different units"),
    ("a merger of one named twice", {**MERGED, "before": ["大埔镇", "dapu-zhen"]}, "unit_twice", "before", "大埔镇"),
    ("a merger into an unknown unit", {**MERGED, "after": "凤山"}, "no_such_word", "after", "凤山镇"),
    ("a split into one", {**SPLIT, "after": ["凤山镇"]}, "split_into_one", "after", "two units"),
    ("a split by a ratio of others", {**SPLIT, "carry": [1, 2, 3]}, "split_ratio", "carry", "2 whole numbers"),
]


@pytest.mark.parametrize(("said", "key", "field", "named"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_is_refused_naming_field_place_and_nearest(started: Book, said: Said, key: str, field: str, named: str) -> None:
    fine = {"kind": "item_submitted", "on": "2024-03-02", "item": "FINE", "unit": "东泉镇"}
    extra = {} if key in {"other_content", "id_like_position"} else {"id": None}
    problem = started.refused(fine, {**said, **extra})
    assert problem.key.partition(".")[2] == key
    assert problem.field == field
    assert named in problem.text("en")


def test_all_that_is_wrong_with_a_record_is_said_at_once(started: Book) -> None:
    wrong = {"kind": "item_submitted", "on": "2024-13-01", "unit": "大埔镇", "category": 3, "titel": "x", "recorded_by": "me"}
    done = started.bring(wrong)
    assert {problem.field for problem in done.problems} == {"on", "item", "category", "titel", "recorded_by"}


def test_all_refused_rows_of_a_file_are_named_at_once(started: Book) -> None:
    done = started.bring({**NEW, "unit": "x"}, NEW, {**NEW, "on": "x"}, {**ADOPTED, "id": "a", "channel": "x"})
    assert [problem.where for problem in done.problems] == ["events.jsonl:1", "events.jsonl:3", "events.jsonl:4"]
    assert started.ids() == ["ok-1", "ok-2", "ok-3", "ok-4"]


def test_what_only_follows_from_a_refused_row_is_not_named(started: Book) -> None:
    done = started.bring({**NEW, "unit": "x"}, {"kind": "item_adopted", "on": "2024-03-05", "item": "X1", "channel": "county"})
    assert [problem.where for problem in done.problems] == ["events.jsonl:1"]


def test_a_file_of_nothing_but_problems_is_left_at_the_thousandth(started: Book) -> None:
    done = started.bring(*[{**NEW, "unit": "x"}] * 1500)
    assert len(done.problems) == 1001
    assert done.problems[-1].key == "recording.too_many_problems"


@pytest.mark.parametrize("second", [FULFILLED, {**MISSED, "how": "late"}, MISSED, {**MISSED, "how": "similar", "on": "2024-02-04"}])
def test_a_unit_answers_once(started: Book, second: dict[str, Any]) -> None:
    problem = started.refused({**FULFILLED, "id": "first"}, {**second, "note": "again"})
    assert (problem.key, problem.field) == ("aggregates.answered_twice", "unit")
    assert "first" in problem.text("en")


@pytest.mark.parametrize("how", ["substandard", "plagiarised", "similar", "duplicate"])
def test_a_piece_unfit_for_use_may_be_a_miss_after_its_fulfilment(started: Book, how: str) -> None:
    started.good(FULFILLED, {**MISSED, "on": "2024-02-05", "how": how})


def test_a_miss_by_the_clock_is_possible_the_day_after_the_due_date(started: Book) -> None:
    started.good(MISSED, {**MISSED, "unit": "东泉镇", "how": "late"})


def test_facts_about_a_unit_are_refused_before_its_enrolment(started: Book) -> None:
    started.good(ENROLLED)
    problem = started.refused({**NEW, "unit": "新镇", "on": "2024-02-28"})
    assert (problem.key, problem.field) == ("aggregates.before_enrolment", "on")
    assert "2024-03-01" in problem.text("en")
    started.good({**NEW, "unit": "新镇"})


def test_a_target_reversed_already_is_refused_until_its_reversal_is_reversed(started: Book) -> None:
    started.good(reversal("ok-2", id="r1"))
    assert started.refused(reversal("ok-2", id="r2")).key == "recording.reversed_already"
    started.good(reversal("r1", id="r3"), reversal("ok-2", id="r4"))
    assert started.refused(reversal("r3", id="r5")).key == "recording.reversed_already"
