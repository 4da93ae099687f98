"""Why a rule paid what it paid, for people: one line a fact or period."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from ledger.commands.show_standings import footing, heading
from ledger.commands.tables import columns, line
from ledger.commands.words import Titles, amount, period
from ledger.messages import text
from ledger.projections.why import Why


def why(found: Why, titles: Titles) -> Iterator[RenderableType]:
    """The rule with its clause and words, and beneath it the reasons by day."""
    yield from heading(found.basis, titles)
    yield line()
    yield line(text("commands.why_title", {"unit": found.unit, "rule": found.rule.id, "clause": found.rule.clause}), "bold")
    yield line(found.rule.text)
    yield line()
    table = columns(
        None,
        (text("commands.head_on"), "left"),
        (text("commands.head_event"), "left"),
        (text("commands.head_points"), "right"),
        (text("commands.head_why"), "left"),
    )
    for reason in found.reasons:
        named = {"period": period(str(reason.params["period"]))} if "period" in reason.params else {}
        said = text(f"commands.{reason.key}", {**reason.params, **named})
        event = found.ids.get(reason.position or 0, "")
        table.add_row(*map(line, (str(reason.on or ""), event, "" if reason.points is None else amount(reason.points), said)))
    yield table
    yield footing(found.basis)
