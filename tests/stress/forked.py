"""Processes of the stress runs: forked from one that has loaded everything and holds no connection, so that starting one costs nothing.

What one says it writes to a file that both know, at once: it is there whatever becomes of who wrote it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from ledger.errors import LedgerError
from ledger.messages import LANGUAGES

Say = Callable[[object], None]
"""Told a line."""
GAVE_UP = "!"
"""How the last line of a process begins that could not go on: the message's key follows, or what is none of ours."""


class Child(NamedTuple):
    """A process, and what it says."""

    process: int
    said: IO[bytes]

    def lines(self) -> list[str]:
        """The lines that it has said so far."""
        return os.pread(self.said.fileno(), os.fstat(self.said.fileno()).st_size, 0).decode().splitlines()

    def end(self) -> None:
        """Ends it by ``kill -9``, and buries it."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)


def forked(work: Callable[[Say], None]) -> Child:
    """A process that does ``work``."""
    said = TemporaryFile(buffering=0)  # noqa: SIM115 - it is open as long as anybody may read it
    process = os.fork()
    if process:
        return Child(process, said)

    def say(line: object) -> None:
        os.write(said.fileno(), f"{line}\n".encode())

    try:
        work(say)
    except LedgerError as error:
        worded = all(problem.line(lang) for problem in error.problems for lang in LANGUAGES)
        say(f"{GAVE_UP} {error.problem.key if worded else repr(error)}")
    except BaseException as error:  # noqa: BLE001 - nothing of a child may go on in its parent's code
        say(f"{GAVE_UP} {type(error).__name__}: {error}".replace("\n", " "))
    finally:
        os._exit(0)


def left(children: Sequence[Child], patience: float) -> Iterator[Child]:
    """Waits until all have ended; gives those that have not after so many seconds, once it has ended them."""
    deadline = time.monotonic() + patience
    for child in children:
        while not _ended(child.process) and time.monotonic() < deadline:
            time.sleep(0.002)
        if not _ended(child.process):
            child.end()
            yield child


def _ended(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True
