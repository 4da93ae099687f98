"""Doing a deed while its writes are noted, and looking afterwards, as its owner would, at a folder in which it was cut off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.journal.reader import connect
from ledger.journal.record import record
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from tests.journal.making import event
from tests.stress.deeds import ACTOR, BACKUP, COPY, LEDGER, NAME, Deed, end
from tests.stress.disk import Files
from tests.stress.layer import Step, watched
from tests.stress.report import quiet

Log = list[tuple[int, bytes, bytes]]
"""Position, envelope and body of each event."""


class Done(NamedTuple):
    """A deed that was watched: what was there before, what was done to files and promised, and the log that came of it."""

    files: Files
    steps: Sequence[Step]
    log: Log
    ends: frozenset[int]
    """Positions at which the log may end: before the deed, and after each transaction of it."""


def did(deed: Deed, folder: Path) -> Done:
    """Does a deed in a new folder, watched."""
    folder.mkdir()
    deed.prepare(folder)
    ledger = folder / LEDGER
    ends = {end(ledger)} if ledger.exists() else set()
    before = files_of(folder)  # with what reading leaves beside the file
    with watched(folder) as steps:

        def mark(name: str) -> None:
            steps.append(Step("done", str(folder / name), end(folder / name)))

        deed.act(folder, mark)
    ends.update(step.offset for step in steps if step.kind == "done")
    return Done(before, steps, log_of(ledger), frozenset(ends))


def files_of(folder: Path) -> Files:
    """What is in a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.iterdir())}


def log_of(path: Path) -> Log:
    """What is hashed of every event."""
    with closing(connect(path)) as db:
        return db.execute("SELECT rowid, envelope, state FROM stored_events ORDER BY rowid").fetchall()


def laid(folder: Path, files: Files) -> None:
    """Has exactly these files in the folder."""
    shutil.rmtree(folder)
    folder.mkdir()
    for path, data in files.items():
        Path(path).write_bytes(data)


def usable(path: Path) -> bool:
    """Whether there is a ledger."""
    try:
        connect(path).close()
    except LedgerError:
        return False
    return True


def wrong(folder: Path, done: Done, promised: Mapping[str, int]) -> Iterator[str]:
    """What is wrong with what was found on a disk, of which ``promised`` files were to hold so many events."""
    for name in (LEDGER, BACKUP, COPY):
        path, least = folder / name, promised.get(name)
        try:
            if not path.exists():
                if least is not None or str(path) in done.files:
                    yield f"{name} is gone"
            elif least is not None or usable(path):
                yield from _wrong_inside(path, done, least or 0)
        except LedgerError as error:
            yield f"{name}: {type(error).__name__}: {error}"
    if usable(folder / LEDGER) and not promised.keys() - {LEDGER}:
        yield from _wrong_afterwards(folder, promised)


def _wrong_inside(path: Path, done: Done, least: int) -> Iterator[str]:
    """The log is intact, is the one that was recorded up to the end of a transaction, and holds what was promised."""
    for finding in verify(path, quiet).findings:
        yield f"{path.name}: {finding.text('en')}"
    log = log_of(path)
    if log[: len(done.log)] != done.log[: len(log)]:
        yield f"{path.name} holds other events than were recorded"
    if len(log) not in done.ends:
        yield f"{path.name} ends at @{len(log)}, amid a transaction"
    if len(log) < least:
        yield f"{path.name} ends at @{len(log)}, and @{least} was acknowledged"


def _wrong_afterwards(folder: Path, promised: Mapping[str, int]) -> Iterator[str]:
    """The ledger takes another event, and an erased name is then nowhere."""
    path = folder / LEDGER
    before = end(path)
    with Journal.open(path) as journal, journal.writing(ACTOR) as writer:
        writer.append([record(event("item_submitted", "after", item="after", unit="jia"), 1)])
    if end(path) != before + 1 or verify(path, quiet).findings:
        yield f"{path.name} does not take another event"
    if folder.name == "erase" and LEDGER in promised and any(NAME.encode() in each.read_bytes() for each in folder.iterdir()):
        yield "the name that was erased is still in a file"
