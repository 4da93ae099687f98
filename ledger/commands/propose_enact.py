"""``propose enact``: another scheme, for somebody else to approve."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from ledger.commands.options import day, opened
from ledger.commands.proposing import propose, proposing
from ledger.commands.scheme_enact import show
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.whatif import Proposal

PARAMS: list[click.Parameter] = [
    click.Argument(["other"], metavar="FILE"),
    click.Option(["--effective"], metavar="DATE", type=day),
    *proposing(),
]


@click.command("enact", cls=Command, params=PARAMS)
def command(other: str, effective: date | None, receipt: str | None, location: str, form: str) -> None:
    """Shows what a scheme would change, and proposes it."""
    from ledger.commands.plain import Progress
    from ledger.recording.deeds import enact

    progress, weighed = Progress(), list["Proposal"]()
    with opened(location) as ledger:
        source = ledger.weighed(other, effective, shown=weighed.append, progress=progress.scored)
    progress.done()
    if form == "table":
        show(*weighed)
    propose(lambda work: enact(work.desk, source), receipt, location, form)
