"""Fields of the scheme's own, from a record to the log and back; and discretionary awards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.errors import Problem
from ledger.journal.decode import decoder
from ledger.rules.source import load
from tests.recording.book import Book, Said, reversal
from tests.recording.mini import ENDORSED, EXTRA, MINI, STORED, SUBMITTED, written

AWARD: Said = {
    "kind": "points_awarded", "id": "a", "on": "2024-03-01", "unit": "甲镇", "rule": "merit", "points": "5", "officer": "王", "reason": "r",
}  # fmt: skip


@pytest.fixture
def mini(tmp_path: Path) -> Iterator[Book]:
    """A ledger of the small scheme with one item."""
    made = Book(tmp_path / "mini.ledger", written(tmp_path))
    made.good(SUBMITTED)
    yield made
    made.journal.close()


def body_of(book: Book, own: str) -> dict[str, Any]:
    return next(msgspec.json.decode(body) for each, _, body in book.rows() if each == own)


def correct(book: Book, target: str, changes: dict[str, str]) -> None:
    book.recording.correct(target, "查证有误", changes, "clerk")


def endorsed(**extra: object) -> Said:
    return {**ENDORSED, "extra": {"post": "县长", **extra}}


def test_values_are_stored_in_one_way(mini: Book) -> None:
    mini.good({**ENDORSED, "extra": EXTRA})
    assert body_of(mini, "e")["extra"] == STORED


def test_an_event_without_extra_is_stored_as_it_always_was(mini: Book) -> None:
    assert mini.rows()[0][2] == b'{"id":"s","item":"N1","on":"2024-02-01","unit":"jia"}'
    assert mini.bring({**SUBMITTED, "extra": {}}, {**SUBMITTED, "extra": {"length": None}}).skipped == 2


def test_the_same_content_in_other_words_is_skipped_and_other_content_refused(mini: Book) -> None:
    mini.good({**ENDORSED, "extra": EXTRA})
    assert mini.bring({**ENDORSED, "extra": STORED}).skipped == 1
    assert mini.refused({**ENDORSED, "extra": {**STORED, "weight": "2.51"}}).key == "recording.other_content"


def test_rows_that_differ_in_extra_alone_are_two_events(mini: Book) -> None:
    said = {**endorsed(weight="1"), "id": None}
    mini.good(said, {**endorsed(weight="2"), "id": None})
    assert mini.bring(said).skipped == 1


@pytest.mark.parametrize(
    ("said", "field", "named"),
    [
        (ENDORSED, "extra.post", "item_endorsed"),
        (endorsed(weigth="1"), "extra.weigth", "weight"),
        (endorsed(post="镇长"), "extra.post", "县长"),
        (endorsed(weight="1.234"), "extra.weight", "1.234"),
        ({**ENDORSED, "extra": "post=县长"}, "extra", "extra.NAME"),
        ({"kind": "training_completed", "on": "2024-02-03", "unit": "甲镇", "extra": {"post": "县长"}}, "extra.post", "training_completed"),
        (reversal("s", extra={"post": "县长"}), "extra.post", "event_reversed"),
        ({**SUBMITTED, "extra.length": 3}, "extra.length", "The nearest is extra."),
    ],
)
def test_it_is_refused_naming_field_place_and_nearest(mini: Book, said: Said, field: str, named: str) -> None:
    done = mini.bring(said)
    problem = done.problems[0]
    assert (problem.field, problem.where, done.appended) == (field, "events.jsonl:1", 0)
    assert named in problem.text("en")


def test_all_that_is_wrong_with_a_record_is_said_at_once(mini: Book) -> None:
    done = mini.bring({**ENDORSED, "level": "县", "titel": "x", "extra": {"weight": "x", "authors": "0:0", "psot": 1}})
    assert {problem.field for problem in done.problems} == {
        "level",
        "titel",
        *(f"extra.{n}" for n in ("weight", "authors", "psot", "post")),
    }


def test_fields_are_those_of_the_scheme_in_force_on_the_business_date(mini: Book, tmp_path: Path) -> None:
    later = MINI.replace("effective: 2024-01-01", "effective: 2025-01-01").replace("length:", "pages:")
    mini.recording.enact(load(written(tmp_path, later)), "clerk")
    new = {**SUBMITTED, "item": "N2"}
    assert mini.refused({**new, "id": "x", "on": "2025-01-01", "extra": {"length": 3}}).field == "extra.length"
    assert mini.refused({**new, "id": "y", "on": "2024-12-31", "extra": {"pages": 3}}).field == "extra.pages"
    mini.good({**new, "on": "2025-01-01", "id": "z", "extra": {"pages": 3}})


def test_a_correction_changes_one_field_and_keeps_the_others(mini: Book) -> None:
    mini.good({**ENDORSED, "extra": EXTRA})
    correct(mini, "e", {"extra.post": "副县长"})
    assert body_of(mini, "e~2")["extra"] == {**STORED, "post": "deputy"}
    correct(mini, "e~2", {"extra.authors": "", "extra.weight": "3"})
    assert body_of(mini, "e~3")["extra"] == {name: value for name, value in STORED.items() if name != "authors"} | {
        "post": "deputy",
        "weight": "3",
    }
    mini.correct("e~3", on="2024-02-05")
    assert body_of(mini, "e~4")["extra"] == body_of(mini, "e~3")["extra"]


def test_a_correction_may_give_the_first_field_and_take_the_last_away(mini: Book) -> None:
    correct(mini, "s", {"extra.length": "900"})
    assert body_of(mini, "s~2")["extra"] == {"length": 900}
    correct(mini, "s~2", {"extra.length": ""})
    assert "extra" not in body_of(mini, "s~3")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"extra.post": ""}, "aggregates.missing"),
        ({"extra.post": "镇长"}, "aggregates.no_such_word"),
        ({"extra.psot": "县长"}, "aggregates.unknown_field"),
        ({"extra": "post=副县长"}, "aggregates.extra_by_name"),
        ({"extra.post": "县长"}, "recording.nothing_changes"),
    ],
)
def test_a_correction_is_refused_with_nothing_changed(mini: Book, changes: dict[str, str], key: str) -> None:
    mini.good(endorsed(weight="1"))
    assert mini.cannot_correct("e", **changes).key == key


def test_a_fact_for_the_rules_has_its_extra_fields_as_they_are_stored(mini: Book) -> None:
    mini.good({**ENDORSED, "extra": EXTRA})
    facts = [decoder(kind, 1, ("on", "extra"))(body) for _, kind, body in mini.rows()]
    assert [fact.extra for fact in facts] == [None, STORED]


def award(**changed: str) -> dict[str, str]:
    return {**AWARD, **changed}


@pytest.mark.parametrize("given", ["1", "2.25", "5"])
def test_an_officer_awards_points_within_the_rule_s_range(mini: Book, given: str) -> None:
    mini.good(award(points=given))
    assert msgspec.json.decode(mini.rows()[-1][2])["rule"] == "merit"


@pytest.mark.parametrize(
    ("changed", "key", "field", "named"),
    [
        ({"points": "5.01"}, "award_range", "points", "between 1 and 5"),
        ({"points": "0.99"}, "award_range", "points", "between 1 and 5"),
        ({"rule": "merrit"}, "no_award", "rule", "merit"),
        ({"rule": "endorsed"}, "no_award", "rule", "merit"),
    ],
)
def test_an_award_outside_the_rules_is_refused(mini: Book, changed: dict[str, str], key: str, field: str, named: str) -> None:
    problem: Problem = mini.refused(award(**changed))
    assert (problem.key, problem.field) == (f"aggregates.{key}", field)
    assert named in problem.text("en")


def test_a_correction_of_an_award_is_held_to_the_range_too(mini: Book) -> None:
    mini.good(award())
    assert mini.cannot_correct("a", points="6").key == "aggregates.award_range"


def bounded(tmp_path: Path, price: str) -> Book:
    """A ledger whose award has another price."""
    (line,) = [line for line in MINI.splitlines() if line.startswith("    points: {field: points")]
    return Book(tmp_path / "other.ledger", written(tmp_path, MINI.replace(line, f"    points: {price}")))


def test_of_several_ranges_the_widest_is_held_to_where_the_case_is_not_known_yet(tmp_path: Path) -> None:
    cases = "{cases: [{when: {unit: jia}, field: points, least: 1, most: 3}, {field: points, least: 2, most: 8}]}"
    book = bounded(tmp_path, cases)
    assert "between 1 and 8" in book.refused(award(points="9")).text("en")
    book.journal.close()


def test_a_range_may_be_open(tmp_path: Path) -> None:
    book = bounded(tmp_path, "{field: points, most: 0}")
    book.good(award(points="-12"))
    assert book.refused(award(points="0.01", id="b")).key == "aggregates.award_range"
    book.journal.close()
