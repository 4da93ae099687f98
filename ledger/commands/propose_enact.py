"""``propose enact``: another scheme, for somebody else to approve."""

from __future__ import annotations

from datetime import date

import click

from ledger.commands.options import common, day, opened, sound
from ledger.commands.propose_record import put_proposed
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [
    click.Argument(["other"], metavar="FILE"),
    click.Option(["--effective"], metavar="DATE", type=day),
    *common(),
]


@click.command("enact", cls=Command, params=PARAMS)
def command(other: str, effective: date | None, location: str, form: str) -> None:
    """Proposes to bring another scheme into force."""
    from ledger.recording.deeds import enact
    from ledger.rules.source import dated

    scheme = sound(other)
    source = scheme if effective is None else dated(scheme, effective)
    with opened(location) as ledger:
        put_proposed(ledger.propose(lambda work: enact(work.desk, source)), form)
