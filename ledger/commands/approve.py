"""``approve``: records what somebody else proposed."""

from __future__ import annotations

import click

from ledger.commands.correct import put_corrected
from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [click.Argument(["proposal"], metavar="PROPOSAL"), receipt_option(), *common()]


@click.command("approve", cls=Command, params=PARAMS)
def command(proposal: str, receipt: str | None, location: str, form: str) -> None:
    """Approves a proposal."""
    with opened(location) as ledger:
        with kept(ledger, receipt) as keep:
            done = ledger.approve(proposal)
            keep(len(done.reversed) + len(done.recorded), done.position)
        put_corrected(ledger, done, form)
