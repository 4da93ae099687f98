"""What is measured with: a scheme, and any number of events for it, the same every time, in the proportions of a county's year."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.rules.source import load

Record = dict[str, Any]


class Workload(NamedTuple):
    """A scheme by id or file, what makes so many events for it, and the last day of their year."""

    scheme: str
    records: Callable[[int], Iterator[Record]]
    last: date


SCHEME = "liucheng-2024"
FIRST = date(2024, 1, 1)
DAYS = 366
CHANNELS = ("county", "county", "upward", "city", "region")


def records(count: int) -> Iterator[Record]:
    """``count`` events of 2024 for :data:`SCHEME`: 45 % submissions, 42 % adoptions, endorsements, misses, corrections."""
    chance = random.Random(count)
    units = [unit.id for unit in load(SCHEME).roster]
    items: list[str] = []
    adopted: list[str] = []
    for number in range(count):
        on = (FIRST + timedelta(days=number * DAYS // count)).isoformat()
        share = number % 100
        if share < 45 or not items:
            items.append(f"I{number:07}")
            yield _submitted(chance, units, on, items[-1])
        elif share < 87:
            channel = chance.choice(CHANNELS)
            adopted.append(f"E{number:07}")
            item = items[-1 - chance.randrange(min(len(items), 2000))]
            yield {"kind": "item_adopted", "id": adopted[-1], "on": on, "item": item, "channel": channel, "issue": f"2024-{number}"}
        elif share < 93:
            item, level = items[-1 - chance.randrange(min(len(items), 2000))], chance.choice(("county", "city", "region"))
            yield {"kind": "item_endorsed", "id": f"E{number:07}", "on": on, "item": item, "level": level}
        elif share < 97:
            yield {"kind": "feedback_failed", "id": f"E{number:07}", "on": on, "unit": chance.choice(units), "how": "late"}
        else:
            target = adopted.pop(-1 - chance.randrange(min(len(adopted), 500)))
            yield {"kind": "event_reversed", "id": f"E{number:07}", "on": on, "target": target, "reason": "entered by mistake"}


def _submitted(chance: random.Random, units: list[str], on: str, item: str) -> Record:
    said: Record = {"kind": "item_submitted", "id": f"E{item[1:]}", "on": on, "item": item, "title": f"Item {item}"}
    if chance.random() < 0.15:
        several = chance.sample(units, chance.choice((2, 3)))
        return {**said, "units": several, "lead": several[0]}
    return {**said, "unit": chance.choice(units)}


COUNTY = Workload(SCHEME, records, date(2024, 12, 31))
