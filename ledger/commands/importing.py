"""``import``: the events of a file, all of them or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.recording import Imported
    from ledger.recording.importing import Row

PARAMS: list[click.Parameter] = [
    click.Argument(["file"], metavar="FILE"),
    click.Option(["--dry-run"], is_flag=True),
    click.Option(["--adjust"], metavar="REASON"),
    receipt_option(),
    *common(),
]


@click.command("import", cls=Command, params=PARAMS)
def command(file: str, dry_run: bool, adjust: str | None, receipt: str | None, location: str, form: str) -> int:
    """Appends every event of a file in one transaction, or none."""
    from ledger.commands.plain import Progress, problem_json, put_json, say
    from ledger.commands.running import refused

    progress = Progress()
    with opened(location) as ledger, kept(ledger, receipt) as keep:
        done = ledger.import_rows(
            _rows(file),
            Path(file).name,
            dry_run=dry_run,
            adjust=adjust,
            progress=lambda rows: progress.tell(text("commands.rows_done", {"rows": rows})),
        )
        progress.done()
        keep(0 if dry_run or done.problems else done.appended, done.position)
    if done.problems:
        refused(done.problems)
        say("\n".join([problem.line() for problem in done.problems] + [text("commands.not_imported", {"count": len(done.problems)})]))
    elif adjust is not None:
        say(text("commands.late_rows", {"count": done.late}) if done.late else text("commands.not_late"))
    if form == "json":
        errors = [problem_json(problem) for problem in done.problems]
        late = {} if adjust is None else {"late": done.late}
        put_json({"appended": done.appended, "skipped": done.skipped, "position": done.position, **late, "errors": errors})
    elif not done.problems:
        click.echo(_summary(done, dry_run=dry_run))
    return 1 if done.problems else 0


def _rows(file: str) -> Iterator[Row]:
    """The rows of a file; what keeps the rest of it from being read is a problem like any other."""
    from ledger.errors import InputError
    from ledger.office.rows import read

    if file == "-" and sys.stdin.isatty():
        click.echo(text("commands.reading_terminal"), err=True)
    try:
        yield from read(file)
    except InputError as error:
        yield from error.problems


def _summary(done: Imported, *, dry_run: bool) -> str:
    said = {"appended": done.appended, "skipped": done.skipped, "position": done.position}
    return text("commands.would_import" if dry_run else "commands.imported", said)
