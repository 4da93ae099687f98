"""Backups: the whole ledger in one file, copied while others go on recording, and verified before it has its name."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.errors import Problem, StoreError
from ledger.journal.appearing import SIDE_FILES, appearing
from ledger.journal.copies import Copy, note
from ledger.journal.copying import Progress, demand_same, fill, moment, place_said
from ledger.journal.failures import failure, primary_code
from ledger.journal.making import filling
from ledger.journal.places import Place
from ledger.journal.reader import LogReader
from ledger.journal.schema import SIZE
from ledger.journal.verify import verify

_PAGES = 1024
"""Pages copied at once."""
_OF_THE_LEDGER = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What can only be wrong with the file that is copied."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: its file, the log's last position and the tree's root in hex in it, and the file's size in bytes."""

    file: Path
    position: int
    root: str
    size: int

    def as_json(self) -> dict[str, object]:
        """The backup as JSON."""
        return {"file": str(self.file), "position": self.position, "root": self.root, "bytes": self.size}


def back_up(place: Place, out: Path, clock: Callable[[], datetime], actor: str, *, copied: Progress, checked: Progress) -> BackedUp:
    """Copies the ledger at ``place``, as it stands at one moment, to the new file ``out``, and verifies the copy in full.

    Of a file the pages are copied, of a server's ledger the records. That a copy was made is noted in the ledger and in the copy.
    ``copied`` is told what is done of how much, ``checked`` the events. Raises StoreError where there is a file already or none can be
    written, LogError where the copy is not intact or does not have the ledger's root; nothing is then left of it.
    """
    if isinstance(place, Path) and out.resolve() in {place.resolve().with_name(f"{place.resolve().name}{each}") for each in SIDE_FILES}:
        raise StoreError.of("journal.backup_beside", path=out)
    with appearing(out, _mode(place), taken="journal.backup_exists", failed="journal.cannot_copy") as file:
        # Ended before the copy is verified, so that what holds the ledger as it was, a write-ahead log or rows, need not grow meanwhile.
        with moment(place, "backup", place_said(out), clock, actor) as (reader, made):
            head = reader.head()
            with _file_errors(reader, file, out):
                _copy(reader, file, made, copied)
        demand_same(place, verify(file, checked), head)
    return BackedUp(out, head.position, head.root, out.stat().st_size)


def _mode(place: Place) -> int:
    """A backup is as readable as the ledger, which on a server is for those alone whom it lets in."""
    return place.stat().st_mode & 0o777 if isinstance(place, Path) and place.exists() else 0o600


def _copy(reader: LogReader, file: Path, made: Copy, progress: Progress) -> None:
    """Copies pages, or records. The copy keeps no write-ahead log, so that the one file can be read anywhere."""
    if not isinstance(reader.db, sqlite3.Connection):
        with filling(file) as db:
            fill(db, reader, made, progress)
        return
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        reader.db.backup(db, pages=_PAGES, progress=lambda _status, left, total: progress(total - left, total))
        db.execute("PRAGMA journal_mode = DELETE")
        note(db, made)


@contextmanager
def _file_errors(reader: LogReader, file: Path, out: Path) -> Iterator[None]:
    """SQLite's errors while it copies into a file. Those of a server that is copied are its own already."""
    try:
        yield
    except sqlite3.Error as error:
        code = primary_code(error)
        if code in _OF_THE_LEDGER:
            raise failure(error, reader.path) from error
        if code == sqlite3.SQLITE_FULL:
            ((needed,),) = reader.db.execute(SIZE).fetchall()
            raise StoreError.of("journal.no_room", path=out, needed=needed, free=_free(file)) from error
        reason = Problem("system.eio") if code == sqlite3.SQLITE_IOERR else str(error)
        raise StoreError.of("journal.cannot_copy", path=out, reason=reason) from error


def _free(file: Path) -> int:
    """The bytes that its disk has free once the file is gone."""
    return shutil.disk_usage(file.parent).free + file.stat().st_size
