"""What the doctor found, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType

from ledger.commands.tables import columns, line, stacked
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.operating import Check

_STYLES: Mapping[str, str] = {"ok": "", "note": "yellow", "wrong": "bold red"}


def page(checks: Sequence[Check]) -> Iterator[RenderableType]:
    """A row for each check, with what to do below what was found, and how many are not well."""
    table = columns(None, (text("doctor.head_check"), "left"), (text("doctor.head_state"), "left"), (text("doctor.head_found"), "left"))
    for check in checks:
        found = [line(check.found.text())]
        if check.advice is not None:
            found.append(line(text("doctor.advised", {"advice": check.advice.text()}), "bold"))
        table.add_row(
            line(text(f"doctor.name_{check.name}")), line(text(f"doctor.state_{check.state}"), _STYLES[check.state]), stacked(*found)
        )
    yield table
    wrong, notes = (sum(check.state == state for check in checks) for state in ("wrong", "note"))
    yield line(text("doctor.unhealthy", {"wrong": wrong}) if wrong else text("doctor.healthy", {"notes": notes}), "bold")
