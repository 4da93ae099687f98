"""Running a ledger: the doctor, who looks at the program, the computer, the file and what is in it, and writes nothing."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ledger import __version__
from ledger.errors import Problem, reason
from ledger.journal.checks import Check, fine
from ledger.journal.inside import inside
from ledger.journal.surroundings import around
from ledger.times import SHANGHAI

__all__ = ["Check", "examine"]

_WITH_RESET_BUG = range(3_007_000, 3_051_003)
"""SQLite's version numbers with the defect that :mod:`ledger.journal.datastore` guards against: 3.7.0 to 3.51.2."""


def examine(path: Path, now: datetime) -> list[Check]:
    """Every check of the ledger at ``path``, in the order in which they are shown. A file that is not there is one that is wrong."""
    checks = [*_program(), _zone(now)]
    try:
        if path.is_file():
            return [*checks, *around(path), *inside(path, now)]
        found = Problem("journal.missing", params={"path": path})
    except OSError as error:  # a folder on the way that may not be entered, a name that cannot be
        found = Problem("doctor.unreachable", params={"path": path, "reason": reason(error)})
    return [*checks, Check("file", "wrong", found)]


def _program() -> Iterator[Check]:
    said = {"scoreledger": __version__, "python": platform.python_version(), "eventsourcing": version("eventsourcing")}
    yield fine("program", "doctor.program", **said)
    major, minor, patch = sqlite3.sqlite_version_info
    guarded = major * 1_000_000 + minor * 1000 + patch in _WITH_RESET_BUG
    yield fine("sqlite", "doctor.sqlite_guarded" if guarded else "doctor.sqlite", version=sqlite3.sqlite_version)


def _zone(now: datetime) -> Check:
    """The ledger's days are Shanghai's whatever the computer's zone; the times that other programs show are not."""
    here = now.astimezone()
    if here.utcoffset() == SHANGHAI.utcoffset(None):
        return fine("zone", "doctor.zone")
    found = Problem("doctor.other_zone", params={"zone": here.tzname(), "here": here.isoformat(timespec="seconds")})
    return Check("zone", "note", found, Problem("doctor.do_zone"))
