"""``scheme diff``: everything in which two schemes are not the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.commands.options import common
from ledger.commands.scheme_show import recorded
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.rules.source import Source

PARAMS: list[click.Parameter] = [
    click.Argument(["before"], metavar="A"),
    click.Argument(["after"], metavar="B"),
    *common(),
]


@click.command("diff", cls=Command, params=PARAMS)
def command(before: str, after: str, location: str, form: str) -> None:
    """What one scheme says and another does not."""
    from ledger.projections.differences import differences

    found = differences(_source(before, location), _source(after, location))
    if form == "json":
        from ledger.commands.plain import put_json

        return put_json(found.as_json())
    from ledger.commands.show_differences import differences as shown
    from ledger.commands.tables import put_page

    return put_page(*shown(found))


def _source(scheme: str, location: str) -> Source:
    """A scheme as it is written, sound or not: a draft can be compared before it is finished."""
    from ledger.rules.source import load

    return recorded(scheme, location) if scheme.startswith("@") else load(scheme)
