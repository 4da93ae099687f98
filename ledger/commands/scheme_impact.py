"""``scheme impact``: who rises and who falls under another scheme, and by what clause."""

from __future__ import annotations

from typing import Any

import click

from ledger.commands.options import FIGURES, asked, common, opened, sound
from ledger.commands.standings import titles_of
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [
    click.Argument(["other"], metavar="FILE"),
    click.Option(["--class", "class_"], metavar="CLASS"),
    *FIGURES,
    *common(csv=True),
]


@click.command("impact", cls=Command, params=PARAMS)
def command(other: str, class_: str | None, location: str, form: str, **figures: Any) -> None:
    """The standings now, and under another scheme."""
    from ledger.commands.plain import Progress, put_csv, put_json

    question, scheme, progress = asked(**figures), sound(other), Progress()
    with opened(location) as ledger:
        found = ledger.impact(scheme, question, class_, progress.scored)
        progress.done()
        if form == "json":
            return put_json(found.as_json())
        from ledger.commands import show_impact

        if form == "csv":
            return put_csv(*show_impact.sheet(found))
        titles = titles_of(ledger, found.before.basis, question)
    from ledger.commands.tables import put_page
    from ledger.commands.words import Titles

    return put_page(*show_impact.impact(found, titles, Titles(scheme)))
