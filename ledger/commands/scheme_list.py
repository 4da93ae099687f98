"""``scheme list``: the schemes that come with the program, and those recorded in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.rules.source import Source


@click.command("list", cls=Command, params=common())
def command(location: str, form: str) -> None:
    """The schemes there are."""
    from ledger.rules.source import load, packaged

    sources = [load(name) for name in packaged()]
    recorded = []
    if Path(location).exists():
        with opened(location) as ledger:
            recorded = ledger.schemes()
    if form == "json":
        from ledger.commands.plain import put_json

        enacted = [{"position": each.position, **_summary(each.source)} for each in recorded]
        return put_json({"packaged": [_summary(source) for source in sources], "recorded": enacted})
    from ledger.commands.show_scheme import overview
    from ledger.commands.tables import put_page

    return put_page(*overview(sources, recorded, location))


def _summary(source: Source) -> dict[str, str]:
    return {"scheme": source.id, "name": source.name, "effective": source.effective.isoformat(), "sha256": source.sha256}
