"""``import``: the events of a file, all of them or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened, workbook
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

_MOST_ASIDES = 12
"""Lines of what was passed over, and of hints, that a person is shown."""

PARAMS: list[click.Parameter] = [
    click.Argument(["file"], metavar="FILE"),
    click.Option(["--dry-run"], is_flag=True),
    click.Option(["--adjust"], metavar="REASON"),
    click.Option(["--mark"], metavar="FILE.xlsx", type=workbook),
    receipt_option(),
    *common(),
]


@click.command("import", cls=Command, params=PARAMS)
def command(file: str, dry_run: bool, adjust: str | None, mark: Path | None, receipt: str | None, location: str, form: str) -> int:
    """Appends every event of a file in one transaction, or none."""
    from ledger.commands.plain import Progress, problem_json, put_json, say
    from ledger.commands.running import refused

    _demand_markable(file, mark)
    progress = Progress()
    with opened(location) as ledger, kept(ledger, receipt) as keep:
        table, hints = _table(file, ledger)
        done = ledger.import_rows(
            table.rows if table else _rows(file),
            Path(file).name,
            dry_run=dry_run,
            adjust=adjust,
            progress=lambda rows: progress.tell(text("commands.rows_done", {"rows": rows})),
        )
        progress.done()
        problems = table.settled(done.problems) if table else done.problems
        keep(0 if dry_run or problems else done.appended, done.position)
    if table and form != "json":
        _say_asides(table, hints)
    if problems:
        refused(problems)
        say("\n".join([problem.line() for problem in problems] + [text("commands.not_imported", {"count": len(problems)})]))
    elif adjust is not None:
        say(text("commands.late_rows", {"count": done.late}) if done.late else text("commands.not_late"))
    if mark:
        say(_marked(file, mark, problems, hints))
    if form == "json":
        errors = [problem_json(problem) for problem in problems]
        late = {} if adjust is None else {"late": done.late}
        asides = _asides_json(table, hints) if table else {}
        put_json({"appended": done.appended, "skipped": done.skipped, "position": done.position, **late, "errors": errors, **asides})
    elif not problems:
        click.echo(_summary(done, dry_run=dry_run))
    return 1 if problems else 0


def _demand_markable(file: str, mark: Path | None) -> None:
    """Raises BadParameter for a file that is no table, InputError where the marked one would take another's place."""
    if mark:
        from ledger.office.new_files import demand_new
        from ledger.office.rows import is_table

        if not is_table(file):
            raise click.BadParameter(text("commands.mark_no_table", {"file": file}))
        demand_new(mark)


def _table(file: str, ledger: Ledger) -> tuple[Table | None, Sequence[Problem]]:
    """The file as a table, and its hints; None for one of lines."""
    from ledger.errors import InputError
    from ledger.office.rows import is_table, table

    if not is_table(file):
        return None, ()
    from ledger.office.duplicates import hints

    holdings = ledger.holdings()
    try:
        found = table(Path(file), holdings)
    except InputError as error:
        from ledger.office.workbooks import Table

        return Table(error.problems), ()
    return found, hints(found.rows, holdings)


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


def _say_asides(table: Table, hints: Sequence[Problem]) -> None:
    """What was passed over and what looks alike, a line each; of much, the first and how much there is."""
    from ledger.commands.plain import say

    shown = [text("commands.hint", {"line": each.line()}) for each in hints]
    for lines, more in (([each.line() for each in table.passed], "passed_more"), (shown, "hints_more")):
        rest = len(lines) - _MOST_ASIDES
        if lines:
            say("\n".join(lines[:_MOST_ASIDES] + ([text(f"commands.{more}", {"count": rest})] if rest > 0 else [])))


def _asides_json(table: Table, hints: Sequence[Problem]) -> dict[str, object]:
    """What a program may want to know of a table besides."""
    likely = [{**each.params, "where": each.where, "message": each.text()} for each in hints]
    likely = [{name: hint[name] for name in ("where", "other", "similarity", "message")} for hint in likely]
    return {"hints": likely, "passed_over": [{"where": each.where, "message": each.text()} for each in table.passed]}


def _marked(file: str, mark: Path, problems: Sequence[Problem], hints: Sequence[Problem]) -> str:
    """Writes the marked workbook, where there is anything to mark; what came of it."""
    from ledger.office import marking

    count = marking.mark(Path(file), mark, problems, hints)
    return text("commands.marked", {"file": mark, "count": count}) if count else text("commands.nothing_to_mark", {"file": mark})


def _summary(done: Imported, *, dry_run: bool) -> str:
    said = {"appended": done.appended, "skipped": done.skipped, "position": done.position}
    return text("commands.would_import" if dry_run else "commands.imported", said)
