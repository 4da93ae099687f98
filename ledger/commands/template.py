"""``template``: an empty workbook for this ledger, to be filled in and imported, or the wording of bulletins, to be edited."""

from __future__ import annotations

from pathlib import Path

import click

from ledger import times
from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text

_ENDINGS = (".xlsx", ".docx")


def _template(value: str) -> Path:
    """A template's file, of a kind that its ending says."""
    if Path(value).suffix.lower() not in _ENDINGS:
        raise click.BadParameter(text("commands.bad_document", {"value": value, "endings": ", ".join(_ENDINGS)}))
    return Path(value)


PARAMS: list[click.Parameter] = [click.Option(["--out"], metavar="FILE", type=_template, required=True), *common()]


@click.command("template", cls=Command, params=PARAMS)
def command(out: Path, location: str, form: str) -> None:
    """Writes an empty workbook for this ledger, or the wording of bulletins."""
    from ledger.commands.plain import put_json

    worded = out.suffix.lower() == ".docx"
    sheets = [] if worded else _workbook(out, location)
    if worded:
        from ledger.office.bulletin.template import copy

        copy(out)
    if form == "json":
        return put_json({"file": str(out)} if worded else {"file": str(out), "sheets": sheets})
    click.echo(text("commands.template_worded" if worded else "commands.template_written", {"file": out, "count": len(sheets)}))
    return click.echo(text("commands.template_worded_next" if worded else "commands.template_next", {"file": out}))


def _workbook(out: Path, location: str) -> list[str]:
    """Writes the workbook; the names of its sheets."""
    from ledger.office.template import write

    with opened(location) as ledger:
        return write(out, ledger.holdings(), times.now().date())
