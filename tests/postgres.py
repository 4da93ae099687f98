"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OWNER = "office"
"""The account of whoever makes ledgers in the tests: one that may make schemas and roles, and is no superuser."""

_numbers = count(1)


class Cluster:
    """A running server with one database, ``ledgers``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def location(self, schema: str, user: str = OWNER) -> str:
        """The address of a ledger, as given with ``--ledger``."""
        return f"postgresql://{user}@{quote(str(self.folder), safe='')}/ledgers?schema={schema}"

    def unused(self) -> str:
        """A schema that no test has used."""
        return f"county_{next(_numbers)}"

    def connect(self, user: str = "postgres", database: str = "ledgers") -> psycopg.Connection[Any]:
        """A connection as any account: the server trusts whoever can reach its socket."""
        return psycopg.connect(host=str(self.folder), user=user, dbname=database, autocommit=True)

    def execute(self, *statements: str, user: str = "postgres") -> None:
        """Executes statements, one by one."""
        with self.connect(user) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def programs() -> Path:
    """The folder of the server's programs. Fails where there is no server to test with."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert folders, "the tests start a PostgreSQL server, and there is none: apt-get install postgresql"
    return folders[-1]


def _run(folder: Path, *words: str) -> None:
    """A program of the server, which refuses to run as root."""
    account = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run([*account, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """A new server with these settings. It need not be durable: nothing of it is kept."""
    # A socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="sl-pg-", dir="/tmp"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, control = str(folder / "data"), str(programs() / "pg_ctl")
    own = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200")
    options = " ".join(f"-c {each}" for each in (*own, *settings))
    try:
        _run(folder, str(programs() / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        _run(folder, control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            made = Cluster(folder)
            with made.connect(database="postgres") as connection:
                connection.execute(b"CREATE ROLE office LOGIN CREATEROLE")
                connection.execute(b"CREATE DATABASE ledgers OWNER office")
            yield made
        finally:
            _run(folder, control, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
