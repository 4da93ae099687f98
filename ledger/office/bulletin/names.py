"""The names of all fields that a template of a bulletin may use, and what each means.

A test holds them against the fields of real bulletins; ``docs/reference/bulletin-fields.md`` is made from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ledger.messages import text

_COUNTS = (
    "units", "submitted", "adopted", "items_adopted", "endorsed", "training", "solicitations", "answered", "missed",
    "units_sent", "units_adopted",
)  # fmt: skip

FIELDS: Mapping[str, tuple[str, ...]] = {
    "": (
        "agency", "red_header", "number", "title", "recipients", "period", "period_short", "period_before", "period_last_year",
        "division", "year", "first_day", "last_day", "as_of", "dated", "draft", "closed", "over", "monthly", "known_at", "scheme",
        "scheme_hash", "readings", "ledger_id", "digest", "command", "checkpoint", "qr", "appeal_days", "copies", "printer",
        "printed_on", "scored", "counted", "has_targets", "totals", "channels", "columns", "groups", "leaders", "ahead",
        "sent_nothing", "adopted_nothing", "misses", "criticised", "ineligible", "ruling_needed", "unmet", "marks", "vetoed",
        "restatements", "unknown_restatements", "adopted", "solicitations", "pictures",
    ),
    "totals": ("now", "before", "last_year", "changes"),
    "totals.now": _COUNTS,
    "totals.changes": ("before", "last_year"),
    "totals.changes.before": ("by", "trend"),
    "channels": ("channel", "adopted"),
    "groups": ("name", "units", "rows"),
    "groups.rows": (
        "rank", "overall", "unit", "current", "score", "pending", "if_closed", "reached", "target", "rate", "reached_year",
        "target_year", "rate_year", "completed", "completed_on", "flags",
    ),
    "leaders": ("class", "first", "score"),
    "ahead": ("unit", "on"),
    "misses": ("unit", "topic", "how", "excused", "on", "event", "event_id"),
    "marks": ("mark", "units"),
    "vetoed": ("unit", "why", "on"),
    "restatements": ("period", "unit", "published", "current", "figures", "events", "reasons"),
    "adopted": ("no", "on", "title", "units", "channel", "placement", "issue", "points", "event", "event_id"),
    "solicitations": (
        "no", "topic", "issued", "due", "asked", "answered", "missed", "asked_units", "answered_units", "missed_units", "event",
        "event_id",
    ),
}  # fmt: skip
"""By what holds them: the names at the top, then those of each mapping and of the mappings in each list.

``totals.before`` and ``totals.last_year`` have the names of ``totals.now``, and so have the changes and what is in them. A row has
besides a ``goal_1`` and a ``rate_1``, and so on, for each goal that ``columns`` lists.
"""


class Meaning(NamedTuple):
    """A field's whole name, and what it means in the reader's language."""

    name: str
    words: str


def meanings(holder: str) -> Iterator[Meaning]:
    """The fields of one holder."""
    key = _key(holder)
    for name in FIELDS[holder]:
        whole = f"{holder}.{name}" if holder else name
        yield Meaning(whole, text(f"bulletin.field_{key}{name}"))


def _key(holder: str) -> str:
    """What the messages of a holder's fields begin with."""
    if not holder:
        return ""
    return "count_" if holder == "totals.now" else f"{holder.rpartition('.')[2]}_"
