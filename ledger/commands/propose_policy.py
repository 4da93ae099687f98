"""``propose policy``: another policy of four eyes, for somebody else to approve."""

from __future__ import annotations

import click

from ledger import times
from ledger.commands.policy import SETTING, demanded
from ledger.commands.proposing import propose, proposing
from ledger.commands.worded import Command
from ledger.values import Covered


@click.command("policy", cls=Command, params=[*SETTING, *proposing()])
def command(covers: tuple[Covered, ...], nothing: bool, reason: str | None, receipt: str | None, location: str, form: str) -> None:
    """Proposes what takes four eyes from here on."""
    from ledger.recording.deeds import policy

    said = demanded(covers, nothing, reason)
    propose(lambda work: policy(work, *said, times.now().date()), receipt, location, form)
