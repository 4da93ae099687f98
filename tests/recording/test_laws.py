"""Laws of the whole write side, on made-up logs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Refused
from tests.recording.book import Book

days = st.integers(1, 9).map(lambda day: f"2024-02-0{day}")
names = st.sampled_from(["A", "B"])
towns = st.sampled_from(["大埔镇", "东泉镇"])
facts = st.one_of(
    st.fixed_dictionaries({"kind": st.just("item_submitted"), "on": days, "item": names, "unit": towns}),
    st.fixed_dictionaries({"kind": st.just("item_adopted"), "on": days, "item": names, "channel": st.sampled_from(["county", "city"])}),
    st.fixed_dictionaries(
        {"kind": st.just("finding_established"), "on": days, "unit": towns, "finding": st.just("领导不重视"), "item": names}
    ),
    st.fixed_dictionaries({"kind": st.just("solicitation_fulfilled"), "on": days, "solicitation": names, "unit": towns, "item": names}),
    st.fixed_dictionaries(
        {
            "kind": st.just("solicitation_issued"),
            "on": days,
            "solicitation": names,
            "topic": st.just("t"),
            "units": st.just(["大埔镇", "东泉镇"]),
            "due": st.just("2024-02-09"),
        }
    ),
)
corrections = st.tuples(st.integers(0, 30), st.booleans(), st.sampled_from([{}, {"on": "2024-02-05"}]))
steps = st.lists(st.one_of(facts, facts, corrections), max_size=14)


def play(book: Book, said: list[Any]) -> None:
    """Every step that is not refused; refusals change nothing."""
    for number, step in enumerate(said):
        before = book.rows()
        try:
            if isinstance(step, dict):
                book.recording.record(
                    step["kind"], {"id": f"e{number}", **{name: value for name, value in step.items() if name != "kind"}}, "clerk"
                )
            elif before:
                target, cascade, changes = step
                book.recording.correct(before[target % len(before)][0], "r", changes, "clerk", cascade=cascade)
        except Refused:
            assert book.rows() == before


def replayed(book: Book) -> set[str]:
    """What counts when the whole log is brought into a new ledger: the live facts alone, in their order."""
    import msgspec

    with TemporaryDirectory() as folder:
        other = Book(Path(folder) / "other.ledger")
        live = book.live()
        rows = [(own, kind, msgspec.json.decode(body)) for own, kind, body in book.rows() if own in live]
        waiting = [{**fields, "kind": kind} for _, kind, fields in rows]
        while waiting:
            taken = [each for each in waiting if other.bring(each).appended]
            if not taken:
                break
            waiting = [each for each in waiting if each not in taken]
        other.journal.close()
        return live - {each["id"] for each in waiting}


@settings(max_examples=25)
@given(steps)
def test_the_live_facts_of_a_log_are_a_possible_log_and_every_refusal_changes_nothing(said: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder) / "scores.ledger")
        play(book, said)
        assert replayed(book) == book.live()
        book.journal.close()


@settings(max_examples=25)
@given(steps, st.integers(0, 30))
def test_a_reversed_reversal_restores_what_counted(said: list[Any], which: int) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder) / "scores.ledger")
        play(book, said)
        before = book.live()
        if before:
            target = sorted(before)[which % len(before)]
            gone = book.correct(target, cascade=True).reversed
            assert book.live() == before - set(gone)
            reversals = [own for own, kind, _ in book.rows() if kind == "event_reversed"][-len(gone) :]
            for own in reversed(reversals):
                book.correct(own)
            assert book.live() == before
        book.journal.close()
