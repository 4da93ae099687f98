"""``explain``: why a rule paid one unit what it paid, or nothing."""

from __future__ import annotations

from typing import Any

import click

from ledger.commands.options import FIGURES, asked, common, opened
from ledger.commands.standings import titles_of
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [
    click.Argument(["unit"], metavar="UNIT"),
    click.Option(["--why-not", "rule"], metavar="RULE", required=True),
    *FIGURES,
    *common(),
]


@click.command("explain", cls=Command, params=PARAMS)
def command(unit: str, rule: str, location: str, form: str, **figures: Any) -> None:
    """Why a rule did not pay a unit, or what it paid."""
    question = asked(**figures)
    with opened(location) as ledger:
        why = ledger.why(unit, rule, question)
        if form == "json":
            from ledger.commands.plain import put_json

            return put_json(why.as_json())
        titles = titles_of(ledger, why.basis, question)
    from ledger.commands.show_why import why as shown
    from ledger.commands.tables import put_page

    return put_page(*shown(why, titles))
