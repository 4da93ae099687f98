"""The tables of a ledger on a server, the guards on them, and who may do what.

The tables, columns and names are those of :mod:`.schema`. Texts are ordered by their bytes, as SQLite does. Everything is made in one
transaction by whoever runs ``init``, who owns it. The ledger is used as the role ``<schema>_app``, which may add to the log and read
it, and no more; names of persons belong to a role of their own, ``<schema>_names``, which may also delete, for a name can be erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ledger.journal.places import Address
from ledger.journal.record import FORMAT
from ledger.journal.schema import IS_RARE

LOG_TABLES = ("stored_events", "event_mentions", "tree_nodes", "heads", "ledger_format")
TEXT = 'text COLLATE "C"'

_TABLES: Mapping[str, tuple[str, ...]] = {
    "ledger_format": ("format integer NOT NULL",),
    "stored_events": (
        "rowid bigint NOT NULL", f"originator_id {TEXT} NOT NULL", "originator_version bigint NOT NULL", f"topic {TEXT} NOT NULL",
        "state bytea NOT NULL", f"event_id {TEXT}", f"recorded_at {TEXT} NOT NULL", f"recorded_by {TEXT} NOT NULL",
        f"business_date {TEXT}", "envelope bytea NOT NULL", "leaf bytea NOT NULL",
        "PRIMARY KEY (rowid)", "UNIQUE (event_id)", "UNIQUE (originator_id, originator_version)",
    ),
    "event_mentions": (f"subject {TEXT} NOT NULL", "position bigint NOT NULL", "PRIMARY KEY (subject, position)"),
    "heads": ("position bigint NOT NULL", f"recorded_at {TEXT} NOT NULL", "frontier bytea NOT NULL", "PRIMARY KEY (position)"),
    "tree_nodes": ("level integer NOT NULL", "idx bigint NOT NULL", "hash bytea NOT NULL", "PRIMARY KEY (level, idx)"),
    "person_names": (f"person {TEXT} NOT NULL", f"name {TEXT} NOT NULL", "salt bytea NOT NULL", "PRIMARY KEY (person)", "UNIQUE (name)"),
    "copies": (
        f"made_at {TEXT} NOT NULL", f"what {TEXT} NOT NULL", f"place {TEXT} NOT NULL", f"actor {TEXT} NOT NULL",
        "position bigint NOT NULL", "rowid bigint NOT NULL GENERATED ALWAYS AS IDENTITY",
    ),
}  # fmt: skip
"""Columns, then what holds over them, each as the server itself writes it: :mod:`.server_definitions` compares them as they stand."""

_REFUSE = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$"""
_DEMAND_NEXT = """CREATE FUNCTION demand_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.rowid IS DISTINCT FROM (SELECT coalesce(max(rowid), 0) + 1 FROM "{schema}".stored_events) THEN
        RAISE EXCEPTION 'positions have no gaps' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW; END $$"""


class Part(NamedTuple):
    """Something that a ledger's schema is made of: its type, its name, the table it belongs to, and the statement that makes it."""

    type: str
    name: str
    table: str
    sql: str


class Right(NamedTuple):
    """What a role may do to a table, or to the schema."""

    role: str
    right: str
    table: str


def parts(schema: str, stream_type: str = "text") -> Iterator[Part]:
    """What a schema is made of, in the order in which it is made; the guards last.

    The guards refuse even the owner what he might do by mistake; against who means it the hashes stand. ``stream_type`` is that of
    streams as eventsourcing's own reading gives them: text, or uuid.
    """
    for table, lines in _TABLES.items():
        yield Part("table", table, table, f"CREATE TABLE {table} ({', '.join(lines)})")
    yield Part("index", "rare_kinds", "stored_events", f"CREATE INDEX rare_kinds ON stored_events (topic) WHERE {IS_RARE}")
    last = "CREATE VIEW head AS SELECT position, recorded_at, frontier FROM heads ORDER BY position DESC LIMIT 1"
    yield Part("view", "head", "head", last)
    stream = "originator_id" if stream_type == "text" else f"originator_id::{stream_type} AS originator_id"
    columns = f"rowid AS notification_id, {stream}, originator_version, topic, state"
    yield Part("view", "notifications", "notifications", f"CREATE VIEW notifications AS SELECT {columns} FROM stored_events")
    yield Part("function", "refuse", "refuse", _REFUSE)
    yield Part("function", "demand_next", "demand_next", _DEMAND_NEXT.replace("{schema}", schema))
    for table in LOG_TABLES:
        when = f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {table}"
        yield Part("trigger", "append_only", table, f"CREATE TRIGGER append_only {when} FOR EACH STATEMENT EXECUTE FUNCTION refuse()")
    next_only = "BEFORE INSERT ON stored_events FOR EACH ROW EXECUTE FUNCTION demand_next()"
    yield Part("trigger", "in_order", "stored_events", f"CREATE TRIGGER in_order {next_only}")


def rights(address: Address) -> Iterator[Right]:
    """What the ledger's roles may do to its tables, which is all that they may do there."""
    for role, allowed, tables in (
        (address.app, ("SELECT", "INSERT"), ("stored_events", "event_mentions", "tree_nodes", "heads", "copies")),
        (address.app, ("SELECT",), ("ledger_format", "head", "notifications")),
        (address.names, ("SELECT", "INSERT", "DELETE"), ("person_names",)),
    ):
        yield from (Right(role, right, table) for table in tables for right in allowed)


def grant(right: Right) -> str:
    """The statement that gives a role what it may do to a table."""
    return f'GRANT {right.right} ON {right.table} TO "{right.role}"'


def entering(address: Address) -> str:
    """The statement that lets the ledger's roles into its schema."""
    return f'GRANT USAGE ON SCHEMA "{address.schema}" TO "{address.app}", "{address.names}"'


def joining(address: Address) -> str:
    """The statement that makes names of persons the business of whoever uses the ledger."""
    return f'GRANT "{address.names}" TO "{address.app}"'


def statements(address: Address, stream_type: str) -> list[str]:
    """What makes an empty ledger, with its roles.

    They are right for PostgreSQL 15, where an account that may make roles may grant any, and for 16 and later, where it may administer
    those alone that it made, and is no member of them until it grants them to itself.
    """
    schema = f'"{address.schema}"'
    return [
        f"CREATE SCHEMA IF NOT EXISTS {schema}",
        f"SET LOCAL search_path TO {schema}",
        *(part.sql for part in parts(address.schema, stream_type)),
        f"INSERT INTO ledger_format VALUES ({FORMAT})",
        "INSERT INTO heads VALUES (0, '', '')",
        f'CREATE ROLE "{address.names}" NOLOGIN',
        f'CREATE ROLE "{address.app}" NOLOGIN',
        joining(address),
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        entering(address),
        *map(grant, rights(address)),
        f'GRANT "{address.app}" TO CURRENT_USER',
    ]
