"""Can a condition hold? Answered from the closed values of its fields; what is not known may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger import points
from ledger.rules import fields
from ledger.rules.conditions import ALWAYS, All, AnyOf, Condition, Exists, Is, Not, Order, leaves
from ledger.rules.model import Scheme

OTHER = "…"
"""Some value that no condition names."""


def both(one: Condition, other: Condition) -> Condition:
    """That two conditions hold."""
    return All((one, other)) if other is not ALWAYS else one


def truth(condition: Condition, known: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds for known values of fields; None where that depends on what is not known."""
    if isinstance(condition, All):
        found = [truth(part, known) for part in condition.parts]
        return False if False in found else None if None in found else True
    if isinstance(condition, AnyOf):
        found = [truth(part, known) for part in condition.parts]
        return True if True in found else None if None in found else False
    if isinstance(condition, Not):
        inner = truth(condition.part, known)
        return None if inner is None else not inner
    if isinstance(condition, Exists) or condition.field not in known:
        return None
    return condition.holds(known.get)


def domain(scheme: Scheme, kind: str, name: str, when: Condition = ALWAYS) -> tuple[Any, ...]:
    """The values that matter of a field: all of a closed one; of a number those about the bounds; of another those named."""
    closed = _closed(scheme, kind, name)
    if closed:
        return closed
    spoken = [leaf for leaf in leaves(when) if not isinstance(leaf, Exists) and leaf.field == name]
    bounds = {leaf.bound + step for leaf in spoken if isinstance(leaf, Order) for step in (-1, 0, 1)}
    if name == "unit_count":
        bounds |= {count * points.ONE for count in range(1, 5)}
    named = {value for leaf in spoken if isinstance(leaf, Is) for value in leaf.values} if not bounds else set()
    return (*sorted(bounds), *sorted(named), *([OTHER] if named else []))


def plain(scheme: Scheme, condition: Condition) -> Condition:
    """The same condition with each group of words spelled out, so that ``channel.group`` and ``channel`` are known to agree."""
    if isinstance(condition, All | AnyOf):
        return type(condition)(tuple(plain(scheme, part) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(plain(scheme, condition.part))
    if not isinstance(condition, Is) or fields.root(condition.field) == condition.field:
        return condition
    words = scheme.vocabulary.get(fields.root(condition.field))
    if words is None:
        return condition
    named = {key for key, word in words.items() if (word.group or "") in condition.values}
    return Is(fields.root(condition.field), frozenset(named | ({""} & condition.values)))


def options(scheme: Scheme, kind: str, name: str) -> list[dict[str, str]]:
    """What may be known of a fact by one field of a table: its value, and of a group also the word; none if it is not closed."""
    words = scheme.vocabulary.get(fields.root(name), {}) if fields.root(name) != name else {}
    if words:
        return [{name: word.group or "", fields.root(name): key} for key, word in words.items()]
    return [{name: value} for value in domain(scheme, kind, name)]


def _closed(scheme: Scheme, kind: str, name: str) -> tuple[str, ...]:
    if name == "class":
        return tuple(scheme.classes)
    if name.startswith("extra."):
        declared = [scheme.fields.get(each, {}).get(name.removeprefix("extra.")) for each in fields.kinds(kind)]
        found = next(filter(None, declared), None)
        return ("true", "false") if found and found.type == "yes_no" else tuple(found.choices or ()) if found else ()
    choices = fields.choices(kind, name)
    if choices or name not in scheme.vocabulary or kind == "incident_reported":
        return choices
    return tuple(scheme.vocabulary[name])
