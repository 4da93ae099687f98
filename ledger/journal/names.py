"""Names of persons, kept beside the log so that they can be erased by law while every hash holds.

Events hold a person's random id. The event that first names a person also holds, in ``named``, a commitment: the
SHA-256 of a salt and the name. With name and salt at hand anyone can check it; without them it says nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_bytes, token_hex
from typing import Any

from ledger.errors import Problem
from ledger.journal.database import Database
from ledger.journal.failures import store_errors
from ledger.journal.places import Address, Place
from ledger.journal.rows import listed

SALT_SIZE = 32


def commitment(salt: bytes, name: str) -> str:
    """The commitment to a name: SHA-256 of the salt and the name's UTF-8, in hex."""
    return sha256(salt + name.encode()).hexdigest()


def lingering(place: Place) -> Problem | None:
    """Where a name that was erased still stands: on a server until it vacuums, in a file's write-ahead log while others are reading."""
    if isinstance(place, Address):
        return Problem("journal.lingers_on_server", params={"schema": place.schema})
    file = place.resolve()
    log = file.with_name(f"{file.name}-wal")
    return Problem("journal.lingers_in_log", params={"file": log}) if log.exists() and log.stat().st_size > 0 else None


class NameTable:
    """The table ``person_names``, over a connection; a new name is entered in the transaction it is in.

    Each question raises StoreError where the store cannot answer it.
    """

    def __init__(self, db: Database, place: Place) -> None:
        self._db = db
        self._place = place

    def person(self, name: str) -> tuple[str, str | None]:
        """The id of the person called ``name``, and the commitment where the name is new and has just been entered."""
        known = self.known(name)
        if known:
            return known, None
        person, salt = f"p-{token_hex(8)}", token_bytes(SALT_SIZE)
        self._db.execute("INSERT INTO person_names VALUES (?, ?, ?)", (person, name, salt))
        return person, commitment(salt, name)

    def known(self, name: str) -> str | None:
        """The id of the person called ``name``, if there is one whose name is not erased."""
        found = self._all("SELECT person FROM person_names WHERE name = ?", name)
        return found[0][0] if found else None

    def every(self) -> dict[str, str]:
        """The persons whose names are kept, by name."""
        return dict(self._all("SELECT name, person FROM person_names ORDER BY name"))

    def erase(self, person: str) -> None:
        """Takes the name and the salt of this person out of the table.

        In a file, the whole table is written anew. To delete the row would overwrite it, for our connections have secure_delete on; but
        where the table's pages were once divided, SQLite leaves copies of rows in what is then free in a page.
        """
        if not isinstance(self._db, sqlite3.Connection):
            self._db.execute("DELETE FROM person_names WHERE person = ?", (person,))
            return
        rest = self._all("SELECT person, name, salt FROM person_names WHERE person <> ?", person)
        self._db.execute("DELETE FROM person_names")
        self._db.executemany("INSERT INTO person_names VALUES (?, ?, ?)", rest)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these persons, as far as they are known and not erased."""
        statement = "SELECT person, name FROM person_names WHERE person IN (SELECT value FROM json_each(?))"
        return dict(self._all(statement, listed(ids)))

    def kept(self) -> list[tuple[str, str, bytes]]:
        """Every person whose name is not erased: id, name and the salt of the commitment, by id."""
        return self._all("SELECT person, name, CAST(salt AS BLOB) FROM person_names ORDER BY person")

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with store_errors(self._place):
            return [tuple(row) for row in self._db.execute(statement, values)]
