"""Appending: whole, in order, durable, guarded, and safe with many at it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import StoreError
from ledger.journal.datastore import JournalDatastore
from ledger.journal.journals import making
from ledger.journal.lock import WriteLock
from ledger.journal.reader import LogReader
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from tests.journal.making import empty, submissions


def findings(path: Path) -> list[str]:
    return [found.key for found in verify(path, lambda _done, _total: None).findings]


@pytest.fixture
def guarded(written: Path) -> Iterator[sqlite3.Connection]:
    """A connection of ours to a ledger with events."""
    datastore = JournalDatastore(written)
    yield datastore.connection().db
    datastore.close()


COPY = "(rowid, originator_id, originator_version, topic, state, recorded_at, recorded_by, envelope, leaf, event_id)"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET topic = 'x' WHERE rowid = 3",
        "DELETE FROM stored_events WHERE rowid = 3",
        "DELETE FROM stored_events",
        "UPDATE event_mentions SET subject = 'x'",
        "DELETE FROM event_mentions",
        "UPDATE tree_nodes SET hash = x''",
        "DELETE FROM tree_nodes",
        "DELETE FROM head",
        "REPLACE INTO head SELECT * FROM head",
        "REPLACE INTO stored_events SELECT * FROM stored_events WHERE rowid = 3",
        f"REPLACE INTO stored_events {COPY} SELECT 610, 's', 1, 't', x'', 'r', 'b', x'', x'', 'E2'",
        f"REPLACE INTO stored_events {COPY} SELECT 610, 'item:OK1', 1, 't', x'', 'r', 'b', x'', x'', 'n'",
        f"INSERT INTO stored_events {COPY} SELECT 611, 's', 1, 't', x'', 'r', 'b', x'', x'', 'gap'",
        "DROP TABLE stored_events",
        "DROP TRIGGER stored_events_no_update",
        "DROP INDEX rare_kinds",
        "ALTER TABLE stored_events RENAME TO other",
        "ALTER TABLE head ADD COLUMN other",
        "PRAGMA writable_schema = ON",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA journal_mode = DELETE",
        "ATTACH 'other' AS other",
        "CREATE TEMP TRIGGER t BEFORE INSERT ON stored_events BEGIN SELECT RAISE(IGNORE); END",
    ],
)
def test_our_connections_refuse_to_change_what_was_recorded(guarded: sqlite3.Connection, written: Path, statement: str) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        guarded.execute(statement)
    assert findings(written) == []


def test_the_right_next_row_is_not_refused_so_the_guards_refuse_for_their_reasons(guarded: sqlite3.Connection) -> None:
    guarded.execute(f"INSERT INTO stored_events {COPY} SELECT 610, 's', 1, 't', x'', 'r', 'b', x'', x'', 'next'")
    assert guarded.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] == 610


def test_our_connections_are_durable(guarded: sqlite3.Connection) -> None:
    assert guarded.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert guarded.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_name_can_be_erased_by_law(guarded: sqlite3.Connection, written: Path) -> None:
    guarded.execute("DELETE FROM person_names")
    assert findings(written) == []


KILLED = """
import os, sys
from pathlib import Path
from ledger.journal.sqlite import Journal
from tests.journal.making import empty, records, sample, submissions
journal = empty(Path(sys.argv[1]))
with journal.writing("clerk") as writer:
    writer.append(records(sample()))
with journal.writing("clerk") as writer:
    writer.append(submissions(1, 5))
    os._exit(9)
"""


def test_a_writer_that_dies_leaves_what_it_committed_and_no_lock(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    assert path.with_name("a.ledger-wal").stat().st_size > 0
    with LogReader(path) as log:
        assert log.head().position == 8
    assert path.with_name("a.ledger-wal").stat().st_size > 0, "a reader does not write the log back"
    with Journal.open(path) as journal, journal.writing("clerk") as writer:
        assert writer.append(submissions(1, 1)) == [9]


def key_of(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.problem.key


def test_a_ledger_is_made_once(written: Path) -> None:
    with pytest.raises(StoreError) as refused:
        empty(written)
    assert key_of(refused) == "journal.exists"
    with LogReader(written) as log:
        assert log.head().position == 609


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        empty(tmp_path / "no" / "a.ledger")
    assert key_of(refused) == "journal.cannot_make"


def test_a_creation_that_fails_leaves_nothing(path: Path) -> None:
    with pytest.raises(StoreError), making(path) as db:
        db.execute("INSERT INTO nothing VALUES (1)")
    assert list(path.parent.iterdir()) == []


def test_a_ledger_has_its_name_once_it_is_whole(path: Path) -> None:
    with making(path):
        assert not path.exists()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert findings(path) == []


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_a_ledger_that_was_taken_away_left_beside_it_is_not_taken_for_a_part_of_the_next(path: Path, ending: str) -> None:
    left = path.with_name(f"{path.name}{ending}")
    left.write_bytes(b"x")
    with pytest.raises(StoreError) as refused:
        empty(path)
    assert key_of(refused) == "journal.left_beside"
    assert str(left) in str(refused.value)
    assert not path.exists()


FULL = """
import resource, sys
from pathlib import Path
from ledger.errors import StoreError
from tests.journal.making import empty
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    empty(Path(sys.argv[1]))
except StoreError:
    sys.exit(7)
"""


@pytest.mark.parametrize("room", [100, 5000, 20000])
def test_a_creation_without_room_leaves_no_file_in_the_way_of_the_next(path: Path, room: int) -> None:
    assert subprocess.run([sys.executable, "-c", FULL, str(path), str(room)], check=False).returncode == 7
    empty(path).close()


@pytest.mark.parametrize("opening", [Journal.open, LogReader])
def test_what_is_no_ledger_is_not_opened(path: Path, opening: type) -> None:
    with pytest.raises(StoreError) as missing:
        opening(path)
    assert key_of(missing) == "journal.missing"
    path.write_bytes(b"a letter, and not a short one" * 100)
    with pytest.raises(StoreError) as letter:
        opening(path)
    assert key_of(letter) == "journal.not_a_ledger"
    path.write_bytes(b"")
    with pytest.raises(StoreError) as empty:
        opening(path)
    assert key_of(empty) == "journal.not_a_ledger"


def test_a_ledger_of_another_format_is_not_opened(written: Path) -> None:
    with closing(sqlite3.connect(written)) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreError) as refused:
        Journal.open(written)
    assert key_of(refused) == "journal.other_format"


def test_a_full_disk_is_said_and_nothing_recorded(journal: Journal) -> None:
    journal._connection.db.set_authorizer(None)
    journal._connection.db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError) as refused, journal.writing("clerk") as writer:
        writer.append(submissions(1, 2000))
    assert key_of(refused) == "journal.disk_full"
    with LogReader(journal.path) as log:
        assert log.head().position == 0


def test_events_are_appended_by_the_librarys_hook_as_well(journal: Journal) -> None:
    positions = journal._recorder.insert_events(submissions(1, 2), recorded_by="clerk")  # type: ignore[arg-type]  # wider than the library's
    assert positions == [1, 2]
    with LogReader(journal.path) as log:
        assert [row.recorded_by for row in log.rows()] == ["clerk", "clerk"]


@pytest.mark.parametrize("opening", [Journal.open, LogReader])
def test_a_damaged_definition_that_sqlite_cannot_even_quote_is_damage(written: Path, opening: type) -> None:
    stored = written.read_bytes()
    assert stored.count(b"CREATE TABLE copies") == 1
    written.write_bytes(stored.replace(b"CREATE TABLE copies", b"CREATE \xff\x80BLE copies"))
    with pytest.raises(StoreError) as refused:
        opening(written)
    assert key_of(refused) == "journal.damaged"


def test_who_comes_by_a_symbolic_link_waits_for_who_does_not(written: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.ledger"
    link.symlink_to(written)
    direct, linked = WriteLock(written, 0.05), WriteLock(link, 0.05)
    direct.take()
    with pytest.raises(StoreError) as refused:
        linked.take()
    assert key_of(refused) == "journal.locked"
    direct.release()
    linked.take()
    for lock in (direct, linked):
        lock.close()
