"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OWNER = "office"
"""The account of whoever makes ledgers in the tests: one that may make schemas and roles, and is no superuser."""

_numbers = count(1)


class Cluster:
    """A server with one database, ``ledgers``."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder = folder
        own = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200")
        self._options = " ".join(f"-c {each}" for each in (*own, *settings))

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def start(self) -> None:
        """Starts it, and waits until it answers, also after it was killed."""
        self._control("-w", "-l", str(self.folder / "log"), "-o", self._options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stops it, where it runs: ``fast`` writes all that there is to its files, ``immediate`` nothing."""
        if (self.data / "postmaster.pid").exists():
            self._control("-m", mode, "stop")

    def kill(self) -> None:
        """Ends all of its processes by ``kill -9``, the first of them first, and waits until they are gone."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        processes = [first, *self.processes()]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_runs(process) for process in processes):
            time.sleep(0.01)
        for lock in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()  # where nobody buries the dead, their number is still taken, and the server would think that it runs

    def processes(self) -> list[int]:
        """The processes that the first has started, those that serve a connection among them."""
        first = (self.data / "postmaster.pid").read_text().split()[0]
        return [int(each) for each in Path(f"/proc/{first}/task/{first}/children").read_text().split()]

    def _control(self, *words: str) -> None:
        _run(self.folder, str(programs() / "pg_ctl"), "-D", str(self.data), *words)

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


def _runs(process: int) -> bool:
    """Whether a process is there and not only waits to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def cluster(*settings: str, checksums: bool = False) -> Iterator[Cluster]:
    """A new server with these settings. It need not be durable: nothing of it is kept."""
    # A socket's path has to be short.
    folder = Path(tempfile.mkdtemp(prefix="sl-pg-", dir="/tmp"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = Cluster(folder, *settings)
    try:
        making = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", *(["-k"] if checksums else []))
        _run(folder, str(programs() / "initdb"), "-D", str(made.data), *making)
        made.start()
        try:
            with made.connect(database="postgres") as connection:
                connection.execute(b"CREATE ROLE office LOGIN CREATEROLE")
                connection.execute(b"CREATE DATABASE ledgers OWNER office")
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
