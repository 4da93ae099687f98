"""A bulletin on the terminal: its fields, those that a document has, in a few tables and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from ledger.commands.tables import Justify, columns, line
from ledger.commands.words import several
from ledger.messages import listed, text

_COUNTS = (
    "submitted", "adopted", "items_adopted", "endorsed", "training", "solicitations", "answered", "missed", "units_sent", "units_adopted",
)  # fmt: skip
_LEFT = frozenset({"unit", "flags"})
_ELSEWHERE = frozenset({"completed_on", "pending", "if_closed"})
"""Columns that a page has room for and a terminal has not: below the table, and in ``standings``."""
_HEAD_WIDTH, _WIDEST = 12, 30
_NAMED = ("sent_nothing", "adopted_nothing", "criticised", "ineligible", "ruling_needed", "unmet")
_HASH_SHOWN = 12

Made = Mapping[str, Any]


def bulletin(made: Made) -> Iterator[RenderableType]:
    """Everything but the list of adopted items, which is counted."""
    yield line(made["title"], "bold")
    yield line(text("commands.bulletin_cut", made))
    if made["draft"]:
        yield line(text("commands.bulletin_draft"), "bold yellow")
    yield _totals(made)
    heads = {name: head for name, head in made["columns"].items() if name not in _ELSEWHERE}
    for group in made["groups"]:
        yield line(text("commands.bulletin_class", group), "bold")
        yield _standings(heads, group["rows"])
    yield from (line(said) for said in _said(made))
    if made["solicitations"]:
        yield _calls(made["solicitations"])
    yield line(text("commands.bulletin_rest", {"adopted": len(made["adopted"])}), "dim")
    yield line(text("commands.bulletin_basis", {**made, "hash": made["scheme_hash"][:_HASH_SHOWN]}), "dim")


def _totals(made: Made) -> Table:
    """What happened, beside the period before and the same one a year before, where there are any."""
    totals, changes = made["totals"], made["totals"]["changes"]
    beside = [name for name in ("before", "last_year") if totals[name]]
    heads = [made["period"], *(made[f"period_{name}"] for name in beside)]
    table = columns(None, ("", "left"), *((head, "right") for head in heads))
    for name in _COUNTS:
        was = (text("commands.bulletin_was", {"was": totals[each][name], "change": changes[each][name]}) for each in beside)
        table.add_row(line(text(f"commands.bulletin_count_{name}")), line(totals["now"][name]), *map(line, was))
    return table


def _standings(heads: Mapping[str, str], rows: Iterable[Made]) -> Table:
    sides: Mapping[bool, Justify] = {True: "left", False: "right"}
    rows = list(rows)
    table = columns(None, *((head, sides[name in _LEFT]) for name, head in heads.items()))
    for at, name in enumerate(heads):
        widest = max(line(row[name]).cell_len for row in rows)
        table.columns[at].max_width = min(max(_HEAD_WIDTH, widest), _WIDEST)
    for row in rows:
        table.add_row(*(line(row[name]) for name in heads))
    return table


def _said(made: Made) -> Iterator[str]:
    """What is said of units, a line each."""
    for each in made["leaders"]:
        yield text("commands.bulletin_leaders", {"name": each["class"], "units": listed(each["first"]), "score": each["score"]})
    if made["has_targets"]:
        units = listed(text("commands.bulletin_ahead_on", each) if each["on"] else each["unit"] for each in made["ahead"])
        yield text("commands.bulletin_ahead", {"count": len(made["ahead"]), "units": units or text("commands.never")})
    for name in _NAMED:
        if made[name]:
            yield text(f"commands.bulletin_{name}", {"count": len(made[name]), "units": listed(made[name])})
    yield from (text("commands.bulletin_marked", {**each, "units": several(each["units"])}) for each in made["marks"])
    yield from (text("commands.bulletin_vetoed", {**each, "why": each["why"] or text("commands.never")}) for each in made["vetoed"])
    yield from (text("commands.bulletin_missed", each) for each in made["misses"])
    for each in made["restatements"]:
        yield text("commands.bulletin_restated", {**each, "figures": listed(each["figures"], "besides"), "events": listed(each["events"])})


def _calls(calls: Iterable[Made]) -> Table:
    heads: dict[str, Justify] = {"topic": "left", "issued": "left", "due": "left", "asked": "right", "answered": "right", "missed": "right"}
    table = columns(None, *((text(f"commands.bulletin_head_{name}"), side) for name, side in heads.items()), ("", "left"))
    for each in calls:
        table.add_row(*(line(each[name]) for name in heads), line(each["event"]))
    return table
