"""``score``: one unit or person, and with ``--explain`` every posting behind the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ledger.commands.options import FIGURES, asked, common, opened
from ledger.commands.standings import put_standings, titles_of
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.projections.statement import Statement
    from ledger.views import Question

PARAMS: list[click.Parameter] = [
    click.Argument(["unit"], metavar="UNIT"),
    click.Option(["--explain"], is_flag=True),
    *FIGURES,
    *common(csv=True, xlsx=True),
]


@click.command("score", cls=Command, params=PARAMS)
def command(unit: str, explain: bool, location: str, form: str, **figures: Any) -> None:
    """The score of one unit or person."""
    question = asked(**figures)
    with opened(location) as ledger:
        if explain:
            _explain(ledger, ledger.statement(unit, question), question, form)
        else:
            _score(ledger, unit, question, form)


def _score(ledger: Ledger, unit: str, question: Question, form: str) -> None:
    from ledger.commands.plain import put_csv, put_json

    basis, row = ledger.score(unit, question)
    if form == "json":
        return put_json({**basis.as_json(), **row.as_json()})
    if form == "xlsx":
        return put_standings(ledger, basis, [row], question)
    from ledger.commands import show_standings

    if form == "csv":
        return put_csv(*show_standings.sheet(basis, [row]))
    from ledger.commands.tables import put_page

    return put_page(*show_standings.card(basis, row, titles_of(ledger, basis, question)))


def _explain(ledger: Ledger, statement: Statement, question: Question, form: str) -> None:
    from ledger.commands.plain import put_csv, put_json

    if form == "json":
        from ledger.projections.tree import tree

        return put_json({**statement.as_json(), "tree": tree(statement)})
    from ledger.commands import show_statement

    titles = titles_of(ledger, statement.basis, question)
    if form == "csv":
        return put_csv(*show_statement.sheet(statement, titles))
    reversals = {entry.reversal for entry in statement.reversed}
    by = {event.id: event.recorded_by for event in ledger.log(ids=reversals)} if reversals else {}
    if form == "xlsx":
        from ledger.commands import book_statement
        from ledger.commands.book import put_book

        return put_book(book_statement.statement(ledger, statement, titles, by), statement.basis.cut.time)
    from ledger.commands.tables import put_page

    return put_page(*show_statement.statement(statement, titles, by))
