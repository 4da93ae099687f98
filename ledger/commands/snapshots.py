"""``snapshots``: the periods that have been closed."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [*common(csv=True)]


@click.command("snapshots", cls=Command, params=PARAMS)
def command(location: str, form: str) -> None:
    """Lists the closed periods."""
    from ledger.commands.plain import put_csv, put_json

    with opened(location) as ledger:
        found = ledger.snapshots()
    if form == "json":
        return put_json({"snapshots": [each.as_json() for each in found]})
    from ledger.commands import show_closing

    if form == "csv":
        return put_csv(*show_closing.snapshots_sheet(found))
    from ledger.commands.tables import put_page

    return put_page(show_closing.snapshots(found))
