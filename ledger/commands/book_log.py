"""The log as a workbook: an event a row, in words and in its own fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ledger import times
from ledger.commands.book import log_notes
from ledger.commands.words import Words, kind, moment
from ledger.listing import LoggedEvent
from ledger.messages import text
from ledger.office.charts import Value
from ledger.office.workbook import Column, Kind, Sheet

if TYPE_CHECKING:
    from ledger.application import Ledger


def log(ledger: Ledger, events: Sequence[LoggedEvent], words: Words) -> Sheet:
    """The sheet of some events, in order."""
    last = ledger.position
    known = {"position": last, "count": len(events)}
    before = ("head_position", "head_id", "head_kind", "head_on")
    after = ("head_what", "book_recorded_at", "book_recorded_by", "head_reversed_by", "book_fields")
    kinds: dict[str, Kind] = {"head_position": "number", "head_on": "date"}
    columns = [Column(text(f"commands.{head}"), kinds.get(head, "text")) for head in (*before, *after)]
    return Sheet(
        name=text("commands.book_log"),
        title=text("commands.book_log_title", {"ledger": ledger.id}),
        basis=text("commands.book_log_known", known),
        columns=columns,
        rows=[_row(event, words) for event in events],
        notes=log_notes(ledger, last),
    )


def _row(event: LoggedEvent, words: Words) -> Sequence[Value]:
    when: date = times.day(str(event.fields["on"])[:10])
    return (
        *(event.position, event.id, kind(event.kind), when, words.event(event.kind, event.fields)),
        *(moment(event.recorded_at), event.recorded_by, event.reversed_by),
        json.dumps(dict(event.fields), ensure_ascii=False),
    )
