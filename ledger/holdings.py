"""What a ledger holds that a table by hand may name: units, the words and fields of its schemes, items and calls by title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from ledger.aggregates.lexicon import Lexicon
from ledger.journal.reader import LogReader
from ledger.projections.cut import Enacted, live, reversals
from ledger.rules.roster import Roster, Unit
from ledger.rules.source import OwnField, Source, own_fields
from ledger.views import ROSTER_KINDS, enacted, known, reversed_pairs

_ITEM = ("on", "item", "unit", "units", "title")
_CALL = ("on", "solicitation", "units", "topic")


class Held(NamedTuple):
    """An item or a call that is in the log: its number, its day, its title or topic, and the ids of its units."""

    number: str
    on: date
    title: str
    units: frozenset[str]


class Holdings:
    """Read when asked for; of an empty one (no ``reader``) there is nothing."""

    def __init__(self, reader: LogReader | None = None) -> None:
        self._reader = reader

    @cached_property
    def sources(self) -> Sequence[Source]:
        """The schemes recorded, by the day from which they are in force."""
        found: Iterable[Enacted] = enacted(self._reader, known(self._reader, None)) if self._reader else ()
        return [each.source for each in sorted(found, key=lambda each: (each.source.effective, each.position))]

    @cached_property
    def fields(self) -> Mapping[tuple[str, str], OwnField]:
        """The fields that the schemes add, by kind of event and id."""
        return own_fields(self.sources)

    @cached_property
    def roster(self) -> Roster:
        """The units."""
        return Roster(self._live(ROSTER_KINDS))

    @cached_property
    def units(self) -> Lexicon:
        """The names of the units, all they ever had."""
        return Lexicon((unit.id, _names(unit)) for unit in self.roster.units.values())

    @cached_property
    def items(self) -> Sequence[Held]:
        """The items, in the order of the log."""
        found = self._live({"item_submitted": _ITEM})
        return [Held(fact.item, fact.on, fact.title or "", frozenset(fact.units or (fact.unit,))) for _, _, fact in found]

    @cached_property
    def calls(self) -> Sequence[Held]:
        """The solicitations, in the order of the log."""
        found = self._live({"solicitation_issued": _CALL})
        return [Held(fact.solicitation, fact.on, fact.topic, frozenset(fact.units)) for _, _, fact in found]

    def _live(self, kinds: Mapping[str, Sequence[str] | None]) -> Iterator[tuple[int, str, Any]]:
        if self._reader is None:
            return iter(())
        last = known(self._reader, None)
        return iter(live(self._reader.scan(kinds, upto=last), reversals(reversed_pairs(self._reader, last))))


def _names(unit: Unit) -> list[str]:
    """Every name that a unit ever had, those of now first."""
    return [name for state in reversed(unit.states) for name in (state.name, *state.aliases)]
