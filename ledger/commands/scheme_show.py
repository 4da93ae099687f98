"""``scheme show``: clauses beside rules, words, readings, the roster and its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened, sound
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.rules.source import Source

PARAMS: list[click.Parameter] = [click.Argument(["scheme"], metavar="[SCHEME]", required=False), *common()]


@click.command("show", cls=Command, params=PARAMS)
def command(scheme: str | None, location: str, form: str) -> None:
    """A scheme: packaged, of a file, or recorded in the ledger."""
    source = recorded(scheme, location) if scheme is None or scheme.startswith("@") else sound(scheme)
    if form == "json":
        from ledger.commands.plain import put_json

        return put_json({"scheme": source.id, "sha256": source.sha256, "content": dict(source.data)})
    from ledger.commands.show_scheme import scheme as shown
    from ledger.commands.tables import put_page

    return put_page(*shown(source))


def recorded(position: str | None, location: str) -> Source:
    """The scheme recorded at ``@N``, or the one recorded last. Raises Unknown, naming those there are."""
    from ledger.errors import Unknown

    with opened(location) as ledger:
        found = {f"@{enacted.position}": enacted.source for enacted in ledger.schemes()}
    if position is None:
        return list(found.values())[-1]
    if position not in found:
        raise Unknown.of("commands.no_scheme_at", field="scheme", position=position, known=", ".join(found))
    return found[position]
