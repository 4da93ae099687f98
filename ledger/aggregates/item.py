"""An item's life: sent in once, then adopted, endorsed, and named by answers and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ledger.errors import Problem
from ledger.events import Event, ItemAdopted, ItemEndorsed, ItemSubmitted

Place = tuple[str, str | None, str]
_DATED = (ItemAdopted, ItemEndorsed)


def _place(fact: ItemAdopted) -> Place:
    return fact.channel, fact.issue, fact.placement


@dataclass(frozen=True, slots=True)
class Item:
    """The live facts about one item; ``others`` are its endorsements and the facts that name it."""

    submitted: ItemSubmitted | None = None
    adopted: Mapping[Place, ItemAdopted] = field(default_factory=dict)
    others: tuple[Event, ...] = ()

    def evolve(self, fact: Event) -> Item:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if isinstance(fact, ItemSubmitted):
            return Item(fact, self.adopted, self.others)
        if isinstance(fact, ItemAdopted):
            return Item(self.submitted, {**self.adopted, _place(fact): fact}, self.others)
        return Item(self.submitted, self.adopted, (*self.others, fact))

    def retract(self, fact: Event) -> Item:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        return Item(
            self.submitted if self.submitted and self.submitted.id != fact.id else None,
            {place: each for place, each in self.adopted.items() if each.id != fact.id},
            tuple(each for each in self.others if each.id != fact.id),
        )

    def live(self) -> Iterator[Event]:
        """See :class:`~ledger.aggregates.boundary.Boundary`."""
        if self.submitted:
            yield self.submitted
        yield from self.adopted.values()
        yield from self.others

    def decide(self, fact: Event) -> Problem | None:
        """An item is sent in once, known before anything names it, and not adopted twice in the same place."""
        if isinstance(fact, ItemSubmitted):
            return self._sent_twice(fact)
        if self.submitted is None:
            return Problem("aggregates.item_not_known", "item", params={"item": getattr(fact, "item", None)})
        if isinstance(fact, _DATED):
            return self._too_early(fact, self.submitted) or self._printed_twice(fact)
        return None

    def _sent_twice(self, fact: ItemSubmitted) -> Problem | None:
        if self.submitted is None:
            return None
        return Problem("aggregates.item_twice", "item", params={"item": fact.item, "id": self.submitted.id, "on": self.submitted.on})

    @staticmethod
    def _too_early(fact: ItemAdopted | ItemEndorsed, submitted: ItemSubmitted) -> Problem | None:
        if fact.on >= submitted.on:
            return None
        return Problem("aggregates.item_too_early", "on", params={"item": fact.item, "on": fact.on, "earliest": submitted.on})

    def _printed_twice(self, fact: ItemAdopted | ItemEndorsed) -> Problem | None:
        before = self.adopted.get(_place(fact)) if isinstance(fact, ItemAdopted) else None
        if before is None:
            return None
        return Problem("aggregates.adopted_twice", "channel", params={"item": fact.item, "id": before.id, "on": before.on})
