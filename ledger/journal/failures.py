"""What goes wrong with a ledger's file, said in words a person can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import LedgerError, Refused, StoreError

_MESSAGES = {
    sqlite3.SQLITE_BUSY: "journal.locked",
    sqlite3.SQLITE_LOCKED: "journal.locked",
    sqlite3.SQLITE_FULL: "journal.disk_full",
    sqlite3.SQLITE_READONLY: "journal.read_only",
    sqlite3.SQLITE_CANTOPEN: "journal.cannot_open",
    sqlite3.SQLITE_NOTADB: "journal.not_a_ledger",
    sqlite3.SQLITE_CORRUPT: "journal.damaged",
}


def primary_code(error: BaseException | None) -> int:
    """SQLite's primary result code of an error of its own, or 0."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def failure(error: Exception, path: Path) -> LedgerError:
    """The error of the tree for one of SQLite's, or for one of eventsourcing's that came from it."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = primary_code(cause)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Refused.of("journal.conflict", path=path, reason=cause)
    if isinstance(error, TimeoutError):
        return StoreError.of("journal.locked", path=path)
    if code in _MESSAGES:
        return StoreError.of(_MESSAGES[code], path=path)
    return StoreError.of("journal.failed", path=path, reason=error)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Raises StoreError for what SQLite raises inside."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(error, path) from error
    except UnicodeDecodeError as error:  # what SQLite itself says of a damaged definition may quote it
        raise StoreError.of("journal.damaged", path=path) from error
