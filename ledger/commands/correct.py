"""``correct``: reverses an event and, where something is set, records it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened, pairs
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.commands.show_correction import Comparison
    from ledger.recording import Corrected

CORRECTING: list[click.Parameter] = [
    click.Argument(["event"], metavar="EVENT"),
    click.Option(["--reason"], metavar="TEXT", required=True),
    click.Option(["--set", "changes"], metavar="FIELD=VALUE", multiple=True, callback=pairs),
    click.Option(["--cascade"], is_flag=True),
]


@click.command("correct", cls=Command, params=[*CORRECTING, receipt_option(), *common()])
def command(event: str, reason: str, changes: dict[str, str], cascade: bool, receipt: str | None, location: str, form: str) -> None:
    """Reverses an event, with a reason, and records what should have stood there."""
    with opened(location) as ledger:
        with kept(ledger, receipt) as keep:
            done = ledger.correct(event, reason, changes, cascade=cascade)
            keep(len(done.reversed) + len(done.recorded), done.position)
        put_corrected(ledger, done, form)


def put_corrected(ledger: Ledger, done: Corrected, form: str) -> None:
    """Says what was reversed and recorded, and to people what it did to the figures."""
    from ledger.commands.plain import put_json

    if form == "json":
        return put_json({"reversed": list(done.reversed), "recorded": list(done.recorded), "position": done.position})
    from ledger.commands.show_correction import correction
    from ledger.commands.tables import put_page

    return put_page(*correction(done, _comparisons(ledger, done)))


def _comparisons(ledger: Ledger, done: Corrected) -> list[Comparison]:
    """The standings before and after, for each year that has a day of a reversed or recorded event."""
    from ledger.commands.show_correction import Comparison
    from ledger.errors import BasisError
    from ledger.views import Question

    before = done.position - len(done.reversed) - len(done.recorded)
    years = {int(str(event.fields["on"])[:4]) for event in ledger.log(ids=[*done.reversed, *done.recorded])}
    found = []
    for year in sorted(years):
        try:
            was, now = (ledger.standings(Question(year=year, known_at=f"@{position}")) for position in (before, done.position))
        except BasisError:  # a year that has not begun, or one without a scheme, has no scores to show
            continue
        scheme = next(each.source for each in ledger.schemes() if each.source.sha256 == now.basis.scheme_hash)
        found.append(Comparison(was, now, scheme))
    return found
