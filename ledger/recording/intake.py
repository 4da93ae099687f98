"""From records to entries: events of this ledger, with their records, before they are judged."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from secrets import token_hex
from typing import NamedTuple

from ledger.aggregates.normalise import Surroundings, normalise
from ledger.aggregates.scheme import Terms
from ledger.aggregates.unit import Roster
from ledger.errors import Refused
from ledger.events import Event, EventReversed
from ledger.journal.record import Record, body, record
from ledger.journal.writer import Writer
from ledger.recording.recall import REVERSAL
from ledger.recording.world import World, bounded

_KEPT = 20_000
_UNNAMED = "-"
_NO_STREAM = "-"


class Entry(NamedTuple):
    """An event about to be judged. Its record's version in the stream is not known yet, nor a reversal's stream.

    ``lives`` are the boundaries that judge it, besides schemes and roster. ``undated`` is a reversal whose date was not
    given: the date is no part of what was said. ``unnamed`` is what has no id but the random one that it was given here:
    nothing in the log can have it.
    """

    event: Event
    record: Record
    lives: tuple[str, ...]
    undated: bool = False
    unnamed: bool = False


def event_id(writer: Writer, reference: str) -> str:
    """The id that ``reference`` means: an id, or ``@N`` for the event at a position. Itself where there is none."""
    number = reference[1:]
    if not reference.startswith("@") or not number.isdecimal() or len(number) > 15:
        return reference
    row = writer.at(int(number))
    return row.id if row else reference


class Intake:
    """Reads records against the schemes and the roster of ``world``; ``today`` dates reversals that have no date."""

    def __init__(self, writer: Writer, world: World, today: Callable[[], date]) -> None:
        self._writer = writer
        self._world = world
        self._terms: dict[date, Terms] = {}
        self._worded: Roster | None = None
        self._persons: dict[str, str] = {}
        self._around = Surroundings(self._terms_on, self._person, today)

    def resume(self, writer: Writer) -> None:
        """Goes on in another transaction, on the world as it is. Persons are asked for again: their names may be erased."""
        self._writer = writer
        self._persons.clear()

    def entry(self, said: Mapping[str, object], persons: frozenset[str] = frozenset()) -> Entry:
        """The entry that a record says, under a random id where it has none. Ids in ``persons`` stand for themselves.

        Raises Refused with every problem of the record.
        """
        around = self._around if not persons else self._around._replace(person=_knowing(persons, self._person))
        unnamed = said.get("id") is None
        new_id = f"e-{token_hex(8)}" if unnamed else _UNNAMED
        return _entry(said, self._event(said, around, new_id))._replace(unnamed=unnamed)

    def counted(self, said: Mapping[str, object], source: str, ordinals: Ordinals) -> Entry:
        """The entry of a file's row; a row without an id has one made of its source, its content and its ordinal there."""
        event = self._event(said, self._around, _UNNAMED)
        if event.id != _UNNAMED or said.get("id") is not None:
            return _entry(said, event)
        undated = isinstance(event, EventReversed) and said.get("on") is None
        content = event.model_copy(update={"named": None, **({"on": date.min} if undated else {})})
        digest = hashlib.sha256(b"\0".join(((event.source or source).encode(), event.kind.encode(), body(content)))).digest()
        own = hashlib.sha256(digest + ordinals.next(digest).to_bytes(8, "big")).hexdigest()[:24]
        return _entry(said, event.model_copy(update={"id": f"r-{own}"}))

    def _event(self, said: Mapping[str, object], around: Surroundings, new_id: str) -> Event:
        try:
            return normalise(self._target_by_id(said), around, new_id)
        except Refused as refused:
            raise Refused(*map(self._world.in_words, refused.problems)) from None

    def _target_by_id(self, said: Mapping[str, object]) -> Mapping[str, object]:
        target = said.get("target")
        if said.get("kind") != REVERSAL or not isinstance(target, str) or not target.startswith("@"):
            return said
        return {**said, "target": event_id(self._writer, target)}

    def _terms_on(self, day: date) -> Terms:
        if self._worded is not self._world.roster or len(self._terms) > _KEPT:
            self._terms.clear()
            self._worded = self._world.roster
        found = self._terms.get(day)
        if found is None:
            scheme = self._world.schemes.in_force(day)
            found = self._terms[day] = replace(scheme, words={**scheme.words, "unit": self._world.roster.lexicon})
        return found

    def _person(self, name: str) -> tuple[str, str | None]:
        known = self._persons.get(name)
        if known:
            return known, None
        if len(self._persons) > _KEPT:
            self._persons.clear()
        self._persons[name], commitment = self._writer.names.person(name)
        return self._persons[name], commitment


def _knowing(persons: frozenset[str], otherwise: Callable[[str], tuple[str, str | None]]) -> Callable[[str], tuple[str, str | None]]:
    return lambda name: (name, None) if name in persons else otherwise(name)


def _entry(said: Mapping[str, object], event: Event) -> Entry:
    entry = entry_of(event)
    return entry._replace(undated=said.get("on") is None) if isinstance(event, EventReversed) else entry


def entry_of(event: Event) -> Entry:
    """The entry of an event that has been read."""
    if isinstance(event, EventReversed):
        return Entry(event, record(event, 0, _NO_STREAM), ())
    made = record(event, 0)
    return Entry(event, made, bounded((made.originator_id, *made.mentions)))


class Ordinals:
    """How often each content has come, counted beside the log in a temporary database, so that memory stays flat."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE seen(content BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def next(self, content: bytes) -> int:
        """Which time this is, from 1."""
        statement = "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times"
        ((times,),) = self._db.execute(statement, (content,)).fetchall()
        return int(times)

    def close(self) -> None:
        """Forgets the counts."""
        self._db.close()
