"""What the commands below ``propose`` have in common: their options, and what is said when a proposal waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.recording import Work


def proposing() -> list[click.Parameter]:
    """The options of every proposal."""
    return [receipt_option(), *common()]


def propose(deed: Callable[[Work], object], receipt: str | None, location: str, form: str) -> None:
    """Records a deed as a proposal, and says how it is approved."""
    from ledger.commands.plain import put_json

    with opened(location) as ledger, kept(ledger, receipt) as keep:
        done = ledger.propose(deed)
        keep(1, done.position)
    if form == "json":
        return put_json({"id": done.id, "position": done.position})
    return click.echo(text("commands.is_proposed", {"id": done.id, "position": done.position}))
