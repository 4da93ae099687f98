"""Every error a person can meet, in one tree.

An error carries a :class:`Problem`: the key of its message in the catalogues (``ledger/locale``), the field
and the place it is about, and what the message needs to name. The edges show it in the reader's language;
nothing below them writes prose.

    LedgerError
    ├── Refused          a record the deciders will not let into the log
    ├── Unknown          a question about something the ledger does not have
    ├── BasisError       a figure asked for on a basis that does not exist (date, cut, reading, scheme)
    ├── SchemeError      a scheme file that is unsound
    ├── InputError       a file or a value that cannot be read at all
    ├── StoreError       a ledger that cannot be opened, made or written
    └── LogError         a log that is not what was recorded
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from errno import errorcode
from unicodedata import normalize

from ledger import messages

_LONGEST = 1000
"""Signs that a message shows of one value: a file may hold whatever it likes in the place of a name."""


def _brief(value: object) -> object:
    """A value as it is, or the beginning of its text where that is too long to be read."""
    text = str(value)
    return value if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a value: a message key, and what the message names.

    ``field`` is the field of the record, ``where`` the place in the file (``events.jsonl:12``); either may be
    absent. ``params`` fill the message, which may name the field too; one that is a problem itself is put in words with it.
    Nothing in them is an exception: it would hold on to everything that was open where it was raised.
    """

    key: str
    field: str | None = None
    where: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def at(self, where: str) -> Problem:
        """The same problem, at a place in a file."""
        return dataclasses.replace(self, where=where)

    def text(self, lang: str | None = None) -> str:
        """The message alone, in ``lang`` (default: the reader's), without the place."""
        params = {name: value.text(lang) if isinstance(value, Problem) else _brief(value) for name, value in self.params.items()}
        return messages.text(self.key, {"field": _brief(self.field), **params}, lang)

    def line(self, lang: str | None = None) -> str:
        """Place, field and message on one line, as shown to a person."""
        parts = [str(_brief(part)) for part in (self.where, self.field) if part]
        return messages.printable(": ".join([*parts, self.text(lang)]))


def reason(error: OSError) -> Problem | str:
    """Why the system would not: a problem of ours, or what the system says where we have no words for it."""
    name = errorcode.get(error.errno or 0, "").lower()
    return Problem(f"system.{name}") if name in messages.catalogue("en", "system") else error.strerror or str(error)


class LedgerError(Exception):
    """The root of the tree. ``problems`` is never empty; most errors have one."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    @classmethod
    def of(cls, key: str, /, *, field: str | None = None, where: str | None = None, **params: object) -> LedgerError:
        """An error of one problem, spelled out."""
        return cls(Problem(key, field, where, params))

    @property
    def problem(self) -> Problem:
        """The first problem."""
        return self.problems[0]

    def __str__(self) -> str:
        return "\n".join(problem.line() for problem in self.problems)


class Refused(LedgerError):
    """A record that the deciders will not let into the log. Nothing was changed."""


class Unknown(LedgerError):
    """A question about a unit, an event, a scheme or a file that is not there."""


class BasisError(LedgerError):
    """A figure asked for on a basis that does not exist: a date before every scheme, an unknown reading."""


class SchemeError(LedgerError):
    """A scheme file that is unsound; the field is the path inside the file."""


class InputError(LedgerError):
    """A file or a value that cannot be read at all."""


class StoreError(LedgerError):
    """A ledger that cannot be opened, made or written."""


class LogError(LedgerError):
    """A log that is not what was recorded: a column that differs from its record, a gap, a broken order."""


def nearest(value: object, choices: Iterable[str]) -> str:
    """The choice most like ``value``, or the first few when none is, as text for a message; a dash where there are none."""
    known = list(choices) or ["–"]
    close = get_close_matches(str(value), known, n=1, cutoff=0.4)
    if close:
        return close[0]
    return ", ".join(known[:6]) + ("…" if len(known) > 6 else "")


def position_meant(written: str, last: int) -> str | None:
    """The position of a log that ends at ``last`` which ``written`` is meant for: ``@980`` for ``980``, ``@ 980``, or full-width signs."""
    number = normalize("NFKC", written).replace(" ", "").removeprefix("@")
    return f"@{int(number)}" if number.isdecimal() and len(number) < len(str(last)) + 1 and 1 <= int(number) <= last else None
