"""``check``: what was given out, by the same file that an auditor checks it with."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ledger.commands.worded import Command
from ledger.messages import language

PARAMS: list[click.Parameter] = [
    click.Argument(["given"], metavar="FILE"),
    click.Option(["--checkpoint", "checkpoints"], metavar="OLD", multiple=True),
    click.Option(["--public-key", "keys"], metavar="KEY", multiple=True),
]


@click.command("check", cls=Command, params=PARAMS)
def command(given: str, checkpoints: Sequence[str], keys: Sequence[str]) -> int:
    """Checks an export, a certificate, a receipt or a proof; it needs no ledger."""
    from ledger.evidence.verify_export import main

    asked = [each for name, values in (("--checkpoint", checkpoints), ("--public-key", keys)) for each in values for each in (name, each)]
    return main([*asked, "--lang", language(), "--", given])
