"""``copy``: moves a ledger between a file and a server."""

from __future__ import annotations

import click

from ledger.commands.options import actor, one_of
from ledger.commands.worded import Command
from ledger.messages import text

_FORMS = ("table", "json")
PARAMS: list[click.Parameter] = [
    click.Argument(["source"], metavar="SOURCE"),
    click.Argument(["target"], metavar="TARGET"),
    click.Option(["--format", "form"], metavar="|".join(_FORMS), type=one_of(_FORMS), default=_FORMS[0]),
]


@click.command("copy", cls=Command, params=PARAMS)
def command(source: str, target: str, form: str) -> None:
    """Makes a new ledger of the same events, positions, times and hashes."""
    from ledger.application import Ledger
    from ledger.commands.plain import Progress, put_json

    progress = Progress()
    done = Ledger.copy(
        source, target, actor(), lambda done, total: progress.tell(text("commands.events_copied", {"done": done, "total": total}))
    )
    progress.done()
    if form == "json":
        return put_json({"source": source, "target": target, "events": done.events, "root": done.root})
    click.echo(text("commands.copied", {"source": source, "target": target, "events": done.events}))
    click.echo(text("commands.root", {"root": done.root}))
    return click.echo(text("commands.copied_next", {"source": source}))
