"""Power lost at every point of making a ledger, recording, importing, closing, erasing, backing up, copying and upgrading.

Each is done once with its writes noted. Then, for each point of it, disks are made as they may be found after the power came back, and
the ledger on them is looked at as its owner would: verified, read, and recorded in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.stress.deeds import DEEDS, LEDGER, in_memory
from tests.stress.disk import states
from tests.stress.looking import Done, did, laid, usable, wrong
from tests.stress.report import Progress, Report


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """``count`` states in all, shared among the deeds by how many points each has; what one has not, the next ones make up for."""
    with TemporaryDirectory(prefix="sl-crash-", dir=in_memory()) as folder:
        done = {name: did(deed, Path(folder) / name) for name, deed in DEEDS.items() if not only or name in only}
        points = sum(len(each.steps) for each in done.values())
        for name, each in sorted(done.items(), key=lambda one: len(one[1].steps)):
            report = crash(name, each, Path(folder) / name, -(-count * len(each.steps) // points), seed, progress)
            count, points = count - report.tried, points - len(each.steps)
            yield report


def crash(name: str, done: Done, folder: Path, count: int, seed: int, progress: Progress) -> Report:
    """Looks at up to ``count`` states of the disk after the power failed amid a deed."""
    faults, tried, unfinished = [], 0, 0
    for taken, files in states(done.files, done.steps, count, seed):
        tried += 1
        progress(tried, count)
        promised = {Path(step.path).name: step.offset for step in done.steps[:taken] if step.kind == "done"}
        laid(folder, files)
        found = [*wrong(folder, done, promised)]
        unfinished += not found and not usable(folder / LEDGER)
        faults += [f"{name}, seed {seed}, state {tried}, after step {taken}: {each}" for each in found]
    return Report(f"crash {name}", tried, tuple(faults), {"points": len(done.steps), "with no ledger yet": unfinished})
