"""``template``: an empty workbook for this ledger, to be filled in and imported."""

from __future__ import annotations

from pathlib import Path

import click

from ledger import times
from ledger.commands.options import common, opened, workbook
from ledger.commands.worded import Command
from ledger.messages import text

PARAMS: list[click.Parameter] = [click.Option(["--out"], metavar="FILE.xlsx", type=workbook, required=True), *common()]


@click.command("template", cls=Command, params=PARAMS)
def command(out: Path, location: str, form: str) -> None:
    """Writes an empty workbook for this ledger."""
    from ledger.commands.plain import put_json
    from ledger.office.template import write

    with opened(location) as ledger:
        sheets = write(out, ledger.holdings(), times.now().date())
    if form == "json":
        put_json({"file": str(out), "sheets": sheets})
        return
    click.echo(text("commands.template_written", {"file": out, "count": len(sheets)}))
    click.echo(text("commands.template_next", {"file": out}))
