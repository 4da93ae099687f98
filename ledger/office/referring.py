"""How the rows of tables by hand name items and calls: by number, or by title and unit where exactly one fits.

An item without a number gets one made of its day, its units and its title, and of which one it is among rows alike in these. What
else the row says, the file's name, the sheet and the line are no part of it: the same item in another file has the same number, so
that it is refused there instead of counting twice.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ledger.aggregates.cells import typed
from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Problem, Refused
from ledger.holdings import Held, Holdings
from ledger.messages import text
from ledger.office.drafts import Draft
from ledger.office.headings import FOUND_BY, title_of
from ledger.values import matching_key

_OPENS = {"item_submitted": "item", "solicitation_issued": "solicitation", "incident_occurred": "incident"}
_TOO_EARLY = {
    "item": "aggregates.item_too_early",
    "solicitation": "aggregates.answered_too_early",
    "incident": "aggregates.reported_too_early",
}
_QUOTES = "《》〈〉\"'“”‘’「」"
_SHOWN = 5


class Known(NamedTuple):
    """An item or a call that a row may mean: its number, day, title and units, and where it is."""

    number: str
    on: date
    title: str
    units: frozenset[str]
    where: str


class Numbers(NamedTuple):
    """What became of the drafts: the problems, and the numbers that were made."""

    problems: list[Problem]
    made: frozenset[str]


def title_key(title: str) -> str:
    """What two spellings of one title have in common: NFKC without spaces, case and marks of quotation."""
    return matching_key(title).strip(_QUOTES)


def numbered(drafts: Sequence[Draft], holdings: Holdings) -> Numbers:
    """Gives every draft the number of its item, call or incident: its own, a made one, or that of what its title and unit mean."""
    units = _Units(drafts, holdings)
    made: set[str] = set()
    for kind, family in _OPENS.items():
        made |= set(_make([draft for draft in drafts if draft.kind == kind and family not in draft.said], family, units))
    for draft in drafts:
        if draft.of is not None:
            family = _OPENS[draft.of.kind]
            draft.said[family] = draft.of.said[family]
    problems: list[Problem] = []
    for family in ("item", "solicitation"):
        lacking = [draft for draft in drafts if family not in draft.said and FOUND_BY.get(draft.kind, ("",))[0] == family]
        if lacking:
            index = _Index(family, _known(drafts, family, holdings.items if family == "item" else holdings.calls, units))
            problems += [problem for draft in lacking for problem in index.find(draft, units)]
    return Numbers([*problems, *_early(drafts)], frozenset(made))


def _early(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Rows that are dated before what they follow, as the file has it: they come first then, and it would not be known."""
    opened = {(family, draft.said[family]): draft for draft in drafts if (family := _OPENS.get(draft.kind))}
    for draft in drafts:
        for family, key in _TOO_EARLY.items() if draft.kind not in _OPENS else ():
            before = opened.get((family, draft.said.get(family, "")))
            if before and not (draft.wrong or before.wrong) and draft.said["on"] < before.said["on"]:
                draft.wrong = True
                on, first = draft.said["on"].replace("T", " "), before.said["on"].replace("T", " ")
                said = {family: draft.said[family], "on": on, "earliest": first, "issued": first}
                yield Problem(key, "on", draft.cells.get("on", draft.where), said)


class _Units:
    """The units that a draft names, by id; by the compared form of the name where that is nobody's, which is refused later."""

    def __init__(self, drafts: Iterable[Draft], holdings: Holdings) -> None:
        self.words: Lexicon = holdings.units
        for draft in drafts:
            if draft.kind in ("unit_enrolled", "unit_changed") and "unit_id" in draft.said:
                said = typed(draft.kind, draft.said)
                aliases = said.get("aliases", [])
                names = [str(said["unit"])] if "unit" in said else []
                self.words = self.words.including(str(said["unit_id"]), [*names, *map(str, aliases if isinstance(aliases, list) else [])])
        self._split: dict[str, tuple[str, ...]] = {}

    def named(self, draft: Draft, field: str) -> tuple[str, ...]:
        """The names in a field."""
        said = draft.said.get(field, "")
        if said not in self._split:
            listed = typed("solicitation_issued", {"units": said}).get("units", [])
            self._split[said] = tuple(map(str, listed)) if isinstance(listed, list) else ()
        return self._split[said]

    def of(self, draft: Draft) -> frozenset[str]:
        """The ids of the units whose fact it is."""
        return frozenset(self.id(name) for field in ("units", "unit") for name in self.named(draft, field))

    def id(self, name: str) -> str:
        """The id of a unit, or what stands in for it."""
        owners = self.words.owners(name)
        return owners[0] if len(owners) == 1 else matching_key(name)


def _make(drafts: Sequence[Draft], family: str, units: _Units) -> Iterator[str]:
    """Makes the numbers of what has none. Of rows alike, the order in which they are counted is that of all they say."""
    alike: defaultdict[tuple[str, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        title = draft.said.get(title_of(family), "")
        alike[(family, draft.said["on"], *sorted(units.of(draft)), title_key(title))].append(draft)
    for key, each in alike.items():
        for ordinal, draft in enumerate(sorted(each, key=lambda draft: sorted(draft.said.items())) if len(each) > 1 else each, 1):
            digest = hashlib.sha256("\0".join((*key, str(ordinal))).encode("utf-8", "surrogatepass")).hexdigest()
            draft.said[family] = number = f"{draft.on:%Y%m%d}-{digest[:10]}"
            yield number


def _known(drafts: Sequence[Draft], family: str, held: Iterable[Held], units: _Units) -> Iterator[Known]:
    """What there is in the file, and in the ledger besides."""
    here: set[str] = set()
    for draft in drafts:
        if _OPENS.get(draft.kind) == family and family in draft.said:
            here.add(draft.said[family])
            yield Known(draft.said[family], draft.on, draft.said.get(title_of(family), ""), units.of(draft), draft.where)
    for each in held:
        if each.number not in here:
            yield Known(each.number, each.on, each.title, each.units, each.number)


class _Index:
    """What there is of one family, by title."""

    def __init__(self, family: str, known: Iterable[Known]) -> None:
        self._family = family
        self._all = list(known)
        self._by_title: defaultdict[str, list[Known]] = defaultdict(list)
        for each in self._all:
            self._by_title[title_key(each.title)].append(each)

    def find(self, draft: Draft, units: _Units) -> Iterator[Problem]:
        """Gives a draft the number of the one that it means; says why where that is none or several."""
        field = f"{self._family}.{title_of(self._family)}"
        title = draft.said.pop(field, None)
        unit = FOUND_BY[draft.kind][1]
        named = f"{self._family}.{unit}" if unit == "units" else unit
        names = units.named(draft, named)
        draft.said.pop(f"{self._family}.units", None)
        if title is None:
            return  # it is blank, which was named
        wrong = list(_unknown(names, named, draft, units)) if unit == "units" else []
        yield from wrong
        if wrong:
            draft.wrong = True
            return
        meant = {units.id(name) for name in names}
        fitting = [
            each for each in self._by_title.get(title_key(title), ()) if meant <= each.units and (draft.wrong or each.on <= draft.on)
        ]
        if len(fitting) == 1:
            draft.said[self._family] = fitting[0].number
            return
        draft.wrong = True
        yield self._unclear(draft, field, title, names, fitting)

    def _unclear(self, draft: Draft, field: str, title: str, names: Sequence[str], fitting: Sequence[Known]) -> Problem:
        where, family = draft.cells.get(field, draft.where), text(f"workbooks.family_{self._family}")
        if fitting:
            others = ", ".join(each.where for each in fitting[:_SHOWN]) + ("…" if len(fitting) > _SHOWN else "")
            said: Mapping[str, object] = {"count": len(fitting), "family": family, "value": title, "others": others}
            return Problem("workbooks.several_titles", self._family, where, said)
        near = self._nearest(title)
        told = {"family": family, "value": title, "units": ", ".join(names) or "–", "on": draft.said["on"][:10]}
        nearest = {"nearest": near.title if near else "–", "other": near.where if near else "–"}
        return Problem("workbooks.no_title", self._family, where, {**told, **nearest})

    def _nearest(self, title: str) -> Known | None:
        from rapidfuzz import fuzz, process

        if not self._by_title:
            return None
        found = process.extractOne(title_key(title), self._by_title.keys(), scorer=fuzz.ratio)
        return self._by_title[found[0]][0]


def _unknown(names: Iterable[str], field: str, draft: Draft, units: _Units) -> Iterator[Problem]:
    """The names that are no unit's: what finds an item is in no record, where they would be resolved."""
    for name in names:
        try:
            units.words.find(name, "units")
        except Refused as refused:
            yield from (problem.at(draft.cells.get(field, draft.where)) for problem in refused.problems)
