"""What goes wrong with a ledger's store, said in words a person can act on."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import LedgerError, Refused, StoreError
from ledger.journal.places import Place

_MESSAGES = {
    sqlite3.SQLITE_BUSY: "journal.locked",
    sqlite3.SQLITE_LOCKED: "journal.locked",
    sqlite3.SQLITE_FULL: "journal.disk_full",
    sqlite3.SQLITE_READONLY: "journal.read_only",
    sqlite3.SQLITE_CANTOPEN: "journal.cannot_open",
    sqlite3.SQLITE_NOTADB: "journal.not_a_ledger",
    sqlite3.SQLITE_CORRUPT: "journal.damaged",
    sqlite3.SQLITE_IOERR: "journal.not_written",
}
_OF_READING = frozenset({
    sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS,
})  # fmt: skip
"""SQLite's extended result codes of what cannot be read; its other errors of input and output are about writing, or its side files."""
_STATES = {
    "55P03": "journal.locked",  # lock_not_available
    "53100": "journal.disk_full",
    "42501": "journal.not_allowed",  # insufficient_privilege
    "25006": "journal.not_allowed",  # read_only_sql_transaction
}
"""PostgreSQL's error codes (its manual's appendix A)."""
_DAMAGE = re.compile(r"XX...|58P01")
"""A page, a row or an index that the server cannot make sense of, and a table's file that is gone. That a disk cannot be read (58030) is
said as it is: with another cable it may be."""
_LETTING_GO = ("08", "57P0")
"""How the codes begin with which a server lets go of a connection: it is lost, or the server is shut down or has crashed."""


def faults() -> tuple[type[Exception], ...]:
    """What the stores' own libraries raise. A server's client is not loaded to say so: nothing of it was raised where it is not.

    What SQLite says of a damaged definition may quote it, and Python cannot read that.
    """
    client = sys.modules.get("psycopg")
    return (sqlite3.Error, UnicodeDecodeError) if client is None else (sqlite3.Error, UnicodeDecodeError, client.Error)


def primary_code(error: BaseException | None) -> int:
    """SQLite's primary result code of an error of its own, or 0."""
    return _extended(error) & 0xFF


def _extended(error: BaseException | None) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code


def _state(error: BaseException | None) -> str:
    """A server's code of an error of its own, or nothing."""
    return getattr(error, "sqlstate", None) or ""


def demand_damage(error: Exception) -> str:
    """What a store says of itself, where it is what it keeps that is wrong; raises the error otherwise."""
    if not (primary_code(error) == sqlite3.SQLITE_CORRUPT or _DAMAGE.fullmatch(_state(error)) or _is_no_text(error)):
        raise error
    return one_line(error)


def _is_no_text(error: BaseException | None) -> bool:
    """Whether a text that is stored is none: SQLite's module for Python says that by an error without a code of SQLite's."""
    return isinstance(error, UnicodeDecodeError) or (isinstance(error, sqlite3.OperationalError) and not _extended(error))


def _lost(error: BaseException | None) -> bool:
    """Whether it is a server's client that lost the connection: the client itself says so without a code of the server's."""
    client = sys.modules.get("psycopg")
    if client is None or not isinstance(error, client.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_LETTING_GO)


def failure(error: Exception, path: Place) -> LedgerError:
    """The error of the tree for one of a store's, or for one of eventsourcing's that came from it."""
    cause = error if isinstance(error, faults()) else error.__cause__
    code, state = primary_code(cause), _state(cause)
    if code == sqlite3.SQLITE_CONSTRAINT or state.startswith("23"):
        return Refused.of("journal.conflict", path=path, reason=one_line(cause))
    if isinstance(error, TimeoutError):
        return StoreError.of("journal.locked", path=path)
    if _is_no_text(cause):
        return StoreError.of("journal.damaged", path=path)
    if _DAMAGE.fullmatch(state):
        return StoreError.of("journal.server_damaged", path=path, reason=one_line(cause))
    key = "journal.not_read" if _extended(cause) in _OF_READING else _MESSAGES.get(code) or _STATES.get(state)
    if key:
        return StoreError.of(key, path=path)
    return StoreError.of("journal.lost" if _lost(cause) else "journal.failed", path=path, reason=one_line(error))


def one_line(error: BaseException | None) -> str:
    """What a library says, on one line: a server adds what else it knows on more."""
    return str(error).partition("\n")[0]


@contextmanager
def store_errors(path: Place) -> Iterator[None]:
    """Raises StoreError for what a store's library raises inside."""
    try:
        yield
    except faults() as error:
        raise failure(error, path) from error
