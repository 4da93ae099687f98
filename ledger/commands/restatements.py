"""``restatements``: what is no longer as it was published, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.projections.snapshots import Snapshot
    from ledger.restating import Restated
    from ledger.rules.source import Source

PARAMS: list[click.Parameter] = [click.Argument(["period"], metavar="[PERIOD]", required=False), *common(csv=True)]


@click.command("restatements", cls=Command, params=PARAMS)
def command(period: str | None, location: str, form: str) -> int:
    """What has changed since a period was closed; the status is 1 where that cannot be said of every one."""
    from ledger.commands.plain import Progress, problem_json, put_json, say
    from ledger.commands.running import refused

    progress = Progress()
    with opened(location) as ledger:
        snapshots = ledger.snapshots(period)
        found = ledger.restatements(period, progress.walked)
        scheme = ledger.schemes()[-1].source
    progress.done()
    refused(found.problems)
    for problem in found.problems:
        say(problem.line())
    if form == "json":
        changes, errors = [each.as_json() for each in found.changes], [problem_json(each) for each in found.problems]
        put_json({"periods": [each.period for each in snapshots], "errors": errors, "changes": changes})
    else:
        _put(snapshots, found, scheme, form)
    return 1 if found.problems else 0


def _put(snapshots: Sequence[Snapshot], found: Restated, scheme: Source, form: str) -> None:
    """The answer for people, or as rows."""
    from ledger.commands import show_closing
    from ledger.commands.plain import put_csv
    from ledger.commands.tables import put_page
    from ledger.commands.words import Titles

    if form == "csv":
        return put_csv(*show_closing.restatements_sheet(found.changes))
    unknown = {problem.where for problem in found.problems}
    said = [each for each in snapshots if each.period not in unknown]
    return put_page(*show_closing.restatements(said, found.changes, Titles(scheme))) if said or not snapshots else None
