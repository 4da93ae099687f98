"""Operations on a server's ledger: backups of it, the doctor, upgrades, and damage inside the server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import LogError, Problem, StoreError
from ledger.journal import backup as backing
from ledger.journal import inside
from ledger.journal.backup import BackedUp, back_up
from ledger.journal.checks import Check
from ledger.journal.copies import Copy, noted
from ledger.journal.copying import copy
from ledger.journal.copying import fill as fill_from
from ledger.journal.database import Database
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, Place, place
from ledger.journal.reader import LogReader, connect
from ledger.journal.server_schema import LOG_TABLES, parts
from ledger.journal.upgrade import upgrade
from ledger.journal.verify import verify
from ledger.messages import LANGUAGES
from ledger.operating import examine
from ledger.times import now
from tests.journal.conftest import fill
from tests.journal.making import empty, stored, submissions
from tests.postgres import OWNER, Cluster, cluster


def quiet(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def made(server: Cluster) -> Address:
    """A ledger of the sample, 600 more events and a name."""
    found = place(server.location(server.unused()))
    assert isinstance(found, Address)
    fill(found)
    return found


@pytest.fixture
def county(server: Cluster) -> Address:
    return made(server)


@pytest.fixture
def bare(server: Cluster) -> Address:
    """An empty ledger."""
    found = place(server.location(server.unused()))
    assert isinstance(found, Address)
    empty(found).close()
    return found


@pytest.fixture(scope="module")
def unchanged(server: Cluster) -> Address:
    """One for all who only look."""
    return made(server)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A place for a backup, in a folder of its own."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy.ledger"


def backup(where: Place, out: Path, copied: Callable[[int, int], None] = quiet) -> BackedUp:
    return back_up(where, out, now, "clerk", copied=copied, checked=quiet)


def append(where: Place, first: int, count: int) -> None:
    with open_journal(where) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(first, count))


def change(server: Cluster, county: Address, *statements: str, user: str = OWNER) -> None:
    """What somebody does with a program of his own."""
    with server.connect(user) as connection:
        for statement in (f"SET search_path TO {county.schema}", *statements):
            connection.execute(statement.format(app=county.app, names=county.names, schema=county.schema).encode())


def findings(where: Place) -> list[str]:
    return [found.key for found in verify(where, quiet).findings]


def copies(where: Place) -> list[tuple[str, str, int]]:
    with closing(connect(where)) as db:
        return [(each.what, each.place, each.position) for each in noted(db)]


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
    assert lost.value.problem.key == "journal.failed"
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


def examined(where: Place, at: datetime | None = None) -> list[Check]:
    """What the doctor finds, each in words that lack nothing."""
    found = examine(where, at or now())
    for check in found:
        for lang in LANGUAGES:
            assert "{" not in check.found.text(lang)
            assert check.state == "ok" or check.advice or check.found.key.startswith("journal."), "an error says itself what to do"
            assert check.advice is None or "{" not in check.advice.text(lang)
    return found


def seen(where: Place, at: datetime | None = None) -> set[tuple[str, str, str]]:
    return {(check.name, check.state, check.found.key) for check in examined(where, at)}


def amiss(where: Place) -> set[tuple[str, str, str]]:
    """What a test server is not otherwise."""
    usual = {"doctor.other_zone", "doctor.setting_off", "doctor.no_checksums", "doctor.no_backup", "doctor.no_checkpoint"}
    return {check for check in seen(where) if check[1] != "ok" and check[2] not in usual}


def test_the_doctor_finds_a_new_ledger_on_a_server_well_and_writes_nothing(server: Cluster, unchanged: Address) -> None:
    before = stored(unchanged)
    assert amiss(unchanged) == set()
    names = [check.name for check in examined(unchanged)]
    assert names == ["program", "zone", "client", "server", "encoding", "durability", "checksums", "server_clock", "role", "format",
                     "definitions", "tail", "mentions", "clock", "backup", "checkpoint"]  # fmt: skip
    assert stored(unchanged) == before
    assert ("durability", "wrong", "doctor.setting_off") in seen(unchanged), "the tests' server runs without fsync"


def test_a_backup_of_a_server_is_known_to_the_doctor(county: Address, out: Path) -> None:
    assert ("backup", "note", "doctor.no_backup") in seen(county)
    backup(county, out)
    assert ("backup", "ok", "doctor.backup") in seen(county)
    append(county, 601, 1)
    assert ("backup", "note", "doctor.backup") in seen(county, now() + timedelta(days=8))


def test_clocks_that_differ_are_said(unchanged: Address) -> None:
    assert ("server_clock", "note", "doctor.server_behind") in seen(unchanged, now() + timedelta(seconds=20))
    assert ("server_clock", "note", "doctor.server_ahead") in seen(unchanged, now() - timedelta(seconds=20))
    assert ("clock", "wrong", "doctor.clock_behind") in seen(unchanged, now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE heads DISABLE TRIGGER append_only", ("definitions", "wrong", "doctor.other_definition")),
        ("DROP TRIGGER in_order ON stored_events", ("definitions", "wrong", "doctor.missing_definition")),
        ("DROP INDEX rare_kinds", ("definitions", "note", "doctor.missing_definition")),
        ("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
         ("definitions", "wrong", "doctor.other_definition")),
        ("ALTER FUNCTION demand_next() SECURITY DEFINER", ("definitions", "wrong", "doctor.other_definition")),
        ("CREATE OR REPLACE VIEW head AS SELECT position, recorded_at, frontier FROM heads ORDER BY position LIMIT 1",
         ("definitions", "wrong", "doctor.other_definition")),
        ("ALTER TABLE tree_nodes SET UNLOGGED", ("definitions", "wrong", "doctor.other_definition")),
        ("ALTER TABLE copies ENABLE ROW LEVEL SECURITY", ("definitions", "wrong", "doctor.other_definition")),
        ("CREATE TABLE more () INHERITS (heads)", ("definitions", "wrong", "doctor.other_definition")),
        ("ALTER TABLE stored_events DROP CONSTRAINT stored_events_event_id_key", ("definitions", "wrong", "doctor.other_definition")),
        ("CREATE RULE away AS ON INSERT TO heads DO ALSO NOTHING", ("definitions", "wrong", "doctor.foreign_definition")),
        ("CREATE TABLE mine (a text)", ("definitions", "note", "doctor.foreign_definition")),
        ("GRANT UPDATE (topic) ON stored_events TO {app}", ("role", "wrong", "doctor.role_may")),
        ("GRANT TRUNCATE ON heads TO PUBLIC", ("role", "wrong", "doctor.role_may")),
        ("GRANT SELECT ON stored_events TO {names}", ("role", "wrong", "doctor.role_may")),
        ("GRANT CREATE ON SCHEMA {schema} TO {app}", ("role", "wrong", "doctor.role_may")),
        ("REVOKE INSERT ON heads FROM {app}", ("role", "wrong", "doctor.missing_definition")),
        ("REVOKE USAGE ON SCHEMA {schema} FROM {names}", ("role", "wrong", "doctor.missing_definition")),
        ("REVOKE {names} FROM {app}", ("role", "wrong", "doctor.missing_definition")),
        ("GRANT CREATE ON SCHEMA {schema} TO {app}; ALTER FUNCTION refuse() OWNER TO {app}", ("role", "wrong", "doctor.role_owner")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_server_is_said(server: Cluster, bare: Address, statement: str, expected: tuple[str, str, str]) -> None:
    change(server, bare, statement)
    assert expected in amiss(bare)


def test_a_role_above_the_others_is_wrong(server: Cluster, bare: Address) -> None:
    server.execute(f"ALTER ROLE {bare.app} SUPERUSER")
    assert amiss(bare) == {("role", "wrong", "doctor.role_super")}


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        ("UPDATE stored_events SET leaf = '' WHERE rowid = 600", ("tail", "wrong", "journal.found_leaf")),
        ("DELETE FROM heads WHERE position = 609", ("tail", "wrong", "journal.found_head")),
        ("DELETE FROM heads", ("tail", "wrong", "journal.found_head")),
        ("DELETE FROM event_mentions WHERE position = 600", ("mentions", "wrong", "journal.found_mention")),
        ("UPDATE stored_events SET recorded_at = '2999' WHERE rowid = 609", ("clock", "wrong", "doctor.clock_behind")),
        ("DROP TABLE event_mentions", ("mentions", "wrong", "doctor.unreadable")),
        ("UPDATE ledger_format SET format = 2", ("format", "wrong", "journal.other_format")),
    ],
)
def test_harm_to_a_server_s_ledger_is_named(server: Cluster, county: Address, harm: str, expected: tuple[str, str, str]) -> None:
    change(server, county, "SET session_replication_role = replica", harm, user="postgres")
    assert expected in seen(county)


def test_what_cannot_be_looked_at_is_a_check(server: Cluster, unchanged: Address) -> None:
    gone = unchanged._replace(host="/nowhere")
    assert ("server", "wrong", "journal.unreachable") in seen(gone)
    assert ("format", "wrong", "journal.missing") in seen(unchanged._replace(schema="none"))
    server.execute("CREATE ROLE guest LOGIN")
    assert ("format", "wrong", "journal.not_member") in seen(unchanged._replace(user="guest"))


def test_where_there_is_no_client_that_is_said_by_whatever_needs_one() -> None:
    program = """import sys; sys.modules["psycopg"] = None; from ledger.application import Ledger; from ledger.errors import StoreError
at = "postgresql://host/ledgers?schema=liucheng"; print(Ledger.doctor(at)[-1].as_json())
for asking in (Ledger, Ledger.upgrade, lambda at: Ledger.create(at, "liucheng-2024", "clerk")):
    try: asking(at)
    except StoreError as error: print(error.problem.key)"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.splitlines()
    assert "'check': 'client', 'state': 'wrong'" in said[0]
    assert said[1:] == ["journal.no_driver"] * 3


def test_the_doctor_is_not_confused_by_whoever_records(county: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two of its questions the log grows."""
    fill(tmp_path / "a.ledger")
    look = inside._wrong_in_tree
    places: list[Place] = [county, tmp_path / "a.ledger"]
    for number, where in enumerate(places, 601):

        def later(*said: Any, number: int = number, where: Place = where) -> Iterator[Problem]:
            append(where, number, 1)
            return look(*said)

        monkeypatch.setattr(inside, "_wrong_in_tree", later)
        assert ("tail", "ok", "doctor.tail") in seen(where)


def lacked(where: Address) -> list[tuple[str, str, str]]:
    """What an upgrade did."""
    return [(each.how, each.type, each.name) for each in upgrade(where)]


def every_row(server: Cluster, county: Address) -> list[list[object]]:
    """Every row of every table, and which transaction put it where."""
    with server.connect() as connection:
        tables = [part.name for part in parts(county.schema) if part.type == "table"]
        asked = [f"SELECT ctid::text, xmin::text, xmax::text, * FROM {county.schema}.{table} ORDER BY ctid" for table in tables]
        return [connection.execute(each.encode()).fetchall() for each in asked]


def test_an_upgrade_makes_what_a_server_s_ledger_lacks_and_touches_no_row(server: Cluster, county: Address) -> None:
    change(
        server, county, "DROP INDEX rare_kinds", "DROP TRIGGER in_order ON stored_events", "DROP FUNCTION demand_next()",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE heads DISABLE TRIGGER append_only", "DROP TRIGGER append_only ON tree_nodes", "DROP VIEW notifications",
        "CREATE OR REPLACE VIEW head AS SELECT position, recorded_at, frontier FROM heads",
        "REVOKE SELECT ON ledger_format FROM {app}", "REVOKE USAGE ON SCHEMA {schema} FROM {app}", "REVOKE {names} FROM {app}",
    )  # fmt: skip
    before = every_row(server, county)
    assert lacked(county) == [
        ("missing", "index", "rare_kinds"), ("other", "view", "head"), ("missing", "view", "notifications"),
        ("other", "function", "refuse"), ("missing", "function", "demand_next"), ("missing", "trigger", "append_only"),
        ("other", "trigger", "append_only"), ("missing", "trigger", "in_order"),
        ("missing", "grant", f"USAGE TO {county.app}, {county.names}"), ("missing", "grant", f"{county.names} TO {county.app}"),
        ("missing", "grant", f"SELECT TO {county.app}"), ("missing", "grant", f"SELECT TO {county.app}"),
        ("missing", "grant", f"SELECT TO {county.app}"),
    ]  # fmt: skip
    assert every_row(server, county) == before
    assert amiss(county) == set()
    assert (upgrade(county), every_row(server, county)) == ([], before)
    with LogReader(county) as log:
        assert log.head().position == 609
    assert findings(county) == []
    append(county, 601, 1)


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("DROP TABLE copies", "journal.table_missing"),
        ("DROP TABLE tree_nodes", "journal.table_missing"),
        ("ALTER TABLE stored_events ADD COLUMN more text", "journal.table_other"),
        ("ALTER TABLE heads SET UNLOGGED", "journal.table_other"),
    ],
)
def test_a_table_of_a_server_s_ledger_that_is_gone_or_another_is_refused(
    server: Cluster, county: Address, statement: str, key: str
) -> None:
    change(server, county, statement, "DROP INDEX rare_kinds")
    with pytest.raises(LogError) as refused:
        upgrade(county)
    assert refused.value.problem.key == key
    assert ("definitions", "note", "doctor.missing_definition") in seen(county), "nothing is done by halves"


def test_who_does_not_own_a_server_s_ledger_is_told_who_does(server: Cluster, county: Address) -> None:
    change(server, county, "DROP INDEX rare_kinds")
    user = f"user_of_{county.schema}"
    server.execute(f"CREATE ROLE {user} LOGIN IN ROLE {county.app}")
    with pytest.raises(StoreError) as refused:
        upgrade(county._replace(user=user))
    assert refused.value.problem.key == "journal.not_owner"
    assert f"GRANT {OWNER} TO" in refused.value.problem.text("zh")
    with pytest.raises(StoreError) as missing:
        upgrade(county._replace(schema="none"))
    assert missing.value.problem.key == "journal.missing"


def test_what_an_administrator_upgrades_stays_its_owner_s(server: Cluster, county: Address) -> None:
    change(server, county, "DROP FUNCTION refuse() CASCADE")
    assert ("missing", "function", "refuse") in lacked(county._replace(user="postgres"))
    change(server, county, "DROP FUNCTION refuse() CASCADE")
    assert len(lacked(county)) == 1 + len(LOG_TABLES)


def test_an_upgrade_that_would_change_a_row_is_undone(server: Cluster, county: Address) -> None:
    change(server, county, "DROP INDEX rare_kinds")
    change(
        server, county, "CREATE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO {schema}.heads VALUES (700, '2099', ''); END $$",
        "CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.meddle()", user="postgres",
    )  # fmt: skip
    try:
        with pytest.raises(StoreError) as refused:
            upgrade(county)
    finally:
        server.execute("DROP EVENT TRIGGER meddle; DROP FUNCTION public.meddle()")
    assert refused.value.problem.key == "journal.rows_changed"
    assert findings(county) == []
    assert lacked(county) == [("missing", "index", "rare_kinds")]


def test_roles_that_a_dump_did_not_bring_along_are_said_and_their_rights_given(server: Cluster, county: Address) -> None:
    server.execute(f"DROP OWNED BY {county.app}, {county.names}; DROP ROLE {county.app}, {county.names}")
    assert ("role", "wrong", "journal.no_role") in seen(county)
    with pytest.raises(StoreError) as refused:
        upgrade(county)
    assert refused.value.problem.key == "journal.no_role"
    roles = (f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO CURRENT_USER" for role in (county.app, county.names))
    server.execute(*roles, user=OWNER)  # from PostgreSQL 16 on, who has not made a role cannot grant it
    assert {how for how, *_ in lacked(county)} == {"missing"}
    assert amiss(county) == set()


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        ("UPDATE heads SET frontier = '\\x00' WHERE position = 9", ["journal.found_heads"]),
        ("UPDATE heads SET recorded_at = '2020' WHERE position = 9", ["journal.found_heads"]),
        ("UPDATE heads SET recorded_at = '2020' WHERE position = 0", ["journal.found_heads"]),
        ("UPDATE heads SET frontier = '\\x00' WHERE position = 0", ["journal.found_heads"]),
        ("UPDATE heads SET position = 10 WHERE position = 9", ["journal.found_heads"]),
        ("INSERT INTO heads VALUES (300, '2020', '')", ["journal.found_heads"]),
        ("INSERT INTO heads VALUES (-1, '', '')", ["journal.found_heads"]),
    ],
)
def test_every_head_of_before_is_accounted_for(server: Cluster, county: Address, harm: str, expected: list[str]) -> None:
    change(server, county, "SET session_replication_role = replica", harm, user="postgres")
    assert findings(county) == expected


@pytest.fixture(scope="module")
def damaged() -> Iterator[tuple[Cluster, dict[str, Address]]]:
    """A server on which a page of one table of each ledger was spoilt while it was stopped, by the name of the table."""
    with cluster("fsync=off", checksums=True) as server:
        ledgers = {table: made(server) for table in (*LOG_TABLES[:4], "file", "text")}
        paths = {name: file_of(server, where, "stored_events" if name in ("file", "text") else name) for name, where in ledgers.items()}
        server.stop()
        paths.pop("file").unlink()
        spoil(paths.pop("text"), b'"id":"X200"', b'"id":"X2\xff\xff"')
        for path in paths.values():
            page = path.read_bytes()[:8192]
            spoil(path, page, page[:-4] + bytes(each ^ 255 for each in page[-4:]))
        server.start()
        yield server, ledgers


def file_of(server: Cluster, where: Address, table: str) -> Path:
    with server.connect() as connection:
        found = connection.execute("SELECT pg_relation_filepath(%s::regclass)", (f"{where.schema}.{table}",)).fetchone()
    assert found is not None
    return server.data / str(found[0])


def spoil(path: Path, before: bytes, after: bytes) -> None:
    stored = path.read_bytes()
    assert before in stored
    assert before != after
    path.write_bytes(stored.replace(before, after, 1))


@pytest.mark.parametrize("table", [*LOG_TABLES[:4], "file"])
def test_a_page_that_a_server_cannot_read_is_a_finding(damaged: tuple[Cluster, dict[str, Address]], table: str) -> None:
    where = damaged[1][table]
    found = verify(where, quiet).findings
    assert "journal.found_damage" in {each.key for each in found}
    assert "\n" not in found[0].text("en")


def test_nothing_else_fails_on_a_damaged_page_but_with_what_to_do(damaged: tuple[Cluster, dict[str, Address]], out: Path) -> None:
    where = damaged[1]["stored_events"]
    assert ("tail", "wrong", "doctor.unreadable") in seen(where)

    def read() -> None:
        with LogReader(where) as log:
            list(log.rows())

    for doing in (lambda: backup(where, out), lambda: copy(where, out, "clerk", now, quiet), read):
        with pytest.raises(StoreError) as refused:
            doing()
        assert refused.value.problem.key == "journal.server_damaged"
    assert list(out.parent.iterdir()) == []


def test_a_page_that_a_server_reads_all_the_same_is_found_by_what_stands_in_it(damaged: tuple[Cluster, dict[str, Address]]) -> None:
    server, ledgers = damaged
    server.execute("ALTER DATABASE ledgers SET ignore_checksum_failure = on")
    assert set(findings(ledgers["text"])) > {"journal.found_leaf", "journal.bad_body"}
    assert "journal.found_damage" not in findings(ledgers["text"])
    server.execute("ALTER DATABASE ledgers RESET ignore_checksum_failure")


def test_a_connection_that_is_lost_is_no_finding(server: Cluster, county: Address) -> None:
    def let_go(_done: int, _total: int) -> None:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreledger'")

    with pytest.raises(StoreError) as lost:
        verify(county, let_go)
    assert lost.value.problem.key == "journal.failed"
