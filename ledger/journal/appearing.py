"""Files that have their name once they are whole and on the disk: whatever fails before that, nothing of that name is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from ledger.errors import StoreError, reason

SIDE_FILES = ("-wal", "-shm", "-journal", "-lock")
"""The endings of what may stand beside a ledger's file."""


@contextmanager
def appearing(path: Path, mode: int, *, taken: str, failed: str) -> Iterator[Path]:
    """An empty file in the folder of ``path``, which takes that name where the block ends, and is gone where it raises.

    ``mode`` is as for open(2). Raises StoreError: ``taken`` is the key of its message where the name is taken, by then or
    meanwhile, ``failed`` where the file cannot be made or kept. What an earlier ledger of that name left beside it is
    refused too: SQLite would take it for a part of this one.
    """
    file = path.with_name(f".{path.name}-{token_hex(4)}")
    try:
        _demand_free(path, taken)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
    except OSError as error:
        raise StoreError.of(failed, path=path, reason=reason(error)) from error
    try:
        yield file
        _put(file, path, taken, failed)
    finally:
        for ending in ("", *SIDE_FILES):
            file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def _demand_free(path: Path, taken: str) -> None:
    if path.exists() or path.is_symlink():
        raise StoreError.of(taken, path=path)
    for left in (path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-journal")):
        if left.exists():
            raise StoreError.of("journal.left_beside", path=path, left=left)


def _put(file: Path, path: Path, taken: str, failed: str) -> None:
    """Gives the file its name once it is on the disk, and never one that somebody has taken meanwhile."""
    try:
        _sync(file)
        try:
            os.link(file, path)
        except FileExistsError:
            raise StoreError.of(taken, path=path) from None
        except OSError:  # a stick's file system has no links
            _demand_free(path, taken)
            file.rename(path)
        file.unlink(missing_ok=True)
        with suppress(OSError):  # some file systems cannot: they have no folders to keep
            _sync(path.parent)
    except OSError as error:
        raise StoreError.of(failed, path=path, reason=reason(error)) from error


def _sync(place: Path) -> None:
    """Has the system write a file or a folder to the disk."""
    opened = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
