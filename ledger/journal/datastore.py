"""Connections that write a ledger's file: durable, guarded, one at a time.

Why the lock: SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when one connection checkpoints while another
resets the write-ahead log. A connection checkpoints as part of a commit, when the log has grown, and the last one does when
it closes. Writers take :class:`.lock.WriteLock` for the whole of a transaction and for closing, so only one of them is
ever at it; readers are read-only and cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal

from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteCursor, SQLiteDatastore, SQLiteTransaction

from ledger.journal.lock import WriteLock, settle
from ledger.journal.reader import BUSY_SECONDS
from ledger.journal.schema import LOG_TABLES, NEVER_UPDATED

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "recursive_triggers = ON", "secure_delete = ON")
_NEVER = frozenset({
    sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_DROP_INDEX,
    sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_DROP_VIEW, sqlite3.SQLITE_CREATE_TEMP_TRIGGER, sqlite3.SQLITE_CREATE_TEMP_TABLE,
})  # fmt: skip
_KEPT = {sqlite3.SQLITE_DELETE: frozenset(LOG_TABLES), sqlite3.SQLITE_UPDATE: frozenset(NEVER_UPDATED)}


def _authorize(action: int, subject: str | None, detail: str | None, _database: str | None, _trigger: str | None) -> int:
    """What our own connections may not do, whoever asks: triggers do not stop DROP, nor a pragma that turns them off."""
    if action in _NEVER or subject in _KEPT.get(action, ()):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and detail is not None:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


class JournalConnection(SQLiteConnection):
    """A connection that writes under the ledger's lock. ``db`` is SQLite's own."""

    def __init__(self, db: sqlite3.Connection, lock: WriteLock) -> None:
        super().__init__(db, max_age=None)
        self.db = db
        self.lock = lock

    def begin(self) -> None:
        """Begins a write transaction: takes our lock, then SQLite's, since reading first and then writing deadlocks."""
        self.lock.take()
        try:
            self.db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.lock.release()
            raise

    def end(self, *, commit: bool) -> None:
        """Commits it, or undoes it, also where it cannot be committed; gives the lock back."""
        try:
            if commit:
                self.db.execute("COMMIT")
        finally:
            try:
                self.db.rollback()  # nothing, after a commit
            finally:
                self.lock.release()

    def settle(self) -> None:
        """Writes the write-ahead log into the file, where no reader is in the way, so that the one file is the whole ledger.

        The last thing a connection does: a checkpoint is a pragma, which our guard refuses.
        """
        self.lock.take()
        try:
            self.db.set_authorizer(None)
            settle(self.db)
        finally:
            self.lock.release()

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """The library's transaction: with ``commit``, ours."""
        with _Writing(self) if commit else super().transaction(commit=False) as cursor:
            yield cursor


class _Writing(SQLiteTransaction):
    """Our transaction as the library's, which names errors in its own way."""

    def __init__(self, connection: JournalConnection) -> None:
        super().__init__(connection, commit=True)
        self._begin, self._lock = connection.begin, connection.lock

    def __enter__(self) -> SQLiteCursor:
        try:
            self._begin()
        except sqlite3.Error as error:
            raise OperationalError(error) from error
        return self.connection.cursor()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            super().__exit__(kind, error, trace)
        finally:
            self._lock.release()


class _Pool(SQLiteConnectionPool):
    def __init__(self, path: Path, lock: WriteLock) -> None:
        super().__init__(db_name=f"{path.absolute().as_uri()}?mode=rw", pool_timeout=BUSY_SECONDS)
        self._lock = lock

    def _create_connection(self) -> JournalConnection:
        try:
            db = sqlite3.connect(self.db_name, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            for pragma in _PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        db.set_authorizer(_authorize)
        db.row_factory = sqlite3.Row
        return JournalConnection(db, self._lock)

    def close(self) -> None:
        if not self.closed:
            self._lock.take()
            try:
                super().close()
            finally:
                self._lock.close()


class JournalDatastore(SQLiteDatastore):
    """eventsourcing's SQLite datastore over connections that are durable, guarded and one at a time.

    ``path`` exists. Raises StoreError where the lock beside it cannot be made.
    """

    def __init__(self, path: Path, originator_id_type: Literal["uuid", "text"] = "text") -> None:
        super().__init__(db_name=str(path), originator_id_type=originator_id_type)
        self.pool = _Pool(path, WriteLock(path, BUSY_SECONDS))

    def connection(self) -> JournalConnection:
        """A connection to keep until the datastore is closed: taking it from the pool for each event costs a tenth."""
        connection = self.pool.get_connection()
        assert isinstance(connection, JournalConnection)
        return connection
