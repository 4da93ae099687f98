"""Bringing the tables, indexes, views, guards and rights of an older ledger on a server up to those of this version.

It is done by the account that owns the schema, as the owner and no more, while nobody records. No row is touched: a guard is replaced
and never gone, definitions are all that is asked for, and were a row changed all the same, as by an event trigger of somebody's,
nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from ledger.errors import StoreError
from ledger.journal.definitions import Difference, demand_mended
from ledger.journal.failures import store_errors
from ledger.journal.places import Address
from ledger.journal.postgres import take
from ledger.journal.reader import BUSY_SECONDS
from ledger.journal.server import Server, connected, demand_format
from ledger.journal.server_definitions import differences, lacked_rights
from ledger.journal.server_schema import parts

_OWNER = b"SELECT nspowner::regrole::text, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
_ROWS = """SELECT relname, pg_relation_filenode(relid), n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE schemaname = current_schema() AND relname = ANY(?::text[]) ORDER BY relname"""
"""Which file each table has, and how many of its rows this transaction has touched."""


def upgrade_schema(address: Address) -> list[Difference]:
    """Does what :func:`.upgrade.upgrade` does for a file, and grants what the ledger's roles lack.

    Raises StoreError also where this account is not, and may not act as, the owner of the schema.
    """
    with store_errors(address), connected(address) as connection, connection.transaction():
        _become_owner(connection, address)
        demand_format(connection, address)
        take(connection, address)
        db = Server(connection)
        with _rows_untouched(db, address):
            found = [each for each in differences(db) if each.how != "foreign"]
            demand_mended(found, address)
            made = {(part.type, part.name, part.table): part.sql for part in parts(address.schema)}
            for each in found:
                _make(connection, each, made)
            lacked = list(lacked_rights(db, address))
            for _, statement in lacked:
                connection.execute(statement.encode())
        return [*found, *(each for each, _ in lacked)]


def _become_owner(connection: psycopg.Connection[Any], address: Address) -> None:
    """What is made is then the owner's, whoever has logged in, and an administrator is bound by the guards."""
    found = connection.execute(_OWNER, (address.schema,)).fetchone()
    if found is None:
        raise StoreError.of("journal.missing", path=address)
    role, owner = found
    try:
        connection.execute(f"SET LOCAL ROLE {role}".encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError.of("journal.not_owner", path=address, owner=owner) from error
    connection.execute(f"SET LOCAL search_path TO \"{address.schema}\"; SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'".encode())


def _make(connection: psycopg.Connection[Any], each: Difference, made: Mapping[tuple[str, str, str], str]) -> None:
    statement = made[each.type, each.name, each.table]
    if each.type in ("function", "trigger"):
        statement = statement.replace("CREATE ", "CREATE OR REPLACE ", 1)
    elif each.how == "other":
        connection.execute(f"DROP {each.type} {each.name}".encode())
    connection.execute(statement.encode())


@contextmanager
def _rows_untouched(db: Server, address: Address) -> Iterator[None]:
    tables = [part.name for part in parts(address.schema) if part.type == "table"]
    before = db.execute(_ROWS, (tables,)).fetchall()
    yield
    if db.execute(_ROWS, (tables,)).fetchall() != before:
        raise StoreError.of("journal.rows_changed", path=address)
