"""``snapshots``: the periods that have been closed, and what was published of one."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command

PARAMS: list[click.Parameter] = [click.Argument(["period"], metavar="[PERIOD]", required=False), *common(csv=True)]


@click.command("snapshots", cls=Command, params=PARAMS)
def command(period: str | None, location: str, form: str) -> None:
    """Lists the closed periods, or shows the table that was published of one."""
    return _listed(location, form) if period is None else _published(period, location, form)


def _listed(location: str, form: str) -> None:
    from ledger.commands.plain import put_csv, put_json

    with opened(location) as ledger:
        found = ledger.snapshots()
    if form == "json":
        return put_json({"snapshots": [each.as_json() for each in found]})
    from ledger.commands import show_closing

    if form == "csv":
        return put_csv(*show_closing.snapshots_sheet(found))
    from ledger.commands.tables import put_page

    return put_page(show_closing.snapshots(found))


def _published(period: str, location: str, form: str) -> None:
    """The figures as they were recorded: nothing is scored again. That is what replay is for."""
    from ledger.commands.plain import put_csv, put_json
    from ledger.commands.show_standings import sheet

    with opened(location) as ledger:
        (snapshot,) = ledger.snapshots(period)
        table = snapshot.standings(ledger.id)
        sources = [each.source for each in ledger.schemes()]
    if form == "json":
        return put_json({**table.as_json(), "snapshot": snapshot.as_json()})
    if form == "csv":
        return put_csv(*sheet(table.basis, table.rows))
    from ledger.commands.show_closing import published
    from ledger.commands.tables import put_page
    from ledger.commands.words import Titles

    # an altered snapshot may name a scheme that is not there; that is for replay to say
    source = next((each for each in sources if each.sha256 == snapshot.scheme_hash), sources[-1])
    return put_page(*published(snapshot, table, Titles(source)))
