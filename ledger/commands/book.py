"""What every workbook has: on each sheet the basis of its figures, and a file instead of a terminal to go to."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ledger.commands.worded import WRITTEN
from ledger.commands.words import Titles, moment
from ledger.messages import text
from ledger.office.workbook import Sheet, Words, workbook

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.projections.cut import Basis

Notes = list[tuple[str, str]]


def put_book(sheets: Sequence[Sheet], known: str) -> None:
    """A workbook on standard output, which has to be a file; ``known`` is when what it says was recorded last.

    Raises UsageError on a terminal.
    """
    if sys.stdout.isatty():
        raise click.UsageError(text("commands.book_to_terminal", {"command": call()}))
    words = Words(page=text("commands.book_page"), charts=text("commands.book_charts"))
    click.echo(workbook(sheets, datetime.fromisoformat(known), words), nl=False)


def call() -> str:
    """The command that is being answered, as it was written."""
    ctx = click.get_current_context()
    return shlex.join([*ctx.command_path.split(), *ctx.meta[WRITTEN]])


def titled(basis: Basis, titles: Titles) -> tuple[str, str]:
    """The two lines above a table of figures: whose they are, and of which cut."""
    cut = {"as_of": basis.cut.as_of, "position": basis.cut.position, "time": moment(basis.cut.time)}
    return text("commands.title", {"name": titles.name, "year": basis.year}), text("commands.cut", cut)


def figures_notes(ledger: Ledger, basis: Basis, titles: Titles) -> Notes:
    """The basis of figures: cut, scheme, readings, ledger, checkpoint and command."""
    readings = "\n".join(titles.departures(basis.readings)) or text("commands.book_default_readings")
    what_if = [(text("commands.book_what_if"), text("commands.book_supposed"))] if basis.what_if else []
    return [
        *what_if,
        (text("commands.book_cut"), titled(basis, titles)[1]),
        (text("commands.head_scheme"), f"{titles.name} ({basis.scheme}, SHA-256 {basis.scheme_hash})"),
        (text("commands.book_readings"), readings),
        *log_notes(ledger, basis.cut.position),
        (text("commands.book_evaluator"), basis.evaluator),
    ]


def log_notes(ledger: Ledger, position: int) -> Notes:
    """Where what is shown comes from: the ledger, the checkpoint of its first events, and the command."""
    checkpoint = ledger.checkpoint(position=position).checkpoint
    return [
        (text("commands.book_ledger"), ledger.id),
        (text("commands.book_checkpoint"), f"{checkpoint.origin}\n{checkpoint.size}\n{checkpoint.root.hex()}"),
        (text("commands.book_command"), call()),
    ]
