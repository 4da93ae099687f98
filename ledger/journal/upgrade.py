"""Bringing the tables, indexes and guards of an older ledger up to those of this version.

What is logged is never touched. In a file, the connection may not insert, update or delete a row of any table but SQLite's own list
of definitions, whoever asks; for a server see :mod:`.server_upgrade`. So an upgrade changes how fast a question is answered and what
is refused, and no answer.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.journal.definitions import Difference, definitions, demand_mended, differences
from ledger.journal.failures import store_errors
from ledger.journal.lock import WriteLock, settle
from ledger.journal.places import Address, Place, demand_client
from ledger.journal.reader import BUSY_SECONDS, connect

_WRITING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_NEVER = frozenset({sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH})


def upgrade(path: Place) -> list[Difference]:
    """Makes what the ledger at ``path`` lacks and what it defines otherwise, in one transaction under the write lock.

    Returns what was not as it is now; nothing where nothing was to be done. Raises StoreError for what is no ledger, is of another
    format or cannot be written; LogError where a table of the log is missing or is another, which no upgrade mends.
    """
    if isinstance(path, Address):
        demand_client()
        from ledger.journal.server_upgrade import upgrade_schema

        return upgrade_schema(path)
    connect(path).close()
    lock = WriteLock(path, BUSY_SECONDS)
    try:
        lock.take()
        with store_errors(path), closing(_connected(path)) as db:
            found = _mended(db, path)
            settle(db)
            return found
    finally:
        lock.close()


def _connected(path: Path) -> sqlite3.Connection:
    """A connection of its own: the guards of those that record forbid every change of a definition."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.set_authorizer(_authorize)
    return db


def _authorize(action: int, subject: str | None, _detail: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in _NEVER or (action in _WRITING and subject not in {"sqlite_master", "sqlite_schema"}):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _mended(db: sqlite3.Connection, path: Path) -> list[Difference]:
    db.execute("BEGIN IMMEDIATE")
    try:
        found = [each for each in differences(db) if each.how != "foreign"]
        demand_mended(found, path)
        for each in found:
            if each.how == "other":
                db.execute(f"DROP {each.type} {each.name}")
            db.execute(definitions()[each.name].sql)
        db.execute("COMMIT")
    finally:
        db.rollback()  # nothing, after a commit
    return found
