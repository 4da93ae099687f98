"""A connection to a PostgreSQL server that answers the journal's SQL, which is SQLite's.

What differs is a handful of words, and they are said here once: how a parameter is marked, a list in one parameter, a text within
bytes, and the statements of :data:`INSTEAD`. The tables have SQLite's names and columns (see :mod:`.server_schema`), their texts the
order of bytes, and rows come back as tuples of the same Python types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, Protocol

import psycopg
from psycopg.rows import TupleRow, tuple_row

from ledger.errors import StoreError
from ledger.journal.failures import store_errors
from ledger.journal.places import Address
from ledger.journal.reader import BUSY_SECONDS
from ledger.journal.record import FORMAT
from ledger.journal.schema import HAS_COPIES, HASHED, LAST_GIVEN, SIZE, STRAY_HEADS
from ledger.journal.tail import MOVE_HEAD

INSTEAD: Mapping[str, str] = {
    "BEGIN": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    # A role that may not update moves the head by adding to the heads there were; the last one is the view ``head``.
    MOVE_HEAD: "INSERT INTO heads VALUES (%s, %s, %s)",
    LAST_GIVEN: "SELECT max(position) FROM heads",
    HAS_COPIES: "SELECT 1",
    SIZE: """SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'""",
    HASHED: """SELECT rowid, envelope, state, leaf, frontier FROM stored_events LEFT JOIN heads ON position = rowid
        WHERE rowid <= %s ORDER BY rowid""",
    STRAY_HEADS: """SELECT position FROM heads LEFT JOIN stored_events ON rowid = position
        WHERE position < %s AND (heads.recorded_at IS DISTINCT FROM CASE position WHEN 0 THEN '' ELSE stored_events.recorded_at END
            OR position = 0 AND frontier <> '')""",
}
"""Whole statements for which a server has others."""

_WORDS = (
    (re.compile(r"%"), "%%"),
    (
        re.compile(r"\b(rowid|position) IN \(SELECT value FROM json_each\(\?\)\)"),
        r"\1 = ANY(ARRAY(SELECT jsonb_array_elements_text(?))::bigint[])",
    ),
    (re.compile(r"\b(\w+) IN \(SELECT value FROM json_each\(\?\)\)"), r"\1 = ANY(ARRAY(SELECT jsonb_array_elements_text(?)))"),
    (re.compile(r"\binstr\((\w+), \?\)"), r"position(? IN \1)"),
    (re.compile(r" AS BLOB\)"), " AS bytea)"),
    (re.compile(r"\?"), "%s"),
)
_INSERT = re.compile(r"INSERT INTO (\w+) VALUES\b.*")
_WORTH_COPYING = 20
"""Rows: from about here on, a COPY is faster than as many inserts."""

_numbers = count()


@cache
def translated(statement: str) -> bytes:
    """The statement in PostgreSQL's words."""
    if statement in INSTEAD:
        return INSTEAD[statement].encode()
    for word, other in _WORDS:
        statement = word.sub(other, statement)
    return statement.encode()


class Answer(Protocol):
    """The rows that a statement found. Their types are for the one who asks to know, as with SQLite's cursor."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class _Cursor(psycopg.Cursor[TupleRow]):
    """Gives its rows to a loop by the thousand: one by one costs a replay a sixth."""

    def __iter__(self) -> Iterator[TupleRow]:  # type: ignore[override]  # psycopg's gives itself
        while rows := self.fetchmany(1000):
            yield from rows


class Server:
    """psycopg's connection, asked as SQLite's is. Raises psycopg's errors.

    What is only done, and finds nothing, waits for the next question or the end and goes there together: an append is half as many
    ways to the server. What goes wrong with it is so raised later, at the latest where the transaction is committed.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._waiting: list[tuple[bytes, Sequence[object]]] = []

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Answer:
        """Executes one statement, after what waits; the answer has all its rows."""
        if self._waiting:
            self.later(statement, values)
            return self._sent()
        return _Cursor(self._connection, row_factory=tuple_row).execute(translated(statement), values, binary=True)

    def later(self, statement: str, values: Sequence[object] = (), /) -> None:
        """Executes one statement, whose answer nobody wants, together with others of its kind, before whatever is asked next."""
        self._waiting.append((translated(statement), values))

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> None:
        """Executes a statement for each row: a few of them later, many as a COPY."""
        made = list(rows)
        if self._connection.info.pipeline_status:  # the library's; a block within it ends with what has gone wrong so far
            with self._connection.pipeline():
                self._connection.cursor().executemany(translated(statement), made)
        elif len(made) < _WORTH_COPYING:
            for row in made:
                self.later(statement, row)
        else:
            self.flush()
            with self._connection.cursor().copy(_INSERT.sub(r"COPY \1 FROM STDIN", statement).encode()) as copy:
                for row in made:
                    copy.write_row(row)

    def flush(self) -> None:
        """Executes what waits."""
        if self._waiting:
            self._sent()

    def _sent(self) -> Answer:
        """The answer to the last that waits: all go to the server as one text, for a pipeline costs the client more."""
        waiting, self._waiting = self._waiting, []
        cursor = psycopg.ClientCursor(self._connection, row_factory=tuple_row)
        # What has no values is not looked through for places to put them.
        cursor.execute(b"; ".join(cursor.mogrify(*each).encode() if each[1] else each[0].replace(b"%%", b"%") for each in waiting))
        while cursor.nextset():
            pass
        return cursor

    def rollback(self) -> None:
        """Undoes the transaction, and forgets what waits."""
        self._waiting = []
        self.execute("ROLLBACK")

    @property
    def lost(self) -> bool:
        """Whether there is no connection any more, as far as was noticed."""
        return self._connection.closed

    def stream(self, statement: str, values: Sequence[object] = (), /) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, some at a time, in the transaction that is open or in one of its own."""
        self.flush()
        connection, name = self._connection, f"stream_{next(_numbers)}"
        with connection.transaction(), connection.cursor(name, binary=True, row_factory=tuple_row) as cursor:
            cursor.execute(translated(statement), values)
            yield from cursor

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def reading(address: Address) -> Server:
    """A connection that reads the ledger at an address, as the ledger's own role.

    Raises StoreError when the server cannot be reached, when there is no ledger, and when this account may not use it.
    """
    return _admitted(address, "SET default_transaction_read_only = on")


def writing(address: Address) -> Server:
    """A connection that writes it, durable whatever the server does by default. Raises as :func:`reading`."""
    durable = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    return _admitted(address, durable)


def connected(address: Address) -> psycopg.Connection[TupleRow]:
    """A connection as the account itself, each statement its own transaction. Raises StoreError where there is none to be had."""
    host = address.host.strip("[]")  # which an address has around a number of IPv6, and the client takes for a name
    said = {"dbname": address.database, "host": host, "port": address.port, "user": address.user}
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    try:
        return psycopg.connect(**given, autocommit=True, connect_timeout=10, client_encoding="utf8", application_name="scoreledger")
    except psycopg.OperationalError as error:
        raise StoreError.of("journal.unreachable", path=address, reason=str(error).partition("\n")[0]) from error


def as_app(address: Address) -> str:
    """What makes a connection the ledger's: from here on it may do what the ledger's role may, whoever has logged in."""
    return (
        f'SET ROLE "{address.app}"; SET search_path TO "{address.schema}"; '
        f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'; SET default_transaction_isolation = 'read committed'"
    )


def _admitted(address: Address, setting: str) -> Server:
    connection = connected(address)
    try:
        with store_errors(address):
            _demand_ledger(connection, address, setting)
    except BaseException:
        connection.close()
        raise
    return Server(connection)


def _demand_ledger(connection: psycopg.Connection[TupleRow], address: Address, setting: str) -> None:
    try:
        connection.execute(f"{as_app(address)}; {setting}".encode())
        demand_format(connection, address)
    except psycopg.errors.InvalidParameterValue as error:
        raise StoreError.of("journal.missing", path=address) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError.of("journal.not_member", path=address, role=address.app) from error


def demand_format(connection: psycopg.Connection[TupleRow], address: Address) -> None:
    """Raises StoreError where there is no ledger on the connection's path, or one of another format."""
    try:
        found = connection.execute("SELECT format FROM ledger_format").fetchone()
    except psycopg.errors.UndefinedTable as error:
        raise StoreError.of("journal.missing", path=address) from error
    if found != (FORMAT,):
        raise StoreError.of("journal.other_format", path=address, format=found and found[0], known=FORMAT)
