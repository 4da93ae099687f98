"""A server's ledger is brought up to date, and no row of it is touched."""

from __future__ import annotations

import pytest

from ledger.errors import LogError, StoreError
from ledger.journal.places import Address
from ledger.journal.reader import LogReader
from ledger.journal.server_schema import LOG_TABLES
from ledger.journal.upgrade import upgrade
from tests.journal.servers import (
    amiss,
    append,
    change,
    every_row,
    findings,
    lacked,
    seen,
)
from tests.postgres import OWNER, Cluster


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
