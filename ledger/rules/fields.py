"""Which fields a rule may speak of, for each kind of fact, and which of them a scheme's rules touch.

A fact is joined with its subject: an adoption sees its item, an answer its solicitation. Then there are fields that
belong to neither: ``role`` (the unit's part in a joint item), ``unit_count`` (its units) and ``year``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from ledger import events
from ledger.rules.conditions import Condition, Exists, leaves
from ledger.rules.model import Award, Cases, Group, Measure, Price, Scheme, Table

OPENERS: Mapping[str, str] = {"item": "item_submitted", "solicitation": "solicitation_issued", "incident": "incident_occurred"}
"""The kind of fact that begins a subject's life, by stream."""
DERIVED = ("role", "unit_count", "year")
OUTCOMES = (
    "item_adopted", "item_endorsed", "solicitation_fulfilled", "solicitation_missed",
    "feedback_failed", "training_completed", "finding_established", "points_awarded",
)  # fmt: skip
"""Kinds of fact that a scheme is expected to price; one that no rule prices is listed as unpriced."""
_LINKS = ("on", "unit", "units", "lead", "item", "solicitation", "incident")


def stream(kind: str) -> str:
    """The stream of a kind of fact."""
    return events.KINDS[kind].stream


def opener(kind: str) -> str | None:
    """The kind that opens the subject of a fact of ``kind``; None for an opener itself and for facts of a unit."""
    first = OPENERS.get(stream(kind))
    return None if first == kind else first


def own(kind: str) -> tuple[str, ...]:
    """The fields of a kind of fact."""
    return tuple(events.KINDS[kind].model_fields)


def known(kind: str) -> tuple[str, ...]:
    """Every field that a rule on this kind of fact may speak of."""
    first = opener(kind)
    return (*own(kind), *(own(first) if first else ()), *DERIVED)


def choices(kind: str, name: str) -> tuple[str, ...]:
    """The values that a field of a fact of ``kind`` or of its subject may have, where it is a closed choice; else none."""
    if name == "role":
        return ("sole", "lead", "other")
    for each in (kind, opener(kind)):
        if each and name in own(each):
            return tuple(_literals(events.KINDS[each].model_fields[name].annotation))
    return ()


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif annotation is bool:
        yield from ("true", "false")


def of_price(price: Price) -> Iterator[str]:
    """The fields that a price looks at."""
    if isinstance(price, Table):
        yield from price.by
    elif isinstance(price, Cases):
        for case in price.cases:
            yield from of_condition(case.when)
            yield from case.by or ()


def of_condition(condition: Condition) -> Iterator[str]:
    """The fields of the fact itself that a condition looks at."""
    return (leaf.field for leaf in leaves(condition) if not isinstance(leaf, Exists))


def existing(condition: Condition) -> Iterator[Exists]:
    """The ``exists`` of a condition."""
    return (leaf for leaf in leaves(condition) if isinstance(leaf, Exists))


def of_award(award: Award, group: Group | None) -> set[str]:
    """The fields that an award and its group look at."""
    return {*of_condition(award.when), *of_price(award.points), *(group.per if group else ())}


def uses(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The kinds of fact that an evaluation reads, each with the fields that must be decoded."""
    touched = {kind: {name for name in own(kind) if name in _LINKS} for kind in (*OPENERS.values(), *OUTCOMES, "order_settled")}
    for kind, names in _spoken_of(scheme):
        first = opener(kind)
        touched.setdefault(kind, {name for name in own(kind) if name in _LINKS}).update(names & set(own(kind)))
        if first:
            touched[first].update((names - set(own(kind))) & set(own(first)))
    return {kind: tuple(sorted(names)) for kind, names in touched.items()}


def _spoken_of(scheme: Scheme) -> Iterator[tuple[str, set[str]]]:
    """Each kind of fact with the fields that one rule looks at."""
    for rule in scheme.rules:
        if isinstance(rule, Award):
            yield rule.match, of_award(rule, scheme.groups[rule.group] if rule.group else None)
            yield from _of_existing(rule.when)
        elif isinstance(rule, Measure) and rule.count:
            yield rule.count.match, {*of_condition(rule.count.when), *filter(None, [rule.count.distinct])}
            yield from _of_existing(rule.count.when)
        elif isinstance(rule, Measure) and rule.elapsed:
            yield rule.elapsed.from_, set(of_condition(rule.elapsed.from_when))
            yield rule.elapsed.to, set(of_condition(rule.elapsed.when))


def _of_existing(when: Condition) -> Iterator[tuple[str, set[str]]]:
    return ((condition.match, set(of_condition(condition.when))) for condition in existing(when))
