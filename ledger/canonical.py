"""Canonical JSON (RFC 8785) of plain values: one way to write each, so that equal values have equal hashes."""

from __future__ import annotations

import re

import msgspec

_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_SORTED = msgspec.json.Encoder(order="sorted")
_AS_GIVEN = msgspec.json.Encoder()


def encoded(value: object) -> bytes:
    """The bytes of str, bool, None, whole numbers, lists and dicts with str keys.

    Raises UnicodeEncodeError for half a surrogate pair, msgspec's errors for what is not JSON.
    """
    found = _SORTED.encode(value)
    # The RFC sorts keys by UTF-16 code units, msgspec by code points; they differ only beyond the basic plane.
    return _AS_GIVEN.encode(_by_utf16(value)) if _ASTRAL.search(found) else found


def _by_utf16(value: object) -> object:
    match value:
        case dict():
            return {key: _by_utf16(value[key]) for key in sorted(value, key=lambda key: str(key).encode("utf-16-be"))}
        case list() | tuple():
            return [_by_utf16(each) for each in value]
    return value
