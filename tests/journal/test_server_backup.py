"""Backups of a server's ledger, copies that fail, and what stands in the way of a new one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import LogError, StoreError
from ledger.journal import backup as backing
from ledger.journal.backup import BackedUp
from ledger.journal.copies import Copy
from ledger.journal.copying import copy
from ledger.journal.copying import fill as fill_from
from ledger.journal.database import Database
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, place
from ledger.journal.reader import LogReader, connect
from ledger.operating import examine
from ledger.times import now
from tests.journal.making import empty, fill, stored
from tests.journal.servers import (
    append,
    backup,
    copies,
    findings,
    quiet,
    seen,
)
from tests.postgres import Cluster


def test_a_backup_of_a_server_is_a_ledger_file_with_its_bytes_its_root_its_names_and_the_note(county: Address, out: Path) -> None:
    with LogReader(county) as log:
        head, names = log.head(), log.names.kept()
    assert backup(county, out) == BackedUp(out, 609, head.root, out.stat().st_size)
    assert list(out.parent.iterdir()) == [out]
    assert out.stat().st_mode & 0o777 == 0o600
    assert stored(out) == stored(county)
    assert copies(county) == copies(out) == [("backup", str(out), 609)]
    with LogReader(out) as log:
        assert log.names.kept() == names != []
    assert findings(out) == []
    with closing(connect(out)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",), "one file that can be read anywhere"


def test_a_backup_of_a_server_has_its_guards_and_is_recorded_in(county: Address, out: Path) -> None:
    backup(county, out)
    out.chmod(0o600)
    assert [(check.name, check.found.key) for check in examine(out, now()) if check.state == "wrong"] == []
    assert [check.found.key for check in examine(out, now()) if check.name == "definitions"] == ["doctor.definitions"]
    append(out, 601, 3)
    assert findings(out) == []


def test_a_backup_of_a_server_is_restored_by_a_copy_to_a_new_schema(server: Cluster, county: Address, out: Path) -> None:
    append(county, 601, 1)
    before = stored(county)
    backup(county, out)
    server.execute(f"DROP SCHEMA {county.schema} CASCADE; DROP ROLE {county.app}, {county.names}")
    restored = county._replace(schema=server.unused())
    copy(out, restored, "clerk", now, quiet)
    assert stored(restored) == before
    assert findings(restored) == []
    append(restored, 602, 1)


def test_others_record_while_a_server_is_backed_up_and_the_backup_is_of_the_moment_it_began(
    county: Address, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def later(made: Database, reader: LogReader, noting: Copy, progress: Callable[[int, int], None]) -> None:
        append(county, 601, 5)
        fill_from(made, reader, noting, progress)

    monkeypatch.setattr(backing, "fill", later)
    with LogReader(county) as log:
        root = log.head().root
    done = backup(county, out)
    with LogReader(county) as log:
        assert log.head().position == 614
    assert (done.position, done.root) == (609, root)


def test_nothing_is_left_of_a_backup_of_a_server_that_fails(server: Cluster, county: Address, out: Path) -> None:
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError) as taken:
        backup(county, out)
    assert taken.value.problem.key == "journal.backup_exists"
    assert copies(county) == []
    server.execute(
        "SET session_replication_role = replica; "
        f"UPDATE {county.schema}.stored_events SET state = convert_to(replace(convert_from(state, 'UTF8'), 'N7\"', 'N0\"'), 'UTF8')"
    )
    with pytest.raises(LogError) as differs:
        backup(county, out.with_name("other"))
    assert differs.value.problem.key == "journal.not_copied"
    assert [each.name for each in out.parent.iterdir()] == [out.name]
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_server_that_lets_go_while_it_is_backed_up_is_said_and_leaves_nothing(server: Cluster, county: Address, out: Path) -> None:
    def copied(_done: int, _total: int) -> None:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreledger'")

    with pytest.raises(StoreError) as lost:
        backup(county, out, copied)
    assert lost.value.problem.key == "journal.lost"
    assert list(out.parent.iterdir()) == []


def test_a_copy_that_does_not_verify_leaves_no_target(server: Cluster, tmp_path: Path, out: Path) -> None:
    source = tmp_path / "a.ledger"
    fill(source)
    with open_journal(source) as journal, journal.writing("clerk") as writer:
        writer._db.execute("UPDATE person_names SET name = '李四'")
    target = place(server.location(server.unused()))
    for where in (out, target):
        with pytest.raises(LogError) as differs:
            copy(source, where, "clerk", now, quiet)
        assert differs.value.problem.key == "journal.copy_differs"
    assert list(out.parent.iterdir()) == []
    with pytest.raises(StoreError) as missing:
        LogReader(target)
    assert missing.value.problem.key == "journal.missing"
    empty(target).close()  # its roles are gone as well


def test_a_role_that_is_in_the_way_is_the_one_that_is_named(server: Cluster) -> None:
    wanted = place(server.location(server.unused()))
    assert isinstance(wanted, Address)
    for role in (wanted.names, wanted.app):
        server.execute(f"CREATE ROLE {role}")
        with pytest.raises(StoreError) as taken:
            empty(wanted)
        assert taken.value.problem.params == {"role": role}
        server.execute(f"DROP ROLE {role}")


def test_a_database_of_another_encoding_takes_no_ledger(server: Cluster, tmp_path: Path) -> None:
    server.execute("CREATE DATABASE latin OWNER office TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    wanted = place(server.location(server.unused()).replace("/ledgers?", "/latin?"))
    assert isinstance(wanted, Address)
    fill(tmp_path / "a.ledger")
    for making in (lambda: empty(wanted), lambda: copy(tmp_path / "a.ledger", wanted, "clerk", now, quiet)):
        with pytest.raises(StoreError) as refused:
            making()
        assert refused.value.problem.key == "journal.not_utf8"
        assert "LATIN1" in refused.value.problem.text("zh")
    assert ("encoding", "wrong", "doctor.encoding") in seen(wanted)
