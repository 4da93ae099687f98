"""Corrections: reversals, what depends on them, and what stands instead."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.recording.book import ADOPTED, SUBMITTED, Book, reversal

ENROLLED = {
    "kind": "unit_enrolled",
    "id": "u",
    "on": "2024-03-01",
    "unit_id": "new",
    "unit": "新镇",
    "class": "一类",
    "targets": {"adoption_year": 62.5, "adoption_quarter": 15},
}


def body_of(book: Book, own: str) -> dict[str, Any]:
    return next(msgspec.json.decode(body) for each, _, body in book.rows() if each == own)


def test_a_correction_reverses_and_records_again(started: Book) -> None:
    done = started.correct("ok-2", channel="市级采用")
    assert (done.reversed, done.recorded, done.position) == (("ok-2",), ("ok-2~2",), started.head())
    assert [kind for _, kind, _ in started.rows()[-2:]] == ["event_reversed", "item_adopted"]
    assert body_of(started, "ok-2~2")["channel"] == "city"
    assert started.correct("ok-2~2", channel="county").recorded == ("ok-2~3",)
    assert started.live() == {"ok-1", "ok-2~3", "ok-3", "ok-4"}


def test_an_event_may_be_named_by_its_position(started: Book) -> None:
    assert started.correct(f"@{started.opened.position + 2}").reversed == ("ok-2",)


def test_a_blank_takes_an_optional_field_away(started: Book) -> None:
    started.correct("ok-1", title="")
    assert "title" not in body_of(started, "ok-1~2")


def test_dependants_stay_where_they_are_still_possible(started: Book) -> None:
    assert started.correct("ok-1", on="2024-02-05").reversed == ("ok-1",)
    assert started.live() == {"ok-1~2", "ok-2", "ok-3", "ok-4"}


@pytest.mark.parametrize("changes", [{}, {"on": "2024-02-06"}, {"item": "OK5"}])
def test_dependants_that_become_impossible_are_named_or_go_too(started: Book, changes: dict[str, str]) -> None:
    problem = started.cannot_correct("ok-1", **changes)
    assert problem.key == "recording.dependants"
    assert "ok-2" in problem.text("en")
    done = started.correct("ok-1", cascade=True, **changes)
    assert done.reversed == ("ok-2", "ok-1")
    assert started.live() == {"ok-3", "ok-4", *done.recorded}


def test_answers_go_with_a_solicitation_only_where_they_cannot_stand(started: Book) -> None:
    answer = {"kind": "solicitation_fulfilled", "on": "2024-02-08", "solicitation": "S1", "unit": "大埔镇", "id": "a"}
    started.good(answer)
    started.correct("ok-4", due="2024-02-08")
    assert "a" in started.cannot_correct("ok-4~2", due="2024-02-07").text()
    assert "a" in started.cannot_correct("ok-4~2", units="东泉镇").text()


def test_a_fact_in_two_lives_depends_on_both(started: Book) -> None:
    finding = {
        "kind": "finding_established",
        "id": "f",
        "on": "2024-03-01",
        "unit": "大埔镇",
        "finding": "领导不重视",
        "item": "OK1",
        "incident": "N1",
    }
    started.good(finding)
    assert "f (finding_established)" in started.cannot_correct("ok-1").text()
    assert "f (finding_established)" in started.cannot_correct("ok-3").text()
    started.good(reversal("f"))
    assert started.correct("ok-3").reversed == ("ok-3",)


def test_an_enrolment_goes_with_everything_about_its_unit(started: Book) -> None:
    started.good(
        ENROLLED,
        {"kind": "unit_changed", "id": "c", "on": "2024-03-01", "unit_id": "new", "unit": "新新镇"},
        {"kind": "item_submitted", "id": "i", "on": "2024-03-02", "item": "N", "units": ["新镇", "大埔镇"]},
        {"kind": "item_adopted", "id": "a", "on": "2024-03-03", "item": "N", "channel": "county"},
        {"kind": "training_completed", "id": "t", "on": "2024-03-04", "unit": "新新镇"},
    )
    assert started.cannot_correct("u", on="2024-03-03").params["count"] == 3
    done = started.correct("u", cascade=True)
    assert done.reversed[-1] == "u"
    assert done.reversed.index("a") < done.reversed.index("i")
    assert set(done.reversed) == {"u", "c", "i", "a", "t"}
    assert started.live() == {"ok-1", "ok-2", "ok-3", "ok-4"}


def test_an_enrolment_s_points_stay_what_they_were(started: Book) -> None:
    started.good(ENROLLED)
    started.correct("u", staff="3")
    assert (body_of(started, "u~2")["targets"], body_of(started, "u~2")["staff"]) == ({"adoption_year": 6250, "adoption_quarter": 1500}, 3)


def test_a_person_stays_the_same_unless_another_is_named(started: Book) -> None:
    started.good({**SUBMITTED, "id": "p", "item": "P", "author": "张三"})
    first = body_of(started, "p")["author"]
    started.correct("p", title="新题")
    assert (body_of(started, "p~2")["author"], "named" in body_of(started, "p~2")) == (first, False)
    started.correct("p~2", author="李四")
    assert body_of(started, "p~3")["named"].keys() == {body_of(started, "p~3")["author"]} != {first}


def test_a_reversed_reversal_restores_its_target_unless_its_place_is_taken(started: Book) -> None:
    started.good(reversal("ok-2", id="r"))
    assert started.correct("r").reversed == ("r",)
    assert "ok-2" in started.live()
    started.good(reversal("ok-2", id="r2"), {**ADOPTED, "id": "again"})
    assert started.cannot_correct("r2").key == "aggregates.adopted_twice"


def test_restoring_a_reversal_asks_for_the_dependants_of_its_target(started: Book) -> None:
    started.good(reversal("ok-2"), reversal("ok-1", id="r"), reversal("r", id="rr"), {**ADOPTED, "id": "again"})
    assert "again" in started.cannot_correct("rr").text()
    assert set(started.correct("rr", cascade=True).reversed) == {"again", "rr"}
    assert started.live() == {"ok-3", "ok-4"}


@pytest.mark.parametrize(
    ("target", "changes", "key"),
    [
        ("nothing", {}, "recording.no_event"),
        ("@99999", {}, "recording.no_position"),
        ("@1", {}, "recording.not_reversible"),
        ("r", {"reason": "x"}, "recording.reversal_not_settable"),
        ("ok-4", {"id": "x"}, "recording.not_settable"),
        ("ok-4", {"kind": "x"}, "recording.not_settable"),
        ("ok-4", {"topik": "x"}, "aggregates.unknown_field"),
        ("ok-4", {"units": "大浦镇"}, "aggregates.no_such_word"),
        ("ok-2", {}, "recording.reversed_already"),
    ],
)
def test_a_correction_is_refused_with_nothing_changed(started: Book, target: str, changes: dict[str, str], key: str) -> None:
    started.good(reversal("ok-2", id="r"))
    assert started.cannot_correct(target, **changes).key == key


def test_a_correction_needs_its_reason(started: Book) -> None:
    from ledger.errors import Refused

    with pytest.raises(Refused) as refused:
        started.recording.correct("ok-2", " ", {}, "clerk")
    assert refused.value.problem.field == "reason"


def test_a_long_chain_of_reversals_is_followed_to_its_end(started: Book) -> None:
    chain = [reversal("ok-2", id="r0"), *[reversal(f"r{n}", id=f"r{n + 1}") for n in range(1500)]]
    started.good(*chain)
    assert started.correct("r1500").reversed == ("r1500",)
    assert "ok-2" in started.live()
