"""The options of commands that sign, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.messages import text

if TYPE_CHECKING:
    from ledger.proofs.issuing import Issued
    from ledger.proofs.signing import KeySigner, Signer

SIGNING: list[click.Parameter] = [
    click.Option(["--key"], metavar="FILE"),
    click.Option(["--signer"], metavar="COMMAND"),
]
"""With a key in a file, or by a command. :func:`signer_of` makes a signer of them."""


def signer_of(key: str | None, signer: str | None) -> Signer | None:
    """What signs, if anything. Raises UsageError for both options, InputError for a key or a command that cannot be used."""
    if key is not None and signer is not None:
        raise click.UsageError(text("commands.key_or_signer"), click.get_current_context())
    if key is None and signer is None:
        return None
    from ledger.proofs.signing import CommandSigner, KeySigner

    return KeySigner(Path(key)) if key is not None else CommandSigner(str(signer))


def verifier_key(issued: Issued, signer: Signer | None) -> str | None:
    """What checks the signature of a key of ours; None where nothing or a command signed."""
    from ledger.proofs.signing import KeySigner

    return said_key(signer, issued.checkpoint.origin) if isinstance(signer, KeySigner) else None


def said_key(key: KeySigner, origin: str) -> str:
    """The verifier key, as it is printed and pinned."""
    return key.verifier_key(origin).text()


def put_note(note: str, key: str | None) -> None:
    """A text of ours on standard output, in UTF-8 whatever the terminal's encoding, and the verifier key on standard error."""
    from ledger.commands.plain import say

    click.echo(note.encode(), nl=False)
    if key is not None:
        say(text("commands.verifier_key", {"key": key}))
