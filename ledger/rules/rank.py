"""Places among units: keys in order, shared places for ties, and an officer's order where one settles a tie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ledger.rules.model import Rank, RankKey
from ledger.rules.walk import UnitYear

Rulings = Sequence[Sequence[str]]
"""Officers' orders of unit ids, the latest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's rank among those it is compared with (1-2-2-4), and whether it ties for the first with nothing to settle it."""

    rank: int
    tied_first: bool


def places(rule: Rank, rows: Iterable[UnitYear], rulings: Rulings) -> dict[str, Place]:
    """The place of each unit, by id."""
    keys = {row.unit.id: tuple(_key(row, key, rulings) for key in rule.keys) for row in rows}
    found: dict[str, Place] = {}
    for _, tied in groupby(sorted(keys, key=keys.__getitem__), key=keys.__getitem__):
        group = list(tied)
        first = len(found) + 1
        settled = _settled(group, rulings)
        for index, unit in enumerate(settled or group):
            found[unit] = Place(first + index if settled else first, first == 1 and settled is None and len(group) > 1)
    return found


def person_places(rows: Sequence[UnitYear]) -> dict[str, int]:
    """The place of each person by score alone; equal scores share one."""
    return {row.unit.id: 1 + sum(other.score > row.score for other in rows) for row in rows}


def ranks(
    rule: Rank | None, rows: Sequence[UnitYear], classes: Mapping[str, str], rulings: Rulings
) -> dict[str, tuple[Place | None, Place | None]]:
    """Each unit's place over all and within its class; None where the scheme does not rank so, or a flag excludes the unit."""
    ranked = [row for row in rows if rule and not set(rule.excludes) & set(row.flags)]
    over_all = places(rule, ranked, rulings) if rule and "all" in rule.within else {}
    in_class: dict[str, Place] = {}
    if rule and "class" in rule.within:
        for class_ in dict.fromkeys(classes.values()):
            in_class |= places(rule, [row for row in ranked if classes[row.unit.id] == class_], rulings)
    return {row.unit.id: (over_all.get(row.unit.id), in_class.get(row.unit.id)) for row in rows}


def _settled(group: Sequence[str], rulings: Rulings) -> list[str] | None:
    """The order of a tied group by the latest ruling that names all of it; None without one."""
    ruling = next((order for order in rulings if set(group) <= set(order)), None)
    return [unit for unit in ruling if unit in group] if ruling and len(group) > 1 else None


def _key(row: UnitYear, key: RankKey, rulings: Rulings) -> tuple[int, int]:
    """A value that sorts first what ranks first; what has no value comes last."""
    if key.by == "order":
        ruling = next((order for order in rulings if row.unit.id in order), None)
        return (1, 0) if ruling is None else (0, ruling.index(row.unit.id))
    value = row.score if key.by == "score" else row.measures[key.by]
    if value is None:
        return (1, 0)
    number = value.toordinal() if isinstance(value, date) else value
    return (0, -number if key.first == "highest" else number)
