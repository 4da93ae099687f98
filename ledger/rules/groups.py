"""What facts that are counted together come to: which of them pay, what multiplies them, what stands for them all.

A group's value for a key is a function of the facts met so far, in order of business date; each fact posts the change
it makes. So what a later fact takes back or adds is dated by that fact, and earlier postings stand.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger import points
from ledger.rules.model import ByField, Group, Share
from ledger.rules.prices import Number

Ratio = tuple[int, int]
"""A unit's part in what several share: numerator and denominator."""
WHOLE: Ratio = (1, 1)


@dataclass(slots=True)
class Tally:
    """What the adds of one key come to and how many there were; the highest multiplier; what replaces; the value so far.

    ``best`` are the highest adds, where only so many of them pay; ``distinct`` the adds by what has to be distinct. What
    units share is shared before it is taken in, so that only what a unit has itself is compared and counted.
    """

    count: int = 0
    worth: Number = 0
    best: list[Number] = field(default_factory=list)
    distinct: dict[Hashable, Number] = field(default_factory=dict)
    times: Number | None = None
    instead: Number | None = None
    value: Number = 0

    def take(self, group: Group, mode: str, price: Number, apart: Hashable) -> Number:
        """Takes one more fact in; the change of the value."""
        if mode == "multiply":
            self.times = price if self.times is None else max(self.times, price)
        elif mode == "replace":
            self.instead = price if self.instead is None else max(self.instead, price)
        elif group.distinct is None:
            self._add(group, price)
        else:
            self.distinct[apart] = max(self.distinct.get(apart, price), price)
            self.count, self.worth, self.best = 0, 0, []
            for each in self.distinct.values():
                self._add(group, each)
        before, self.value = self.value, self._worth()
        return self.value - before

    def _add(self, group: Group, price: Number) -> None:
        """One more add, in order: beyond those that are skipped, and among those that are kept."""
        self.count += 1
        keep, rank = group.keep, self.count - (group.skip or 0)
        if rank < 1:
            return
        if keep is not None and keep.highest:
            insort(self.best, price, key=_falling)
            del self.best[keep.highest :]
            self.worth = sum(self.best)
        elif keep is None or rank <= (keep.first or 0):
            self.worth += price

    def _worth(self) -> Number:
        worth = self.worth if self.instead is None else self.instead
        return worth if self.times is None else worth * Fraction(self.times) / points.ONE


def _falling(price: Number) -> Number:
    return -price


def simple(group: Group) -> bool:
    """Whether the first or the highest single fact pays and nothing else is asked: then a number is enough to remember."""
    return group.keep is not None and 1 in (group.keep.first, group.keep.highest) and not group.distinct and not group.skip


def sharing(share: Share, ratio: Callable[[Any, Any], Sequence[int]] | None) -> Callable[[int, int, Any, Any], Ratio] | None:
    """What gives the part of each of several units by its place among so many, from fact and subject; None where each gets all.

    ``ratio`` reads the field of a share by field.
    """
    if share == "full":
        return None
    if share in ("equal", "half"):
        return lambda _index, count, _fact, _subject: (1, count if share == "equal" else 2)
    if isinstance(share, ByField):
        assert ratio is not None
        return lambda index, count, fact, subject: _of_ratio(ratio(fact, subject) or (), index, count)
    parts = tuple(share) if isinstance(share, tuple) else ()
    return lambda index, count, _fact, _subject: _of_ratio(parts, index, count)


def _of_ratio(parts: Sequence[int], index: int, count: int) -> Ratio:
    """A unit's part of a ratio to the first so many; with fewer units than parts, of those that there are.

    Where an item has no ratio, or one that gives nothing to any of its units, each has an equal part.
    """
    present = parts[:count]
    if not sum(present):
        return 1, count
    return present[index] if index < len(present) else 0, sum(present)
