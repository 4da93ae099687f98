"""Power lost at every point of making a ledger, recording, importing, closing, erasing, backing up, copying and upgrading.

Each is done once with its writes noted. Then, for each point of it, disks are made as they may be found after the power came back, and
the ledger on them is looked at as its owner would: verified, read, and recorded in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.journal.reader import connect
from ledger.journal.record import record
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from tests.journal.making import event
from tests.stress.deeds import ACTOR, BACKUP, COPY, DEEDS, LEDGER, NAME, Deed, end, in_memory
from tests.stress.disk import Files, states
from tests.stress.layer import Step, watched
from tests.stress.report import Progress, Report

Log = list[tuple[int, bytes, bytes]]
"""Position, envelope and body of each event."""


class Done(NamedTuple):
    """A deed that was watched: what was there before, what was done to files and promised, and the log that came of it."""

    files: Files
    steps: Sequence[Step]
    log: Log
    ends: frozenset[int]
    """Positions at which the log may end: before the deed, and after each transaction of it."""


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """``count`` states in all, shared among the deeds by how many points each has."""
    with TemporaryDirectory(prefix="sl-crash-", dir=in_memory()) as folder:
        done = {name: did(deed, Path(folder) / name) for name, deed in DEEDS.items() if not only or name in only}
        points = sum(len(each.steps) for each in done.values())
        for name, each in done.items():
            yield crash(name, each, Path(folder) / name, -(-count * len(each.steps) // points), seed, progress)


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


def crash(name: str, done: Done, folder: Path, count: int, seed: int, progress: Progress) -> Report:
    """Looks at up to ``count`` states of the disk after the power failed amid a deed."""
    faults, tried, unfinished = [], 0, 0
    for taken, files in states(done.files, done.steps, count, seed):
        tried += 1
        progress(tried, count)
        promised = {Path(step.path).name: step.offset for step in done.steps[:taken] if step.kind == "done"}
        laid(folder, files)
        found = [*_wrong(folder, done, promised)]
        unfinished += not found and not usable(folder / LEDGER)
        faults += [f"{name}, seed {seed}, state {tried}, after step {taken}: {each}" for each in found]
    return Report(f"crash {name}", tried, tuple(faults), {"points": len(done.steps), "with no ledger yet": unfinished})


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


def _wrong(folder: Path, done: Done, promised: Mapping[str, int]) -> Iterator[str]:
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
    for finding in verify(path, lambda _done, _total: None).findings:
        yield f"{path.name}: {finding.text('en')}"
    log = log_of(path)
    if log != done.log[: len(log)]:
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
    if end(path) != before + 1 or verify(path, lambda _done, _total: None).findings:
        yield f"{path.name} does not take another event"
    if folder.name == "erase" and LEDGER in promised and any(NAME.encode() in each.read_bytes() for each in folder.iterdir()):
        yield "the name that was erased is still in a file"
