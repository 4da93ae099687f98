"""``propose enact``: another scheme, for somebody else to approve."""

from __future__ import annotations

from datetime import date

import click

from ledger.commands.options import day
from ledger.commands.proposing import propose, proposing
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [
    click.Argument(["other"], metavar="FILE"),
    click.Option(["--effective"], metavar="DATE", type=day),
    *proposing(),
]


@click.command("enact", cls=Command, params=PARAMS)
def command(other: str, effective: date | None, receipt: str | None, location: str, form: str) -> None:
    """Proposes to bring another scheme into force."""
    from ledger.recording.deeds import enact
    from ledger.rules.check import demand_sound
    from ledger.rules.source import dated, load

    source = load(other) if effective is None else dated(load(other), effective)
    demand_sound(source)
    propose(lambda work: enact(work.desk, source), receipt, location, form)
