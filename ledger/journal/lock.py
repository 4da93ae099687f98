"""One writer at a time, between processes and threads."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from ledger.errors import StoreError
from ledger.journal.failures import faults


def settle(db: sqlite3.Connection) -> None:
    """Writes the write-ahead log into the file, where no reader is in the way, so that the one file is the whole ledger.

    The last thing that a writer does, with the lock in hand.
    """
    with suppress(*faults()):  # it only waits for the next writer to close
        db.execute("PRAGMA busy_timeout = 0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class WriteLock:
    """An exclusive lock on the file ``<ledger>-lock`` beside the ledger, released by the system if we die.

    SQLite has a write lock of its own; this one also covers checkpoints, which SQLite's does not (see :mod:`.datastore`).
    The file stays: removing it would let a second lock be made beside one that is held.
    """

    def __init__(self, ledger: Path, patience: float) -> None:
        """Opens the lock of ``ledger`` without taking it. Raises StoreError where the file cannot be made.

        It stands beside the file itself, as SQLite's do: who comes by a symbolic link waits for who does not.
        """
        self._ledger = ledger
        self._patience = patience
        self._turn = threading.Lock()
        file = ledger.resolve()
        try:
            self._file = os.open(file.with_name(f"{file.name}-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise StoreError.of("journal.read_only", path=ledger) from error

    def take(self) -> None:
        """Takes the lock. Raises StoreError when others have held it for all of our patience."""
        # The system's lock belongs to the open file, which our threads share; so they take turns first.
        if not self._turn.acquire(timeout=self._patience):
            raise StoreError.of("journal.locked", path=self._ledger)
        if not self._taken():
            self._wait()

    def _wait(self) -> None:
        deadline, pause = time.monotonic() + self._patience, 0.0002
        while not self._taken():
            if time.monotonic() > deadline:
                self._turn.release()
                raise StoreError.of("journal.locked", path=self._ledger)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.01)

    def release(self) -> None:
        """Gives the lock back."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._turn.release()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Closes the file, and with it gives a lock back that was held."""
        os.close(self._file)
