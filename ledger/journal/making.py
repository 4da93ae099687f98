"""New ledgers' files. Nothing of what records is loaded for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.journal.appearing import appearing
from ledger.journal.failures import store_errors
from ledger.journal.record import FORMAT
from ledger.journal.schema import APPLICATION_ID, STATEMENTS

_FAST = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -64000")
"""What is made can be made again."""
_GUARDS = tuple(statement for statement in STATEMENTS if statement.startswith("CREATE TRIGGER"))
"""They come last: nobody else writes here meanwhile, and they cost a third."""
_TABLES = tuple(statement for statement in STATEMENTS if statement not in _GUARDS)


@contextmanager
def making_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A new ledger's database, in the transaction that fills it: the file has its name once it is whole.

    Raises StoreError where something already is, or none can be made.
    """
    with appearing(path, 0o666, taken="journal.exists", failed="journal.cannot_make") as file, store_errors(path):
        with filling(file) as db:
            yield db
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")


@contextmanager
def filling(file: Path) -> Iterator[sqlite3.Connection]:
    """A new ledger's database in a file that is empty or not there, in the transaction of whoever fills it.

    The file is no ledger where the block raises, and is on the disk only once somebody has it written there.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for statement in (*_FAST, f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}", "BEGIN", *_TABLES):
            db.execute(statement)
        yield db
        for guard in (*_GUARDS, "COMMIT"):
            db.execute(guard)
