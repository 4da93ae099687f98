"""What goes out without a table: JSON, CSV, messages and progress."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from time import monotonic
from unicodedata import category

import click

from ledger.errors import Problem
from ledger.messages import text

_FORMULA_SIGNS = ("=", "+", "-", "@")


def clean(words: str) -> str:
    """Text fit for a line of a terminal: no control or direction signs, which could move, hide or recolour other text."""
    if words.isprintable():
        return words
    return "".join(" " if sign.isspace() else sign for sign in words if sign.isspace() or category(sign)[0] != "C")


def say(message: str) -> None:
    """A message for a person, on standard error."""
    click.echo("\n".join(map(clean, message.splitlines())), err=True)


def put_json(document: object) -> None:
    """One JSON document on standard output, in UTF-8 whatever the terminal's encoding."""
    click.echo(json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def put_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on standard output as CSV: UTF-8 with a byte order mark, without which Excel misreads Chinese."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    click.echo(out.getvalue().encode("utf-8-sig", "backslashreplace"), nl=False)


def _cell(value: object) -> object:
    """A value as a spreadsheet should read it: text that would be taken for a formula is marked as text."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def problem_json(problem: Problem) -> dict[str, str | None]:
    """A problem in the contract's words."""
    return {"where": problem.where, "field": problem.field, "message": problem.text()}


class Progress:
    """Progress on standard error for what takes longer than a second.

    On a terminal one line that is kept up to date; elsewhere lines at growing distances, so that a log stays short.
    """

    def __init__(self) -> None:
        self._next = monotonic() + 1
        self._wait = 1.0
        self._shown = False
        self._live = sys.stderr.isatty()

    def tell(self, message: str) -> None:
        """Shows how far it is, if it is time to."""
        now = monotonic()
        if now < self._next:
            return
        click.echo(f"\r\x1b[K{message}" if self._live else message, nl=not self._live, err=True)
        self._wait = self._wait if self._live else self._wait * 2
        self._next, self._shown = now + self._wait, True

    def scored(self, done: int, total: int) -> None:
        """Shows how often it has scored, of how often, as :meth:`tell`."""
        self.tell(text("commands.scored", {"done": done, "total": total}))

    def walked(self, done: int, total: int) -> None:
        """Shows how many later events it has walked, of how many, as :meth:`tell`."""
        self.tell(text("commands.events_walked", {"done": done, "total": total}))

    def exported(self, done: int, total: int) -> None:
        """Shows how many events are written, of how many, as :meth:`tell`."""
        self.tell(text("commands.events_exported", {"done": done, "total": total}))

    def proved(self, done: int, total: int) -> None:
        """Shows how many events are proved to be in the log, of how many, as :meth:`tell`."""
        self.tell(text("commands.events_proved", {"done": done, "total": total}))

    def copied(self, done: int, total: int) -> None:
        """Shows how many pages of a file are copied, of how many, as :meth:`tell`."""
        self.tell(text("commands.pages_copied", {"done": done, "total": total}))

    def checked(self, done: int, total: int) -> None:
        """Shows how many events are verified, of how many, as :meth:`tell`."""
        self.tell(text("commands.events_checked", {"done": done, "total": total}))

    def done(self) -> None:
        """Takes the line away again."""
        if self._shown and self._live:
            click.echo("\r\x1b[K", nl=False, err=True)
