"""``backup``: the whole ledger in one more file."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text


@click.command("backup", cls=Command, params=[click.Argument(["backup_file"], metavar="FILE"), *common()])
def command(backup_file: str, location: str, form: str) -> None:
    """Copies the ledger to a new file, and verifies the copy."""
    from ledger.commands.plain import Progress, clean, put_json

    progress = Progress()
    with opened(location) as ledger:
        done = ledger.backup(Path(backup_file), progress.copied, progress.checked)
    progress.done()
    said = done.as_json()
    if form == "json":
        return put_json(said)
    lines = [text("commands.backed_up", said), text("commands.root", said), text("commands.backed_up_names", said)]
    return click.echo("\n".join(map(clean, lines)))
