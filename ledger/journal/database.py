"""The connections that the journal's questions are put to: SQLite's own, or one to a server that answers the same.

The journal's SQL is SQLite's. :class:`.server.Server` says the few words of it that PostgreSQL has others for, so that there is one
reader, one tail and one verification over both stores; SQLite's connection is used as it is, for a call between costs an append.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from ledger.journal.server import Server

Database: TypeAlias = "sqlite3.Connection | Server"

ALL = 2**63 - 1
"""A LIMIT that lets everything through."""


def streamed(db: Database, statement: str, values: Sequence[object] = ()) -> Iterable[tuple[Any, ...]]:
    """The rows of a statement that may find a whole log, a piece at a time: a server's client would hold all of them."""
    return db.execute(statement, values) if isinstance(db, sqlite3.Connection) else db.stream(statement, values)
