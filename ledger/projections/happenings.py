"""What happened in a period, counted: what was sent in and adopted, who sent nothing, which calls were answered.

The facts are those that count at one cut, so that every number can be counted again from the log as it stood there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from ledger.rules.heirs import ancestry
from ledger.rules.roster import Roster

COUNTED: Mapping[str, tuple[str, ...]] = {
    "item_submitted": ("on", "item", "unit", "units", "title"),
    "item_adopted": ("on", "item", "channel", "placement", "issue"),
    "item_endorsed": ("on",),
    "training_completed": ("on",),
    "solicitation_issued": ("on", "solicitation", "topic", "units", "due"),
    "solicitation_fulfilled": ("on", "solicitation", "unit"),
    "solicitation_missed": ("on", "solicitation", "unit", "how", "excused"),
}
"""The kinds of fact that are counted, with the fields that are read."""


class Span(NamedTuple):
    """The days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


class Fact(NamedTuple):
    """A fact that counts, with its position in the log."""

    position: int
    said: Any


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened in a period. Items are counted once, however many units sent one in; adoptions each time.

    ``solicitations`` are the calls issued in the period; ``answered`` and ``missed`` the answers and misses dated in it, whenever
    their call was issued. ``units_sent`` and ``units_adopted`` are those of the ``units`` in the roster on the last day that
    sent something, or had something adopted, or stand in the place of one that did.
    """

    units: int
    submitted: int
    adopted: int
    items_adopted: int
    endorsed: int
    training: int
    solicitations: int
    answered: int
    missed: int
    units_sent: int
    units_adopted: int

    def as_json(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Call:
    """A call for a piece (约稿) as it stood on the last day: whom it asked, who answered in time and who failed it.

    A unit whose answer was found unfit afterwards has failed it.
    """

    position: int
    topic: str
    issued: date
    due: date
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    missed: tuple[str, ...]


class Happenings:
    """The facts that count at a cut, in order of business date and position, found by kind and by what they are about."""

    def __init__(self, facts: Iterable[tuple[int, str, Any]], roster: Roster) -> None:
        self._roster = roster
        self._facts: dict[str, list[Fact]] = {kind: [] for kind in COUNTED}
        for position, kind, said in facts:
            self._facts[kind].append(Fact(position, said))
        for each in self._facts.values():
            each.sort(key=lambda fact: (fact.said.on, fact.position))
        self._items = {fact.said.item: fact.said for fact in self._facts["item_submitted"]}

    @property
    def begins(self) -> date:
        """The first day of which there is anything; the last there can be where there is nothing."""
        return min((facts[0].said.on for facts in self._facts.values() if facts), default=date.max)

    def of(self, kind: str, span: Span) -> list[Fact]:
        """The facts of a kind dated in a span of days."""
        return [fact for fact in self._facts[kind] if span.holds(fact.said.on)]

    def title(self, item: str) -> str | None:
        """An item's title."""
        return getattr(self._items.get(item), "title", None)

    def credited(self, item: str) -> tuple[str, ...]:
        """The units that sent an item in, by id."""
        return tuple(self._items[item].credited) if item in self._items else ()

    def topic(self, solicitation: str) -> str:
        """What a call asked for."""
        return next(str(fact.said.topic) for fact in self._facts["solicitation_issued"] if fact.said.solicitation == solicitation)

    def senders(self, span: Span) -> frozenset[str]:
        """The units that sent something in, by id."""
        return frozenset(unit for fact in self.of("item_submitted", span) for unit in fact.said.credited)

    def adoptees(self, span: Span) -> frozenset[str]:
        """The units that had something adopted, by id."""
        return frozenset(unit for fact in self.of("item_adopted", span) for unit in self.credited(fact.said.item))

    def without(self, those: frozenset[str], day: date) -> list[str]:
        """The units in the roster on a day that are none of those, and do not stand in the place of any, by id."""
        return [unit.id for unit in self._roster.at(day) if those.isdisjoint(ancestry(self._roster.heirs, [unit.id]))]

    def totals(self, span: Span) -> Totals:
        """Everything that is counted of a span of days."""
        found = {kind: self.of(kind, span) for kind in COUNTED}
        units = len(self._roster.at(span.last))
        return Totals(
            units=units,
            submitted=len(found["item_submitted"]),
            adopted=len(found["item_adopted"]),
            items_adopted=len({fact.said.item for fact in found["item_adopted"]}),
            endorsed=len(found["item_endorsed"]),
            training=len(found["training_completed"]),
            solicitations=len(found["solicitation_issued"]),
            answered=len(found["solicitation_fulfilled"]),
            missed=len(found["solicitation_missed"]),
            units_sent=units - len(self.without(self.senders(span), span.last)),
            units_adopted=units - len(self.without(self.adoptees(span), span.last)),
        )

    def channels(self, span: Span) -> Counter[str]:
        """How many adoptions there were in each channel, by its id."""
        return Counter(str(fact.said.channel) for fact in self.of("item_adopted", span))

    def calls(self, span: Span) -> Iterator[Call]:
        """The calls that the days concern: issued or due in them, answered or failed in them."""
        answers, misses = self._by_call("solicitation_fulfilled"), self._by_call("solicitation_missed")
        for position, said in self._facts["solicitation_issued"]:
            met, failed = answers.get(said.solicitation, []), misses.get(said.solicitation, [])
            days = (said.on, said.due, *(each.said.on for each in (*met, *failed)))
            if any(map(span.holds, days)):
                missed = tuple(dict.fromkeys(each.said.unit for each in failed))
                answered = tuple(each.said.unit for each in met if each.said.unit not in missed)
                yield Call(position, said.topic, said.on, said.due, tuple(said.units), answered, missed)

    def _by_call(self, kind: str) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self._facts[kind]:
            found.setdefault(fact.said.solicitation, []).append(fact)
        return found
