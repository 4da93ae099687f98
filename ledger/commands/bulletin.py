"""``bulletin``: what is published of a period, as a document or on the terminal."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.office.bulletin.fields import Fields
    from ledger.projections.bulletin import Bulletin

_ENDINGS = (".docx", ".pdf", ".html", ".xlsx")


def _document(value: str) -> Path:
    """A document's file, of a kind that its ending says."""
    if Path(value).suffix not in _ENDINGS:
        raise click.BadParameter(text("commands.bad_document", {"value": value, "endings": ", ".join(_ENDINGS)}))
    return Path(value)


PARAMS: list[click.Parameter] = [
    click.Argument(["period"], metavar="PERIOD"),
    click.Option(["--out"], metavar="FILE", type=_document),
    click.Option(["--number"], metavar="TEXT", default=""),
    click.Option(["--recipients"], metavar="TEXT", multiple=True),
    click.Option(["--template"], metavar="FILE", type=Path),
    *common(),
]


@click.command("bulletin", cls=Command, params=PARAMS)
def command(
    period: str, out: Path | None, number: str, recipients: tuple[str, ...], template: Path | None, location: str, form: str
) -> None:
    """The bulletin of a period."""
    from ledger.commands.plain import Progress, clean, put_json, say
    from ledger.commands.words import Titles

    if out is not None:
        from ledger.office.new_files import demand_new

        demand_new(out)
    progress = Progress()
    with opened(location) as ledger:
        found = ledger.bulletin(period, progress.walked)
        source = next(each.source for each in ledger.schemes() if each.source.sha256 == found.basis.scheme_hash)
    progress.done()
    for problem in found.problems:
        say(problem.line())
    if out is None and form == "json":
        return put_json(found.as_json())
    from ledger.office.bulletin.fields import Issued, fields

    titled = Titles(source).measure
    made = fields(found, titled, Issued(number, recipients, _again(found, number, recipients)))
    if out is None:
        return _show(made)
    from ledger.office.bulletin.sheets import book
    from ledger.office.bulletin.writing import write

    write(out, made, template, lambda: book(found, made, titled))
    if found.closed is None:
        say(text("commands.bulletin_draft_next", {"period": found.period.name}))
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    if form == "json":
        return put_json({"file": str(out), "digest": digest})
    return click.echo(clean(text("commands.bulletin_written", {"title": made["title"], "file": out, "digest": digest})))


def _again(found: Bulletin, number: str, recipients: tuple[str, ...]) -> str:
    """The command line that makes the bulletin again."""
    said = [*(["--number", number] if number else []), *(word for each in recipients for word in ("--recipients", each))]
    return shlex.join(["scoreledger", "bulletin", found.period.name, *said])


def _show(made: Fields) -> None:
    from ledger.commands.show_bulletin import bulletin
    from ledger.commands.tables import put_page

    put_page(*bulletin(made))
