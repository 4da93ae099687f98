"""Text to values: what a cell of a table, or an option of a command, says for a field.

What does not read as the field's type stays text, for :mod:`ledger.aggregates.normalise` to refuse with everything
else that is wrong with the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin

from ledger.events import KINDS, Event
from ledger.messages import LANGUAGES, text

EXTRA = "extra."
"""What the name of a scheme's own field begins with, where a record is flat: a column, an option, a change."""

_OWN_READERS = frozenset({"points", "extra"})
"""Fields that are read where more is known than their type."""


def typed(kind: object, cells: Mapping[str, object]) -> dict[str, object]:
    """The record that the texts of ``cells`` say for an event of ``kind``. A blank text is an absent field.

    A field ``extra.NAME`` goes into the record's ``extra``.
    """
    readers = _readers(KINDS[kind]) if isinstance(kind, str) and kind in KINDS else {}
    said: dict[str, object] = {}
    extra: dict[str, object] = {}
    for field, cell in cells.items():
        value = cell
        if isinstance(cell, str):
            written = cell.strip()
            if not written:
                continue
            value = readers[field](written) if field in readers else written
        if field.startswith(EXTRA):
            extra[field.removeprefix(EXTRA)] = value
        else:
            said[field] = value
    if extra:
        whole = said.get("extra", {})
        said["extra"] = {**whole, **extra} if isinstance(whole, dict) else whole  # a text there is for normalise to refuse
    return said


@cache
def _readers(model: type[Event]) -> dict[str, Callable[[str], object]]:
    """For each field that is not one text, what reads its cell."""
    infos = {name: info for name, info in model.model_fields.items() if name not in _OWN_READERS}
    shapes = {info.alias or name: tuple(_types(info.annotation)) for name, info in infos.items()}
    return {field: reader for field, shape in shapes.items() if (reader := _reader(shape))}


def _types(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    origin = get_origin(annotation)
    if isinstance(origin, type) and origin not in (Annotated, UnionType):
        yield origin
    inner = get_args(annotation)
    for each in inner[:1] if origin is Annotated else inner:
        if each is not NoneType and each is not Ellipsis:
            yield from _types(each)


def _reader(shape: tuple[type, ...]) -> Callable[[str], object] | None:
    """What reads a cell of these types, outermost first: ``(tuple, str)``, ``(bool,)``."""
    match shape:
        case (first, second, *_) if first is tuple:
            return _wholes if second is int else _listed
        case (first, *_) if first is dict:
            return _pairs
        case (first, *_) if first is bool:
            return truth
        case (first, *_) if first is int:
            return _whole
    return None


def _listed(cell: str) -> list[str]:
    separators = {sign for lang in LANGUAGES for sign in text("aggregates.list_separators", lang=lang)}
    parts = re.split("[" + re.escape("".join(sorted(separators))) + "]", cell)
    return [part.strip() for part in parts if part.strip()]


def _wholes(cell: str) -> list[object]:
    return [_whole(each) for each in _listed(cell)]


def _pairs(cell: str) -> dict[str, str]:
    return dict(_pair(each) for each in _listed(cell))


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()


def truth(cell: str) -> object:
    """True or false, as either language says it; a text that is neither stays what it is."""
    for key, value in (("aggregates.yes", True), ("aggregates.no", False)):
        if cell.casefold() in {word for lang in LANGUAGES for word in text(key, lang=lang).split()}:
            return value
    return cell


def _whole(cell: str) -> object:
    return int(cell) if re.fullmatch(r"-?\d{1,9}", cell, re.ASCII) else cell
