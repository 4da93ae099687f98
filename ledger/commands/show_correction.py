"""What a correction did to the scores: each unit whose figures it changed, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table

from ledger.commands.tables import columns, line
from ledger.commands.words import Titles, amount, flags, measured
from ledger.messages import listed, text
from ledger.projections.standings import Row, Standings
from ledger.recording import Corrected
from ledger.rules.source import Source


@dataclass(frozen=True, slots=True)
class Comparison:
    """The standings of one year before and after, under the scheme of the latter."""

    before: Standings
    after: Standings
    scheme: Source


def correction(done: Corrected, comparisons: Sequence[Comparison]) -> Iterator[RenderableType]:
    """What was reversed and recorded, and what came of it. Where somebody else's proposal did not reverse, it has only recorded."""
    if done.reversed:
        yield line(text("commands.corrected", {"reversed": listed(done.reversed), "position": done.position}))
    if done.recorded:
        key = "commands.corrected_recorded" if done.reversed else "commands.approved"
        yield line(text(key, {"recorded": listed(done.recorded), "position": done.position}))
    for comparison in comparisons:
        yield from _comparison(comparison)


def _comparison(comparison: Comparison) -> Iterator[RenderableType]:
    titles, basis = Titles(comparison.scheme), comparison.after.basis
    was = {row.unit_id: row for row in comparison.before.rows}
    pairs = [(was[row.unit_id], row) for row in comparison.after.rows if row.unit_id in was]
    changes = [(now.unit, *change) for before, now in pairs for change in _changes(before, now, titles)]
    yield line()
    yield line(text("commands.before_and_after", {"year": basis.year, "as_of": basis.cut.as_of}), "bold")
    yield _table(changes) if changes else line(text("commands.no_figure_changed"))
    moved = sum((before.rank, before.class_rank) != (now.rank, now.class_rank) for before, now in pairs)
    if moved:
        yield line(text("commands.ranks_moved", {"count": moved}))


def _changes(before: Row, now: Row, titles: Titles) -> Iterator[tuple[str, str, str]]:
    """Each figure that is not what it was: its name, and both values."""
    for head, name in (("commands.head_score", "score"), ("commands.head_pending", "pending"), ("commands.head_if_closed", "if_closed")):
        if getattr(before, name) != getattr(now, name):
            yield text(head), amount(getattr(before, name)), amount(getattr(now, name))
    if before.flags != now.flags:
        yield text("commands.head_flags"), flags(before.flags), flags(now.flags)
    for name, value in now.measures.items():
        if before.measures.get(name) != value:
            yield titles.measure(name), measured(before.measures.get(name)), measured(value)


def _table(changes: Sequence[Sequence[str]]) -> Table:
    table = columns(
        None,
        (text("commands.head_unit"), "left"),
        (text("commands.head_figure"), "left"),
        (text("commands.head_before"), "right"),
        (text("commands.head_after"), "right"),
    )
    for change in changes:
        table.add_row(*map(line, change))
    return table
