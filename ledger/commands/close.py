"""``close``: records what is published of a period that has ended."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command
from ledger.messages import text

PARAMS: list[click.Parameter] = [click.Argument(["period"], metavar="PERIOD"), receipt_option(), *common()]


@click.command("close", cls=Command, params=PARAMS)
def command(period: str, receipt: str | None, location: str, form: str) -> None:
    """Closes a period."""
    from ledger.commands.plain import put_json

    with opened(location) as ledger, kept(ledger, receipt) as keep:
        done = ledger.close(period)
        keep(1, done.at)
    if form == "json":
        return put_json(done.as_json())
    from ledger.commands.show_closing import closed
    from ledger.commands.tables import put_page

    put_page(*closed(done))
    return click.echo(text("commands.closed_next", {"period": done.period, "as_of": done.as_of, "known_at": done.position}))
