"""Where a ledger is: a file, or a schema on a PostgreSQL server."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from ledger.errors import StoreError

_SCHEMES = ("postgresql", "postgres")
_ADDRESS = re.compile(
    r"(?:(?P<user>[^@/?#]*)@)?(?P<host>\[[^\]/?#@]*\]|[^:/?#@]*)(?::(?P<port>[0-9]{1,5}))?"
    r"/(?P<database>[^/?#]+)(?:\?(?P<query>[^#]*))?"
)
_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,49}", re.ASCII)
"""A schema's name, with room for the endings of its roles within PostgreSQL's 63 bytes."""


class Address(NamedTuple):
    """A ledger on a server. As text it is the address to give with ``--ledger``, which never holds a password.

    An empty ``user``, ``host`` or ``port`` is for the client library to say: by its own environment, service and password files.
    """

    user: str
    host: str
    port: str
    database: str
    schema: str

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = self.host if self.host.startswith("[") else quote(self.host, safe="")
        return f"postgresql://{user}{host}{self.port and ':'}{self.port}/{quote(self.database, safe='')}?schema={self.schema}"

    @property
    def app(self) -> str:
        """The role that the ledger is read and written as."""
        return f"{self.schema}_app"

    @property
    def names(self) -> str:
        """The role that the names of persons belong to."""
        return f"{self.schema}_names"


Place: TypeAlias = Path | Address
"""Where a ledger is."""


def place(location: str) -> Place:
    """The place of a location as a person writes it.

    Raises StoreError for an address that is not a PostgreSQL server's, has a password in it, or names no schema.
    """
    kind, sign, rest = location.partition("://")
    if not sign:
        return Path(location)
    if kind not in _SCHEMES:
        raise StoreError.of("journal.no_such_server", field="ledger", kind=kind)
    parts = _ADDRESS.fullmatch(rest)
    before, at, _ = rest.rpartition("@")
    if (at and ":" in before) or "password" in rest.partition("?")[2]:
        raise StoreError.of("journal.password", field="ledger")
    user, host, port, database = [unquote(each or "") for each in parts.groups()[:4]] if parts else [""] * 4
    if parts and parts["host"].startswith("["):
        host = parts["host"]  # a number of the network's, and no name that is quoted
    elif parts is None or host.startswith("["):
        raise StoreError.of("journal.bad_address", field="ledger", location=location)
    if not all(each.isprintable() for each in (user, host, port, database)):
        raise StoreError.of("journal.bad_address", field="ledger", location=location)
    return Address(user, host, port, database, _schema(parts["query"] or "", location))


def demand_client() -> None:
    """For whoever is about to load what talks to a server. Raises StoreError where this Python lacks the client for it."""
    try:
        import_module("psycopg")
    except ImportError as error:
        raise StoreError.of("journal.no_driver") from error


def _schema(query: str, location: str) -> str:
    name, _, value = query.partition("=")
    if name != "schema" or "&" in value:
        raise StoreError.of("journal.no_schema", field="ledger", location=location)
    if not _SCHEMA.fullmatch(value):
        raise StoreError.of("journal.bad_schema", field="ledger", schema=unquote(value))
    return value
