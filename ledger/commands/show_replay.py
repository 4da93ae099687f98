"""A replay for people: what was rebuilt, and each snapshot beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from ledger.commands.show_closing import moved
from ledger.commands.tables import columns, line, stacked
from ledger.commands.words import Titles
from ledger.commands.words import period as in_words
from ledger.messages import listed, text
from ledger.projections.replays import Replay, Replayed

_MOST = 20
"""Differing lines shown of one snapshot; a report holds all."""


def replay(found: Replay, titles: Mapping[str, Titles], reports: Sequence[Path]) -> Iterator[RenderableType]:
    """The whole replay; ``titles`` are the words of the schemes, by their hashes."""
    said = {"year": found.year, "events": found.events, "seconds": f"{found.seconds:.2f}", "speed": found.speed}
    yield line(text("commands.rebuilt", said), "bold")
    yield line(text("commands.root", {"root": found.root}))
    if found.root != found.head_root:
        yield line(text("commands.other_root", {"root": found.head_root}), "red")
    for each in found.snapshots:
        yield from _snapshot(each, found.evaluator, titles.get(each.scheme_hash) or next(iter(titles.values())))
    if not found.snapshots:
        yield line(text("commands.nothing_to_replay", {"year": found.year}))
    yield from (line(text("commands.report_written", {"file": file})) for file in reports)


def _snapshot(each: Replayed, evaluator: str, titles: Titles) -> Iterator[RenderableType]:
    rows = len(each.snapshot.rows) + len(each.snapshot.persons)
    said = {"period": in_words(each.snapshot.period), "at": each.snapshot.at, "rows": rows}
    if each.matches:
        yield line(text("commands.snapshot_matches", said), "green")
        return
    key = "commands.snapshot_differs" if each.lines else "commands.snapshot_only_broken"
    yield line(text(key, {**said, "count": len(each.lines)}), "red")
    if each.broken:
        broken = listed(text(f"commands.broken_{name}") for name in each.broken)
        yield line(text("commands.snapshot_broken", {"broken": broken}), "red")
    if each.unscored:
        yield line(text("commands.snapshot_unscored", {"reason": each.unscored.text()}), "red")
    if each.snapshot.evaluator != evaluator:
        yield line(text("commands.other_evaluator", {"then": each.snapshot.evaluator, "now": evaluator}), "yellow")
    if each.lines:
        yield _table(each, titles)


def _table(each: Replayed, titles: Titles) -> Table:
    table = columns(
        None,
        (text("commands.head_unit"), "left"),
        (text("commands.head_published_replayed"), "left"),
        (text("commands.head_see"), "left"),
    )
    for differing in each.lines[:_MOST]:
        figures = stacked(*(line(moved(figure, titles)) for figure in differing.figures))
        table.add_row(line(differing.name), figures, line(each.command(differing)))
    if len(each.lines) > _MOST:
        table.add_row(line(text("commands.and_more", {"count": len(each.lines) - _MOST})))
    return table
