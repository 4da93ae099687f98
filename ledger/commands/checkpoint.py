"""``checkpoint``: the log's size and root as a short text, signed or not."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.signing import SIGNING, put_note, signer_of, verifier_key
from ledger.commands.worded import Command


@click.command("checkpoint", cls=Command, params=[*SIGNING, *common()])
def command(key: str | None, signer: str | None, location: str, form: str) -> None:
    """Prints the checkpoint of the log's end."""
    from ledger.commands.plain import put_json

    signs = signer_of(key, signer)
    with opened(location) as ledger:
        issued = ledger.checkpoint(signs)
    note, public = issued.note.format(), verifier_key(issued, signs)
    if form == "json":
        return put_json({**issued.as_json(), "note": note, "verifier_key": public})
    return put_note(note, public)
