"""Text to values: what a cell of a table, or an option of a command, says for a field.

What does not read as the field's type stays text, for :mod:`ledger.aggregates.normalise` to refuse with everything
else that is wrong with the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin

from ledger.events import KINDS, Event
from ledger.messages import LANGUAGES, text


def typed(kind: object, cells: Mapping[str, object]) -> dict[str, object]:
    """The record that the texts of ``cells`` say for an event of ``kind``. A blank text is an absent field."""
    shapes = _shapes(KINDS[kind]) if isinstance(kind, str) and kind in KINDS else {}
    return {
        field: _value(field, shapes.get(field, ()), cell.strip()) if isinstance(cell, str) else cell
        for field, cell in cells.items()
        if not isinstance(cell, str) or cell.strip()
    }


@cache
def _shapes(model: type[Event]) -> dict[str, tuple[type, ...]]:
    """The types inside each field's annotation, outermost first: ``(tuple, str)``, ``(bool,)``."""
    return {info.alias or name: tuple(_types(info.annotation)) for name, info in model.model_fields.items()}


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


def _value(field: str, shape: tuple[type, ...], cell: str) -> object:
    if field == "points":
        return cell
    match shape:
        case (first, second, *_) if first is tuple:
            return [_whole(each) if second is int else each for each in _listed(cell)]
        case (first, *_) if first is dict:
            return dict(_pair(each) for each in _listed(cell))
        case (first, *_) if first is bool:
            return _truth(cell)
        case (first, *_) if first is int:
            return _whole(cell)
    return cell


def _listed(cell: str) -> list[str]:
    separators = {sign for lang in LANGUAGES for sign in text("aggregates.list_separators", lang=lang)}
    parts = re.split("[" + re.escape("".join(sorted(separators))) + "]", cell)
    return [part.strip() for part in parts if part.strip()]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()


def _truth(cell: str) -> object:
    for key, value in (("aggregates.yes", True), ("aggregates.no", False)):
        if cell.casefold() in {word for lang in LANGUAGES for word in text(key, lang=lang).split()}:
            return value
    return cell


def _whole(cell: str) -> object:
    return int(cell) if re.fullmatch(r"-?\d{1,9}", cell, re.ASCII) else cell
