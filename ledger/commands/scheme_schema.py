"""``scheme schema``: the JSON Schema of scheme files."""

from __future__ import annotations

import click

from ledger.commands.worded import Command


@click.command("schema", cls=Command, params=[])
def command() -> None:
    """The JSON Schema of scheme files, for editors."""
    from ledger.commands.plain import put_json
    from ledger.rules.schema import schema

    put_json(schema())
