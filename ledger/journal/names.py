"""Names of persons, kept beside the log so that they can be erased by law while every hash holds.

Events hold a person's random id. The event that first names a person also holds, in ``named``, a commitment: the
SHA-256 of a salt and the name. With name and salt at hand anyone can check it; without them it says nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_bytes, token_hex

from ledger.journal.database import Database
from ledger.journal.rows import listed

SALT_SIZE = 32


def commitment(salt: bytes, name: str) -> str:
    """The commitment to a name: SHA-256 of the salt and the name's UTF-8, in hex."""
    return sha256(salt + name.encode()).hexdigest()


class NameTable:
    """The table ``person_names``, over a connection; a new name is entered in the transaction it is in."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
        found = self._db.execute("SELECT person FROM person_names WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def every(self) -> dict[str, str]:
        """The persons whose names are kept, by name."""
        return dict(tuple(row) for row in self._db.execute("SELECT name, person FROM person_names ORDER BY name"))

    def erase(self, person: str) -> None:
        """Takes the name and the salt of this person out of the table.

        In a file, the whole table is written anew. To delete the row would overwrite it, for our connections have secure_delete on; but
        where the table's pages were once divided, SQLite leaves copies of rows in what is then free in a page.
        """
        if not isinstance(self._db, sqlite3.Connection):
            self._db.execute("DELETE FROM person_names WHERE person = ?", (person,))
            return
        rest = [tuple(row) for row in self._db.execute("SELECT person, name, salt FROM person_names WHERE person <> ?", (person,))]
        self._db.execute("DELETE FROM person_names")
        self._db.executemany("INSERT INTO person_names VALUES (?, ?, ?)", rest)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these persons, as far as they are known and not erased."""
        statement = "SELECT person, name FROM person_names WHERE person IN (SELECT value FROM json_each(?))"
        found = self._db.execute(statement, (listed(ids),))
        return dict(tuple(row) for row in found)

    def kept(self) -> list[tuple[str, str, bytes]]:
        """Every person whose name is not erased: id, name and the salt of the commitment, by id."""
        return self._db.execute("SELECT person, name, CAST(salt AS BLOB) FROM person_names ORDER BY person").fetchall()
