"""The record format: what is stored of an event, and which bytes are hashed.

An event's record is two pieces of canonical JSON (RFC 8785; there are no floats in it).

- The *body*: the fields of the event, ``kind`` left out, absent fields left out, dates and moments ISO 8601,
  points in hundredths.
- The *envelope*: ``kind``, ``version`` of the kind, ``stream``, ``stream_version``, ``position``, ``recorded_at``,
  ``recorded_by`` and ``on`` (the business date; left out where there is none).

The tree's leaf input is the envelope's length as 8 bytes, big-endian, then the envelope, then the body, so that no
two records share one. The leaf hash is RFC 6962's (2.1): the hash, which ``ledger_opened`` names, of a zero byte and the
leaf input. Names are committed to, and schemes identified, by SHA-256 whichever
that is. This is version :data:`FORMAT`, fixed for the life of a ledger, since any change breaks every proof.
``docs/explanation/record-format.md`` has a worked example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from ledger.canonical import encoded
from ledger.errors import InputError, LedgerError, LogError
from ledger.events import Event, references
from ledger.times import SHANGHAI

FORMAT = 1
"""The version of this format, as ``ledger_opened`` and the file's ``user_version`` state it."""

_LARGEST = 2**53 - 1
_TEXT = frozenset({str})
_AS_GIVEN = msgspec.json.Encoder()


class Record(NamedTuple):
    """An event ready to be appended; the recorder adds the envelope.

    The first four names are those of eventsourcing's ``StoredEvent``: ``originator_id`` is the stream (``item:OK1``),
    ``originator_version`` the place in it (from 1), ``topic`` the kind, ``state`` the body. ``on`` is the business
    date ``YYYY-MM-DD``, ``version`` that of the kind, ``mentions`` the other streams it names (``unit:dapu-zhen``).
    """

    originator_id: str
    originator_version: int
    topic: str
    state: bytes
    id: str
    on: str
    version: int
    mentions: tuple[str, ...]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What the ledger adds to a body. The fields stand in canonical order (RFC 8785, 3.2.3)."""

    kind: str
    on: str = ""
    position: int
    recorded_at: str
    recorded_by: str
    stream: str
    stream_version: int
    version: int


def canonical(value: object) -> bytes:
    """RFC 8785 canonical JSON of str, bool, None, whole numbers within 2**53 - 1, lists and dicts with str keys.

    Raises InputError for anything else, floats included: the text of a float is what canonical forms disagree on.
    """
    _demand_plain(value)
    try:
        return encoded(value)
    except UnicodeEncodeError as error:
        raise InputError.of("journal.not_plain", value=ascii(value)) from error


def _demand_plain(value: object) -> None:
    match value:
        case str() | bool() | None:
            return
        case int() if -_LARGEST <= value <= _LARGEST:
            return
        case dict() if _TEXT.issuperset(map(type, value)):
            _demand_each(value.values())
        case list() | tuple():
            _demand_each(value)
        case _:
            raise InputError.of("journal.not_plain", value=repr(value))


def _demand_each(values: Iterable[object]) -> None:
    for value in values:
        if type(value) is not str:
            _demand_plain(value)


def body(event: Event) -> bytes:
    """The body of ``event``'s record."""
    aliases, fields = _aliases(type(event)), {}
    for name, value in vars(event).items():
        if value is not None:
            fields[aliases.get(name, name)] = value.isoformat() if isinstance(value, date) else value
    return canonical(fields)


def digest(said: Mapping[str, Any]) -> str:
    """What a snapshot is printed with: SHA-256, in hex, of the canonical JSON of its body without ``id`` and ``digest``."""
    return sha256(canonical({name: value for name, value in said.items() if name not in {"id", "digest"}})).hexdigest()


@cache
def _aliases(model: type[Event]) -> dict[str, str]:
    """The fields that records call something else: ``class``."""
    return {name: info.alias for name, info in model.model_fields.items() if info.alias}


def stream_of(event: Event) -> str:
    """The stream ``event`` belongs to: ``item:…``, ``unit:…``; ``period:<year>`` for a ruling, ``ledger:…`` for the first.

    Policies are one stream, and a proposal is one by itself.

    Raises TypeError for a kind whose stream only its caller knows: a reversal goes into its target's.
    """
    model = type(event)
    owner = _owner(model)
    if owner:
        return f"{model.stream}:{getattr(event, owner)}"
    if model.stream in _OWNERLESS:
        return f"{model.stream}:{_OWNERLESS[model.stream](event)}"
    raise TypeError(f"the stream of {model.kind} has to be given")


_OWNERLESS: Mapping[str, Callable[[Event], object]] = {
    "period": lambda event: event.on.year,
    "proposal": lambda event: event.id,
    "policy": lambda _event: "four_eyes",
}
"""Streams that no field of the event names."""


@cache
def _owner(model: type[Event]) -> str | None:
    """The field that names the stream."""
    if model.stream == "ledger":
        return "ledger"
    own = (use for use in references(model) if use.name not in Event.model_fields)  # what it approves is not its own life
    return next((use.name for use in own if use.subject == model.stream and not use.many), None)


def mentions(event: Event, stream: str | None = None) -> tuple[str, ...]:
    """The streams ``event`` names, its own (``stream``, default :func:`stream_of`) left out, in the order of its fields."""
    return mentioned(type(event), vars(event), stream or stream_of(event))


def mentioned(model: type[Event], fields: Mapping[str, Any], stream: str) -> tuple[str, ...]:
    """:func:`mentions` from the fields alone, as a body holds them.

    An upcast must not change what an event mentions: the mentions stay as they were first written.
    """
    named = {}
    for field, family in mentioning(model):
        value = fields.get(field)
        for name in (value,) if isinstance(value, str) else value or ():
            named[family + name] = True
    named.pop(stream, None)
    return tuple(named)


@cache
def mentioning(model: type[Event]) -> tuple[tuple[str, str], ...]:
    """The fields of a kind that name streams, each with what comes before the name (``unit``, ``unit:``)."""
    return tuple((use.name, f"{use.subject}:") for use in references(model) if use.subject)


def record(event: Event, stream_version: int, stream: str | None = None) -> Record:
    """The record of ``event`` at ``stream_version`` of ``stream`` (default :func:`stream_of`)."""
    stream = stream or stream_of(event)
    on = event.on.isoformat()[:10]
    return Record(stream, stream_version, event.kind, body(event), event.id, on, event.version, mentions(event, stream))


def stamp(moment: datetime) -> str:
    """A recorded time as stored: Shanghai, microseconds, of one width, so that the order of texts is the order of times."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="microseconds")


def envelope(entry: Record, position: int, recorded_at: str, recorded_by: str) -> bytes:
    """The envelope's bytes of ``entry`` at ``position``."""
    return _AS_GIVEN.encode(
        Envelope(
            kind=entry.topic,
            on=entry.on,
            position=position,
            recorded_at=recorded_at,
            recorded_by=recorded_by,
            stream=entry.originator_id,
            stream_version=entry.originator_version,
            version=entry.version,
        )
    )


read_envelope = msgspec.json.Decoder(Envelope).decode
"""The envelope from its bytes. Raises msgspec.MsgspecError for bytes that are not one."""


read_body = msgspec.json.Decoder(dict[str, Any]).decode
"""The fields of a body from its bytes, plain. Raises one of :data:`UNREADABLE` for bytes that hold none."""

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError)
"""What comes of reading bytes of a log, or what stands in their column, as what they are not."""


def unreadable(position: int, error: Exception) -> LedgerError:
    """The LogError for an event whose envelope or body cannot be read."""
    return LogError.of("journal.bad_body", position=position, reason=str(error))


def leaf_input(envelope: bytes, body: bytes) -> bytes:
    """The bytes that the tree's leaf hashes, framed so that envelope and body cannot be moved into each other."""
    return len(envelope).to_bytes(8, "big") + envelope + body
