"""``scheme check``: is a scheme file sound, what may be meant otherwise, and which clauses no rule cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.errors import Problem
    from ledger.rules.source import Source

PARAMS: list[click.Parameter] = [click.Argument(["scheme_file"], metavar="FILE"), *common()]


@click.command("check", cls=Command, params=PARAMS)
def command(scheme_file: str, location: str, form: str) -> int:
    """What is wrong in a scheme file, with its place and what to do; exit status 1 when anything is."""
    from ledger.errors import SchemeError
    from ledger.rules.advice import Advised, advise
    from ledger.rules.check import found
    from ledger.rules.coverage import Coverage, coverage
    from ledger.rules.readings import resolve, settle
    from ledger.rules.scheme import build
    from ledger.rules.source import load

    advised, covered = Advised((), ()), Coverage((), (), (), ())
    errors: tuple[Problem, ...] = ()
    try:
        source = load(scheme_file)
        errors = found(source)
    except SchemeError as error:  # not even a scheme: what it cannot be read for is all there is to say
        errors = error.problems
    if not errors:
        advised, covered = advise(source, _recorded(location)), coverage(build(resolve(source.data, settle(source, {}))))
    if form == "json":
        from ledger.commands.plain import put_json

        put_json(
            {
                "file": scheme_file,
                "errors": [_as_json(problem) for problem in errors],
                "warnings": [_as_json(problem) for problem in advised.warnings],
                "explained": [{**_as_json(problem), "why": why} for problem, why in advised.explained],
                "coverage": {"cited": list(covered.cited), "uncited": list(covered.uncited)},
            }
        )
    else:
        from ledger.commands.show_check import check as shown
        from ledger.commands.tables import put_page

        put_page(*shown(scheme_file, errors, advised, covered))
    return 1 if errors else 0


def _recorded(location: str) -> list[Source]:
    """The schemes of the ledger at hand; none where there is no ledger."""
    from ledger.errors import StoreError

    try:
        with opened(location) as ledger:
            return [enacted.source for enacted in ledger.schemes()]
    except StoreError:
        return []


def _as_json(problem: Problem) -> dict[str, object]:
    return {"key": problem.key.partition(".")[2], "where": problem.where, "field": problem.field, "message": problem.text()}
