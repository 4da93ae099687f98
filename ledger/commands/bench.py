"""``bench``: the speed figures, as ratios measured in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.commands.options import one_of
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from rich.table import Table

    from ledger.bench.figures import Figure

_SIZE = click.IntRange(min=100)

PARAMS: list[click.Parameter] = [
    click.Option(["--appends"], metavar="N", type=_SIZE, default=300),
    click.Option(["--events"], metavar="N", type=_SIZE, default=100_000),
    click.Option(["--unit", "unit_events"], metavar="N", type=_SIZE, default=25_000),
    click.Option(["--rows"], metavar="N", type=_SIZE, default=20_000),
    click.Option(["--memory"], metavar="N", type=_SIZE, default=1_000_000),
    click.Option(["--server"], metavar="ADDRESS"),
    click.Option(["--format", "form"], metavar="table|json", type=one_of(("table", "json")), default="table"),
]


@click.command("bench", cls=Command, params=PARAMS)
def command(appends: int, events: int, unit_events: int, rows: int, memory: int, server: str | None, form: str) -> None:
    """Measures ours beside raw SQLite, stock eventsourcing and hledger, or raw PostgreSQL, and says which bounds are kept."""
    from ledger.bench.measure import machine
    from ledger.bench.run import Sizes, run, run_server
    from ledger.commands.plain import put_json, say

    sizes = Sizes(appends=appends, events=events, unit=unit_events, rows=rows, memory=memory)

    def progress(key: str) -> None:
        say(text("bench.measuring", {"what": text(f"bench.{key}")}))

    figures = list(run(sizes, progress) if server is None else run_server(server, sizes, progress))
    if form == "json":
        put_json({"machine": machine(), "figures": [figure.as_json() for figure in figures]})
        return
    from ledger.commands.tables import put_page

    put_page(_table(figures))


def _table(figures: list[Figure]) -> Table:
    from ledger.commands.tables import columns

    heads = ("figure", "ours", "theirs", "value", "bound", "met")
    table = columns(None, *((text(f"bench.head_{head}"), "left" if head == "figure" else "right") for head in heads))
    for figure in figures:
        table.add_row(*_cells(figure))
    return table


def _cells(figure: Figure) -> list[str]:
    """A figure's line: what was measured, the two sides, the ratio or the absolute, and its bound."""
    absolute = figure.theirs is None
    value = f"{figure.value:.1f} {figure.unit}" if absolute else f"{figure.value:.2f} ×"
    sign = "≥" if figure.sense == "at_least" else "≤"
    bound = f"{sign} {figure.bound:g} {figure.unit if absolute else '×'}"
    theirs = "" if figure.theirs is None else f"{figure.theirs:.1f} {figure.unit}"
    met = text("bench.yes" if figure.met else "bench.no")
    return [text(f"bench.{figure.key}"), f"{figure.ours:.1f} {figure.unit}", theirs, value, bound, met]
