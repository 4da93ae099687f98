"""The doctor looks at a server's ledger, and writes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Problem
from ledger.journal import inside
from ledger.journal.places import Address, Place
from ledger.times import now
from tests.journal.making import fill, stored
from tests.journal.servers import (
    amiss,
    append,
    backup,
    change,
    examined,
    seen,
)
from tests.postgres import Cluster


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
