"""A peer: the same facts as eventsourcing's own aggregates, with its own mapper and recorder, one aggregate an item."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

_A_SAVE = 500


class Item(Aggregate):
    """An item, or a unit's own facts, as eventsourcing's documentation would write it."""

    @event("Submitted")
    def __init__(self, number: str, on: str, units: list[str]) -> None:
        self.number, self.on, self.units, self.facts = number, on, units, [("", "")]

    @staticmethod
    def create_id(number: str) -> UUID:
        """An aggregate's id, from its number."""
        return uuid5(NAMESPACE_OID, number)

    @event("Happened")
    def happened(self, on: str, what: str) -> None:
        """Anything that happened to it later."""
        self.facts.append((on, what))


class Stock:
    """A store of the facts of ``records``, filled when it is made."""

    def __init__(self, path: Path, records: Iterable[dict[str, Any]]) -> None:
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        self._application: Any = Application(env=env)
        items: dict[str, Item] = {}
        for record in records:
            number = str(record.get("item", record.get("unit", "ledger")))
            if number in items:
                items[number].happened(on=record["on"], what=msgspec.json.encode(record).decode())
            else:
                items[number] = Item(number=number, on=record["on"], units=[str(record.get("unit"))])
        pending = list(items.values())
        for first in range(0, len(pending), _A_SAVE):
            self._application.save(*pending[first : first + _A_SAVE])
        self.items = [item.id for item in pending]

    def replay(self) -> int:
        """Every aggregate again from its events, by the repository; how many."""
        return sum(1 for item in self.items if self._application.repository.get(item))
