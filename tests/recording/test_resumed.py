"""What a recording keeps between its transactions is what a new one would find in the log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from ledger.errors import Refused
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from ledger.recording import Recording
from ledger.rules.source import load
from tests.recording.book import ADOPTED, SUBMITTED, Book, Said, reversal
from tests.recording.test_laws import steps

Turn = Callable[[], Recording]


def told(book: Book, turn: Turn, said: list[Any]) -> tuple[list[object], set[str], list[str]]:
    """What came of each step, what counts in the end, and the kinds in the order recorded; the log is sound."""
    came: list[object] = []
    for number, step in enumerate(said):
        ids = book.ids()
        try:
            if isinstance(step, dict):
                came.append(turn().record(step["kind"], _fields(step, f"e{number}"), "clerk").position)
            elif ids:
                target, cascade, changes = step
                done = turn().correct(ids[target % len(ids)], "r", changes, "clerk", cascade=cascade)
                came.append((done.recorded, len(done.reversed), done.position))
        except Refused as refused:
            came.append([problem.key for problem in refused.problems])
    assert verify(book.path, lambda _done, _total: None).findings == ()
    return came, book.live(), [kind for _, kind, _ in book.rows()]


def _fields(said: Said, own_id: str) -> dict[str, Any]:
    return {"id": own_id, **{name: value for name, value in said.items() if name != "kind"}}


@settings(max_examples=15)
@given(steps)
def test_one_recording_a_new_one_each_time_and_two_by_turns_decide_alike(said: list[Any]) -> None:
    outcomes = []
    for way in ("one", "new", "two"):
        with TemporaryDirectory() as folder:
            book = Book(Path(folder) / "scores.ledger")
            with Journal.open(book.path) as journal:
                other = Recording(journal)
                by_turns = cycle([book.recording, book.recording, book.recording, other, other])
                turns: dict[str, Turn] = {
                    "one": lambda book=book: book.recording,  # type: ignore[misc]  # bound now
                    "new": lambda book=book: Recording(book.journal),  # type: ignore[misc]
                    "two": by_turns.__next__,
                }
                outcomes.append(told(book, turns[way], said))
            book.journal.close()
    assert outcomes[0] == outcomes[1] == outcomes[2]


def record(recording: Recording, said: Said) -> int:
    return recording.record(str(said["kind"]), {name: value for name, value in said.items() if name != "kind"}, "clerk").position


def test_what_another_process_has_reversed_meanwhile_is_not_known_any_more(book: Book) -> None:
    record(book.recording, SUBMITTED)
    with Journal.open(book.path) as journal:
        record(Recording(journal), reversal("ok-1"))
    with pytest.raises(Refused) as refused:
        record(book.recording, ADOPTED)
    assert [problem.key for problem in refused.value.problems] == ["aggregates.item_not_known"]


def test_a_stream_keeps_its_versions_when_an_older_event_of_it_is_read_for_another(book: Book) -> None:
    failed = {"kind": "feedback_failed", "on": "2024-03-01", "unit": "大埔镇", "how": "late"}
    record(book.recording, SUBMITTED)
    record(book.recording, {**failed, "id": "f1", "item": "OK1"})
    again = Recording(book.journal)
    record(again, {**failed, "id": "f2"})
    record(again, ADOPTED)
    assert record(again, {**failed, "id": "f3"}) == book.head()


def test_what_a_dry_run_has_accepted_is_not_known(book: Book) -> None:
    record(book.recording, {**SUBMITTED, "id": "other", "item": "OK0"})
    assert book.bring(SUBMITTED, dry_run=True).appended == 1
    with pytest.raises(Refused):
        record(book.recording, ADOPTED)
    assert record(book.recording, SUBMITTED) == book.head()


def test_a_scheme_enacted_meanwhile_is_in_force(book: Book) -> None:
    early = {**SUBMITTED, "on": "2020-02-01", "unit": "dapu-zhen"}
    with pytest.raises(Refused):
        record(book.recording, early)
    record(book.recording, {**SUBMITTED, "id": "other", "item": "OK0"})
    source = load("qingshan-2020")
    book.recording.enact(source, "clerk")
    with pytest.raises(Refused) as refused:
        record(book.recording, {**early, "on": source.effective.isoformat()})
    assert "aggregates.before_every_scheme" not in [problem.key for problem in refused.value.problems]


def test_a_person_whose_name_was_erased_meanwhile_is_new_again(book: Book) -> None:
    training = {"kind": "training_completed", "on": "2024-03-01", "unit": "大埔镇", "trainee": "张三"}
    record(book.recording, {**training, "id": "t1"})
    with Journal.open(book.path) as journal, journal.writing("officer"):
        journal._connection.db.execute("DELETE FROM person_names")
    record(book.recording, {**training, "id": "t2"})
    bodies = [body for own, _, body in book.rows() if own in {"t1", "t2"}]
    assert all(b'"named"' in body for body in bodies)
    assert bodies[0].split(b'"trainee"')[1] != bodies[1].split(b'"trainee"')[1]
