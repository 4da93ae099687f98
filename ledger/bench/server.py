"""The same figures on a PostgreSQL server: beside raw statements that take the same lock, and with several writers at once.

Everything is made in schemas of this run's own, which are dropped again with their roles.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg

from ledger.application import Ledger
from ledger.bench import events, measure, peers
from ledger.bench.events import COUNTY
from ledger.bench.figures import Figure, best, seconds
from ledger.errors import InputError
from ledger.journal.decode import decoder
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, place
from ledger.journal.postgres import lock_key
from ledger.journal.server import connected
from ledger.recording import Recording
from ledger.rules.source import load
from ledger.views import Question

_INSERT = "INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_MENTION = "INSERT INTO event_mentions VALUES (%s, %s)"
WRITERS = 8


def address_of(location: str) -> Address:
    """The server to measure on, as a ledger's address; its schema begins the names of those that are made."""
    found = place(location)
    if not isinstance(found, Address):
        raise InputError.of("bench.no_server", field="server", location=location)
    return found


@contextmanager
def scratch(server: Address) -> Iterator[Address]:
    """A place for a ledger of this run's own."""
    own = server._replace(schema=f"{server.schema[:30]}_{token_hex(4)}")
    try:
        yield own
    finally:
        with connected(own) as connection:
            for statement in (f"DROP SCHEMA IF EXISTS {own.schema} CASCADE", f"DROP ROLE {own.app}", f"DROP ROLE {own.names}"):
                with suppress(psycopg.errors.UndefinedObject):
                    connection.execute(statement.encode())


def appends(server: Address, folder: Path, count: int) -> Iterator[Figure]:
    """Single durable appends: ours, with all that is judged and hashed, and raw inserts under the same lock, in turn by tens."""
    rows, mentions = peers.copied(measure.filled(folder, count))
    records = [(each.pop("kind"), each) for each in events.records(count)]
    skipped = len(rows) - count
    with scratch(server) as own, scratch(server) as raw:
        Ledger.create(str(own), events.SCHEME, measure.ACTOR)
        with connected(raw) as connection, open_journal(own) as journal:
            _raw_tables(connection, raw, own)
            recording, ours, theirs = Recording(journal), 0.0, 0.0
            for first in range(0, count, 10):
                chunk = records[first : first + 10]
                ours += seconds(lambda chunk=chunk: [recording.record(kind, said, measure.ACTOR) for kind, said in chunk])  # type: ignore[misc]
                of_rows = rows[skipped + first : skipped + first + 10]
                named = [[each for each in mentions if each[1] == row[0]] for row in of_rows]
                theirs += seconds(lambda of_rows=of_rows, named=named: _raw_appends(connection, lock_key(raw), of_rows, named))  # type: ignore[misc]
    yield Figure("server_append", ours / count * 1e6, theirs / count * 1e6, "µs", theirs / ours, "at_least", 0.5)


def _raw_tables(connection: psycopg.Connection[Any], raw: Address, own: Address) -> None:
    connection.execute(f"CREATE SCHEMA {raw.schema}".encode())
    connection.execute(f"SET search_path TO {raw.schema}".encode())
    for table in ("stored_events", "event_mentions"):
        connection.execute(f"CREATE TABLE {table} (LIKE {own.schema}.{table} INCLUDING ALL)".encode())


def _raw_appends(connection: psycopg.Connection[Any], key: int, rows: Sequence[tuple[Any, ...]], named: Sequence[Sequence[Any]]) -> None:
    for row, mentions in zip(rows, named, strict=True):
        with connection.transaction():
            connection.execute(b"SELECT pg_advisory_xact_lock(%s)", (key,))
            connection.execute(_INSERT, row)
            for each in mentions:
                connection.execute(_MENTION, each)


def replays(server: Address, folder: Path, count: int) -> Iterator[Figure]:
    """Replay to standings, against a cursor that reads every row and decodes its body."""
    with scratch(server) as own:
        Ledger.copy(str(measure.filled(folder, count)), str(own), measure.ACTOR, lambda *_: None)

        def standings() -> None:
            with Ledger(str(own)) as opened:
                opened.standings(Question(as_of=COUNTY.last))

        ours, scan = best(5, standings, lambda: _raw_scan(own))
    yield Figure("server_replay", ours * 1e3, scan * 1e3, "ms", ours / scan, "at_most", 3)


def _raw_scan(own: Address) -> int:
    with connected(own) as connection:
        connection.execute(f"SET search_path TO {own.schema}".encode())
        read = {kind: decoder(kind, 1) for (kind,) in connection.execute(b"SELECT DISTINCT topic FROM stored_events")}
        rows = connection.cursor(binary=True).execute(b"SELECT rowid, topic, state FROM stored_events ORDER BY rowid")
        return sum(1 for _ in ((position, read[kind](body)) for position, kind, body in rows))


def writers(server: Address, folder: Path, count: int) -> Iterator[Figure]:
    """Eight processes that append one by one to one ledger, against one process that appends as many in all."""
    with scratch(server) as alone, scratch(server) as shared:
        for own in (alone, shared):
            Ledger.create(str(own), events.SCHEME, measure.ACTOR)
        one = _appending(alone, folder, 1, count)
        several = _appending(shared, folder, WRITERS, count // WRITERS)
    yield Figure("server_writers", several, one, "/s", several / one, "at_least", 0.7)


def _appending(own: Address, folder: Path, processes: int, count: int) -> float:
    """Events a second, all processes together, from when the last is ready until the last is done."""
    program = "from ledger.bench.server import write; import sys; write(*sys.argv[1:])"
    begun = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", program, str(own), str(number), str(count)], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in range(processes)
    ]

    def all_done() -> None:
        for each in begun:
            assert each.stdin is not None
            each.stdin.write(b"go\n")
            each.stdin.close()
        assert [each.wait() for each in begun] == [0] * processes

    for each in begun:
        assert each.stdout is not None
        each.stdout.readline()
    spent = seconds(all_done)
    for each in begun:
        assert each.stdout is not None
        each.stdout.close()
    return processes * count / spent


def write(location: str, number: str, count: str) -> None:
    """One writer: says when it is ready, waits to be told, and appends."""
    units = [unit.id for unit in load(events.SCHEME).roster]
    with open_journal(place(location)) as journal:
        recording = Recording(journal)
        said = {"on": events.FIRST.isoformat(), "unit": units[int(number)]}
        sys.stdout.write(json.dumps("ready") + "\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for each in range(int(count)):
            recording.record("item_submitted", {**said, "item": f"W{number}-{each}"}, measure.ACTOR)
