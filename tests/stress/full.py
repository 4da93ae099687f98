"""No room: a disk that is full, and files that may not grow, at as many points between nothing and enough.

The system itself says no. For a file that is RLIMIT_FSIZE; for a disk, a small one in memory, mounted where one process alone sees it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from ledger.errors import LedgerError, Problem
from ledger.messages import LANGUAGES
from tests.stress.deeds import DEEDS, LEDGER, Deed, in_memory
from tests.stress.looking import Done, did, laid, log_of, wrong
from tests.stress.report import Progress, Report

_FORK = multiprocessing.get_context("fork")
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_DETACH = 2
_DISK = 32 << 20
_UNSEEN = 64 << 10
"""Bytes of what the file layer does not see: SQLite's shared index, and what of blocks is not used."""
_CLEAR = frozenset({"journal.disk_full", "journal.not_written", "journal.no_room", "journal.cannot_make", "journal.cannot_copy"})
"""The messages that say what is the matter and what to do."""

Limit = Callable[[Path, int], AbstractContextManager[None]]
Result = TypeVar("Result")


class Outcome(NamedTuple):
    """What became of a deed that had too little room, or just enough: how many promises it made, and how it was refused."""

    promises: int
    refused: tuple[Problem, ...] = ()
    failed: str = ""


def stress(count: int, _seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """``count`` points for each deed, once of the size of a file and once of what a disk has left. Nothing is left to chance."""
    for kind, run in {"size": _sizes, "disk": _rooms}.items():
        for name, deed in DEEDS.items():
            subject = f"{kind} {name}"
            if not only or subject in only:
                yield _apart(run, subject, deed, count)
                progress(count, count)


def _sizes(subject: str, deed: Deed, count: int) -> Report:
    with TemporaryDirectory(prefix="sl-full-", dir=in_memory()) as folder:
        return _tried(subject, deed, Path(folder) / "here", count, no_larger)


def _rooms(subject: str, deed: Deed, count: int) -> Report:
    with TemporaryDirectory(prefix="sl-full-", dir=in_memory()) as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        with mounted(disk):
            return _tried(subject, deed, disk / "here", count, no_room)


def _tried(subject: str, deed: Deed, folder: Path, count: int, limit: Limit) -> Report:
    done, faults = did(deed, folder), []
    enough = max(_largest(done).values()) if limit is no_larger else _growth(done) + _UNSEEN
    known, said = {*done.files, *(str(each) for each in folder.iterdir())}, Counter[str]()
    promises = [step for step in done.steps if step.kind == "done"]
    laid(folder, done.files)
    before = done._replace(log=log_of(folder / LEDGER) if (folder / LEDGER).exists() else [])  # what is added is another each time
    for number in range(count):
        room = enough * number // count
        laid(folder, done.files)
        outcome = _apart(_attempt, deed, folder, limit, room)
        said.update([problem.key for problem in outcome.refused] or ["done"])
        promised = {Path(step.path).name: step.offset for step in promises[: outcome.promises]}
        found = (*_told(outcome), *_left(folder, known), *wrong(folder, before, promised))
        faults += [f"{subject}, {room} bytes: {each}" for each in found]
    return Report(f"full {subject}", count, tuple(faults), said)


def _growth(done: Done) -> int:
    """How many bytes a deed needs at once, at most."""
    return sum(_largest(done).values()) - sum(len(each) for each in done.files.values())


def _largest(done: Done) -> Mapping[str, int]:
    """How large each file was at most."""
    sizes = {path: len(data) for path, data in done.files.items()}
    for step in done.steps:
        sizes[step.path] = max(sizes.get(step.path, 0), step.offset + len(step.data))
    return sizes


def _attempt(deed: Deed, folder: Path, limit: Limit, room: int) -> Outcome:
    promised: list[str] = []
    try:
        with limit(folder, room):
            deed.act(folder, promised.append)
    except LedgerError as error:
        return Outcome(len(promised), error.problems)
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return Outcome(len(promised), failed=repr(error))
    return Outcome(len(promised))


def _told(outcome: Outcome) -> Iterator[str]:
    """What is wrong with what was said."""
    if outcome.failed:
        yield outcome.failed
    for problem in outcome.refused:
        if problem.key not in _CLEAR:
            yield f"it says: {problem.line('en')}"
        assert all(problem.line(lang) for lang in LANGUAGES)


def _left(folder: Path, known: set[str]) -> Iterator[str]:
    for path in folder.iterdir():
        if str(path) not in known and not path.name.endswith(("-wal", "-shm", "-lock")):
            yield f"{path.name} was left"


@contextmanager
def no_larger(_folder: Path, size: int) -> Iterator[None]:
    """No file may be longer than ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def no_room(folder: Path, room: int) -> Iterator[None]:
    """The disk of a folder has no more than ``room`` bytes left, in whole blocks."""
    disk, filler = os.statvfs(folder), folder.parent / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, disk.f_bavail * disk.f_frsize - room))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A small disk in memory at ``folder``, which this process and its children alone see."""
    libc, user, group = ctypes.CDLL(None, use_errno=True), os.geteuid(), os.getegid()
    if libc.unshare(_NEW_USER | _NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "this system lets nobody have mounts of their own")
    for name, said in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        Path("/proc/self", name).write_text(said, encoding="ascii")
    if libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"size={_DISK}".encode()):
        raise OSError(ctypes.get_errno(), f"no disk can be mounted at {folder}")
    try:
        yield
    finally:
        libc.umount2(os.fsencode(folder), _DETACH)


def _apart(run: Callable[..., Result], *given: object) -> Result:
    """What a function returns in a process of its own."""
    mine, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_send, args=(theirs, run, *given))
    process.start()
    theirs.close()
    try:
        result: Result = mine.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{run} ended with status {process.exitcode}") from None
    process.join()
    return result


def _send(to: Connection, run: Callable[..., object], *given: object) -> None:
    to.send(run(*given))
