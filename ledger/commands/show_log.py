"""The log as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from ledger.commands.tables import columns, line, struck
from ledger.commands.words import Words, kind, moment
from ledger.listing import LoggedEvent
from ledger.messages import text


def log(events: Sequence[LoggedEvent], words: Words) -> RenderableType:
    """The events in order; what was reversed is struck through and names its reversal."""
    if not events:
        return line(text("commands.no_events"))
    table = columns(
        None,
        (text("commands.head_position"), "right"),
        (text("commands.head_id"), "left"),
        (text("commands.head_kind"), "left"),
        (text("commands.head_on"), "left"),
        (text("commands.head_what"), "left"),
        (text("commands.head_recorded"), "left"),
        (text("commands.head_reversed_by"), "left"),
    )
    table.columns[0].no_wrap = True
    for event in events:
        what = words.event(event.kind, event.fields)
        table.add_row(
            line(f"@{event.position}"),
            line(event.id),
            line(kind(event.kind)),
            line(str(event.fields["on"])[:10]),
            struck(what) if event.reversed_by else line(what),
            line(f"{moment(event.recorded_at)} {event.recorded_by}"),
            line(event.reversed_by or ""),
        )
    return table
