"""How inputs are made: known good ones, with bytes, words or values changed. The same chance makes the same input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

_RAW = "\uf8ff"
"""Begins a value that is no JSON of ours: what follows goes into the text as it is."""
_MARKED = re.compile(rf'"{_RAW}((?:[^"\\]|\\.)*)"')

NUMBERS = (
    *("0", "-0", "-1", "1e5", "1E400", "1e-400", "1e999999999", "1e9999999999999999999", "-1.5", "0.005", "62.500", "007", "+1", "1_0"),
    *("0x1F", "NaN", "-Infinity", "9007199254740993", "18446744073709551616", "1" * 40, "9" * 310, "7" * 4400, "9" * 18 + "d"),
    *("１２", "٣", "½", "Ⅷ", "1:0", "3:2", "50%", "1/0", "2h"),
)
SIGNS = (
    "", " ", "\t", "\n", "\r\n", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u00a0", "\u200b", "\u202e", "\u2028", "\u3000", "\ufeff",
    "\ufffd", "\uffff",
    "é", "e\u0301", "ﬁ", "ß", "İ", "𠮷", "\U0010ffff", "👩‍👩‍👧", "，", "、", "；", "：", "＝", "—", "’", '"', "'", "\\", "/", "..",
    "%", "%00", "%2F", "%ff",
    "{", "}", "[", "]", "{}", "{field}", "{0}", "%s", "=", "+", "@", "@1", "@" + "9" * 20, "#", "~", "&a", "*a", "<<", "!!int",
    "!!str", "|", ">", "- ", ": ",
    "? ", "---", "true", "null", "是", "否", "\\ud800", "\\u0000", "2024-02-30", "9999-12-31", "0000-01-01", "2024-01-01T24:00", "T",
    "+08:00", "A" * 300,
)  # fmt: skip
BYTES = (
    b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe4", b"\x81\x30", b"\x84\x31\xa4\x37",
    b"\xef\xbb\xbf",
)  # fmt: skip
"""What is no UTF-8, or only its beginning; and a mark."""

_TOKENS = tuple(text.encode() for text in (*NUMBERS, *SIGNS)) + BYTES
_NESTED = (("[", "]"), ('{"a":', "}"), ("{a: ", "}"), ("- ", ""), ("(", ")"), ('[{"extra":', "}]"))
_DEEP = (3, 30, 300, 3000)


def mutated(chance: Random, corpus: Sequence[bytes], words: Sequence[bytes] = ()) -> bytes:
    """One of the corpus with some bytes of it changed, moved, repeated or gone; seldom none."""
    found = bytearray(chance.choice(corpus))
    for _ in range(min(1 + int(chance.expovariate(0.7)), 8) if chance.random() < 0.98 else 0):
        chance.choice(_CHANGES)(chance, found, corpus, words)
    return bytes(found)


def _span(chance: Random, found: bytearray) -> tuple[int, int]:
    first = chance.randrange(len(found) + 1)
    return first, min(len(found), first + min(int(chance.expovariate(0.1)), 200))


def _flip(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    if found:
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)


def _put(chance: Random, found: bytearray, _corpus: Sequence[bytes], words: Sequence[bytes]) -> None:
    """A word, in place of something or between."""
    first, last = _span(chance, found)
    found[first : chance.choice((first, last))] = chance.choice(words if words and chance.random() < 0.5 else _TOKENS)


def _cut(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    first, last = _span(chance, found)
    del found[first : len(found) if chance.random() < 0.05 else last]


def _repeat(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    first, last = _span(chance, found)
    times = chance.choice((2, 2, 3, 50)) if last - first < 40 else 2
    found[first:last] = found[first:last] * times


def _move(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    first, last = _span(chance, found)
    moved = found[first:last]
    del found[first:last]
    at = chance.randrange(len(found) + 1)
    found[at:at] = moved


def _splice(chance: Random, found: bytearray, corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    """Goes on as another of the corpus."""
    other = chance.choice(corpus)
    found[chance.randrange(len(found) + 1) :] = other[chance.randrange(len(other) + 1) :]


def _line(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    """A line taken out, twice, or in another place."""
    lines = found.splitlines(keepends=True)
    if lines:
        at = chance.randrange(len(lines))
        line = lines[at] if chance.random() < 0.5 else lines.pop(at)
        lines.insert(chance.randrange(len(lines) + 1), line)
        found[:] = b"".join(lines)


def _nest(chance: Random, found: bytearray, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> None:
    """Something deep, or the opening of it alone. Rarely, for it takes time to read."""
    if chance.random() < 0.1:
        (left, right), depth = chance.choice(_NESTED), chance.choice(_DEEP)
        first, last = _span(chance, found)
        found[first:last] = (left * depth).encode() + found[first:last] + (right * chance.choice((0, depth))).encode()


_CHANGES: Sequence[Callable[[Random, bytearray, Sequence[bytes], Sequence[bytes]], None]] = (
    _flip, _flip, _put, _put, _put, _cut, _repeat, _move, _splice, _line, _nest,
)  # fmt: skip


def altered(chance: Random, value: Any, words: Sequence[str] = (), *, texts: bool = False) -> Any:
    """A value of JSON with something in it changed; what is not changed is shared. ``texts``: scalars are texts alone."""
    if isinstance(value, dict) and value and chance.random() < 0.95:
        return _in_object(chance, value, words, texts=texts)
    if isinstance(value, list) and value and chance.random() < 0.92:
        return _in_list(chance, value, words, texts=texts)
    if isinstance(value, str) and chance.random() < 0.5:
        return mutated(chance, [value.encode()]).decode(errors="replace")
    return _odd(chance, value, words, texts=texts)


def _in_object(chance: Random, value: Mapping[str, Any], words: Sequence[str], *, texts: bool) -> dict[str, Any]:
    key, found = chance.choice([*value]), dict(value)
    match chance.randrange(16):
        case 0:
            del found[key]
        case 1:
            found[_word(chance, words)] = found.pop(key)
        case 2:
            found[_word(chance, words)] = found[key]
        case 3:
            found[key] = found[chance.choice([*value])]
        case _:
            found[key] = altered(chance, found[key], words, texts=texts)
    return found


def _in_list(chance: Random, value: Sequence[Any], words: Sequence[str], *, texts: bool) -> list[Any]:
    at, found = chance.randrange(len(value)), list(value)
    match chance.randrange(14):
        case 0:
            del found[at]
        case 1:
            found.insert(chance.randrange(len(found)), found[at])
        case 2:
            found[at] = found[chance.randrange(len(found))]
        case _:
            found[at] = altered(chance, found[at], words, texts=texts)
    return found


def _word(chance: Random, words: Sequence[str]) -> str:
    return chance.choice(words) if words and chance.random() < 0.7 else chance.choice(SIGNS)


def _odd(chance: Random, value: Any, words: Sequence[str], *, texts: bool) -> Any:
    """Something else in a value's place."""
    match chance.randrange(12):
        case 0:
            return [value]
        case 1:
            return {_word(chance, words): value}
        case 2:
            return chance.choice(([], {}, [[]], {"": ""}))
        case 3 | 4 | 5:
            number = chance.choice(NUMBERS)
            return number if texts or chance.random() < 0.3 else _RAW + number
        case 6 if not texts:
            return chance.choice((None, True, False, _RAW + '"\\ud800"', _RAW + '{"a":1,"a":2}', _RAW + "[" * 2000 + "]" * 2000))
        case 7 if chance.random() < 0.2:
            for _ in range(chance.choice(_DEEP[:3])):
                value = [value] if chance.random() < 0.5 else {"any": value}
            return value
        case _:
            return _word(chance, words)


def dumped(value: Any) -> bytes:
    """The text of a value that was altered."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(lambda found: str(json.loads(f'"{found[1]}"')), written).encode(errors="surrogatepass")
