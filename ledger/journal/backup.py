"""Backups: the whole ledger in one file, copied while others go on recording, and verified before it has its name."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.errors import LogError, Problem, StoreError
from ledger.journal.appearing import SIDE_FILES, appearing
from ledger.journal.copies import Copy, note
from ledger.journal.failures import failure, primary_code
from ledger.journal.reader import Head, LogReader
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify

Progress = Callable[[int, int], None]

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


def back_up(path: Path, out: Path, clock: Callable[[], datetime], actor: str, *, copied: Progress, checked: Progress) -> BackedUp:
    """Copies the ledger at ``path``, as it stands at one moment, to the new file ``out``, and verifies the copy in full.

    That a copy was made is noted in the ledger and in the copy, at the position that the copy ends at, before anything is
    copied: whoever erases a name is told of every backup that may hold it, and at worst of one that failed. ``copied`` is told
    the pages done of how many, ``checked`` the events. Raises StoreError where there is a file already or none can be written,
    LogError where the copy is not intact or does not have the ledger's root; nothing is then left of it.
    """
    if out.resolve() in {path.resolve().with_name(f"{path.resolve().name}{ending}") for ending in SIDE_FILES}:
        raise StoreError.of("journal.backup_beside", path=out)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600  # as readable as the ledger
    with ExitStack() as moment, appearing(out, mode, taken="journal.backup_exists", failed="journal.cannot_copy") as file:
        journal = moment.enter_context(Journal.open(path, clock))
        reader = moment.enter_context(LogReader(path))
        with journal.writing(actor) as writer:
            moment.enter_context(reader.snapshot())  # nobody else can record now, so its end is the note's position
            made = writer.note_copy("backup", str(out.absolute()))
        head = reader.head()
        _copy(reader, file, out, made, copied)
        moment.close()  # so that the write-ahead log can be settled, and need not grow while the copy is verified
        _demand_same(path, file, head, checked)
    return BackedUp(out, head.position, head.root, out.stat().st_size)


def _copy(reader: LogReader, file: Path, out: Path, made: Copy, progress: Progress) -> None:
    """Copies the pages. The copy keeps no write-ahead log, so that the one file can be read anywhere."""
    needed = reader.size()
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            reader.copy_to(db, progress)
            db.execute("PRAGMA journal_mode = DELETE")
            note(db, made)
    except sqlite3.Error as error:
        code = primary_code(error)
        if code in _OF_THE_LEDGER:
            raise failure(error, reader.path) from error
        if code == sqlite3.SQLITE_FULL:
            raise StoreError.of("journal.no_room", path=out, needed=needed, free=_free(file)) from error
        said = Problem("system.eio") if code == sqlite3.SQLITE_IOERR else error
        raise StoreError.of("journal.cannot_copy", path=out, reason=said) from error


def _free(file: Path) -> int:
    """The bytes that its disk has free once the file is gone."""
    return shutil.disk_usage(file.parent).free + file.stat().st_size


def _demand_same(path: Path, file: Path, head: Head, progress: Progress) -> None:
    """The copy is intact, and has the size and the root that the ledger had."""
    found = verify(file, progress)
    findings = list(found.findings)
    if (found.events, found.root) != (head.position, head.root):
        said = {"events": found.events, "root": found.root, "position": head.position, "expected": head.root}
        findings.append(Problem("journal.copy_other_root", params=said))
    if findings:
        raise LogError.of("journal.copy_differs", path=path, count=len(findings), finding=findings[0])
