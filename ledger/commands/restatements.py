"""``restatements``: what is no longer as it was published, and what moved it."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text

PARAMS: list[click.Parameter] = [click.Argument(["period"], metavar="[PERIOD]", required=False), *common(csv=True)]


@click.command("restatements", cls=Command, params=PARAMS)
def command(period: str | None, location: str, form: str) -> None:
    """What has changed since a period was closed."""
    from ledger.commands.plain import Progress, put_csv, put_json

    progress = Progress()
    with opened(location) as ledger:
        snapshots = ledger.snapshots(period)
        found = ledger.restatements(period, lambda done, of: progress.tell(text("commands.events_walked", {"done": done, "total": of})))
        progress.done()
        if form == "json":
            return put_json({"periods": [each.period for each in snapshots], "changes": [each.as_json() for each in found]})
        from ledger.commands import show_closing

        if form == "csv":
            return put_csv(*show_closing.restatements_sheet(found))
        scheme = ledger.schemes()[-1].source
    from ledger.commands.tables import put_page
    from ledger.commands.words import Titles

    return put_page(*show_closing.restatements(snapshots, found, Titles(scheme)))
