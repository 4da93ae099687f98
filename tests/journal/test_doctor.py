"""The doctor: says what is wrong with a ledger and what to do, whatever that is, and writes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.journal import surroundings
from ledger.journal.backup import back_up
from ledger.journal.checks import Check
from ledger.journal.reader import LogReader
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from ledger.messages import LANGUAGES
from ledger.operating import examine
from ledger.times import now
from tests.journal.making import empty, opened, records, submissions


def quiet(*_: object) -> None:
    """Nobody wants to know."""


def examined(path: Path, at: datetime | None = None) -> list[Check]:
    """What the doctor finds, each in words that lack nothing."""
    found = examine(path, at or now())
    for check in found:
        for lang in LANGUAGES:
            assert check.found.text(lang)
            assert check.advice is None or check.advice.text(lang)
    return found


def of(path: Path, name: str, at: datetime | None = None) -> list[tuple[str, str]]:
    """The states of a check, with the keys of what was found."""
    return [(check.state, check.found.key) for check in examined(path, at) if check.name == name]


def wrong(path: Path, at: datetime | None = None) -> set[tuple[str, str]]:
    return {(check.name, check.found.key) for check in examined(path, at) if check.state == "wrong"}


def append(path: Path, first: int, count: int) -> None:
    with Journal.open(path) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(first, count))


def tamper(path: Path, *statements: str) -> None:
    """What somebody does who has the file: the guards are gone meanwhile."""
    with closing(sqlite3.connect(path)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert db.execute(statement).rowcount, statement
        for _, sql in guards:
            db.execute(sql)
        db.commit()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger whose tail is not all of it."""
    path = tmp_path_factory.mktemp("made") / "long.ledger"
    with empty(path) as journal, journal.writing("clerk") as writer:
        writer.append(records([opened()]))
        writer.append(submissions(2, 1999))
    return path


@pytest.fixture
def long(made: Path, path: Path) -> Path:
    shutil.copy(made, path)
    return path


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 767, 768, 1023, 1024, 1025, 1300])
def test_a_log_of_any_length_is_well(path: Path, count: int) -> None:
    with empty(path) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(1, count))
    path.chmod(0o600)
    assert wrong(path) == set()


def test_a_checkup_changes_neither_the_file_nor_what_is_recorded(long: Path) -> None:
    before, files = long.read_bytes(), {each.name for each in long.parent.iterdir()}
    examined(long)
    assert long.read_bytes() == before
    assert {each.name for each in long.parent.iterdir()} - files <= {f"{long.name}-wal", f"{long.name}-shm"}, "as any reader leaves them"
    assert not long.with_name(f"{long.name}-lock").exists()


@pytest.mark.parametrize(
    ("harm", "check", "key"),
    [
        ("UPDATE stored_events SET state = replace(state, 'N1999', 'N1998') WHERE rowid = 1999", "tail", "journal.found_leaf"),
        ("UPDATE stored_events SET envelope = replace(envelope, 'clerk', 'thief') WHERE rowid = 1900", "tail", "journal.found_leaf"),
        ("UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 2000", "tail", "journal.found_leaf"),
        ("UPDATE stored_events SET leaf = 'text', state = 7 WHERE rowid = 2000", "tail", "journal.found_leaf"),
        ("DELETE FROM stored_events WHERE rowid = 1950", "tail", "journal.found_missing"),
        ("DELETE FROM stored_events WHERE rowid = 2000", "tail", "journal.found_head"),
        ("DELETE FROM stored_events WHERE rowid > 1500", "tail", "journal.found_nodes"),
        ("UPDATE sqlite_sequence SET seq = 2001", "tail", "journal.found_tail"),
        ("UPDATE head SET frontier = zeroblob(length(frontier))", "tail", "journal.found_head"),
        ("UPDATE head SET position = 'x', frontier = 1.5", "tail", "journal.found_head"),
        ("DELETE FROM head", "tail", "journal.found_head"),
        ("UPDATE tree_nodes SET hash = zeroblob(32) WHERE idx = 0", "tail", "journal.found_head"),
        ("UPDATE tree_nodes SET hash = zeroblob(32) WHERE idx = 6", "tail", "journal.found_nodes"),
        ("UPDATE tree_nodes SET hash = 'text' WHERE idx = 1", "tail", "doctor.unreadable"),
        ("DELETE FROM tree_nodes WHERE idx = 7 - 1", "tail", "journal.found_nodes"),
        ("DELETE FROM event_mentions WHERE position = 1990", "mentions", "journal.found_mention"),
        ("UPDATE stored_events SET envelope = x'7b7d' WHERE rowid = 1990", "mentions", "journal.bad_body"),
        ("INSERT INTO copies VALUES (1, 'backup', 2, 3, 'x')", "backup", "doctor.unreadable"),
        ("UPDATE stored_events SET recorded_at = '2999' WHERE rowid = 2000", "clock", "doctor.clock_behind"),
    ],
)
def test_harm_to_the_tail_and_to_what_is_kept_of_it_is_named(long: Path, harm: str, check: str, key: str) -> None:
    tamper(long, harm)
    assert (check, key) in wrong(long)


def test_of_harm_everywhere_the_first_few_are_named(long: Path) -> None:
    tamper(long, "UPDATE stored_events SET leaf = zeroblob(32)", "DELETE FROM event_mentions")
    found = of(long, "tail")
    assert 1 < len(found) < 10
    assert set(found) == {("wrong", "journal.found_leaf")}


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_gets_a_diagnosis_and_never_a_failure(
    made: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    stored = bytearray(made.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(stored) - 1))
        junk = data.draw(st.binary(min_size=1, max_size=64) | st.just(bytes(8192)))
        stored[at : at + len(junk)] = junk
    cut = data.draw(st.none() | st.integers(0, len(stored)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.ledger"
        path.write_bytes(stored[:cut])
        found = examined(path)
    assert found[-1].state in ("ok", "note", "wrong")
    if cut == 0 or bytes(stored[:15]) != b"SQLite format 3":
        assert [check.found.key for check in found if check.state == "wrong"] == ["journal.not_a_ledger"]


def test_a_file_whose_middle_is_gone_is_wrong_in_more_than_one_way(long: Path) -> None:
    stored = bytearray(long.read_bytes())
    stored[len(stored) // 3 : -4096] = bytes(len(stored[len(stored) // 3 : -4096]))
    long.write_bytes(stored)
    assert "pages" in {name for name, _ in wrong(long)}


@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (lambda path: path.unlink(), "journal.missing"),
        (lambda path: path.write_bytes(b""), "journal.not_a_ledger"),
        (lambda path: path.write_bytes(b"a letter, and not a short one" * 100), "journal.not_a_ledger"),
    ],
)
def test_what_is_no_ledger_is_said(long: Path, harm: Callable[[Path], object], key: str) -> None:
    harm(long)
    assert key in {found for _, found in wrong(long)}
    assert {"program", "sqlite", "zone"} <= {check.name for check in examined(long)}


def test_a_place_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    assert wrong(tmp_path / ("n" * 300)) == {("file", "doctor.unreachable")}


def test_of_a_newer_format_nothing_but_that_is_judged(long: Path) -> None:
    with closing(sqlite3.connect(long)) as db:
        db.execute("PRAGMA user_version = 2")
    assert wrong(long) == {("format", "journal.other_format")}
    assert examined(long)[-1].name == "format"


def test_a_clock_behind_the_last_event_is_wrong(long: Path) -> None:
    assert of(long, "clock") == [("ok", "doctor.clock")]
    assert of(long, "clock", now() - timedelta(days=1)) == [("wrong", "doctor.clock_behind")]


@pytest.mark.parametrize(
    ("statement", "state", "key", "advice"),
    [
        ("DROP TRIGGER stored_events_no_delete", "wrong", "doctor.missing_definition", "doctor.do_upgrade"),
        ("DROP INDEX rare_kinds", "note", "doctor.missing_definition", "doctor.do_upgrade"),
        ("DROP TABLE copies", "note", "doctor.missing_definition", "doctor.do_upgrade"),
        ("DROP TABLE person_names", "wrong", "doctor.missing_definition", "doctor.do_restore"),
        ("ALTER TABLE stored_events ADD COLUMN more TEXT", "wrong", "doctor.other_definition", "doctor.do_restore"),
        ("CREATE INDEX mine ON stored_events (recorded_by)", "note", "doctor.foreign_definition", "doctor.do_ask"),
        ("CREATE TABLE mine (a)", "note", "doctor.foreign_definition", "doctor.do_ask"),
        ("CREATE TRIGGER mine AFTER INSERT ON stored_events BEGIN SELECT 1; END", "wrong", "doctor.foreign_definition", "doctor.do_ask"),
    ],
)
def test_a_difference_of_the_definitions_is_named_with_what_to_do(long: Path, statement: str, state: str, key: str, advice: str) -> None:
    assert of(long, "definitions") == [("ok", "doctor.definitions")]
    with closing(sqlite3.connect(long)) as db:
        db.execute(statement)
    found = [(check.state, check.found.key, check.advice and check.advice.key) for check in examined(long) if check.name == "definitions"]
    assert (state, key, advice) in found


@pytest.mark.parametrize(
    ("file", "folder", "found"),
    [
        (0o600, 0o755, ("ok", None)),
        (0o644, 0o700, ("ok", None)),
        (0o644, 0o755, ("note", "doctor.do_close_reading")),
        (0o646, 0o700, ("wrong", "doctor.do_close_writing")),
        (0o600, 0o777, ("wrong", "doctor.do_close_writing")),
        (0o600, 0o1777, ("ok", None)),
    ],
)
def test_who_else_may_read_or_write_is_said(long: Path, file: int, folder: int, found: tuple[str, str | None]) -> None:
    long.chmod(file)
    long.parent.chmod(folder)
    assert [(each.state, each.advice and each.advice.key) for each in examined(long) if each.name == "permissions"] == [found]


def test_the_lock_is_free_or_held_or_in_the_way(long: Path) -> None:
    assert of(long, "lock") == [("ok", "doctor.lock_none")]
    with Journal.open(long) as journal:
        with journal.writing("clerk"):
            assert of(long, "lock") == [("note", "doctor.lock_held")]
        assert of(long, "lock") == [("ok", "doctor.lock_free")]
    lock = long.with_name(f"{long.name}-lock")
    lock.unlink()
    lock.mkdir()
    assert of(long, "lock") == [("wrong", "doctor.lock_closed")]


def test_what_stands_beside_the_file_is_said_until_it_is_settled(long: Path) -> None:
    assert of(long, "side_files") == [("ok", "doctor.settled")]
    with LogReader(long) as reading, reading.snapshot():
        append(long, 2001, 1)
    assert of(long, "side_files") == [("note", "doctor.unsettled")]
    assert wrong(long) == set()
    append(long, 2002, 1)
    assert of(long, "side_files") == [("ok", "doctor.settled")]


def test_a_backup_is_asked_for_when_there_is_none_and_when_the_last_one_is_old(long: Path, tmp_path: Path) -> None:
    later = now() + timedelta(days=8)
    assert of(long, "backup") == [("note", "doctor.no_backup")]
    back_up(long, tmp_path / "copy", now, "clerk", copied=quiet, checked=quiet)
    assert of(long, "backup") == [("ok", "doctor.backup")]
    assert of(long, "backup", later) == [("ok", "doctor.backup")], "nothing was recorded since"
    append(long, 2001, 1)
    assert of(long, "backup") == [("ok", "doctor.backup")]
    assert of(long, "backup", later) == [("note", "doctor.backup")]
    assert of(tmp_path / "copy", "journal_mode") == [("note", "doctor.other_mode")]
    assert wrong(tmp_path / "copy") == set()


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:25 / /srv rw,relatime shared:5 - nfs4 server:/srv rw,vers=4.2
31 30 0:26 / /srv/local\\040disk rw,relatime - xfs /dev/vdb rw
32 22 0:27 / /run rw,nosuid - tmpfs tmpfs rw
33 32 0:28 / /run rw,nosuid - cifs //a/b rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/a", "ext4"), ("/srv/a", "nfs4"), ("/srvs/a", "ext4"), ("/srv/local disk/a", "xfs"), ("/run/a", "cifs")],
)
def test_the_file_system_is_that_of_the_nearest_mount(place: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "_MOUNTS", tmp_path / "mounts")
    assert surroundings._kind_of_mount(Path(place)) == "", "a system that does not say"
    (tmp_path / "mounts").write_text(MOUNTS, encoding="utf-8")
    assert surroundings._kind_of_mount(Path(place)) == kind


@pytest.mark.parametrize(("kind", "state"), [("nfs4", "wrong"), ("tmpfs", "note"), ("ext4", "ok")])
def test_a_ledger_on_a_network_or_in_memory_is_said(long: Path, kind: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = long.with_name("mounts")
    mounts.write_text(f"22 1 254:0 / / rw - {kind} /dev/vda rw\n", encoding="utf-8")
    monkeypatch.setattr(surroundings, "_MOUNTS", mounts)
    assert [found for found, _ in of(long, "file_system")] == [state]


def test_a_disk_that_is_nearly_full_is_wrong(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert of(long, "disk") == [("ok", "doctor.disk")]
    monkeypatch.setattr(surroundings, "_LEAST_FREE", shutil.disk_usage(long).total)
    assert of(long, "disk") == [("wrong", "doctor.disk")]


def test_what_the_doctor_passes_in_the_tail_verify_passes_too(long: Path) -> None:
    append(long, 2001, 300)
    assert wrong(long) == set()
    assert verify(long, quiet).findings == ()
