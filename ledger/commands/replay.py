"""``replay``: a year made again from the raw log, beside what was published of it."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.commands.options import common, opened, year
from ledger.commands.worded import Command
from ledger.messages import text

_ENDINGS = (".json", ".html")


def _report(value: str) -> Path:
    """A report's file, in a form that its ending says."""
    if Path(value).suffix not in _ENDINGS:
        raise click.BadParameter(text("commands.bad_report", {"value": value, "endings": ", ".join(_ENDINGS)}))
    return Path(value)


PARAMS: list[click.Parameter] = [
    click.Argument(["year"], metavar="YEAR", type=year),
    click.Option(["--out"], metavar="FILE", multiple=True, type=_report),
    *common(),
]


@click.command("replay", cls=Command, params=PARAMS)
def command(year: int, out: tuple[Path, ...], location: str, form: str) -> int:
    """Rebuilds a year from the raw log and compares every snapshot of it."""
    from ledger.commands.plain import Progress, put_json

    progress = Progress()
    with opened(location) as ledger:
        found = ledger.replay(year, lambda done, total: progress.tell(text("commands.events_rebuilt", {"done": done, "total": total})))
        schemes = [each.source for each in ledger.schemes()]
    progress.done()
    from ledger.commands.words import Titles

    titles = {source.sha256: Titles(source) for source in schemes}
    for file in out:
        from ledger.office.replay_report import write

        write(file, found, {scheme: each.measure for scheme, each in titles.items()})
    if form == "json":
        put_json(found.as_json())
    else:
        from ledger.commands.show_replay import replay
        from ledger.commands.tables import put_page

        put_page(*replay(found, titles, out))
    return 0 if found.matches else 1
