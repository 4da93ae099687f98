"""Ledgers as earlier versions made them, from the statements of those versions, word for word."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.journal.schema import APPLICATION_ID

FIRST = """
CREATE TABLE IF NOT EXISTS stored_events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL, state BLOB NOT NULL, event_id TEXT UNIQUE, recorded_at TEXT NOT NULL,
        recorded_by TEXT NOT NULL, business_date TEXT, envelope BLOB NOT NULL, leaf BLOB NOT NULL,
        UNIQUE (originator_id, originator_version));
CREATE INDEX IF NOT EXISTS rare_kinds ON stored_events (topic) WHERE {rare};
CREATE TABLE IF NOT EXISTS event_mentions (
        subject TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (subject, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, recorded_at TEXT NOT NULL, frontier BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tree_nodes (
        level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person_names (person TEXT PRIMARY KEY, name TEXT NOT NULL, salt BLOB NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS person_by_name ON person_names (name);
INSERT OR IGNORE INTO head VALUES (1, 0, '', x'');
CREATE TRIGGER IF NOT EXISTS stored_events_in_order BEFORE INSERT ON stored_events
        WHEN NEW.rowid IS NOT (SELECT coalesce(max(rowid), 0) + 1 FROM stored_events)
        BEGIN SELECT RAISE(ABORT, 'positions have no gaps'); END;
CREATE TRIGGER IF NOT EXISTS stored_events_no_update BEFORE UPDATE ON stored_events BEGIN SELECT RAISE(ABORT, 'stored_events is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_mentions_no_update BEFORE UPDATE ON event_mentions BEGIN SELECT RAISE(ABORT, 'event_mentions is append-only'); END;
CREATE TRIGGER IF NOT EXISTS tree_nodes_no_update BEFORE UPDATE ON tree_nodes BEGIN SELECT RAISE(ABORT, 'tree_nodes is append-only'); END;
CREATE TRIGGER IF NOT EXISTS stored_events_no_delete BEFORE DELETE ON stored_events BEGIN SELECT RAISE(ABORT, 'stored_events is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_mentions_no_delete BEFORE DELETE ON event_mentions BEGIN SELECT RAISE(ABORT, 'event_mentions is append-only'); END;
CREATE TRIGGER IF NOT EXISTS tree_nodes_no_delete BEFORE DELETE ON tree_nodes BEGIN SELECT RAISE(ABORT, 'tree_nodes is append-only'); END;
CREATE TRIGGER IF NOT EXISTS head_no_delete BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'head is append-only'); END;
"""  # noqa: E501 - as it was written
"""What the first version made; later ones changed which kinds are rare, then added the table of copies."""

FIVE = (
    "topic = 'event_reversed' OR topic = 'unit_enrolled' OR topic = 'unit_changed' OR topic = 'scheme_enacted' OR topic = 'order_settled'"
)
SEVEN = (
    "topic = 'event_reversed' OR topic = 'unit_enrolled' OR topic = 'unit_changed' OR topic = 'units_merged' OR topic = 'unit_split'"
    " OR topic = 'scheme_enacted' OR topic = 'order_settled'"
)
TEN = f"{SEVEN} OR topic = 'period_closed' OR topic = 'policy_set' OR topic = 'change_proposed'"
OLD = {"five rare kinds": FIVE, "seven rare kinds": SEVEN, "no copies": TEN}


def make_old(path: Path, rare: str) -> None:
    """An empty ledger of an earlier version."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST.format(rare=rare))
