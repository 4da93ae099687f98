"""``import``: the events of a file, all of them or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.errors import Problem
    from ledger.office.workbooks import Table
    from ledger.recording import Imported
    from ledger.recording.importing import Row

_MOST_PASSED = 12

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
        table = _table(file, ledger)
        done = ledger.import_rows(
            table.rows if table else _rows(file),
            Path(file).name,
            dry_run=dry_run,
            adjust=adjust,
            progress=lambda rows: progress.tell(text("commands.rows_done", {"rows": rows})),
        )
        progress.done()
        problems = table.settled(done.problems) if table else done.problems
        keep(0 if dry_run or done.problems else done.appended, done.position)
    if table and form != "json" and table.passed:
        say("\n".join(_passed(table.passed)))
    if problems:
        refused(problems)
        say("\n".join([problem.line() for problem in problems] + [text("commands.not_imported", {"count": len(problems)})]))
    elif adjust is not None:
        say(text("commands.late_rows", {"count": done.late}) if done.late else text("commands.not_late"))
    if form == "json":
        errors = [problem_json(problem) for problem in problems]
        late = {} if adjust is None else {"late": done.late}
        put_json(
            {
                "appended": done.appended,
                "skipped": done.skipped,
                "position": done.position,
                **late,
                "errors": errors,
                **(_asides(table) if table else {}),
            }
        )
    elif not problems:
        click.echo(_summary(done, dry_run=dry_run))
    return 1 if problems else 0


def _table(file: str, ledger: Ledger) -> Table | None:
    """The file as a table; None for one of lines."""
    from ledger.errors import InputError
    from ledger.office.rows import is_table, table

    if not is_table(file):
        return None
    try:
        return table(Path(file), ledger.holdings())
    except InputError as error:
        from ledger.office.workbooks import Table

        return Table(error.problems)


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


def _passed(passed: Sequence[Problem]) -> list[str]:
    """What was passed over, a line each; of much, the first and how much there is."""
    lines = [problem.line() for problem in passed[:_MOST_PASSED]]
    return lines if len(passed) <= _MOST_PASSED else [*lines, text("commands.passed_more", {"count": len(passed) - _MOST_PASSED})]


def _asides(table: Table) -> dict[str, object]:
    """What a program may want to know of a table besides."""
    return {"passed_over": [{"where": each.where, "message": each.text()} for each in table.passed]}


def _summary(done: Imported, *, dry_run: bool) -> str:
    said = {"appended": done.appended, "skipped": done.skipped, "position": done.position}
    return text("commands.would_import" if dry_run else "commands.imported", said)
