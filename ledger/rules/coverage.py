"""Which clauses of the source the rules cite, and which none does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ledger import messages
from ledger.rules.model import Scheme

_MORE = re.compile(r"[^\w\s]|\d")
"""What follows a clause that is only the beginning of another's number."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Clauses of the source that are cited; those that are not, nor explained; citations of none; and those explained and yet cited."""

    cited: tuple[str, ...]
    uncited: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    after_all: tuple[str, ...]


def coverage(scheme: Scheme) -> Coverage:
    """What the rules, readings and the file's own remarks say of the source's clauses.

    A citation may name several clauses, and words after one: “三（二）6 采用信息计分标准” cites 三（二）6.
    """
    cited: dict[str, None] = {}
    unknown: list[tuple[str, str]] = []
    between = "[" + re.escape(messages.text("rules.between_clauses", lang="zh")) + "]"
    for place, written in _citations(scheme):
        for part in filter(None, (each.strip() for each in re.split(between, written))):
            clauses = _cited(part, list(scheme.clauses))
            cited |= dict.fromkeys(clauses)
            unknown += [] if clauses else [(place, part)]
    left = tuple(clause for clause in scheme.clauses if clause not in cited and clause not in scheme.uncited)
    return Coverage(tuple(cited), left, tuple(unknown), tuple(clause for clause in scheme.uncited if clause in cited))


def _cited(part: str, clauses: list[str]) -> list[str]:
    """The clauses that one citation names; “三（一）—（三）” names all from the first to the last."""
    first, _, last = part.partition("—")
    begins = max((clause for clause in clauses if first.startswith(clause) and not _goes_on(first[len(clause) :])), key=len, default=None)
    if begins is None or not last:
        return [begins] if begins else []
    following = clauses[clauses.index(begins) :]
    ends = next((number for number, clause in enumerate(following) if clause.endswith(last)), 0)
    return following[: ends + 1]


def _goes_on(rest: str) -> bool:
    """Whether a number is not over: the eleventh clause is not the tenth, in whatever numerals."""
    return bool(_MORE.match(rest)) or (rest != "" and unicodedata.numeric(rest[0], None) is not None)


def _citations(scheme: Scheme) -> Iterator[tuple[str, str]]:
    yield from ((f"rules.{rule.id}.clause", rule.clause) for rule in scheme.rules)
    yield from ((f"readings.{key}.clause", reading.clause) for key, reading in scheme.readings.items())
