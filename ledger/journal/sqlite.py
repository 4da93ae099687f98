"""Writing the log: eventsourcing's SQLite recorder over our tables, and the journal over the recorder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from ledger import times
from ledger.journal.datastore import JournalConnection, JournalDatastore
from ledger.journal.failures import failure
from ledger.journal.reader import connect
from ledger.journal.record import Record
from ledger.journal.schema import STATEMENTS
from ledger.journal.writer import Clock, Tails, Warn, foreign, say
from ledger.journal.writer import Journal as AnyJournal


class SQLiteJournalRecorder(SQLiteApplicationRecorder):
    """eventsourcing's application recorder with position, recorded time, hashes and guards.

    It takes eventsourcing's stored events, which have no id and no business date, and our records alike; ``insert_events``
    takes ``recorded_by``.
    """

    def __init__(self, datastore: JournalDatastore, *, clock: Clock = times.now, warn: Warn = say) -> None:
        super().__init__(datastore)
        self.tails = Tails(clock, warn)

    def construct_create_table_statements(self) -> list[str]:
        """The ledger's tables and guards, instead of the library's one table."""
        return list(STATEMENTS)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent | Record], *, recorded_by: str = "", **_: Any
    ) -> Sequence[int]:
        entries = [each if isinstance(each, Record) else foreign(each) for each in stored_events]
        return self.tails.tail(c.sqlite_cursor.connection).append(entries, recorded_by)


class Journal(AnyJournal):
    """A ledger's file, open for writing. Close it, or use it in a ``with`` block.

    ``clock`` tells the time; ``warn`` says what is wrong without being an error. Raises StoreError for a file that
    cannot be made, opened or written.
    """

    path: Path
    _connection: JournalConnection

    def __init__(self, path: Path, clock: Clock, warn: Warn) -> None:
        self._datastore = JournalDatastore(path)
        self._recorder = SQLiteJournalRecorder(self._datastore, clock=clock, warn=warn)
        with _edge(path):
            connection = self._datastore.connection()
        super().__init__(path, connection, self._recorder.tails)

    @classmethod
    def open(cls, path: Path, clock: Clock = times.now, warn: Warn = say) -> Journal:
        """Opens a ledger's file. Raises StoreError where there is none, or not one of this format."""
        connect(path).close()
        return cls(path, clock, warn)

    def close(self) -> None:
        """Closes the file, which then holds the whole ledger: a copy of it is a copy of everything."""
        try:
            self._connection.settle()
        finally:
            self._datastore.close()


@contextmanager
def _edge(path: Path) -> Iterator[None]:
    """The library's errors and SQLite's as ours."""
    try:
        yield
    except (PersistenceError, sqlite3.Error) as error:
        raise failure(error, path) from error
