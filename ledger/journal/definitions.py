"""What a ledger's file is made of beside what this version would make: tables, indexes, guards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import Literal, NamedTuple

from ledger.errors import LogError
from ledger.journal.places import Place
from ledger.journal.schema import STATEMENTS

ADDED_LATER = frozenset({"copies"})
"""Tables that ledgers of earlier versions lack and that begin empty. Any other that is missing was taken out."""

_EVERY = "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid"
_MADE_ANEW = frozenset({"index", "trigger"})
"""What holds nothing of its own."""


class Definition(NamedTuple):
    """A table, an index, a trigger or a view: its type, the table it belongs to, and the statement that makes it."""

    type: str
    table: str
    sql: str


class Difference(NamedTuple):
    """Something that the ledger lacks, defines in another way, or has beyond what this version would make.

    ``mended``: an upgrade may make it as it should be, since it holds nothing of its own, or begins empty.
    """

    how: Literal["missing", "other", "foreign"]
    type: str
    name: str
    table: str
    mended: bool


@cache
def definitions() -> Mapping[str, Definition]:
    """What this version makes, by name, in the order in which it is made."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in STATEMENTS:
            db.execute(statement)
        return _defined(db)


def differences(db: sqlite3.Connection) -> list[Difference]:
    """In what the file behind ``db`` differs from one that this version would make."""
    there = _defined(db)
    foreign = (Difference("foreign", each.type, name, each.table, mended=False) for name, each in there.items() if _foreign(name))
    return [*_lacking(there), *foreign]


def _lacking(there: Mapping[str, Definition]) -> Iterator[Difference]:
    for name, wanted in definitions().items():
        found = there.get(name)
        if found != wanted:
            mended = wanted.type in _MADE_ANEW or (found is None and name in ADDED_LATER)
            yield Difference("other" if found else "missing", wanted.type, name, wanted.table, mended)


def _foreign(name: str) -> bool:
    return name not in definitions()


def _defined(db: sqlite3.Connection) -> dict[str, Definition]:
    """What there is. How a statement is laid out in lines is no part of it."""
    return {name: Definition(kind, table, " ".join(str(sql).split())) for name, kind, table, sql in db.execute(_EVERY)}


def demand_mended(found: Iterable[Difference], path: Place) -> None:
    """Raises LogError where something differs that no upgrade may make: a table of the log that is missing or is another."""
    for each in found:
        if not each.mended:
            raise LogError.of(f"journal.table_{each.how}", path=path, table=each.name)
