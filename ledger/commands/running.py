"""The running log: one JSON line a command, to the file that ``SCORELEDGER_LOG`` names, or ``-`` for standard error.

It says who ran which command on which ledger and how it ended. It never holds what was recorded or asked: no field's value, no
name of a person, no words of the command line, no path or address of a ledger, no text of a message, which may quote them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

import click

from ledger import times
from ledger.commands.options import actor
from ledger.errors import LedgerError, Problem

VARIABLE = "SCORELEDGER_LOG"


class _Stand(NamedTuple):
    """Which ledger, and where its log ends; None where that cannot be read."""

    ledger: str | None = None
    position: int | None = None


class Run:
    """One command from its start on. It is the ``obj`` of click's contexts, so that the command can be told of."""

    def __init__(self) -> None:
        self._begun, self._clock = times.now(), monotonic()
        self._command: str | None = None
        self._location: str | None = None
        self._before = _Stand()
        self._refusal: str | None = None

    def called(self, ctx: click.Context) -> None:
        """Notes which command is called and, where it is on a ledger, how that stands before."""
        self.named(ctx)
        self._location = ctx.params.get("location")
        self._before = self._stand()

    def named(self, ctx: click.Context | None) -> None:
        """Notes which command is meant, by its own name: what was typed in its place may be anything."""
        names = ctx.command_path.split()[1:] if ctx else []
        self._command = " ".join(names) or None

    def refused(self, key: str) -> None:
        """Notes the key of why the command was refused."""
        self._refusal = key

    def failed(self, error: Exception) -> None:
        """Notes the key of an error: a message's, or ours for what is none of the tree."""
        match error:
            case LedgerError():
                self.refused(error.problem.key)
            case click.UsageError():
                if self._command is None:
                    self.named(error.ctx)
                self.refused("usage")
            case click.Abort():
                self.refused("interrupted")
            case OSError():
                self.refused("os_error")
            case _:
                self.refused(f"unexpected {type(error).__name__}")

    def _stand(self) -> _Stand:
        if self._location is None:
            return _Stand()
        from ledger.application import Ledger

        with suppress(LedgerError, TypeError, ValueError), Ledger(self._location) as ledger:  # a damaged ledger is the command's to name
            return _Stand(ledger.id, ledger.position)
        return _Stand()

    def line(self, status: int) -> str:
        """The line of a command that has ended with an exit status."""
        took = round((monotonic() - self._clock) * 1000)  # without what this log takes at the end
        after = self._stand()
        said = {
            "time": self._begun.isoformat(timespec="milliseconds"),
            "command": self._command,
            "ledger": after.ledger or self._before.ledger,
            "actor": actor(),
            "status": status,
            "before": self._before.position,
            "after": after.position,
            "ms": took,
            "error": self._refusal,
        }
        return f"{json.dumps(said, ensure_ascii=False)}\n"

    def write(self, status: int) -> None:
        """Appends the line, whole, where it belongs. Raises OSError where that cannot be."""
        place, line = os.environ[VARIABLE], self.line(status)
        if place == "-":
            sys.stderr.write(line)
            return
        opened = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            os.write(opened, line.encode())  # at once, so that the lines of two commands do not mix
        finally:
            os.close(opened)


def refused(problems: Sequence[Problem]) -> None:
    """Tells the running log of a command that lists what is wrong instead of raising it."""
    run = click.get_current_context().obj
    if isinstance(run, Run) and problems:
        run.refused(problems[0].key)
