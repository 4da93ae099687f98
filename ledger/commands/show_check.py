"""What a check of a scheme found, for people: errors, warnings, what is explained, and the clauses cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from ledger.commands.tables import line
from ledger.errors import Problem
from ledger.messages import listed, text
from ledger.rules.advice import Advised
from ledger.rules.coverage import Coverage


def check(file: str, errors: Sequence[Problem], advised: Advised, covered: Coverage) -> Iterator[RenderableType]:
    """Everything that was found, the worst first, and at the end what it comes to."""
    yield from _told("commands.check_errors", [problem.line() for problem in errors], "bold red")
    yield from _told(
        "commands.check_warnings", [f"{problem.line()} [{problem.key.partition('.')[2]}]" for problem in advised.warnings], "bold"
    )
    if advised.explained:
        yield line(text("commands.check_explained", {"count": len(advised.explained)}), "bold")
        for problem, why in advised.explained:
            yield line(f"{problem.where or file}: {problem.field}: {problem.text()}", "dim")
            yield line(f"    {why}", "dim")
        yield line()
    if not errors:
        known = {"cited": len(covered.cited), "uncited": listed(covered.uncited) or "–"}
        yield line(text("commands.check_coverage", known))
    counts = {"file": file, "errors": len(errors), "warnings": len(advised.warnings)}
    yield line(text("commands.check_sound" if not errors else "commands.check_unsound", counts))


def _told(title: str, told: Sequence[str], style: str) -> Iterator[RenderableType]:
    if told:
        yield line(text(title, {"count": len(told)}), style)
        yield from map(line, told)
        yield line()
