"""``upgrade``: the tables, indexes and guards of now for a ledger that an earlier version made."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text


@click.command("upgrade", cls=Command, params=common())
def command(location: str, form: str) -> None:
    """Brings an older ledger's tables up to this version; what is logged stays."""
    from ledger.application import Ledger
    from ledger.commands.plain import clean, put_json

    found = Ledger.upgrade(location)
    with opened(location) as ledger:
        position = ledger.position
    if form == "json":
        changes = [{"done": "made" if each.how == "missing" else "replaced", "type": each.type, "name": each.name} for each in found]
        return put_json({"changes": changes, "position": position})
    lines = [text(f"commands.upgraded_{each.how}", {"type": each.type, "name": each.name}) for each in found]
    lines.append(text("commands.upgraded", {"position": position}) if found else text("commands.upgraded_nothing"))
    return click.echo("\n".join(map(clean, lines)))
