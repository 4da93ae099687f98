"""What tests of a server's ledger do to it, and see of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ledger.journal.backup import BackedUp, back_up
from ledger.journal.checks import Check
from ledger.journal.copies import noted
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, Place, place
from ledger.journal.reader import connect
from ledger.journal.server_schema import parts
from ledger.journal.upgrade import upgrade
from ledger.journal.verify import verify
from ledger.messages import LANGUAGES
from ledger.operating import examine
from ledger.times import now
from tests.journal.making import fill, submissions
from tests.postgres import OWNER, Cluster


def quiet(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def made(server: Cluster) -> Address:
    """A ledger of the sample, 600 more events and a name."""
    found = place(server.location(server.unused()))
    assert isinstance(found, Address)
    fill(found)
    return found


def backup(where: Place, out: Path, copied: Callable[[int, int], None] = quiet) -> BackedUp:
    return back_up(where, out, now, "clerk", copied=copied, checked=quiet)


def append(where: Place, first: int, count: int) -> None:
    with open_journal(where) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(first, count))


def change(server: Cluster, county: Address, *statements: str, user: str = OWNER) -> None:
    """What somebody does with a program of his own."""
    with server.connect(user) as connection:
        for statement in (f"SET search_path TO {county.schema}", *statements):
            connection.execute(statement.format(app=county.app, names=county.names, schema=county.schema).encode())


def findings(where: Place) -> list[str]:
    return [found.key for found in verify(where, quiet).findings]


def copies(where: Place) -> list[tuple[str, str, int]]:
    with closing(connect(where)) as db:
        return [(each.what, each.place, each.position) for each in noted(db)]


def examined(where: Place, at: datetime | None = None) -> list[Check]:
    """What the doctor finds, each in words that lack nothing."""
    found = examine(where, at or now())
    for check in found:
        for lang in LANGUAGES:
            assert "{" not in check.found.text(lang)
            assert check.state == "ok" or check.advice or check.found.key.startswith("journal."), "an error says itself what to do"
            assert check.advice is None or "{" not in check.advice.text(lang)
    return found


def seen(where: Place, at: datetime | None = None) -> set[tuple[str, str, str]]:
    return {(check.name, check.state, check.found.key) for check in examined(where, at)}


def amiss(where: Place) -> set[tuple[str, str, str]]:
    """What a test server is not otherwise."""
    usual = {"doctor.other_zone", "doctor.setting_off", "doctor.no_checksums", "doctor.no_backup", "doctor.no_checkpoint"}
    return {check for check in seen(where) if check[1] != "ok" and check[2] not in usual}


def lacked(where: Address) -> list[tuple[str, str, str]]:
    """What an upgrade did."""
    return [(each.how, each.type, each.name) for each in upgrade(where)]


def every_row(server: Cluster, county: Address) -> list[list[object]]:
    """Every row of every table, and which transaction put it where."""
    with server.connect() as connection:
        tables = [part.name for part in parts(county.schema) if part.type == "table"]
        asked = [f"SELECT ctid::text, xmin::text, xmax::text, * FROM {county.schema}.{table} ORDER BY ctid" for table in tables]
        return [connection.execute(each.encode()).fetchall() for each in asked]


def file_of(server: Cluster, where: Address, table: str) -> Path:
    with server.connect() as connection:
        found = connection.execute("SELECT pg_relation_filepath(%s::regclass)", (f"{where.schema}.{table}",)).fetchone()
    assert found is not None
    return server.data / str(found[0])


def spoil(path: Path, before: bytes, after: bytes) -> None:
    stored = path.read_bytes()
    assert before in stored
    assert before != after
    path.write_bytes(stored.replace(before, after, 1))
