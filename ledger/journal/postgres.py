"""Writing the log on a server: eventsourcing's PostgreSQL recorder over our tables, and the journal over the recorder.

An append takes an advisory lock that is the ledger's own, for a role that may only add and read is refused LOCK TABLE and row locks.
Positions follow the last head, which is read under the lock; no sequence gives them, for that would leave gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from threading import Lock
from typing import Any, Literal

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import DictRow

from ledger import times
from ledger.errors import StoreError
from ledger.journal.failures import one_line, store_errors
from ledger.journal.places import Address
from ledger.journal.reader import BUSY_SECONDS
from ledger.journal.record import Record
from ledger.journal.server import Server, as_app, connected, writing
from ledger.journal.server_schema import statements
from ledger.journal.writer import Clock, Journal, Tails, Warn, foreign, say


def lock_key(address: Address) -> int:
    """The key of a ledger's advisory lock: 64 bits of the hash of its schema. Such locks are the database's own."""
    return int.from_bytes(sha256(f"scoreledger {address.schema}".encode()).digest()[:8], "big", signed=True)


class JournalDatastore(PostgresDatastore):
    """eventsourcing's PostgreSQL datastore over connections that may do what the ledger's role may."""

    def __init__(self, address: Address, originator_id_type: Literal["uuid", "text"] = "text") -> None:
        self.address = address
        super().__init__(
            address.database, address.host, address.port, address.user, "",
            schema=address.schema, originator_id_type=originator_id_type, connect_timeout=BUSY_SECONDS,
        )  # fmt: skip

    def after_connect_func(self) -> Callable[[psycopg.Connection[Any]], None]:
        """What the pool does with each new connection."""
        prepare, setting = super().after_connect_func(), as_app(self.address).encode()

        def after_connect(connection: psycopg.Connection[Any]) -> None:
            prepare(connection)
            connection.execute(setting)

        return after_connect

    def register_type_adapters(self) -> None:
        """None: our statements need no types of the library's."""


class PostgresJournalRecorder(PostgresApplicationRecorder):
    """eventsourcing's application recorder with position, recorded time, hashes and guards, as SQLite's of ours.

    The library reads the log through a view that has its names. ``insert_events`` takes ``recorded_by``.
    """

    datastore: JournalDatastore

    def __init__(self, datastore: JournalDatastore, *, clock: Clock = times.now, warn: Warn = say) -> None:
        super().__init__(datastore, events_table_name="notifications")
        self.tails = Tails(clock, warn)

    def create_table(self) -> None:
        """Makes the ledger's schema, tables, guards and roles. Raises as :func:`making_server`."""
        with making_server(self.datastore.address, self.datastore.originator_id_type):
            pass

    def _insert_stored_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent | Record], *, recorded_by: str = "", **_: Any
    ) -> None:
        entries = [each if isinstance(each, Record) else foreign(each) for each in stored_events]
        take(curs.connection, self.datastore.address)
        self._notify_channel(curs)
        self.tails.tail(Server(curs.connection)).append(entries, recorded_by)

    def _fetch_ids_after_insert_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        (last,) = Server(curs.connection).execute("SELECT position FROM head").fetchone() or (0,)
        return list(range(last - len(stored_events) + 1, last + 1))


@contextmanager
def making_server(address: Address, stream_type: str = "text") -> Iterator[Server]:
    """A new ledger's schema, tables, guards and roles, in a transaction of the account that has logged in, for who fills them.

    Where the block raises, nothing of it is there. Raises StoreError where there is a ledger already, where a role of its names is
    another's, where the database does not keep texts in UTF-8, or where the account may not.
    """
    with store_errors(address), connected(address) as connection:  # which is rolled back where the block raises
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError.of("journal.not_utf8", path=address, encoding=encoding)
        connection.execute(b"BEGIN")
        for statement in statements(address, stream_type):
            try:
                connection.execute(statement.encode())
            except psycopg.errors.DuplicateTable as error:
                raise StoreError.of("journal.exists", path=address) from error
            except psycopg.errors.DuplicateObject as error:
                role = address.names if f'"{address.names}"' in statement else address.app
                raise StoreError.of("journal.role_exists", role=role) from error
        server = Server(connection)
        yield server
        _commit(server, address)


def _commit(db: Server, address: Address) -> None:
    """Commits. Raises StoreError where the connection was lost before the server answered: nobody here knows then what became of it."""
    db.later("COMMIT")
    try:
        db.flush()
    except psycopg.Error as error:
        with suppress(psycopg.Error):  # it is noticed here, if it is lost
            db.rollback()
        if db.lost:
            raise StoreError.of("journal.unanswered", path=address, reason=one_line(error)) from error
        raise


def take(connection: psycopg.Connection[Any], address: Address) -> None:
    """Takes the ledger's lock until the transaction ends."""
    connection.execute(b"SELECT pg_advisory_xact_lock(%s)", (lock_key(address),))


class JournalConnection:
    """A connection that writes under the ledger's lock, for whichever of our threads has its turn."""

    def __init__(self, address: Address) -> None:
        self._address, self._take = address, f"SELECT pg_advisory_xact_lock({lock_key(address)})"
        self._turn = Lock()
        self.db = writing(address)

    def begin(self) -> None:
        """Begins a write transaction: the lock first, so that what is read is what was committed last."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreError.of("journal.locked", path=self._address)
        self.db.later("START TRANSACTION")
        self.db.later(self._take)

    def end(self, *, commit: bool) -> None:
        """Commits it, or undoes it, also where it cannot be committed; gives the lock back. Raises as :func:`_commit`."""
        try:
            if commit:
                _commit(self.db, self._address)
        except BaseException:
            self._undo()
            raise
        if commit:
            self._turn.release()
        else:
            self._undo()

    def _undo(self) -> None:
        with suppress(psycopg.Error):  # a connection that is lost has undone it
            self.db.rollback()
        self._turn.release()


class ServerJournal(Journal):
    """A ledger on a server, open for writing.

    ``clock`` tells the time; ``warn`` says what is wrong without being an error. Raises StoreError for a ledger that cannot
    be made, opened or written.
    """

    def __init__(self, address: Address, recorder: PostgresJournalRecorder) -> None:
        super().__init__(address, JournalConnection(address), recorder.tails)

    @classmethod
    def open(cls, address: Address, clock: Clock = times.now, warn: Warn = say) -> ServerJournal:
        """Opens a ledger. Raises StoreError where there is none, or not one of this format."""
        return cls(address, PostgresJournalRecorder(JournalDatastore(address), clock=clock, warn=warn))

    def close(self) -> None:
        """Closes the connection."""
        self._connection.db.close()
