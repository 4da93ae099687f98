"""``propose correct``: a correction, for somebody else to approve."""

from __future__ import annotations

import click

from ledger.commands.correct import CORRECTING
from ledger.commands.proposing import propose, proposing
from ledger.commands.worded import Command


@click.command("correct", cls=Command, params=[*CORRECTING, *proposing()])
def command(event: str, reason: str, changes: dict[str, str], cascade: bool, receipt: str | None, location: str, form: str) -> None:
    """Proposes a correction."""
    from ledger.recording.deeds import correct

    propose(lambda work: correct(work, event, reason, changes, cascade=cascade), receipt, location, form)
