"""What a ledger's file is made of beside what this version would make: tables, indexes, guards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import Literal, NamedTuple

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
    """Something that the file lacks, defines in another way, or has beyond what this version would make."""

    how: Literal["missing", "other", "foreign"]
    type: str
    name: str
    table: str

    @property
    def mended(self) -> bool:
        """Whether an upgrade may make it as it should be: what holds nothing of its own, or begins empty."""
        return self.how != "foreign" and (self.type in _MADE_ANEW or (self.how == "missing" and self.name in ADDED_LATER))


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
    return [*_lacking(there), *(Difference("foreign", each.type, name, each.table) for name, each in there.items() if _foreign(name))]


def _lacking(there: Mapping[str, Definition]) -> Iterator[Difference]:
    for name, wanted in definitions().items():
        found = there.get(name)
        if found != wanted:
            yield Difference("other" if found else "missing", wanted.type, name, wanted.table)


def _foreign(name: str) -> bool:
    return name not in definitions()


def _defined(db: sqlite3.Connection) -> dict[str, Definition]:
    """What there is. How a statement is laid out in lines is no part of it."""
    return {name: Definition(kind, table, " ".join(str(sql).split())) for name, kind, table, sql in db.execute(_EVERY)}
