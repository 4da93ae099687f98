"""The tables of a ledger's file, and the guards in it.

``stored_events`` is the log: ``state`` is the body, ``envelope`` and ``leaf`` belong to it (see :mod:`.record`), the
other columns are copies that :mod:`.verify` checks. The triggers refuse what our own connections might do by mistake;
against anybody else the hashes stand.
"""

from __future__ import annotations

APPLICATION_ID = 0x5343_4C47
"""``SCLG`` in the file's header says that it is a ledger; ``user_version`` is the record format."""

LOG_TABLES = ("stored_events", "event_mentions", "tree_nodes", "head")
NEVER_UPDATED = LOG_TABLES[:3]

_RARE = ("event_reversed", "unit_enrolled", "unit_changed", "units_merged", "unit_split", "scheme_enacted", "order_settled",
         "period_closed", "policy_set", "change_proposed")  # fmt: skip
RARE_KINDS = frozenset(_RARE)
IS_RARE = " OR ".join(f"topic = '{kind}'" for kind in _RARE)
"""Kinds that are looked up alone. A query finds the partial index when it has this very term (IN costs an insert 4 µs)."""


COPIES = """CREATE TABLE IF NOT EXISTS copies (
    made_at TEXT NOT NULL, what TEXT NOT NULL, place TEXT NOT NULL, actor TEXT NOT NULL, position INTEGER NOT NULL)"""
"""The copies of the names that the ledger knows of. Ledgers made before it was kept have no such table until there is one."""

HAS_COPIES = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'copies'"
LAST_GIVEN = "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"
"""The last position that was ever given, whatever was taken out since."""
SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
"""The bytes that the ledger takes."""
HASHED = "SELECT rowid, envelope, state, leaf, NULL FROM stored_events WHERE rowid <= ? ORDER BY rowid"
"""What is hashed up to a position, with its hash; the last column is the tree's frontier where a store keeps those of before."""
STRAY_HEADS = "SELECT position FROM head WHERE 0 AND position < ?"
"""Heads of before a position that are of no position, or of another time, in a store that keeps them."""


def _refusal(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


STATEMENTS = (
    # AUTOINCREMENT: a position is never given twice, not even after the last rows were deleted by force.
    """CREATE TABLE IF NOT EXISTS stored_events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL, state BLOB NOT NULL, event_id TEXT UNIQUE, recorded_at TEXT NOT NULL,
        recorded_by TEXT NOT NULL, business_date TEXT, envelope BLOB NOT NULL, leaf BLOB NOT NULL,
        UNIQUE (originator_id, originator_version))""",
    f"CREATE INDEX IF NOT EXISTS rare_kinds ON stored_events (topic) WHERE {IS_RARE}",
    """CREATE TABLE IF NOT EXISTS event_mentions (
        subject TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (subject, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, recorded_at TEXT NOT NULL, frontier BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS tree_nodes (
        level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS person_names (person TEXT PRIMARY KEY, name TEXT NOT NULL, salt BLOB NOT NULL) WITHOUT ROWID",
    "CREATE UNIQUE INDEX IF NOT EXISTS person_by_name ON person_names (name)",
    COPIES,
    "INSERT OR IGNORE INTO head VALUES (1, 0, '', x'')",
    # Refuses gaps, and REPLACE of a position. REPLACE of a stream's version or an id is refused as the deletion it is,
    # since our connections have recursive_triggers on.
    """CREATE TRIGGER IF NOT EXISTS stored_events_in_order BEFORE INSERT ON stored_events
        WHEN NEW.rowid IS NOT (SELECT coalesce(max(rowid), 0) + 1 FROM stored_events)
        BEGIN SELECT RAISE(ABORT, 'positions have no gaps'); END""",
    *(_refusal(table, "UPDATE") for table in NEVER_UPDATED),
    *(_refusal(table, "DELETE") for table in LOG_TABLES),
)
