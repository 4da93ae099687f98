"""Rows of the log as values, and the questions that a reader and a writer both ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from ledger.journal.database import ALL, Database
from ledger.journal.record import UNREADABLE, read_envelope, unreadable

IN_STREAMS = "originator_id IN (SELECT value FROM json_each(?))"
MENTIONS = "SELECT position FROM event_mentions WHERE subject IN (SELECT value FROM json_each(?))"
RELATED = f"rowid IN (SELECT rowid FROM stored_events WHERE {IN_STREAMS} UNION ALL {MENTIONS})"
OF_IDS = "event_id IN (SELECT value FROM json_each(?))"
OF_KINDS = "topic IN (SELECT value FROM json_each(?))"

_COLUMNS = "rowid, originator_id, originator_version, topic, envelope, event_id, business_date, recorded_at, recorded_by, state"


class Row(NamedTuple):
    """One event as it stands in the log. ``on`` is its business date, ``version`` that of its kind."""

    position: int
    stream: str
    stream_version: int
    kind: str
    version: int
    id: str
    on: str
    recorded_at: str
    recorded_by: str
    body: bytes


def listed(values: Iterable[str | int]) -> str:
    """Values as one parameter for ``json_each``: a list of any length, one statement."""
    return msgspec.json.encode(list(values)).decode()


def among(column: str, values: Collection[str | int]) -> tuple[str, str | int]:
    """The condition that ``column`` holds one of ``values``, and its parameter. A single value is asked for as it is: that is faster."""
    if len(values) == 1:
        return f"{column} = ?", next(iter(values))
    return f"{column} IN (SELECT value FROM json_each(?))", listed(values)


def select(db: Database, where: str, *values: object, limit: int = ALL) -> Iterator[Row]:
    """The rows for which ``where`` holds, by position; at most ``limit``. Raises LogError for an envelope that cannot be read."""
    stored = db.execute(f"SELECT {_COLUMNS} FROM stored_events WHERE {where} ORDER BY rowid LIMIT ?", (*values, limit))
    for position, stream, stream_version, kind, envelope, *rest in stored:
        try:
            version = read_envelope(envelope).version
        except UNREADABLE as error:
            raise unreadable(position, error) from error
        yield Row(position, stream, stream_version, kind, version, *rest)


def related(db: Database, streams: Collection[str], mentioned: Collection[str]) -> Iterator[Row]:
    """The rows of these streams, and those that mention any of ``mentioned``, by position."""
    own, of_streams = among("originator_id", streams)
    naming, of_mentioned = among("subject", mentioned)
    statement = f"SELECT rowid FROM stored_events WHERE {own} UNION ALL SELECT position FROM event_mentions WHERE {naming}"
    return found(db, statement, of_streams, of_mentioned)


def found(db: Database, statement: str, *values: object) -> Iterator[Row]:
    """The rows whose positions ``statement`` finds, by position.

    It asks an index alone, which is half the work: a writer mostly asks for what is new, and there are no rows.
    """
    positions = [position for (position,) in db.execute(statement, values)]
    return select(db, *among("rowid", positions)) if positions else iter(())


def near(db: Database, column: str, value: str) -> list[str]:
    """The values of ``column`` just before and after ``value`` in their order: what it may have been meant for."""
    ways = (f"{column} < ? ORDER BY {column} DESC", f"{column} > ? ORDER BY {column}")
    statements = [f"SELECT DISTINCT {column} FROM stored_events WHERE {way} LIMIT 20" for way in ways]
    return [each for statement in statements for (each,) in db.execute(statement, (value,))]
