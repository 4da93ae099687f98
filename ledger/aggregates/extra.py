"""Extra fields: what the scheme in force declares for a kind of event, beyond what every scheme has.

A value may be written as text or as a value; it is stored in one way. A choice is its id, a day its text, a number its
shortest text (``2.5``), a whole number an int, a yes or no a bool, a ratio (``3:2``) a list of whole numbers. What is
stored reads as itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from ledger import points, times
from ledger.aggregates.cells import EXTRA, truth
from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem, Refused, nearest

_LONGEST_TEXT = 4000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Declared:
    """A field that a scheme declares: its type, the words of a choice, and whether every event of the kind needs it."""

    type: str
    choices: Lexicon
    required: bool


def read(said: object, declared: Mapping[str, Declared], kind: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The values to store of a record's ``extra``, None where there are none, and everything that is wrong with it."""
    if not isinstance(said, Mapping):
        return None, [Problem("aggregates.extra_by_name", "extra", params={"value": shown(said)})]
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in said.items():
        if value is None:
            continue
        try:
            values[name] = _value(f"{EXTRA}{name}", value, _field(name, declared, kind))
        except Refused as refused:
            problems += refused.problems
    return values or None, [*problems, *_missing(said, declared, kind)]


def _field(name: str, declared: Mapping[str, Declared], kind: str) -> Declared:
    found = declared.get(name)
    if found is None:
        known = {"field": f"{EXTRA}{name}", "kind": kind, "nearest": nearest(name, declared)}
        raise Refused(Problem("aggregates.unknown_field" if declared else "aggregates.no_extra", f"{EXTRA}{name}", params=known))
    return found


def _missing(said: Mapping[str, object], declared: Mapping[str, Declared], kind: str) -> Iterator[Problem]:
    for name, field in declared.items():
        if field.required and said.get(name) is None:
            yield Problem("aggregates.missing", f"{EXTRA}{name}", params={"field": f"{EXTRA}{name}", "kind": kind})


def _value(field: str, value: object, declared: Declared) -> Any:
    if declared.type == "choice" and isinstance(value, str):
        return declared.choices.find(value.strip(), field)
    reader, wrong = _READERS[declared.type]
    try:
        return reader(normalize("NFKC", value).strip() if isinstance(value, str) and declared.type != "text" else value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused(Problem(wrong, field, params={"field": field, "value": shown(value), "limit": _LONGEST_TEXT})) from error


def _text(value: object) -> str:
    """Text, as long as a title may be. Raises ValueError, as all of these do, for anything else."""
    words = value.strip() if isinstance(value, str) else ""
    if not words or len(words) > _LONGEST_TEXT:
        raise ValueError(value)
    words.encode()  # half a surrogate pair, which JSON can hold, is no text
    return words


def _whole(value: object) -> int:
    if type(value) is int and abs(value) < 10**12:
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,12}", value, re.ASCII):
        return int(value)
    raise ValueError(value)


def _number(value: object) -> str:
    return points.text(points.parse(value))


def _yes_no(value: object) -> bool:
    meant = truth(value) if isinstance(value, str) else value
    if isinstance(meant, bool):
        return meant
    raise ValueError(value)


def _day(value: object) -> str:
    return times.day(value).isoformat()


def _ratio(value: object) -> list[int]:
    parts = [_whole(part) for part in (value.split(":") if isinstance(value, str) else value if isinstance(value, list | tuple) else ())]
    if not any(parts) or min(parts) < 0:
        raise ValueError(value)
    return parts


_READERS: Mapping[str, tuple[Callable[[object], Any], str]] = {
    "text": (_text, "aggregates.not_words"),
    "choice": (_text, "aggregates.not_text"),  # a text is found among its words instead
    "whole": (_whole, "aggregates.not_whole"),
    "number": (_number, "aggregates.not_a_number"),
    "yes_no": (_yes_no, "aggregates.not_yes_or_no"),
    "day": (_day, "events.bad_day"),
    "ratio": (_ratio, "aggregates.not_a_ratio"),
}
"""What reads a value of each type, and the message for one that does not read."""


def shown(value: object) -> str:
    """A value as a message names it: not too much of it."""
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
