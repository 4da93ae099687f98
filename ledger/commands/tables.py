"""Tables for people: on a terminal as wide as it is, elsewhere 120 cells wide, so that what is kept does not depend on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, Literal

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.containers import Lines
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ledger.commands.plain import clean
from ledger.commands.wrapping import rows

Justify = Literal["left", "right"]
_WIDTH = 120


def console(*, err: bool = False) -> Console:
    """The console that results go to, or that messages go to; colour and marks only on a terminal."""
    live = (sys.stderr if err else sys.stdout).isatty()
    return Console(
        stderr=err,
        width=None if live else _WIDTH,
        force_terminal=None if live else False,
        color_system="auto" if live else None,
        markup=False,
        highlight=False,
        emoji=False,
    )


def put_page(*parts: RenderableType, err: bool = False) -> None:
    """Parts, one below another, on standard output, or on standard error."""
    out = console(err=err)
    with out.capture() as captured:
        for part in parts:
            out.print(Group(part))  # a text by itself would be joined with others, and lose how its lines break
    written = captured.get()
    click.echo(written if out.is_terminal else "".join(f"{line.rstrip()}\n" for line in written.splitlines()), nl=False, err=err)


class Words(Text):
    """Text whose lines break as Chinese is written: no closing sign begins one."""

    def wrap(self, console: Console, width: int, *, justify: JustifyMethod | None = None, **how: Any) -> Lines:
        """The text in lines of a width."""
        if how.get("no_wrap"):
            return super().wrap(console, width, justify=justify, **how)
        found = Lines()
        for part in self.split(allow_blank=True):
            ends = list(accumulate(map(len, rows(part.plain, width))))
            for each in part.divide(ends[:-1]):
                each.rstrip()
                found.append(each)
        if justify:
            found.justify(console, width, justify=justify, overflow="fold")
        return found


def line(words: str = "", style: str = "") -> Text:
    """A line of text; whatever it holds is shown as it is."""
    return Words(clean(words), style)


def struck(words: str) -> Text:
    """Text that no longer counts: struck through, and between tildes, which survive copying."""
    return Words(f"~{clean(words)}~", "strike dim")


def stacked(*lines: Text) -> Text:
    """Lines in one cell, one below another."""
    found = Words()  # joined by rich, they would be a plain text
    for at, each in enumerate(lines):
        found.append("\n" if at else "").append_text(each)
    return found


def columns(title: str | None, *heads: tuple[str, Justify], footer: Sequence[str] = ()) -> Table:
    """An empty table; ``footer`` gives the sums, a cell a column."""
    table = Table(
        title=None if title is None else line(title),
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title_justify="left",
        title_style="bold",
        show_footer=bool(footer),
        header_style="bold",
        footer_style="bold",
    )
    for index, (head, justify) in enumerate(heads):
        table.add_column(line(head), footer=line(footer[index] if footer else ""), justify=justify, overflow="fold")
    return table


def widest(build: Callable[[int], Table], most: int) -> tuple[Table, int]:
    """The table with as many of its ``most`` last columns as there is room for, and their number."""
    out = console()
    for count in range(most, 0, -1):
        table = build(count)
        if Measurement.get(out, out.options.update(width=10 * _WIDTH), table).maximum <= out.width:
            return table, count
    return build(0), 0
