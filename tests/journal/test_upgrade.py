"""An older ledger is brought up to date, and nothing that is logged is touched."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.errors import LedgerError, LogError, StoreError
from ledger.journal.definitions import Difference, definitions, differences
from ledger.journal.inside import inside
from ledger.journal.reader import LogReader, connect
from ledger.journal.schema import IS_RARE, LOG_TABLES
from ledger.journal.sqlite import Journal
from ledger.journal.upgrade import upgrade
from ledger.journal.verify import verify
from ledger.times import now
from tests.journal.making import event, records, sample, submissions
from tests.journal.old import OLD, make_old

KEPT = (*LOG_TABLES, "person_names", "sqlite_sequence")


@pytest.fixture(params=OLD, ids=str)
def old(path: Path, request: pytest.FixtureRequest) -> Path:
    """A ledger that an earlier version made and wrote, with a person's name."""
    make_old(path, OLD[request.param])
    with Journal.open(path) as journal, journal.writing("clerk") as writer:
        person, commitment = writer.names.person("张三")
        named = event("training_completed", "E8", unit="dapu", trainee=person, named={person: commitment})
        writer.append(records([*sample(), named]))
        writer.append(submissions(1, 600))
    return path


def digest(path: Path) -> str:
    """One hash over every value, with its type, of every row that an upgrade has to leave alone, and of where each row stands."""
    found = sha256()
    with closing(connect(path)) as db:
        for table in KEPT:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            asked = ", ".join(f"typeof({column}), CAST({column} AS BLOB)" for column in columns)
            for row in db.execute(f"SELECT {asked} FROM {table} ORDER BY 2, 4"):
                found.update(repr((table, row)).encode())
    return found.hexdigest()


def found_in(path: Path) -> list[Difference]:
    with closing(connect(path)) as db:
        return differences(db)


def key_of(error: pytest.ExceptionInfo[LedgerError]) -> str:
    return error.value.problem.key


def change(path: Path, *statements: str) -> None:
    """What somebody does with a program of his own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            db.execute(statement)


def test_a_new_ledger_differs_in_nothing(written: Path) -> None:
    assert found_in(written) == []


def test_an_old_ledger_gets_what_it_lacks_and_every_logged_byte_stays(old: Path) -> None:
    before, head = digest(old), LogReader(old).head()
    lacked = found_in(old)
    assert ("missing", "copies") in [(each.how, each.name) for each in lacked]
    assert upgrade(old) == lacked
    assert found_in(old) == []
    assert digest(old) == before
    assert LogReader(old).head() == head
    found = verify(old, lambda _done, _total: None)
    assert (found.events, found.root, found.findings) == (609, head.root, ())


def test_a_second_upgrade_finds_nothing_to_do(old: Path) -> None:
    assert upgrade(old)
    before = old.read_bytes()
    assert upgrade(old) == []
    assert old.read_bytes() == before


def test_questions_for_rare_kinds_use_the_index_only_after_an_upgrade(path: Path) -> None:
    make_old(path, OLD["five rare kinds"])
    asked = f"EXPLAIN QUERY PLAN SELECT rowid FROM stored_events WHERE topic = 'period_closed' AND ({IS_RARE})"
    plans = []
    for done in (lambda: None, lambda: upgrade(path)):
        done()
        with closing(connect(path)) as db:
            plans.append(" ".join(row[3] for row in db.execute(asked)))
    assert ["rare_kinds" in plan for plan in plans] == [False, True]


def test_an_upgraded_ledger_is_recorded_in_and_its_file_is_the_whole_of_it(old: Path) -> None:
    upgrade(old)
    wal = old.with_name(f"{old.name}-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    with Journal.open(old) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(601, 5))
        writer.note_copy("backup", "/there")
    assert verify(old, lambda _done, _total: None).findings == ()


@pytest.mark.parametrize("name", [name for name, each in definitions().items() if each.type == "trigger"])
def test_a_guard_that_was_taken_away_is_made_again(written: Path, name: str) -> None:
    change(written, f"DROP TRIGGER {name}")
    assert [(each.how, each.name) for each in upgrade(written)] == [("missing", name)]
    assert found_in(written) == []


def test_a_guard_that_guards_nothing_is_replaced(written: Path) -> None:
    change(written, "DROP TRIGGER head_no_delete", "CREATE TRIGGER head_no_delete BEFORE DELETE ON head BEGIN SELECT 1; END")
    assert [(each.how, each.name) for each in upgrade(written)] == [("other", "head_no_delete")]
    assert found_in(written) == []


@pytest.mark.parametrize("table", ["event_mentions", "tree_nodes", "person_names"])
def test_a_table_that_every_ledger_had_is_not_made_again_empty(written: Path, table: str) -> None:
    change(written, f"DROP TABLE {table}", "DROP TABLE copies")
    lacked = found_in(written)
    with pytest.raises(LogError) as refused:
        upgrade(written)
    assert key_of(refused) == "journal.table_missing"
    assert found_in(written) == lacked, "nothing is done by halves"


def test_a_log_with_another_table_is_refused(written: Path) -> None:
    change(written, "ALTER TABLE stored_events ADD COLUMN more TEXT")
    with pytest.raises(LogError) as refused:
        upgrade(written)
    assert key_of(refused) == "journal.table_other"


def test_what_is_not_ours_stays(written: Path) -> None:
    change(written, "CREATE INDEX mine ON stored_events (recorded_by)", "DROP INDEX rare_kinds")
    assert [each.name for each in upgrade(written)] == ["rare_kinds"]
    assert [(each.how, each.name) for each in found_in(written)] == [("foreign", "mine")]


def test_a_ledger_of_a_newer_format_is_refused(written: Path) -> None:
    change(written, "PRAGMA user_version = 2", "DROP INDEX rare_kinds")
    before = written.read_bytes()
    with pytest.raises(StoreError) as refused:
        upgrade(written)
    assert key_of(refused) == "journal.other_format"
    assert written.read_bytes() == before


def test_an_upgrade_waits_for_whoever_records(old: Path) -> None:
    with ThreadPoolExecutor() as pool, Journal.open(old) as journal:
        with journal.writing("clerk") as writer:
            upgrading = pool.submit(upgrade, old)
            with pytest.raises(TimeoutError):
                upgrading.result(timeout=0.3)
            writer.append(submissions(601, 1))
        assert upgrading.result()
    assert LogReader(old).head().position == 610


def test_the_doctor_recommends_an_upgrade_of_an_old_ledger_and_no_more_afterwards(old: Path) -> None:
    def advised() -> list[str]:
        return [check.advice.key for check in inside(old, now()) if check.name == "definitions" and check.advice]

    assert set(advised()) == {"doctor.do_upgrade"}
    upgrade(old)
    assert advised() == []
