"""Rows of the log as facts again: what they say, whose lives they belong to, and which of them still count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import msgspec

from ledger.events import Event, EventReversed
from ledger.journal.decode import fact_of, model_of
from ledger.journal.record import UNREADABLE, mentions, stream_of, unreadable
from ledger.journal.rows import Row
from ledger.journal.writer import Writer

REVERSAL = EventReversed.kind


class _Target(msgspec.Struct):
    target: str


_target = msgspec.json.Decoder(_Target).decode


def target_of(row: Row) -> str:
    """The id of the event that a reversal's row reverses. Raises LogError where the row cannot be read."""
    try:
        return _target(row.body).target
    except UNREADABLE as error:
        raise unreadable(row.position, error) from error


def restore(row: Row) -> Event:
    """The event that a row holds. Its values are taken as they are: points are hundredths there, and were checked.

    Raises LogError where the row cannot be read.
    """
    model, fact = model_of(row.kind), fact_of(row)
    return model.model_construct(**{key: getattr(fact, name) for key, name in _keys(model)})


@cache
def _keys(model: type[Event]) -> tuple[tuple[str, str], ...]:
    return tuple((info.alias or name, name) for name, info in model.model_fields.items())


def reached(event: Event, find: Callable[[str], Event]) -> Event:
    """The fact that a reversal is about in the end, or else the event itself; ``find`` gives the event of an id."""
    while isinstance(event, EventReversed):
        event = find(event.target)
    return event


def subjects_of(event: Event) -> tuple[str, ...]:
    """The lives that an event, other than a reversal, is part of: its stream, and what it mentions."""
    stream = stream_of(event)
    return (stream, *mentions(event, stream))


def void_among(writer: Writer, rows: Iterable[Row]) -> tuple[set[str], set[str]]:
    """The ids that it had to look at, and those of them that are reversed.

    A reversal may itself be reversed, which restores its target, so the last ones recorded are settled first.
    """
    known = {row.id: row for row in rows}
    asked = list(known)
    while asked:
        found = [row for row in writer.load([f"event:{each}" for each in asked]) if row.id not in known]
        known.update((row.id, row) for row in found)
        asked = [row.id for row in found]
    void: set[str] = set()
    for row in sorted(known.values(), reverse=True):
        if row.kind == REVERSAL and row.id not in void:
            void.add(target_of(row))
    return set(known), void


def live(writer: Writer, rows: list[Row]) -> Iterator[Event]:
    """The events of ``rows`` that count; reversals are passed over."""
    _, void = void_among(writer, rows)
    return (restore(row) for row in rows if row.kind != REVERSAL and row.id not in void)
