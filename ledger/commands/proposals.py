"""``proposals``: what waits for somebody else to approve."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command


@click.command("proposals", cls=Command, params=common())
def command(location: str, form: str) -> None:
    """Lists the proposals that wait."""
    from ledger.commands.log import words_of
    from ledger.commands.plain import put_json

    with opened(location) as ledger:
        found = ledger.proposals()
        if form == "json":
            return put_json({"proposals": [each.as_json() for each in found]})
        words = words_of(ledger)
    from ledger.commands.show_policy import proposals
    from ledger.commands.tables import put_page

    return put_page(proposals(found, words))
