"""Erasing a name: what was recorded stays, every hash with it; the name and its salt go from the table beside the log."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from ledger.aggregates import normalise
from ledger.errors import Problem, Refused, Unknown
from ledger.events import NameErased
from ledger.journal.copies import Copy
from ledger.journal.record import record, stream_of
from ledger.journal.writer import Writer
from ledger.recording.deeds import new_id
from ledger.values import matching_key

_ALIKE = 0.4
"""How like what is written a name has to be, of 1, to be shown: a mistake in one name must not list everybody's."""


class Erased(NamedTuple):
    """What was erased, and where the name still stands.

    ``person`` is the id that is left, ``position`` where the log says that the name was erased. ``copies`` are the noted ones
    that were made while the name was there; ``mentioned_in`` the positions of events whose own text holds the name.
    """

    person: str
    position: int
    copies: tuple[Copy, ...]
    mentioned_in: tuple[int, ...]


def erase(writer: Writer, written: str, reason: str, on: date) -> Erased:
    """Erases the name of the person that ``written``, a name or an id, means. See :meth:`.recording.Recording.erase`."""
    person, name = _found(writer, written.strip())
    event = NameErased(id=new_id("erased"), on=on, person=person, reason=_fit(reason, name))
    named_at = sum(writer.holding(person, 1))
    copies, mentioned_in = writer.copies(named_at), writer.holding(name)
    stream = stream_of(event)
    (position,) = writer.append([record(event, writer.versions([stream]).get(stream, 0) + 1)])
    writer.names.erase(person)
    return Erased(person, position, tuple(copies), tuple(mentioned_in))


def _found(writer: Writer, written: str) -> tuple[str, str]:
    """The id and the name. Raises Unknown, or Refused where the name has been erased already."""
    person = writer.names.known(written) or written
    name = writer.names.names([person]).get(person)
    if name is not None:
        return person, name
    erased = [row.position for row in writer.load([f"person:{person}"]) if row.kind == NameErased.kind]
    if erased:
        raise Refused(Problem("recording.erased_already", "person", params={"person": person, "position": erased[-1]}))
    close = get_close_matches(written, writer.names.every(), n=1, cutoff=_ALIKE)
    if close:
        raise Unknown(Problem("recording.no_person", "person", params={"person": written, "nearest": close[0]}))
    raise Unknown(Problem("recording.no_such_person", "person", params={"person": written}))


def _fit(reason: str, name: str) -> str:
    """The reason, which stands in the log for good. Raises Refused for one that is blank, too long, or holds the name."""
    said = normalise.reason(reason, "reason")
    if matching_key(name) in matching_key(said):
        raise Refused(Problem("recording.reason_names", "reason"))
    return said
