"""Appending, in either store: whole, in order, and safe with many at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from multiprocessing import get_context
from threading import Thread

import pytest

from ledger import times
from ledger.errors import InputError, Problem, Refused
from ledger.journal.journals import open_journal
from ledger.journal.places import Place
from ledger.journal.reader import LogReader
from ledger.journal.record import stamp
from ledger.journal.verify import verify
from ledger.journal.writer import Journal
from tests.journal.making import empty, records, sample, submissions


def findings(place: Place) -> list[str]:
    return [found.key for found in verify(place, lambda _done, _total: None).findings]


def test_what_was_appended_is_there_with_positions_without_gaps(book: Journal) -> None:
    with book.writing("clerk") as writer:
        assert writer.append(records(sample())) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert writer.append(submissions(1, 2)) == [9, 10]
        assert writer.append([]) == []
        assert writer.position == 10
    with LogReader(book.path) as log:
        rows = list(log.rows())
        head = log.head()
    assert [row.position for row in rows] == list(range(1, 11))
    assert {row.recorded_by for row in rows} == {"clerk"}
    assert {row.recorded_at for row in rows} == {head.recorded_at}
    assert head.root == verify(book.path, lambda _done, _total: None).root


def test_a_writer_sees_the_log_and_what_it_has_just_appended(book: Journal) -> None:
    with book.writing("clerk") as writer:
        writer.append(records(sample()))
        assert [row.id for row in writer.load(["item:OK1"])] == ["E2", "E3", "E5"]
        assert [row.id for row in writer.load(["unit:dapu"])] == ["E1", "E5"]
        assert [row.id for row in writer.mentioning("unit:dapu", 2)] == ["E2", "E4"]
        assert {id: row.position for id, row in writer.by_id(["E3", "no", "E1"]).items()} == {"E1": 2, "E3": 4}
        assert [row.id for row in writer.rows(["item_adopted", "order_settled"])] == ["E3", "E7"]
        assert writer.rows(["item_adopted"], since=4) == []
        assert writer.versions(["item:OK1", "unit:dapu", "item:no"]) == {"item:OK1": 2, "unit:dapu": 2}
        last = writer.at(8)
        assert last is not None
        assert (last.id, last.on, last.kind, last.stream, last.stream_version) == ("E7", "2024-12-31", "order_settled", "period:2024", 1)
        assert writer.at(9) is None


def test_a_raised_error_leaves_nothing_and_passes_through(book: Journal) -> None:
    def append_and_fail() -> None:
        with book.writing("clerk") as writer:
            writer.append(submissions(1, 3))
            raise InputError.of("journal.not_plain", value="x")

    with pytest.raises(InputError):
        append_and_fail()
    with LogReader(book.path) as log:
        assert log.head().position == 0
        assert list(log.rows()) == []


def test_a_dry_run_leaves_nothing_not_even_a_name(book: Journal) -> None:
    with book.writing("clerk") as writer:
        person, _ = writer.names.person("张三")
        assert writer.append(submissions(1, 300))[-1] == 300
        writer.abandon()
    with LogReader(book.path) as log:
        assert log.head().position == 0
        assert log.names.names([person]) == {}
    with book.writing("clerk") as writer:
        assert writer.append(submissions(1, 1)) == [1]


@pytest.mark.parametrize("again", [submissions(1, 1)[0]._replace(id="new"), submissions(9, 1)[0]._replace(id="X1")])
def test_a_version_or_an_id_that_is_taken_is_refused_and_nothing_recorded(book: Journal, again: object) -> None:
    with book.writing("clerk") as writer:
        writer.append(submissions(1, 1))
    with pytest.raises(Refused) as refused, book.writing("clerk") as writer:
        writer.append([*submissions(2, 2), again])  # type: ignore[list-item]  # a record, as parametrize passes it
    assert refused.value.problem.key == "journal.conflict"
    with LogReader(book.path) as log:
        assert log.head().position == 1


def test_a_clock_that_steps_back_is_held_and_said(anywhere: Place) -> None:
    noon = datetime(2024, 3, 5, 12, tzinfo=times.SHANGHAI)
    ticks = iter([noon, noon - timedelta(hours=1), noon + timedelta(seconds=1)])
    said: list[Problem] = []
    with empty(anywhere, clock=lambda: next(ticks), warn=said.append) as book:
        for number in range(3):
            with book.writing("clerk") as writer:
                writer.append(submissions(number, 1))
    with LogReader(anywhere) as log:
        assert [row.recorded_at for row in log.rows()] == [stamp(noon), stamp(noon), stamp(noon + timedelta(seconds=1))]
    assert [problem.key for problem in said] == ["journal.clock_back"]
    assert "11:00:00" in said[0].text()


def test_a_clock_that_steps_back_is_said_on_standard_error(anywhere: Place, capsys: pytest.CaptureFixture[str]) -> None:
    ticks = iter([datetime(2024, 3, 5, 12, tzinfo=times.SHANGHAI), datetime(2024, 3, 5, 11, tzinfo=times.SHANGHAI)])
    with empty(anywhere, clock=lambda: next(ticks)) as book:
        for number in range(2):
            with book.writing("clerk") as writer:
                writer.append(submissions(number, 1))
    assert capsys.readouterr().err.count("\n") == 1


def _append_some(place: Place, first: int) -> None:
    with open_journal(place) as book:
        for number in range(first, first + 40):
            with book.writing(f"writer {first}") as writer:
                writer.append(submissions(10 * number, 1 + number % 3))


def _demand_whole(place: Place, count: int) -> None:
    with LogReader(place) as log:
        rows = list(log.rows())
    assert [row.position for row in rows] == list(range(1, count + 1))
    assert len({row.id for row in rows}) == count
    assert findings(place) == []


EACH = sum(1 + number % 3 for number in range(40))


def test_several_processes_write_at_once_without_a_gap(anywhere: Place) -> None:
    with empty(anywhere) as book, book.writing("clerk") as writer:
        writer.append(records(sample()))
    spawn = get_context("spawn")
    workers = [spawn.Process(target=_append_some, args=(anywhere, 120 * number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    _demand_whole(anywhere, 8 + 4 * EACH)


def test_threads_share_a_journal(book: Journal) -> None:
    with book.writing("clerk") as writer:
        writer.append(records(sample()))

    def append(first: int) -> None:
        for number in range(first, first + 40):
            with book.writing("clerk") as writer:
                writer.append(submissions(10 * number, 1 + number % 3))

    threads = [Thread(target=append, args=(120 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _demand_whole(book.path, 8 + 4 * EACH)


def test_a_name_is_entered_once_and_its_commitment_can_be_checked(book: Journal) -> None:
    with book.writing("clerk") as writer:
        person, commitment = writer.names.person("张三")
        assert writer.names.person("张三") == (person, None)
        other, another = writer.names.person("李四")
        assert person != other
        assert commitment != another
        assert writer.names.names([person, other, "p-none"]) == {person: "张三", other: "李四"}
