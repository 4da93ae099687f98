"""Bringing the tables, indexes and guards of an older ledger's file up to those of this version.

What is logged is never touched: the connection may not insert, update or delete a row of any table but SQLite's own list of
definitions, whoever asks. So an upgrade changes how fast a question is answered and what is refused, and no answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ledger.errors import LogError
from ledger.journal.definitions import Difference, definitions, differences
from ledger.journal.failures import store_errors
from ledger.journal.lock import WriteLock, settle
from ledger.journal.reader import BUSY_SECONDS, connect

_WRITING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_NEVER = frozenset({sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH})


def upgrade(path: Path) -> list[Difference]:
    """Makes what the ledger at ``path`` lacks and what it defines otherwise, in one transaction under the write lock.

    Returns what was not as it is now; nothing where nothing was to be done. Raises StoreError for a file that is no ledger, is
    of another format or cannot be written; LogError where a table of the log is missing or is another, which no upgrade mends.
    """
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
        _demand_tables(found, path)
        for each in found:
            if each.how == "other":
                db.execute(f"DROP {each.type} {each.name}")
            db.execute(definitions()[each.name].sql)
        db.execute("COMMIT")
    finally:
        db.rollback()  # nothing, after a commit
    return found


def _demand_tables(found: Sequence[Difference], path: Path) -> None:
    for each in found:
        if not each.mended:
            raise LogError.of(f"journal.table_{each.how}", path=path, table=each.name)
