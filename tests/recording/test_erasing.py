"""A name is erased from the table beside the log; all that was recorded stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from ledger.errors import Refused, Unknown
from ledger.journal.reader import LogReader
from ledger.journal.verify import verify
from ledger.messages import LANGUAGES
from ledger.recording.erasing import Erased
from ledger.views import Question
from tests.gallery.pages import examples, outcome
from tests.recording.book import SUBMITTED, Book

TRAINING: dict[str, Any] = {"kind": "training_completed", "on": "2024-03-01", "unit": "大埔镇"}
NAME = "欧阳锋刃"
REASON = "依本人申请"


def trained(*names: str) -> list[dict[str, Any]]:
    return [{**TRAINING, "id": f"t{number}", "trainee": name} for number, name in enumerate(names)]


def erase(book: Book, who: str, reason: str = REASON) -> Erased:
    return book.recording.erase(who, reason, "officer")


def salt_of(path: Path, name: str) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        ((salt,),) = db.execute("SELECT salt FROM person_names WHERE name = ?", (name,))
    assert isinstance(salt, bytes)
    return salt


def roots(path: Path) -> tuple[int, str]:
    found = verify(path, lambda _done, _total: None)
    assert found.findings == ()
    return found.events, found.root


def test_name_and_salt_are_nowhere_in_the_file_and_every_other_name_is(tmp_path: Path) -> None:
    book = Book(tmp_path / "scores.ledger")
    names = [f"人员{number * 7919 % 3001:04}之名" for number in range(3001)]
    for first in range(0, 3001, 100):
        book.good(*({**said, "id": f"{first}-{said['id']}"} for said in trained(*names[first : first + 100])))
    book.journal.close()
    content = book.path.read_bytes()
    # Where a page was divided, SQLite may have left a third copy of a row in what is free of it.
    most = max(names, key=lambda name: content.count(name.encode()))
    for name in {most, names[0], names[3000]}:
        salt = salt_of(book.path, name)
        assert salt in book.path.read_bytes()
        with Ledger(str(book.path), "officer") as ledger:
            ledger.erase(name, REASON)
            assert not ledger.lingers
        for file in tmp_path.iterdir():
            content = file.read_bytes()
            assert name.encode() not in content, file
            assert salt not in content, file
    with LogReader(book.path) as log:
        assert len(log.names.every()) >= 2998
    roots(book.path)


def test_an_erasure_is_recorded_with_its_reason_and_by_whom(book: Book) -> None:
    book.good(*trained(NAME))
    done = erase(book, NAME)
    with LogReader(book.path) as log:
        (row,) = log.rows(kinds={"name_erased"})
    assert (row.position, row.stream, row.recorded_by) == (done.position, f"person:{done.person}", "officer")
    assert REASON.encode() in row.body
    assert (done.copies, done.mentioned_in) == ((), ())


def test_a_person_is_meant_by_id_as_well(book: Book) -> None:
    book.good(*trained(NAME))
    with LogReader(book.path) as log:
        person = log.names.known(NAME)
    assert person is not None
    assert erase(book, person).person == person


def test_an_erasure_cannot_be_reversed(book: Book) -> None:
    book.good(*trained(NAME))
    assert book.cannot_correct(f"@{erase(book, NAME).position}").key == "recording.not_reversible"


def refusal(book: Book, who: str, reason: str = REASON) -> str:
    before = book.head()
    with pytest.raises((Refused, Unknown)) as refused:
        erase(book, who, reason)
    assert book.head() == before
    assert all(refused.value.problem.text(lang) for lang in LANGUAGES)
    return refused.value.problem.key


def test_what_cannot_be_erased_is_refused(book: Book) -> None:
    book.good(*trained(NAME))
    assert refusal(book, "欧阳锋仞") == "recording.no_person"
    with pytest.raises(Unknown, match=NAME):
        erase(book, "欧阳锋仞")
    for reason in (f"{NAME}本人申请", "欧 阳 锋 刃 申请"):
        assert refusal(book, NAME, reason) == "recording.reason_names"
    assert refusal(book, NAME, " ") == "aggregates.blank"
    assert refusal(book, NAME, "x" * 4001) == "aggregates.too_long"
    person = erase(book, NAME).person
    assert refusal(book, person) == "recording.erased_already"
    assert refusal(book, NAME) == "recording.no_such_person"


def test_a_name_that_is_like_nobody_s_does_not_list_everybody_s(book: Book) -> None:
    book.good(*trained(NAME))
    for written in ("", "x", "p-0"):
        with pytest.raises(Unknown) as unknown:
            erase(book, written)
        assert all(NAME not in unknown.value.problem.text(lang) for lang in LANGUAGES)


def test_the_events_whose_own_text_holds_the_name_are_named(book: Book) -> None:
    titled = {**SUBMITTED, "title": f"{NAME}同志事迹", "author": NAME}
    book.good(titled, *trained(NAME), {**TRAINING, "id": "noted", "note": f"代{NAME}参加"})
    start = book.opened.position
    assert erase(book, NAME).mentioned_in == (start + 1, start + 3)


def test_a_name_that_json_writes_with_escapes_is_found_as_well(book: Book) -> None:
    name = 'Pat "Q" O\\N'
    book.good(*trained(name), {**TRAINING, "id": "noted", "note": f"for {name}"})
    assert erase(book, name).mentioned_in == (book.opened.position + 2,)


def test_the_copies_made_while_the_name_was_there_are_named(book: Book) -> None:
    book.recording.note_copy("backup", "/before", "clerk")
    book.good(*trained(NAME))
    book.recording.note_copy("export", "/while", "clerk")
    (copy,) = erase(book, NAME).copies
    assert (copy.what, copy.place, copy.actor, copy.position) == ("export", "/while", "clerk", book.opened.position + 1)


def test_a_ledger_made_before_copies_were_noted_has_none_and_can_note_one(book: Book) -> None:
    book.good(*trained("甲某", "乙某"))
    with closing(sqlite3.connect(book.path)) as db:
        db.execute("DROP TABLE copies")
        db.commit()
    assert erase(book, "甲某").copies == ()
    book.recording.note_copy("backup", "/later", "clerk")
    assert [copy.place for copy in erase(book, "乙某").copies] == ["/later"]


def test_the_same_name_entered_again_is_another_person(book: Book) -> None:
    book.good(*trained(NAME))
    person = erase(book, NAME).person
    book.good({**TRAINING, "id": "again", "trainee": NAME})
    with LogReader(book.path) as log:
        assert log.names.known(NAME) not in (None, person)
    assert roots(book.path)[0] == book.opened.position + 3


def test_a_row_recorded_with_the_name_that_was_erased_cannot_be_imported_again(book: Book) -> None:
    rows = trained(NAME, "甲某")
    book.good(*rows)
    erase(book, NAME)
    before = book.head()
    (problem,) = book.bring(*rows).problems
    assert (problem.key, problem.where) == ("recording.erased_content", "events.jsonl:1")
    assert book.head() == before
    with LogReader(book.path) as log:
        assert log.names.known(NAME) is None
    assert book.bring(rows[1]).skipped == 1
    assert book.bring({**rows[0], "on": "2024-03-02"}).problems[0].key == "recording.other_content"
    assert book.bring({**rows[1], "trainee": NAME}).problems[0].key == "recording.other_content"


@pytest.fixture(scope="module")
def credited() -> Iterator[Path]:
    """A ledger whose authors are credited: an example of the gallery's."""
    (example,) = (each for each in examples() if each.title.startswith("Authors as well"))
    with TemporaryDirectory() as folder:
        yield outcome(example, Path(folder)).ledger


@settings(max_examples=10, deadline=None)
@given(st.sets(st.sampled_from(["张三", "李四"])))
def test_whoever_is_erased_every_score_and_every_root_stands(credited: Path, names: set[str]) -> None:
    question = Question(as_of=date(2024, 12, 31))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.ledger"
        path.write_bytes(credited.read_bytes())
        size, root = roots(path)
        with Ledger(str(path), "officer") as ledger:
            earlier = Question(as_of=question.as_of, known_at=f"@{size}")
            before, persons = ledger.standings(question).rows, ledger.persons(question).rows
            gone = {ledger.erase(name, REASON).person for name in sorted(names)}
            assert ledger.standings(question).rows == before
            assert ledger.standings(earlier).rows == before
            after = ledger.persons(question).rows
        assert {row.unit_id: row.score for row in after} == {row.unit_id: row.score for row in persons}
        assert {row.unit for row in after} == {row.unit for row in persons} - names | gone
        now, _ = roots(path)
        assert now == size + len(names)
        assert root_of_first(path, size) == root


def root_of_first(path: Path, size: int) -> str:
    """The root over the first events, from what is recorded of them."""
    from ledger.journal.merkle import Frontier

    frontier = Frontier()
    with closing(sqlite3.connect(path)) as db:
        frontier.extend([leaf for (leaf,) in db.execute("SELECT leaf FROM stored_events WHERE rowid <= ? ORDER BY rowid", (size,))])
    return frontier.root().hex()
