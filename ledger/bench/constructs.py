"""Events for the scheme that uses every construct of the scheme language: every kind of fact, in a county's proportions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from ledger.bench.events import Record, Workload

SCHEME = Path(__file__).with_name("constructs.yaml")
FIRST, LAST = date(2023, 12, 1), date(2024, 11, 30)
UNITS = tuple(f"unit-{number:02}" for number in range(1, 49))
PERSONS = tuple(f"author {number:03}" for number in range(200))
CHANNELS = ("county", "upward", "city", "region", "digest", "daily", "weekly", "joint", "pairs", "authors", "series")
_OF_CHANNELS = (30, 15, 15, 5, 5, 5, 5, 5, 5, 5, 5)
_RECENT = 2000
"""How many of the latest items facts are about, so that items of long ago rest."""


class Year:
    """A year being made up. ``chance`` is seeded, so the same count gives the same events."""

    def __init__(self, count: int) -> None:
        self._chance = random.Random(count)
        self._count = count
        self._items: list[str] = []
        self._adopted: list[str] = []
        self._calls: list[tuple[str, list[str]]] = []
        self._incidents: list[tuple[str, str]] = []
        # of a hundred events so many are of each kind
        weights: tuple[tuple[int, Callable[[str, str], Record]], ...] = (
            (40, self._submitted), (34, self._adoption), (5, self._endorsed), (2, self._called), (5, self._answered), (2, self._occurred),
            (2, self._reported), (2, self._trained), (3, self._found), (1, self._awarded), (1, self._failed), (3, self._reversed),
        )  # fmt: skip
        self._shares = [make for share, make in weights for _ in range(share)]

    def records(self) -> Iterator[Record]:
        """The year, in order of day."""
        days = (LAST - FIRST).days + 1
        for number in range(self._count):
            on = (FIRST + timedelta(days=number * days // self._count)).isoformat()
            make = self._shares[(number * 37) % 100] if self._items else self._submitted
            yield make(f"E{number:07}", on)

    def _item(self) -> str:
        return self._items[-1 - self._chance.randrange(min(len(self._items), _RECENT))]

    def _submitted(self, id: str, on: str) -> Record:
        self._items.append(f"I{id[1:]}")
        several = self._chance.sample(UNITS, self._chance.choice((2, 3))) if self._chance.random() < 0.15 else []
        ratio = {"authors": [self._chance.randint(1, 3) for _ in several]} if several else {}
        whose = {"units": several, "lead": several[0]} if several else {"unit": self._chance.choice(UNITS)}
        known = {
            "title": f"Item {id}",
            "author": self._chance.choice(PERSONS),
            "category": self._chance.choice(("dynamic", "problem", "research")),
        }
        extra = {"words": self._chance.randint(300, 3000), "written_on": on, **ratio}
        return {"kind": "item_submitted", "id": id, "on": on, "item": self._items[-1], **whose, **known, "extra": extra}

    def _adoption(self, id: str, on: str) -> Record:
        self._adopted.append(id)
        channel = self._chance.choices(CHANNELS, _OF_CHANNELS)[0]
        said: Record = {"kind": "item_adopted", "id": id, "on": on, "item": self._item(), "channel": channel, "issue": id}
        if channel == "digest":
            return {**said, "extra": {"reprint": self._chance.random() < 0.5}}
        if channel in ("daily", "weekly") and self._chance.random() < 0.3:
            return {**said, "extra": {"column": "lead", "weight": 0.5}}
        return {**said, "placement": "cover"} if self._chance.random() < 0.05 else said

    def _endorsed(self, id: str, on: str) -> Record:
        level, post = self._chance.choice(("county", "city", "region")), self._chance.choice(("head", "deputy"))
        known = {"level": level, "leader": self._chance.choice(PERSONS[:9])}
        return {"kind": "item_endorsed", "id": id, "on": on, "item": self._item(), **known, "extra": {"post": post}}

    def _called(self, id: str, on: str) -> Record:
        asked = self._chance.sample(UNITS, 4)
        self._calls.append((f"C{id[1:]}", asked.copy()))
        return {
            "kind": "solicitation_issued",
            "id": id,
            "on": on,
            "solicitation": self._calls[-1][0],
            "topic": id,
            "units": asked,
            "due": str(LAST),
        }

    def _answered(self, id: str, on: str) -> Record:
        asked = [(call, units) for call, units in self._calls[-20:] if units]
        if not asked:
            return self._failed(id, on)
        call, units = self._chance.choice(asked)
        known = {"id": id, "on": on, "solicitation": call, "unit": units.pop()}
        if self._chance.random() < 0.9:
            return {"kind": "solicitation_fulfilled", **known}
        return {"kind": "solicitation_missed", **known, "how": "substandard", "excused": self._chance.random() < 0.3}

    def _occurred(self, id: str, on: str) -> Record:
        self._incidents.append((f"J{id[1:]}", on))
        known = {"unit": self._chance.choice(UNITS), "severity": self._chance.choice(("ordinary", "major", "especially_major"))}
        return {"kind": "incident_occurred", "id": id, "on": f"{on} 08:30", "incident": self._incidents[-1][0], **known}

    def _reported(self, id: str, on: str) -> Record:
        if not self._incidents:
            return self._failed(id, on)
        incident, since = self._incidents.pop()
        at = self._chance.choices(("08:45", "09:20", "11:00", "16:00"), (50, 40, 5, 5))[0]
        channel = self._chance.choice(("phone", "written"))
        return {"kind": "incident_reported", "id": id, "on": f"{since} {at}", "incident": incident, "channel": channel}

    def _trained(self, id: str, on: str) -> Record:
        return {
            "kind": "training_completed",
            "id": id,
            "on": on,
            "unit": self._chance.choice(UNITS),
            "trainee": self._chance.choice(PERSONS),
        }

    def _found(self, id: str, on: str) -> Record:
        finding = self._chance.choice(("careless", "careless", "criticised", "review_good", "review_fair", "month_void"))
        return {"kind": "finding_established", "id": id, "on": on, "unit": self._chance.choice(UNITS), "finding": finding}

    def _awarded(self, id: str, on: str) -> Record:
        known = {
            "rule": "merit",
            "points": self._chance.randint(1, 5),
            "officer": self._chance.choice(PERSONS[:5]),
            "reason": "outstanding work",
        }
        return {"kind": "points_awarded", "id": id, "on": on, "unit": self._chance.choice(UNITS), **known}

    def _failed(self, id: str, on: str) -> Record:
        return {"kind": "feedback_failed", "id": id, "on": on, "unit": self._chance.choice(UNITS), "how": "late"}

    def _reversed(self, id: str, on: str) -> Record:
        if not self._adopted:
            return self._failed(id, on)
        target = self._adopted.pop(-1 - self._chance.randrange(min(len(self._adopted), 500)))
        return {"kind": "event_reversed", "id": id, "on": on, "target": target, "reason": "entered by mistake"}


def records(count: int) -> Iterator[Record]:
    """``count`` events of the scheme's year 2024, the same every time."""
    return Year(count).records()


CONSTRUCTS = Workload(str(SCHEME), records, LAST)
