"""Fast decoders of bodies, made from the pydantic models: there is no second model to keep.

A decoded *fact* is a frozen msgspec struct with the model's field names (or only those asked for) and its
properties. Nothing beyond types is validated again: the deciders did that before the event was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, get_type_hints

import msgspec
from pydantic.fields import FieldInfo

from ledger.errors import LogError, nearest
from ledger.events import KINDS, UPCASTS, Event
from ledger.journal.record import UNREADABLE, Envelope, mentioned, read_body, unreadable
from ledger.journal.rows import Row

Fact = Any
"""A decoded event: a struct with the fields of its kind, typed only at run time."""


def model_of(kind: str, version: int = 1) -> type[Event]:
    """The model of a stored kind. Raises LogError for a kind or a version that this program does not know."""
    model = KINDS.get(kind)
    if model is None:
        raise LogError.of("journal.unknown_kind", kind=kind, nearest=nearest(kind, KINDS))
    if not 1 <= version <= model.version:
        raise LogError.of("journal.newer_version", kind=kind, version=version, known=model.version)
    return model


def struct(model: type[Event], fields: Sequence[str] | None = None) -> type[msgspec.Struct]:
    """The struct of a kind's facts, with these fields (by the model's names; default: all of them)."""
    return _struct(model, None if fields is None else tuple(fields))


def decoder(kind: str, version: int, fields: Sequence[str] | None = None) -> Callable[[bytes], Fact]:
    """What reads a body of this kind and version: the current version at once, an old one through its upcasts.

    Raises LogError for a kind or a version newer than this program. The decoder raises msgspec.MsgspecError for a
    body that does not have the kind's fields.
    """
    return _decoder(kind, version, None if fields is None else tuple(fields))


def upcast(kind: str, version: int, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a body of ``version`` as the current version of the kind has them. Raises LogError as :func:`model_of`."""
    for step in range(version, model_of(kind, version).version):
        fields = UPCASTS[kind, step](fields)
    return fields


def subjects_named(said: Envelope, fields: dict[str, Any]) -> tuple[str, ...]:
    """The streams that a record mentions, from its envelope and the fields of its body. Raises LogError as :func:`model_of`."""
    return mentioned(model_of(said.kind, said.version), upcast(said.kind, said.version, fields), said.stream)


def fact_of(row: Row, fields: Sequence[str] | None = None) -> Fact:
    """The fact that a row holds, with these fields (default: all of them).

    Raises LogError for a body that cannot be read, and as :func:`model_of`.
    """
    try:
        return decoder(row.kind, row.version, fields)(row.body)
    except UNREADABLE as error:
        raise unreadable(row.position, error) from error


def fields_of(row: Row) -> dict[str, Any]:
    """The fields of an event as its kind has them now, plain: days and moments as text, points in hundredths.

    Raises LogError for a body that cannot be read, and as :func:`model_of`.
    """
    try:
        fields = read_body(row.body)
    except UNREADABLE as error:
        raise unreadable(row.position, error) from error
    return upcast(row.kind, row.version, fields)


@cache
def _struct(model: type[Event], fields: tuple[str, ...] | None) -> type[msgspec.Struct]:
    hints = get_type_hints(model)
    infos = {name: model.model_fields[name] for name in (model.model_fields if fields is None else fields)}
    return msgspec.defstruct(
        model.__name__,
        [_field(name, hints[name], info) for name, info in infos.items()],
        namespace={name: value for name, value in vars(model).items() if isinstance(value, property)},
        rename={name: info.alias for name, info in infos.items() if info.alias},
        kw_only=True,
        frozen=True,
        gc=False,
    )


def _field(name: str, kind: Any, info: FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    return (name, kind) if info.is_required() else (name, kind, info.default)


@cache
def _decoder(kind: str, version: int, fields: tuple[str, ...] | None) -> Callable[[bytes], Fact]:
    model = model_of(kind, version)
    shape = _struct(model, fields)
    if version == model.version:
        return msgspec.json.Decoder(shape).decode
    return lambda body: msgspec.convert(upcast(kind, version, msgspec.json.decode(body)), shape)
