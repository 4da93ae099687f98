"""``standings``: all units, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ledger.commands.options import FIGURES, asked, common, one_of, opened
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.application import Ledger
    from ledger.commands.words import Titles
    from ledger.projections.cut import Basis
    from ledger.projections.standings import Row
    from ledger.views import Question

PARAMS: list[click.Parameter] = [
    click.Option(["--class", "class_"], metavar="CLASS"),
    click.Option(["--readings", "every"], metavar="all", type=one_of(["all"])),
    click.Option(["--persons"], is_flag=True),
    *FIGURES,
    *common(csv=True, xlsx=True),
]


@click.command("standings", cls=Command, params=PARAMS)
def command(class_: str | None, every: str | None, persons: bool, location: str, form: str, **figures: Any) -> None:
    """The ranked table."""
    from ledger.commands.plain import put_csv, put_json

    if persons and (class_ or every):
        raise click.UsageError(text("commands.persons_alone"))
    if every and form == "xlsx":
        raise click.UsageError(text("commands.readings_no_book"))
    question = asked(**figures)
    with opened(location) as ledger:
        if every:
            return _doubts(ledger, question, class_, form)
        table = ledger.persons(question) if persons else ledger.standings(question, class_)
        if form == "json":
            return put_json(table.as_json())
        from ledger.commands import show_standings

        if form == "csv":
            return put_csv(*show_standings.sheet(table.basis, table.rows))
        if form == "xlsx":
            return put_standings(ledger, table.basis, table.rows, question)
        titles = titles_of(ledger, table.basis, question)
    from ledger.commands.tables import put_page

    return put_page(*(show_standings.persons if persons else show_standings.standings)(table, titles))


def _doubts(ledger: Ledger, question: Question, class_: str | None, form: str) -> None:
    """The table with what every reading of the scheme could make of it."""
    from ledger.commands.plain import Progress, put_csv, put_json

    progress = Progress()
    found = ledger.doubts(question, class_, progress.scored)
    progress.done()
    if form == "json":
        return put_json(found.as_json())
    from ledger.commands import show_doubts

    if form == "csv":
        return put_csv(*show_doubts.readings_sheet(found))
    from ledger.commands.tables import put_page

    return put_page(*show_doubts.doubts(found, titles_of(ledger, found.standings.basis, question)))


def put_standings(ledger: Ledger, basis: Basis, rows: Sequence[Row], question: Question) -> None:
    """Lines of standings as a workbook."""
    from ledger.commands.book import put_book
    from ledger.commands.book_standings import standings

    targets = {} if any(row.person for row in rows) else ledger.targets(question)
    put_book(standings(ledger, basis, rows, titles_of(ledger, basis, question), targets), basis.cut.time)


def titles_of(ledger: Ledger, basis: Basis, question: Question) -> Titles:
    """The words of the scheme that a figure stands on."""
    from ledger.commands.words import Titles

    recorded = (enacted.source for enacted in ledger.schemes() if enacted.source.sha256 == basis.scheme_hash)
    return Titles(question.scheme or next(recorded))
