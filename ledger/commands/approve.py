"""``approve``: records what somebody else proposed."""

from __future__ import annotations

import click

from ledger.commands.correct import put_corrected
from ledger.commands.options import common, opened
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [click.Argument(["proposal"], metavar="PROPOSAL"), *common()]


@click.command("approve", cls=Command, params=PARAMS)
def command(proposal: str, location: str, form: str) -> None:
    """Approves a proposal."""
    with opened(location) as ledger:
        put_corrected(ledger, ledger.approve(proposal), form)
