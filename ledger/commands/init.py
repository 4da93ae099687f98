"""``init``: makes the ledger."""

from __future__ import annotations

import click

from ledger.commands.options import actor, common, one_of
from ledger.commands.worded import Command
from ledger.messages import text

_HASHES = ("sha-256", "sm3")
PARAMS: list[click.Parameter] = [
    click.Option(["--scheme"], metavar="ID_OR_FILE", required=True),
    click.Option(["--hash", "tree_hash"], metavar="|".join(_HASHES), type=one_of(_HASHES), default=_HASHES[0]),
    *common(),
]


@click.command("init", cls=Command, params=PARAMS)
def command(scheme: str, tree_hash: str, location: str, form: str) -> None:
    """Makes a ledger under a scheme."""
    from ledger.application import Ledger
    from ledger.commands.plain import put_json

    made = Ledger.create(location, scheme, actor(), hash=tree_hash)
    if form == "json":
        return put_json({"ledger": location, "ledger_id": made.ledger_id, "position": made.position})
    with Ledger(location) as ledger:
        source = ledger.schemes()[0].source
    said = {"ledger": location, "id": made.ledger_id, "scheme": source.name, "units": len(source.roster), "position": made.position}
    click.echo(text("commands.made", said))
    return click.echo(text("commands.made_next"))
