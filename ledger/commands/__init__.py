"""The command line: a root group that imports a command's module when it is called, and :func:`main`.

What a command raises becomes a message and an exit status here, and nowhere else: 0 done; 1 refused or failed;
2 wrong usage. Nobody sees a traceback, unless ``SCORELEDGER_DEBUG`` is set.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.worded import Group, spoken, wrong_usage
from ledger.messages import speak, text

if TYPE_CHECKING:
    from ledger.commands.running import Run

DONE, FAILED, WRONG_USAGE = 0, 1, 2
_COLLECT_EVERY = 100_000
"""Objects between two collections of cycles: a command makes very few, and looking for them costs a fifth of its time."""

COMMANDS: Mapping[str, str] = {
    "init": "init",
    "template": "template",
    "import": "importing",
    "record": "record",
    "correct": "correct",
    "erase": "erase",
    "log": "log",
    "policy": "policy",
    "propose": "propose",
    "proposals": "proposals",
    "approve": "approve",
    "score": "score",
    "explain": "explain",
    "standings": "standings",
    "close": "close",
    "snapshots": "snapshots",
    "bulletin": "bulletin",
    "restatements": "restatements",
    "replay": "replay",
    "verify": "verify",
    "checkpoint": "checkpoint",
    "prove": "prove",
    "keygen": "keygen",
    "export": "export",
    "certify": "certify",
    "backup": "backup",
    "doctor": "doctor",
    "upgrade": "upgrade",
    "copy": "copy",
    "scheme": "scheme",
    "check": "check",
    "demo": "demo",
    "bench": "bench",
}
"""Each command and its module; the order is that of the help."""

cli = Group("scoreledger", COMMANDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on ``arguments`` (default: the process's own) and return the exit status."""
    said = sys.argv[1:] if arguments is None else arguments
    speak(spoken(said))
    try:
        return _logged(said)
    finally:
        speak(None)


def _logged(arguments: Sequence[str]) -> int:
    """Runs the command line, and tells the running log of it where one is kept."""
    gc.set_threshold(_COLLECT_EVERY)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # none may run inside our models, and looking for them takes time
    _tolerate_closed()
    _tolerate_signs()
    if not os.environ.get("SCORELEDGER_LOG"):
        return _run(arguments, None)
    from ledger.commands.running import Run

    run, status = Run(), FAILED
    try:
        status = _run(arguments, run)
    finally:
        try:
            run.write(status)
        except OSError as error:
            from ledger.errors import Problem, reason

            _say(Problem("commands.log_failed", params={"reason": reason(error)}).text(), status)
    return status


def _run(arguments: Sequence[str], run: Run | None) -> int:
    """Runs the command line; tells the running log, where there is one, what the command was and why it failed."""
    try:
        status = cli.main(arguments, prog_name="scoreledger", standalone_mode=False, obj=run)
    except Exception as error:  # the last line of defence: a message or an apology, never a traceback
        if run is not None:
            run.failed(error)
        if os.environ.get("SCORELEDGER_DEBUG") and not isinstance(error, click.UsageError | click.Abort):
            raise
        return _failed(error)
    return status if isinstance(status, int) else DONE


def _failed(error: Exception) -> int:
    """Says what went wrong; the exit status for it."""
    match error:
        case click.UsageError():
            return _say(wrong_usage(error), WRONG_USAGE)
        case click.Abort():
            return _say(text("commands.interrupted"), FAILED)
        case _:
            return _say(_message(error), FAILED)


def _message(error: Exception) -> str:
    """What is said of a failure: the error's own problems, or what the system says, or an apology that names it."""
    from ledger.errors import LedgerError, Problem, reason  # only now: it costs a fifth of the start

    match error:
        case LedgerError():
            return "\n".join(problem.line() for problem in error.problems)
        case OSError():
            return Problem("commands.os_error", params={"file": error.filename or "-", "reason": reason(error)}).text()
        case _:
            return text("commands.unexpected", {"type": type(error).__name__, "detail": str(error)[:200]})


def _say(message: str, status: int) -> int:
    from ledger.commands.plain import say

    say(message)
    return status


def _tolerate_closed() -> None:
    """A standard stream that the caller has closed takes whatever is said, to nobody."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it is open as long as we run


def _tolerate_signs() -> None:
    """A terminal that lacks a sign shows its escape instead of failing the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
