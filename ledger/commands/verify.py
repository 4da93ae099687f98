"""``verify``: recomputes the hashes of the whole log."""

from __future__ import annotations

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text


@click.command("verify", cls=Command, params=common())
def command(location: str, form: str) -> int:
    """Recomputes every hash; findings mean that the log is not what was recorded."""
    from ledger.commands.plain import Progress, clean, problem_json, put_json

    progress = Progress()
    with opened(location) as ledger:
        found = ledger.verify(lambda done, total: progress.tell(text("commands.events_checked", {"done": done, "total": total})))
    progress.done()
    intact = not found.findings
    if form == "json":
        findings = [problem_json(problem) for problem in found.findings]
        put_json({"events": found.events, "root": found.root, "intact": intact, "findings": findings})
    else:
        said = {"events": found.events, "count": len(found.findings)}
        lines = [clean(problem.line()) for problem in found.findings]
        lines += [text("commands.intact" if intact else "commands.not_intact", said), text("commands.root", {"root": found.root})]
        click.echo("\n".join(lines))
    return 0 if intact else 1
