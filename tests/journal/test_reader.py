"""Reading the log."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ledger import times
from ledger.errors import LogError, Unknown
from ledger.events import KINDS
from ledger.journal.decode import fields_of
from ledger.journal.journals import open_journal
from ledger.journal.places import Place
from ledger.journal.reader import LogReader
from ledger.journal.record import stamp
from ledger.journal.writer import Journal
from tests.journal.making import empty, event, records, sample, submissions


@pytest.fixture
def log(filled: Place) -> Iterator[LogReader]:
    with LogReader(filled) as opened:
        yield opened


def ids(log: LogReader, **filters: object) -> list[str]:
    return [row.id for row in log.rows(**filters)]  # type: ignore[arg-type]  # each test gives what the filter takes


def test_reading_does_not_load_what_writing_needs() -> None:
    asked = "import sys, ledger.journal.reader; sys.exit('eventsourcing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_a_scan_gives_facts_in_order_of_position(log: LogReader) -> None:
    scanned = list(log.scan(dict.fromkeys(KINDS)))
    assert [position for position, _, _ in scanned] == list(range(1, 610))
    assert [kind for _, kind, _ in scanned[:4]] == ["ledger_opened", "unit_enrolled", "item_submitted", "item_adopted"]
    assert (scanned[1][2].class_, scanned[1][2].targets) == ("一类", {"year": 6000})
    assert scanned[4][2].on == datetime(2024, 3, 6, 8, tzinfo=times.SHANGHAI)


def test_a_scan_keeps_to_its_kinds_position_business_date_and_streams(log: LogReader) -> None:
    asked = {"item_submitted": ["item"], "item_adopted": None, "incident_occurred": ["unit"]}
    assert [position for position, _, _ in log.scan(asked, upto=11)] == [3, 4, 5, 10, 11]
    assert [position for position, _, _ in log.scan(asked, upto=11, until="2024-03-06")] == [3, 5, 10, 11]
    assert [position for position, _, _ in log.scan(asked, streams=["item:OK1", "item:N2"])] == [3, 4, 11]
    assert [position for position, _, _ in log.scan({"order_settled": None, "unit_enrolled": None})] == [2, 8]
    assert list(log.scan({})) == []


def test_rare_kinds_are_found_by_their_index(written: Path) -> None:
    plans: list[str] = []
    log = LogReader(written)
    assert isinstance(log._db, sqlite3.Connection)
    log._db.set_trace_callback(plans.append)
    list(log.scan({"order_settled": None}))
    log._db.set_trace_callback(None)
    (plan, *_) = log._db.execute(f"EXPLAIN QUERY PLAN {plans[0]}").fetchall()
    assert "rare_kinds" in plan[3]


def test_rows_keep_to_their_filters(log: LogReader) -> None:
    assert ids(log, upto=3) == ["E0", "E1", "E2"]
    assert ids(log, since=607) == ["X599", "X600"]
    assert ids(log, kinds=["item_adopted", "order_settled"]) == ["E3", "E7"]
    assert ids(log, ids=["E3", "E1", "none"]) == ["E1", "E3"]
    assert ids(log, subject="item:OK1") == ["E2", "E3", "E5"]
    assert ids(log, subject="unit:dapu", upto=9) == ["E1", "E2", "E4", "E5", "E6", "E7", "E8"]
    assert ids(log, subject="unit:dapu", kinds=["item_submitted"], since=3, upto=10) == ["X1"]


def test_the_streams_of_a_unit_are_its_own_and_those_that_mention_it(log: LogReader) -> None:
    assert log.streams_of("unit:taiping") == {"unit:taiping", "item:OK1", "period:2024"}
    assert log.streams_of("unit:none") == {"unit:none"}


def test_a_time_finds_the_last_position_recorded_by_then(anywhere: Place) -> None:
    noon = datetime(2024, 3, 5, 12, tzinfo=times.SHANGHAI)
    ticks = iter([noon, noon, noon + timedelta(minutes=1)])
    with empty(anywhere, clock=lambda: next(ticks)) as journal:
        for first, count in ((0, 2), (2, 3), (5, 1)):
            with journal.writing("clerk") as writer:
                writer.append(submissions(first, count))
    with LogReader(anywhere) as log:
        assert [log.position_at(stamp(noon + timedelta(seconds=seconds))) for seconds in (-1, 0, 59, 60, 99)] == [0, 5, 5, 6, 6]
        assert log.time_of(6) == stamp(noon + timedelta(minutes=1))
        assert log.ids([6, 1]) == {1: "X0", 6: "X5"}
        with pytest.raises(LogError):
            log.ids([6, 9])
        with pytest.raises(Unknown):
            log.time_of(7)


def test_an_empty_log_has_a_head(book: Journal) -> None:
    with LogReader(book.path) as log:
        assert log.head().position == 0
        assert log.position_at("2099") == 0


def test_a_reader_sees_what_is_written_while_it_is_open(book: Journal) -> None:
    with LogReader(book.path) as log:
        with book.writing("clerk") as writer:
            writer.append(submissions(1, 2))
            assert log.head().position == 0
        assert log.head().position == 2


def test_a_reader_cannot_write(log: LogReader) -> None:
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)):
        log._db.execute("INSERT INTO tree_nodes VALUES (9, 9, 'x')")


def test_a_ledger_on_a_read_only_medium_is_read(written: Path, tmp_path: Path) -> None:
    copy = tmp_path / "medium" / "a.ledger"
    copy.parent.mkdir()
    shutil.copy(written, copy)
    copy.with_name("a.ledger-shm").mkdir()  # so that SQLite cannot make its index there, whoever runs this
    with LogReader(copy) as log:
        assert log.head().position == 609


def test_a_body_that_is_not_its_kinds_is_an_error_that_names_the_position(book: Journal) -> None:
    entry = records([event("item_submitted", "E9", item="OK9", unit="a")])[0]
    with book.writing("clerk") as writer:
        writer.append([*records(sample())[:2], entry._replace(state=b'{"id":"E9","on":"2024-03-05"}')])
    with LogReader(book.path) as log, pytest.raises(LogError) as found:
        list(log.scan({"item_submitted": None}))
    assert found.value.problem.params["position"] == 3


@pytest.mark.parametrize(
    "state",
    [
        b'{"id":"E9","item":"\xff","on":"2024-03-05","unit":"a"}',
        b'{"extra":{"a":' + b"[" * 3000 + b"]" * 3000 + b'},"id":"E9"}',
        b"[]",
        b"",
    ],
)
def test_a_body_that_cannot_be_read_at_all_is_the_same_error(book: Journal, state: bytes) -> None:
    entry = records([event("item_submitted", "E9", item="OK9", unit="a")])[0]
    with book.writing("clerk") as writer:
        writer.append([*records(sample())[:2], entry._replace(state=state)])
    with LogReader(book.path) as log:
        (row,) = log.rows(kinds=["item_submitted"])
        for read in (lambda: list(log.scan({"item_submitted": None})), lambda: fields_of(row)):
            with pytest.raises(LogError) as found:
                read()
            assert (found.value.problem.key, found.value.problem.params["position"]) == ("journal.bad_body", 3)


def test_an_envelope_that_is_none_is_an_error_that_names_the_position(written: Path) -> None:
    with closing(sqlite3.connect(written)) as db, db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("UPDATE stored_events SET envelope = x'7b7d' WHERE rowid = 20")
    with LogReader(written) as log, pytest.raises(LogError) as found:
        list(log.rows())
    assert (found.value.problem.key, found.value.problem.params["position"]) == ("journal.bad_body", 20)


def test_closing_leaves_one_file_and_its_lock(written: Path) -> None:
    with closing(LogReader(written)) as log:
        log.head()
    with open_journal(written):
        pass
    assert sorted(each.name for each in written.parent.iterdir()) == ["a.ledger", "a.ledger-lock"]
