"""The tables of a ledger on a server, the guards on them, and who may do what.

The tables, columns and names are those of :mod:`.schema`. Texts are ordered by their bytes, as SQLite does. Everything is made in one
transaction by whoever runs ``init``, who owns it. The ledger is used as the role ``<schema>_app``, which may add to the log and read
it, and no more; names of persons belong to a role of their own, ``<schema>_names``, which may also delete, for a name can be erased.
"""

from __future__ import annotations

from ledger.journal.places import Address
from ledger.journal.record import FORMAT
from ledger.journal.schema import IS_RARE

LOG_TABLES = ("stored_events", "event_mentions", "tree_nodes", "heads", "ledger_format")
TEXT = 'text COLLATE "C"'

_TABLES = (
    "CREATE TABLE ledger_format (format integer NOT NULL)",
    f"""CREATE TABLE stored_events (
        rowid bigint PRIMARY KEY, originator_id {TEXT} NOT NULL, originator_version bigint NOT NULL,
        topic {TEXT} NOT NULL, state bytea NOT NULL, event_id {TEXT} UNIQUE, recorded_at {TEXT} NOT NULL,
        recorded_by {TEXT} NOT NULL, business_date {TEXT}, envelope bytea NOT NULL, leaf bytea NOT NULL,
        UNIQUE (originator_id, originator_version))""",
    f"CREATE INDEX rare_kinds ON stored_events (topic) WHERE {IS_RARE}",
    f"CREATE TABLE event_mentions (subject {TEXT} NOT NULL, position bigint NOT NULL, PRIMARY KEY (subject, position))",
    f"CREATE TABLE heads (position bigint PRIMARY KEY, recorded_at {TEXT} NOT NULL, frontier bytea NOT NULL)",
    "CREATE VIEW head AS SELECT position, recorded_at, frontier FROM heads ORDER BY position DESC LIMIT 1",
    "CREATE TABLE tree_nodes (level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx))",
    f"CREATE TABLE person_names (person {TEXT} PRIMARY KEY, name {TEXT} NOT NULL UNIQUE, salt bytea NOT NULL)",
    f"""CREATE TABLE copies (
        made_at {TEXT} NOT NULL, what {TEXT} NOT NULL, place {TEXT} NOT NULL, actor {TEXT} NOT NULL, position bigint NOT NULL,
        rowid bigint GENERATED ALWAYS AS IDENTITY)""",
    f"INSERT INTO ledger_format VALUES ({FORMAT})",
    "INSERT INTO heads VALUES (0, '', '')",
)
_GUARDS = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$""",
    *(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        for table in LOG_TABLES
    ),
    "CREATE TRIGGER in_order BEFORE INSERT ON stored_events FOR EACH ROW EXECUTE FUNCTION demand_next()",
)
"""They refuse even the owner what he might do by mistake; against who means it the hashes stand."""


def statements(address: Address, stream_type: str) -> list[str]:
    """What makes an empty ledger. ``stream_type`` is that of streams as eventsourcing's own reading gives them: text, or uuid."""
    schema, app, names = f'"{address.schema}"', f'"{address.app}"', f'"{address.names}"'
    return [
        f"CREATE SCHEMA IF NOT EXISTS {schema}",
        f"SET LOCAL search_path TO {schema}",
        *_TABLES,
        f"""CREATE VIEW notifications AS
            SELECT rowid AS notification_id, originator_id::{stream_type} AS originator_id, originator_version, topic, state
            FROM stored_events""",
        f"""CREATE FUNCTION demand_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.rowid IS DISTINCT FROM (SELECT coalesce(max(rowid), 0) + 1 FROM {schema}.stored_events) THEN
                RAISE EXCEPTION 'positions have no gaps' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW; END $$""",
        *_GUARDS,
        f"CREATE ROLE {names} NOLOGIN",
        f"CREATE ROLE {app} NOLOGIN IN ROLE {names}",
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {app}, {names}",
        f"GRANT SELECT, INSERT ON stored_events, event_mentions, tree_nodes, heads, copies TO {app}",
        f"GRANT SELECT ON ledger_format, head, notifications TO {app}",
        f"GRANT SELECT, INSERT, DELETE ON person_names TO {names}",
        f"GRANT {app} TO CURRENT_USER",
    ]
