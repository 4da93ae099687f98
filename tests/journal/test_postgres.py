"""A ledger on a server: the same bytes, who may do what, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from ledger import times
from ledger.errors import StoreError
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, Place, place
from ledger.journal.reader import LogReader
from ledger.journal.server import Server, connected
from ledger.journal.verify import verify
from tests.journal.making import empty, fill, records, sample, stored, submissions
from tests.postgres import OWNER, Cluster


def findings(where: Place) -> set[str]:
    """The keys of what is found, in short."""
    return {found.key.removeprefix("journal.found_") for found in verify(where, lambda _done, _total: None).findings}


def address(server: Cluster, schema: str | None = None, user: str = OWNER) -> Address:
    found = place(server.location(schema or server.unused(), user))
    assert isinstance(found, Address)
    return found


@pytest.fixture
def county(server: Cluster) -> Address:
    """A ledger of the sample, 600 more events and a name."""
    made = address(server)
    fill(made)
    return made


@pytest.fixture(scope="module")
def unchanged(server: Cluster) -> Address:
    """The same, for all who try in vain to change it."""
    made = address(server)
    fill(made)
    return made


@pytest.fixture
def neighbour(server: Cluster) -> Address:
    """Another one on the same server."""
    made = address(server)
    fill(made)
    return made


def test_the_same_events_have_the_same_bytes_and_the_same_root_in_either_store(server: Cluster, tmp_path: Path) -> None:
    noon = datetime(2024, 3, 5, 12, tzinfo=times.SHANGHAI)
    places: list[Place] = [tmp_path / "a.ledger", address(server)]
    for where in places:
        with empty(where, clock=lambda: noon) as journal:
            for entries in (records(sample()), submissions(1, 5), submissions(6, 700)):
                with journal.writing("clerk") as writer:
                    writer.append(entries)
    file, schema = map(stored, places)
    assert file == schema
    assert len(schema[0]) == 713


class Sitting:
    """A connection with the rights of one role."""

    def __init__(self, server: Cluster, county: Address, role: str) -> None:
        self.connection = server.connect()
        self.execute(f'SET search_path TO "{county.schema}"', f'SET SESSION AUTHORIZATION "{role}"')

    def execute(self, *statements: str) -> psycopg.Cursor[Any]:
        for statement in statements:
            done = self.connection.execute(statement.encode())
        return done


@pytest.fixture
def app(server: Cluster, county: Address) -> Iterator[Sitting]:
    sitting = Sitting(server, county, county.app)
    yield sitting
    sitting.connection.close()


LOG = ("stored_events", "event_mentions", "tree_nodes", "heads", "ledger_format")
ROW = "'s', 1, 't', '', 'n', 'r', 'b', NULL, '', ''"


def test_the_role_may_read_the_log_and_add_to_it(app: Sitting) -> None:
    for table in (*LOG, "copies", "head", "notifications", "person_names"):
        assert app.execute(f"SELECT count(*) FROM {table}").fetchone() is not None
    app.execute(f"INSERT INTO stored_events VALUES (610, {ROW})", "INSERT INTO event_mentions VALUES ('s', 610)")
    app.execute("INSERT INTO tree_nodes VALUES (8, 2, '')", "INSERT INTO heads VALUES (610, '2099', '')")


@pytest.mark.parametrize(
    "statement",
    [
        *(f"DELETE FROM {table}" for table in LOG),
        *(f"TRUNCATE {table}" for table in LOG),
        *(f"DROP TABLE {table}" for table in LOG),
        *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in LOG),
        *(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE" for table in LOG),
        "UPDATE stored_events SET topic = 'x' WHERE rowid = 3",
        "UPDATE event_mentions SET subject = 'x'",
        "UPDATE tree_nodes SET hash = ''",
        "UPDATE heads SET position = 0 WHERE position = 609",
        "UPDATE head SET position = 0",
        "UPDATE ledger_format SET format = 2",
        "INSERT INTO ledger_format VALUES (2)",
        f"INSERT INTO stored_events VALUES (3, {ROW}) ON CONFLICT (rowid) DO UPDATE SET topic = 'x'",
        "SELECT * FROM stored_events WHERE rowid = 3 FOR UPDATE",
        "ALTER TABLE stored_events ADD COLUMN other text",
        "ALTER TABLE stored_events RENAME TO other",
        "DROP TRIGGER in_order ON stored_events",
        "DROP TRIGGER append_only ON heads",
        "DROP INDEX rare_kinds",
        "CREATE OR REPLACE VIEW head AS SELECT position, recorded_at, frontier FROM heads",
        "DROP VIEW head CASCADE",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE other (one text)",
        "CREATE RULE away AS ON INSERT TO stored_events DO INSTEAD NOTHING",
        "CREATE TRIGGER t BEFORE INSERT ON stored_events EXECUTE FUNCTION refuse()",
        "SET session_replication_role = replica",
        "GRANT DELETE ON stored_events TO PUBLIC; DELETE FROM stored_events",
        "CREATE ROLE other",
        "UPDATE person_names SET name = 'x'",
        "TRUNCATE person_names",
        "UPDATE copies SET place = 'x'",
        "DELETE FROM copies",
    ],
)
def test_the_role_may_do_nothing_else_with_what_was_recorded(server: Cluster, unchanged: Address, statement: str) -> None:
    sitting = Sitting(server, unchanged, unchanged.app)
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)):
        sitting.execute(statement)
    sitting.connection.close()
    assert findings(unchanged) == set()


@pytest.mark.parametrize("position", [3, 611])
def test_a_position_is_the_next_one_whoever_gives_it(app: Sitting, position: int) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        app.execute(f"INSERT INTO stored_events VALUES ({position}, {ROW})")


@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = DEFAULT"])
def test_even_the_owner_does_not_change_the_log_by_mistake(server: Cluster, unchanged: Address, statement: str, table: str) -> None:
    column = {"stored_events": "topic", "event_mentions": "subject", "tree_nodes": "hash", "heads": "frontier", "ledger_format": "format"}[
        table
    ]
    with server.connect(OWNER) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(statement.format(f"{unchanged.schema}.{table}", column).encode())
    assert findings(unchanged) == set()


def test_names_have_a_role_of_their_own_which_cannot_read_the_log(server: Cluster, county: Address) -> None:
    names = Sitting(server, county, county.names)
    for table in (*LOG, "head", "notifications", "copies"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            names.execute(f"SELECT * FROM {table}")
    names.execute("DELETE FROM person_names")
    names.connection.close()
    assert findings(county) == set()


def test_one_countys_role_cannot_read_anothers(app: Sitting, neighbour: Address) -> None:
    for table in (*LOG, "copies", "head", "notifications", "person_names"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT * FROM {neighbour.schema}.{table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"INSERT INTO {neighbour.schema}.{table} SELECT * FROM {table} LIMIT 0")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(f'SET ROLE "{neighbour.app}"')


def test_counties_on_one_server_are_written_each_by_itself(county: Address, neighbour: Address) -> None:
    with open_journal(county) as journal, open_journal(neighbour) as other, journal.writing("clerk") as writer:
        with other.writing("clerk") as also:  # while the first holds its lock
            assert also.append(submissions(900, 2)) == [610, 611]
        assert writer.append(submissions(900, 1)) == [610]
    assert findings(county) | findings(neighbour) == set()


def test_an_account_is_let_in_by_a_grant_and_to_that_county_alone(server: Cluster, county: Address, neighbour: Address) -> None:
    clerk = f"clerk_{county.schema}"
    server.execute(f"CREATE ROLE {clerk} LOGIN")
    as_clerk = county._replace(user=clerk)
    with pytest.raises(StoreError) as stranger:
        LogReader(as_clerk)
    assert stranger.value.problem.key == "journal.not_member"
    assert f"GRANT {county.app} TO" in stranger.value.problem.text("en")
    server.execute(f"GRANT {county.app} TO {clerk}", user=OWNER)
    with open_journal(as_clerk) as journal, journal.writing("clerk") as writer:
        assert writer.append(submissions(900, 1)) == [610]
    for opening in (LogReader, open_journal):
        with pytest.raises(StoreError) as kept_out:
            opening(neighbour._replace(user=clerk))
        assert kept_out.value.problem.key == "journal.not_member"


def key(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.problem.key


def test_a_ledger_is_made_once(county: Address) -> None:
    with pytest.raises(StoreError) as again:
        empty(county)
    assert key(again) == "journal.exists"
    assert findings(county) == set()


def test_a_role_of_another_ledger_is_not_taken_over_and_nothing_is_left(server: Cluster) -> None:
    wanted = address(server)
    server.execute(f"CREATE ROLE {wanted.app}")
    with pytest.raises(StoreError) as taken:
        empty(wanted)
    assert key(taken) == "journal.role_exists"
    server.execute(f"DROP ROLE {wanted.app}")
    empty(wanted).close()


def test_an_account_that_may_make_nothing_is_told_so(server: Cluster) -> None:
    wanted = address(server, user="visitor")
    server.execute("CREATE ROLE visitor LOGIN")
    with pytest.raises(StoreError) as refused:
        empty(wanted)
    assert key(refused) == "journal.not_allowed"


def test_what_is_not_there_is_said(server: Cluster) -> None:
    for where, said in (
        (address(server), "journal.missing"),
        (address(server, user="nobody"), "journal.unreachable"),
        (address(server)._replace(database="none"), "journal.unreachable"),
        (address(server)._replace(host="/nowhere"), "journal.unreachable"),
    ):
        for opening in (LogReader, open_journal):
            with pytest.raises(StoreError) as missing:
                opening(where)
            assert key(missing) == said


def test_a_ledger_of_another_format_is_not_opened(server: Cluster, county: Address) -> None:
    server.execute("SET session_replication_role = replica; " + f"UPDATE {county.schema}.ledger_format SET format = 2")
    with pytest.raises(StoreError) as other:
        LogReader(county)
    assert key(other) == "journal.other_format"


def test_who_waits_too_long_for_the_lock_is_told(county: Address) -> None:
    with open_journal(county) as first, open_journal(county) as second, first.writing("clerk"):
        assert isinstance(second._connection.db, Server)
        second._connection.db.execute("SET lock_timeout = 50")
        with pytest.raises(StoreError) as waited, second.writing("clerk"):
            pass
        assert key(waited) == "journal.locked"


def test_the_clock_is_asked_after_the_lock_has_been_waited_for(county: Address) -> None:
    asked: list[bool] = []

    def clock() -> datetime:
        asked.append(True)
        return times.now()

    def append() -> None:
        with open_journal(county, clock) as journal, journal.writing("second") as writer:
            writer.append(submissions(901, 1))

    second = Thread(target=append)
    with open_journal(county) as journal, journal.writing("first") as writer:
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive()
        assert not asked
        writer.append(submissions(900, 1))
    second.join()
    assert asked == [True]


def test_eight_writers_at_once_leave_no_gap(county: Address) -> None:
    def append(number: int) -> None:
        with open_journal(county) as journal:
            for each in range(20):
                with journal.writing(f"writer {number}") as writer:
                    writer.append(submissions(1000 * number + each * 10, 1 + each % 3))

    threads = [Thread(target=append, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with LogReader(county) as log:
        assert [row.position for row in log.rows()] == list(range(1, 609 + 8 * 39 + 1))
    assert findings(county) == set()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE stored_events SET originator_id = 'item:other' WHERE rowid = 20", {"column"}),
        ("UPDATE stored_events SET recorded_at = '2020' WHERE rowid = 20", {"column", "time"}),
        ("UPDATE stored_events SET state = '\\x00' WHERE rowid = 20", {"leaf", "head", "nodes", "mention", "journal.bad_body"}),
        ("UPDATE stored_events SET leaf = '' WHERE rowid = 20", {"leaf"}),
        ("DELETE FROM stored_events WHERE rowid = 20", {"missing", "head", "nodes", "mention"}),
        ("DELETE FROM stored_events WHERE rowid > 600", {"tail", "head", "mention"}),
        ("DELETE FROM event_mentions WHERE position = 20", {"mention"}),
        ("INSERT INTO heads VALUES (700, '2099', '')", {"head", "tail"}),
        ("DELETE FROM heads WHERE position = 609", {"head", "tail"}),
        ("UPDATE tree_nodes SET hash = '' WHERE idx = 1", {"nodes"}),
        ("UPDATE person_names SET name = 'x'", {"name"}),
    ],
)
def test_what_the_administrator_changes_is_found(server: Cluster, county: Address, statement: str, expected: set[str]) -> None:
    server.execute(f"SET session_replication_role = replica; SET search_path TO {county.schema}; {statement}")
    assert findings(county) == expected


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://host/db?schema=liucheng",
        "postgresql://wang@host:5433/db?schema=liucheng",
        "postgresql:///db?schema=liucheng",
        "postgresql://wang@%2Fvar%2Frun/db?schema=liucheng",
        "postgresql://[::1]:5433/db?schema=liucheng_2024",
    ],
)
def test_an_address_is_written_as_it_was_read(location: str) -> None:
    assert str(place(location)) == location


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("postgresql://wang:geheim@host/db?schema=liucheng", "journal.password"),
        ("postgresql://wang:ge@heim@host/db?schema=liucheng", "journal.password"),
        ("postgresql://wang:ge/heim@host/db?schema=liucheng", "journal.password"),
        ("postgresql://host/db?schema=liucheng&password=geheim", "journal.password"),
        ("postgresql://host/db", "journal.no_schema"),
        ("postgresql://host/db?schema=a&sslmode=disable", "journal.no_schema"),
        ("postgresql://host/db?schema=", "journal.bad_schema"),
        ("postgresql://host/db?schema=Liucheng", "journal.bad_schema"),
        ("postgresql://host/db?schema=pg_catalog", "journal.bad_schema"),
        ("postgresql://host/db?schema=a;drop", "journal.bad_schema"),
        ("postgresql://host?schema=a", "journal.bad_address"),
        ("postgresql://host:port/db?schema=a", "journal.bad_address"),
        ("mysql://host/db?schema=a", "journal.no_such_server"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_secrets(location: str, said: str) -> None:
    with pytest.raises(StoreError) as refused:
        place(location)
    assert key(refused) == said
    for lang in ("en", "zh"):
        assert "geheim" not in refused.value.problem.line(lang)
        assert "heim" not in refused.value.problem.line(lang)


def test_a_number_of_ipv6_is_asked_for_as_the_number_that_it_is() -> None:
    with pytest.raises(StoreError) as refused:
        connected(Address("", "[::1]", "1", "d", "x"))
    assert refused.value.problem.key == "journal.unreachable"
    assert '"::1"' in str(refused.value.problem.params["reason"])
