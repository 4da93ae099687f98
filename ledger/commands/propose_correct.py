"""``propose correct``: a correction, for somebody else to approve."""

from __future__ import annotations

import click

from ledger.commands.correct import CORRECTING
from ledger.commands.options import common, opened
from ledger.commands.propose_record import put_proposed
from ledger.commands.worded import Command


@click.command("correct", cls=Command, params=[*CORRECTING, *common()])
def command(event: str, reason: str, changes: dict[str, str], cascade: bool, location: str, form: str) -> None:
    """Proposes a correction."""
    from ledger.recording.deeds import correct

    with opened(location) as ledger:
        put_proposed(ledger.propose(lambda work: correct(work, event, reason, changes, cascade=cascade)), form)
