"""``prove``: that an event is in the log of a checkpoint."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.signing import SIGNING, put_note, signer_of, verifier_key
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [click.Argument(["event"], metavar="EVENT"), *SIGNING, *common()]


@click.command("prove", cls=Command, params=PARAMS)
def command(event: str, key: str | None, signer: str | None, location: str, form: str) -> None:
    """Prints the proof that an event is in the log, with a checkpoint."""
    from ledger.commands.plain import put_json

    signs = signer_of(key, signer)
    with opened(location) as ledger:
        proven = ledger.prove(event, signs)
    proof, public = proven.proof.format(), verifier_key(proven.issued, signs)
    if form == "json":
        record = {"position": proven.position, "envelope": proven.envelope, "body": proven.body}
        return put_json({**record, **proven.issued.as_json(), "proof": proof, "verifier_key": public})
    return put_note(proof, public)
