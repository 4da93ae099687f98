"""``export``: the whole log as open text, with the file that checks it."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.commands.options import common, opened
from ledger.commands.signing import SIGNING, signer_of
from ledger.commands.worded import Command
from ledger.messages import text

PARAMS: list[click.Parameter] = [
    click.Option(["--out"], metavar="DIR", required=True),
    click.Option(["--names"], is_flag=True),
    *SIGNING,
    *common(),
]


@click.command("export", cls=Command, params=PARAMS)
def command(out: str, names: bool, key: str | None, signer: str | None, location: str, form: str) -> None:
    """Writes the log, its schemes and snapshots as open text."""
    from ledger.commands.plain import Progress, clean, put_json

    signs, progress = signer_of(key, signer), Progress()
    with opened(location) as ledger:
        done = ledger.export(Path(out), progress.exported, signs, names=names)
    progress.done()
    if form == "json":
        return put_json(done.as_json())
    said = {"folder": done.folder, "events": done.events, "names": done.names, "root": done.root}
    lines = [text("commands.exported", said), text("commands.root", said)]
    if names:
        lines.append(text("commands.exported_names", said))
    return click.echo("\n".join(map(clean, [*lines, text("commands.exported_next", said)])))
