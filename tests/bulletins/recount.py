"""Everything that a bulletin counts, counted again from what ``log --format json`` says, by other means than the program's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Said = Mapping[str, Any]


def standing(events: Sequence[Said]) -> list[Said]:
    """The events that count: those that no standing reversal is against."""
    against: dict[str, list[Said]] = {}
    for event in events:
        if event["kind"] == "event_reversed":
            against.setdefault(event["target"], []).append(event)

    def stands(event: Said) -> bool:
        return not any(stands(reversal) for reversal in against.get(event["id"], ()))

    return [event for event in events if stands(event)]


def units_of(item: Said) -> list[str]:
    return list(item.get("units") or [item["unit"]])


def totals(events: Iterable[Said], first: str, last: str, roster: Iterable[str]) -> dict[str, int]:
    """The totals of the days from the first to the last, of events that stand, for a roster without mergers."""
    events = list(events)
    items = {event["item"]: event for event in events if event["kind"] == "item_submitted"}
    days = [event for event in events if first <= str(event["on"])[:10] <= last]

    def number(kind: str) -> int:
        return sum(event["kind"] == kind for event in days)

    adoptions = [event for event in days if event["kind"] == "item_adopted"]
    sent = {unit for event in days if event["kind"] == "item_submitted" for unit in units_of(event)}
    adopted = {unit for event in adoptions for unit in units_of(items[event["item"]])}
    there = set(roster)
    return {
        "units": len(there),
        "submitted": number("item_submitted"),
        "adopted": len(adoptions),
        "items_adopted": len({event["item"] for event in adoptions}),
        "endorsed": number("item_endorsed"),
        "training": number("training_completed"),
        "solicitations": number("solicitation_issued"),
        "answered": number("solicitation_fulfilled"),
        "missed": number("solicitation_missed"),
        "units_sent": len(sent & there),
        "units_adopted": len(adopted & there),
    }
