"""``scheme enact``: records another scheme, in force from its own effective date."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text


@click.command("enact", cls=Command, params=[click.Argument(["scheme"], metavar="SCHEME"), *common()])
def command(scheme: str, location: str, form: str) -> None:
    """Records a scheme."""
    from ledger.commands.plain import put_json

    with opened(location) as ledger:
        done = ledger.enact(scheme)
        if form == "json":
            return put_json({"id": done.id, "position": done.position})
        source = ledger.schemes()[-1].source
    said = {"name": source.name, "effective": source.effective, "position": done.position}
    return click.echo(text("commands.enacted", said))
