"""Who stands in the place of a unit that was merged or split, and what goes along with it.

Two things are told apart. What a fact gives *from that day on* (an old item adopted, an old incident reported) goes to
those who stand in the place of the unit that was named: see :func:`successors`. What the unit *had by then* goes along
only where the merger or split says so: see :func:`carried`. Nothing is lost or made by rounding: parts add up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from sys import maxsize

from ledger import points
from ledger.rules.facts import Entry
from ledger.rules.prices import Number
from ledger.rules.roster import Inheritance, Unit

Heirs = Mapping[str, tuple[Inheritance, ...]]

CARRIED = "carried"
"""The note of what came along from another unit, and of what went along to it."""


def successors(heirs: Heirs, unit: str, day: int, named: int = 0) -> list[tuple[str, Fraction]]:
    """Who stands on a day in the place of a unit that was named on an earlier one, each once, with its share.

    The unit itself, or those it was merged or split into since; nobody after a split without a ratio. A unit that goes on
    after its own split is named anew by whatever is said of it from then on.
    """
    found: dict[str, Fraction] = {}
    for heir, share in _successors(heirs, unit, day, Fraction(1), (named, maxsize)):
        found[heir] = found.get(heir, Fraction(0)) + share
    return list(found.items())


def _successors(heirs: Heirs, unit: str, day: int, share: Fraction, since: tuple[int, int]) -> Iterator[tuple[str, Fraction]]:
    steps = (each for each in heirs.get(unit, ()) if since < (each.day, each.position) and each.day <= day)
    step = next((each for each in steps if each.until is None or day < each.until), None)
    if step is None:
        yield unit, share
        return
    for heir, numerator, denominator in step.shares:
        yield from _successors(heirs, heir, day, share * Fraction(numerator, denominator), (step.day, step.position))


def shared_out(whole: Number, shares: Sequence[tuple[str, Fraction]]) -> Iterator[tuple[str, int]]:
    """What each gets of hundredths, rounded so that the parts add up to the whole, itself rounded once."""
    before, upto = 0, Fraction(0)
    for heir, share in shares:
        upto += share
        until = points.rounded(whole * upto)
        yield heir, until - before
        before = until


def ancestry(heirs: Heirs, units: Collection[str]) -> list[str]:
    """These units and all those in whose place they stand, directly or through others."""
    found = dict.fromkeys(units)
    passing = {unit: {heir for step in steps for heir, *_ in step.shares} for unit, steps in heirs.items()}
    while before := [unit for unit, to in passing.items() if unit not in found and not to.isdisjoint(found)]:
        found |= dict.fromkeys(before)
    return list(found)


def carried(entries: Mapping[str, list[Entry]], heirs: Heirs) -> None:
    """Moves what goes along with units that were merged or split: what they had by then, on that day, in its own periods.

    Who hands on gives up as much as the others get, so that one that comes back, or goes on with a part, has no more than that.
    """
    steps = sorted((step.day, step.position, unit, step.shares) for unit, each in heirs.items() for step in each if step.carried)
    for day, position, unit, shares in steps:
        exact = [(heir, Fraction(numerator, denominator)) for heir, numerator, denominator in shares]
        for _, rule, had, cell, behind, _ in [entry for entry in entries.get(unit, ()) if _by_then(entry, day)]:
            changes = {unit: -had}
            for heir, part in shared_out(had, exact):
                changes[heir] = changes.get(heir, 0) + part
            for whose, change in changes.items():
                if change and whose in entries:
                    entries[whose].append((day, rule, change, cell, (*behind, position), CARRIED))


def _by_then(entry: Entry, day: int) -> bool:
    """Whether a unit had something when a day began, or it came to it that day by a merger or split recorded before."""
    return entry[0] < day or (entry[0] == day and entry[5] is CARRIED)


def handed_on(found: Iterable[tuple[str, int, Entry]], heirs: Heirs) -> Iterator[tuple[str, Entry]]:
    """Entries of subjects whose unit was named on a day, to those who stand in its place on the entry's own.

    What stayed behind where nothing was carried is not taken back from an heir that never had it.
    """
    given: dict[tuple[int, tuple[int, ...]], int] = {}
    for unit, named, entry in found:
        day, rule, change, cell, behind, note = entry
        if change > 0:
            given[rule, behind] = day
        elif (rule, behind) in given and _left_behind(heirs, unit, given[rule, behind], day):
            continue
        for heir, part in shared_out(change, successors(heirs, unit, day, named)):
            yield heir, (day, rule, part, cell, behind, note)


def _left_behind(heirs: Heirs, unit: str, since: int, day: int) -> bool:
    steps = [step for step in heirs.get(unit, ()) if since < step.day <= day]
    return any(not step.carried or any(_left_behind(heirs, heir, step.day, day) for heir, *_ in step.shares) for step in steps)


class Classes:
    """The class in which a unit is paid: its own on the day, or where it is gone that of those in its place, if they have one.

    ``fixed`` are those of units that have one class all the time and are never merged or split.
    """

    def __init__(self, units: Mapping[str, Unit], heirs: Heirs) -> None:
        self._units, self._heirs = units, heirs
        self._known: dict[tuple[str, int], str] = {}
        lasting = {unit: {state.class_ for state in whole.states} for unit, whole in units.items() if unit not in heirs}
        self.fixed = {unit: next(iter(classes)) for unit, classes in lasting.items() if len(classes) == 1}

    def on(self, unit: str, day: int) -> str:
        """The class of a unit on a day; an empty text for one that is not in the roster at all."""
        found = self.fixed.get(unit) or self._known.get((unit, day))
        if found is None:
            there = [heir for heir, _ in successors(self._heirs, unit, day)]
            classes = {self._own(heir, day) for heir in there}
            found = self._known[unit, day] = classes.pop() if unit not in there and len(classes) == 1 else self._own(unit, day)
        return found

    def _own(self, unit: str, day: int) -> str:
        return self._units[unit].on(date.fromordinal(day)).class_ if unit in self._units else ""
