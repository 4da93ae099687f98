"""Units that leave, merge and split: what is already recorded, what corrections restore, and where the log shows it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import times
from ledger.application import Ledger
from ledger.errors import BasisError, Refused
from ledger.journal.reader import LogReader
from ledger.projections.cut import live, reversals
from ledger.rules.roster import Inheritance, Roster, Unit
from ledger.views import ROSTER_KINDS, Question, reversed_pairs
from tests.recording.book import Book, Said, reversal

MERGED: Said = {"kind": "units_merged", "id": "m", "on": "2024-03-01", "before": ["大埔镇"], "after": "东泉镇", "carry": True}
SPLIT: Said = {"kind": "unit_split", "id": "s", "on": "2024-03-01", "before": "大埔镇", "after": ["东泉镇", "凤山镇"], "carry": [3, 2]}
LEFT: Said = {"kind": "unit_changed", "id": "l", "on": "2024-03-01", "unit_id": "大埔镇", "left": True}
BACK: Said = {**LEFT, "id": "b", "on": "2024-06-01", "left": False}
TRAINED: Said = {"kind": "training_completed", "id": "t", "on": "2024-04-01", "unit": "大埔镇"}
SENT: Said = {"kind": "item_submitted", "id": "i", "on": "2024-04-01", "item": "LATE", "unit": "大埔镇"}
PRINTED: Said = {"kind": "item_adopted", "id": "p", "on": "2024-04-02", "item": "LATE", "channel": "county"}


def roster_of(book: Book) -> tuple[dict[str, Unit], dict[str, list[Inheritance]]]:
    """Units and inheritances; where in the log a merger stands is not what is asked."""
    with LogReader(book.path) as log:
        last = log.head().position
        roster = Roster(live(log.scan(ROSTER_KINDS, upto=last), reversals(reversed_pairs(log, last))))
    return roster.units, {unit: [step._replace(position=0) for step in steps] for unit, steps in roster.heirs.items() if steps}


@pytest.mark.parametrize("change", [MERGED, SPLIT, LEFT], ids=["merger", "split", "leaving"])
def test_a_change_that_recorded_facts_contradict_is_refused_naming_them(started: Book, change: Said) -> None:
    started.good(TRAINED, SENT, PRINTED)
    problem = started.refused(change)
    assert (problem.key, problem.field, problem.params["count"]) == ("recording.contradicted", "on", 3)
    for named in ("t (training_completed)", "i (item_submitted)", "p (item_adopted)"):
        assert named in problem.text("en")
    started.good({**change, "on": "2024-04-03"})


def test_facts_of_the_same_file_count_as_recorded(started: Book) -> None:
    assert started.refused(TRAINED, MERGED).key == "recording.contradicted"
    assert started.refused(MERGED, TRAINED).key == "aggregates.unit_went"


def test_a_change_that_another_contradicts_is_refused_naming_it(started: Book) -> None:
    started.good(MERGED)
    assert "m (units_merged)" in started.refused({**LEFT, "on": "2024-02-20"}).text("en")
    assert "m (units_merged)" in started.refused({**LEFT, "on": "2024-02-20", "unit_id": "东泉镇"}).text("en")
    started.good({**LEFT, "on": "2024-03-02", "unit_id": "东泉镇"})


def test_what_is_said_of_a_merged_unit_is_refused_naming_the_day_and_the_heir(started: Book) -> None:
    started.good(MERGED)
    problem = started.refused(TRAINED)
    assert (problem.key, problem.field) == ("aggregates.unit_went", "unit")
    for word in ("大埔镇", "东泉镇", "2024-03-01"):
        assert word in problem.text("en")
        assert word in problem.text("zh")


def test_an_item_and_an_incident_go_on_and_an_answer_is_given_in_the_name_that_was_asked(started: Book) -> None:
    started.good(
        {**MERGED, "on": "2024-02-04", "before": ["大埔镇"], "after": "凤山镇"},
        {"kind": "item_adopted", "on": "2024-02-06", "item": "OK1", "channel": "city"},
        {"kind": "item_endorsed", "on": "2024-02-06", "item": "OK1", "level": "县领导"},
        {"kind": "incident_reported", "on": "2024-02-04T00:00", "incident": "N1", "channel": "phone"},
    )
    answer = {"kind": "solicitation_fulfilled", "on": "2024-02-08", "solicitation": "S1"}
    problem = started.refused({**answer, "unit": "凤山镇"})
    assert (problem.key, problem.params["nearest"]) == ("aggregates.not_asked", "大埔镇")
    started.good({**answer, "unit": "大埔镇"})


def test_a_merger_may_be_moved_with_what_it_is_part_of(started: Book) -> None:
    started.good(MERGED, {**TRAINED, "on": "2024-02-20"})
    assert started.cannot_correct("m", on="2024-02-10").key == "recording.dependants"
    done = started.correct("m", on="2024-02-25")
    assert (done.reversed, started.live() >= {"m~2", "t"}) == (("m",), True)
    assert started.correct("m~2", cascade=True, on="2024-02-10").reversed == ("t", "m~2")


def test_a_merger_goes_with_the_enrolment_of_its_heir(started: Book) -> None:
    targets = {"adoption_year": 100, "adoption_quarter": 25}
    started.good(
        {"kind": "unit_enrolled", "id": "u", "on": "2024-03-01", "unit_id": "new", "unit": "新镇", "class": "一类", "targets": targets},
        {**MERGED, "after": "新镇"},
        {**TRAINED, "unit": "新镇"},
    )
    assert set(started.correct("u", cascade=True).reversed) == {"u", "m", "t"}
    started.good({**TRAINED, "id": "again"})


def test_bringing_a_merger_back_asks_what_was_recorded_since(started: Book) -> None:
    started.good(MERGED, reversal("m", id="r"), TRAINED)
    assert "t (training_completed)" in started.cannot_correct("r").text()
    assert set(started.correct("r", cascade=True).reversed) == {"t", "r"}
    assert started.refused({**TRAINED, "id": "again"}).key == "aggregates.unit_went"


def test_a_return_goes_on_without_the_leaving_it_followed(started: Book) -> None:
    started.good(LEFT, BACK, {**TRAINED, "on": "2024-06-01"})
    assert "t" in started.cannot_correct("b").text()
    assert started.correct("l").reversed == ("l",)
    started.good({**TRAINED, "id": "between"})


def test_what_a_unit_says_of_leaving_is_stored_only_where_it_is_said(started: Book) -> None:
    started.good({**LEFT, "id": "n", "on": "2024-02-29", "left": None, "staff": 3}, LEFT)
    bodies = {own: body for own, _, body in started.rows()}
    assert (b'"left"' in bodies["n"], b'"left":true' in bodies["l"]) == (False, True)


@pytest.mark.parametrize("unit", ["大埔镇", "东泉镇", "凤山镇"])
def test_the_log_shows_a_split_for_each_unit_and_no_more_of_the_others(started: Book, unit: str) -> None:
    started.good({**TRAINED, "on": "2024-02-01"}, {**TRAINED, "id": "e", "unit": "东泉镇"}, SPLIT)
    with Ledger(str(started.path)) as ledger:
        shown = {event.id for event in ledger.log(unit=unit)} & {"t", "e", "s"}
    assert shown == {"大埔镇": {"t", "s"}, "东泉镇": {"e", "s"}, "凤山镇": {"s"}}[unit]


def test_a_unit_that_is_out_has_no_row_and_is_said_to_have_gone(started: Book) -> None:
    started.good(MERGED)
    with Ledger(str(started.path)) as ledger:
        days = {day: ledger.standings(Question(as_of=day)) for day in map(times.day, ("2024-02-29", "2024-03-01"))}
        assert ["大埔镇" in {row.unit for row in table.rows} for table in days.values()] == [True, False]
        with pytest.raises(BasisError) as gone:
            ledger.score("大埔镇", Question(as_of=times.day("2024-03-01")))
        before = Question(as_of=times.day("2024-12-31"), known_at=f"@{started.head() - 1}")
        assert ledger.score("大埔镇", before)[1].unit == "大埔镇"
    assert (gone.value.problem.key, gone.value.problem.params["heirs"]) == ("rules.unit_went", "东泉镇")
    assert "东泉镇" in gone.value.problem.text("zh")


@pytest.mark.parametrize("carry", [True, False])
def test_the_heir_s_own_events_and_those_it_inherits_are_enough_for_its_score(started: Book, carry: bool) -> None:
    started.good({**MERGED, "carry": carry}, {"kind": "item_adopted", "on": "2024-03-02", "item": "OK1", "channel": "city"})
    with Ledger(str(started.path)) as ledger:
        question = Question(as_of=times.day("2024-06-30"))
        row, alone = ledger.score("东泉镇", question)[1], ledger.alone("东泉镇", question)
    assert (alone.score, alone.measures) == (row.score, row.measures)
    assert row.measures["adoption_year"]


towns = st.sampled_from(["大埔镇", "东泉镇", "凤山镇"])
several = st.lists(towns, min_size=1, max_size=3, unique=True)
days = st.integers(1, 9).map(lambda day: f"2024-02-0{day}")
moves = st.one_of(
    st.fixed_dictionaries({"kind": st.just("units_merged"), "on": days, "before": several, "after": towns, "carry": st.booleans()}),
    st.fixed_dictionaries({"kind": st.just("unit_split"), "on": days, "before": towns, "after": several, "carry": st.none()}),
    st.fixed_dictionaries({"kind": st.just("unit_changed"), "on": days, "unit_id": towns, "left": st.booleans()}),
)
facts = st.one_of(
    st.fixed_dictionaries({"kind": st.just("training_completed"), "on": days, "unit": towns}),
    st.fixed_dictionaries({"kind": st.just("item_submitted"), "on": days, "item": st.sampled_from("AB"), "unit": towns}),
    st.fixed_dictionaries({"kind": st.just("item_adopted"), "on": days, "item": st.sampled_from("AB"), "channel": st.just("county")}),
)
logs = st.lists(moves | moves | facts, max_size=8)


def offered(book: Book, said: Said, own: str) -> bool:
    """Whether a record was accepted; where it was not, nothing changed."""
    before = book.rows()
    try:
        book.recording.record(said["kind"], {"id": own, **{name: value for name, value in said.items() if name != "kind"}}, "clerk")
    except Refused:
        assert book.rows() == before
        return False
    return True


@settings(max_examples=25)
@given(logs, moves)
def test_reversing_a_merger_a_split_or_a_leaving_restores_the_roster(said: list[Said], last: Said) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder) / "scores.ledger")
        for number, each in enumerate(said):
            offered(book, each, f"e{number}")
        roster, facts_before = roster_of(book), book.live()
        if offered(book, last, "last"):
            done = book.correct("last", cascade=True)
            assert (done.reversed, roster_of(book), book.live()) == (("last",), roster, facts_before)
            book.correct(book.ids()[-1])
            assert book.live() == facts_before | {"last"}
        book.journal.close()


@settings(max_examples=15)
@given(logs, st.randoms(use_true_random=False))
def test_in_whatever_order_a_log_with_mergers_is_recorded_the_roster_is_one(said: list[Said], chance: Any) -> None:
    with TemporaryDirectory() as folder:
        book, other = Book(Path(folder) / "a.ledger"), Book(Path(folder) / "b.ledger")
        taken = [(f"e{number}", each) for number, each in enumerate(said) if offered(book, each, f"e{number}")]
        chance.shuffle(taken)
        while fresh := [entry for entry in taken if offered(other, entry[1], entry[0])]:
            taken = [entry for entry in taken if entry not in fresh]
        assert taken == []
        assert roster_of(other) == roster_of(book)
        for each in (book, other):
            each.journal.close()
