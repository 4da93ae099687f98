"""``keygen``: makes a key that signs checkpoints."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.commands.options import common, opened
from ledger.commands.signing import said_key
from ledger.commands.worded import Command
from ledger.messages import text

PARAMS: list[click.Parameter] = [click.Argument(["key_file"], metavar="FILE"), *common()]


@click.command("keygen", cls=Command, params=PARAMS)
def command(key_file: str, location: str, form: str) -> None:
    """Makes an Ed25519 key in a new file, and prints the verifier key for this ledger."""
    from ledger.commands.plain import put_json
    from ledger.proofs.signing import make_key

    with opened(location) as ledger:
        origin = ledger.origin
    key = said_key(make_key(Path(key_file)), origin)
    if form == "json":
        return put_json({"file": key_file, "origin": origin, "verifier_key": key})
    click.echo(text("commands.key_made", {"file": key_file}))
    return click.echo(text("commands.verifier_key", {"key": key}))
