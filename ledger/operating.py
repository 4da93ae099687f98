"""Running a ledger: the doctor, who looks at the program, the computer, the file or the server, and what is in it, and writes nothing."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ledger import __version__
from ledger.errors import Problem, StoreError, reason
from ledger.journal.checks import Check, fine
from ledger.journal.inside import inside
from ledger.journal.places import Address, Place, demand_client
from ledger.journal.surroundings import around
from ledger.times import SHANGHAI

__all__ = ["Check", "examine"]

_WITH_RESET_BUG = range(3_007_000, 3_051_003)
"""SQLite's version numbers with the defect that :mod:`ledger.journal.datastore` guards against: 3.7.0 to 3.51.2."""


def examine(place: Place, now: datetime) -> list[Check]:
    """Every check of the ledger at ``place``, in the order in which they are shown. One that is not there is one that is wrong."""
    if isinstance(place, Address):
        return [_program(), _zone(now), *_server(place, now)]
    return [_program(), _sqlite(), _zone(now), *_file(place, now)]


def _file(path: Path, now: datetime) -> Iterator[Check]:
    try:
        if path.is_file():
            yield from around(path)
            yield from inside(path, now)
            return
        found = Problem("journal.missing", params={"path": path})
    except OSError as error:  # a folder on the way that may not be entered, a name that cannot be
        found = Problem("doctor.unreachable", params={"path": path, "reason": reason(error)})
    yield Check("file", "wrong", found)


def _server(address: Address, now: datetime) -> list[Check]:
    try:
        demand_client()
    except StoreError as error:
        return [Check("client", "wrong", error.problem)]
    from ledger.journal.server_checks import around_server

    found = list(around_server(address, now))
    if found[-1].name == "server":  # one that could not be reached
        return found
    return [*found, *inside(address, now)]


def _program() -> Check:
    said = {"scoreledger": __version__, "python": platform.python_version(), "eventsourcing": version("eventsourcing")}
    return fine("program", "doctor.program", **said)


def _sqlite() -> Check:
    major, minor, patch = sqlite3.sqlite_version_info
    guarded = major * 1_000_000 + minor * 1000 + patch in _WITH_RESET_BUG
    return fine("sqlite", "doctor.sqlite_guarded" if guarded else "doctor.sqlite", version=sqlite3.sqlite_version)


def _zone(now: datetime) -> Check:
    """The ledger's days are Shanghai's whatever the computer's zone; the times that other programs show are not."""
    here = now.astimezone()
    if here.utcoffset() == SHANGHAI.utcoffset(None):
        return fine("zone", "doctor.zone")
    found = Problem("doctor.other_zone", params={"zone": here.tzname(), "here": here.isoformat(timespec="seconds")})
    return Check("zone", "note", found, Problem("doctor.do_zone"))
