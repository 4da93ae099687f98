"""``scheme enact``: records another scheme, after showing what that does to the scores."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, day, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.whatif import Proposal

PARAMS: list[click.Parameter] = [
    click.Argument(["other"], metavar="FILE"),
    click.Option(["--effective"], metavar="DATE", type=day),
    click.Option(["--yes"], is_flag=True),
    receipt_option(),
    *common(),
]


@click.command("enact", cls=Command, params=PARAMS)
def command(other: str, effective: date | None, yes: bool, receipt: str | None, location: str, form: str) -> None:
    """Shows what a scheme would change, and records it. Only a person at a terminal is asked; a script is not held up."""
    from ledger.commands.plain import Progress, put_json

    progress, proposals = Progress(), []
    asks = form == "table" and not yes and sys.stdin.isatty() and sys.stderr.isatty()

    def shown(proposal: Proposal) -> None:
        progress.done()
        proposals.append(proposal)
        if form == "table":
            show(proposal)
        if asks:
            _demand_yes()

    with opened(location) as ledger, kept(ledger, receipt) as keep:
        done = ledger.enact(other, effective, shown=shown, progress=progress.scored)
        keep(1, done.position)
    (proposal,) = proposals
    if form == "json":
        return put_json({"id": done.id, "position": done.position, "changes": proposal.as_json()})
    said = {"name": proposal.scheme.name, "effective": proposal.scheme.effective, "position": done.position}
    return click.echo(text("commands.enacted", said))


def show(proposal: Proposal) -> None:
    """What would change, on standard error: the result of the command is what was recorded."""
    from ledger.commands.show_impact import proposal as parts
    from ledger.commands.tables import put_page

    put_page(*parts(proposal), err=True)


def _demand_yes() -> None:
    """Asks whether to record it. Raises Exit, with the status of a failure, for any answer but yes."""
    from ledger.commands.plain import say

    answer = click.prompt(text("commands.enact_question"), default="", show_default=False, prompt_suffix=" ", err=True)
    if answer.strip().lower() not in text("commands.enact_yes").split():
        say(text("commands.not_enacted"))
        raise click.exceptions.Exit(1)
