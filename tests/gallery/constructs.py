"""What the scheme language can say, found by walking over its model, and what of it one scheme says.

A construct is a field of a part of a scheme (``Group.keep``), one of its closed choices (``Award.mode=multiply``), a kind of
condition, a division of the year or a field that rules may speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from ledger.rules import conditions, fields
from ledger.rules.calendar import DIVISIONS
from ledger.rules.conditions import Order
from ledger.rules.model import Assess, Award, Count, Limit, Measure, Scheme
from ledger.rules.parts import Part
from ledger.rules.readings import combinations, resolve
from ledger.rules.scheme import build
from ledger.rules.source import Source

_KINDS_OF_CONDITION = tuple(kind for kind in get_args(conditions.Condition) if kind is not Order)
_TOLD = frozenset({"Scheme.clauses", "Scheme.uncited", "Scheme.explained"})
"""What a check of a scheme reads, and no posting rests on."""
_BY_ITSELF = {"period of its own", "field extra.", "field .group", "target staff", "rank key order"}


def known() -> frozenset[str]:
    """Every construct that there is."""
    by_kind = {kind.__name__ for kind in _KINDS_OF_CONDITION} | {f"Order.{order}" for order in conditions._ORDERS}
    spoken = {f"field {name}" for name in fields.DERIVED} | {f"period {division}" for division in DIVISIONS}
    return frozenset({*_of_model(Scheme, set()), *by_kind, *spoken, *_BY_ITSELF} - _TOLD)


def _of_model(model: type[Part], seen: set[type[Part]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        yield f"{model.__name__}.{name}"
        for found in _within(info.annotation):
            if isinstance(found, str):
                yield f"{model.__name__}.{name}={found}"
            else:
                yield from _of_model(found, seen)


def _within(annotation: Any) -> Iterator[str | type[Part]]:
    """The closed choices and the parts that a type is made of."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from _within(inner)


def used(data: Mapping[str, Any]) -> frozenset[str]:
    """Every construct of a scheme, under whatever readings."""
    source = Source(data)
    schemes = [build(resolve(data, chosen)) for chosen in combinations(source)]
    return frozenset(each for scheme in schemes for each in (*_said(scheme), *_spoken(scheme)))


def _said(value: Any) -> Iterator[str]:
    """The constructs of a part of a scheme and of all that it holds."""
    if isinstance(value, Part):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if name in value.model_fields_set:
                yield f"{type(value).__name__}.{name}"
            yield from (f"{type(value).__name__}.{name}={each}" for each in _texts(inner))
            yield from _said(inner)
    elif isinstance(value, Order):
        yield f"Order.{value.order}"
    elif isinstance(value, _KINDS_OF_CONDITION):
        yield type(value).__name__
        for slot in value.__slots__:
            yield from _said(getattr(value, slot))
    elif isinstance(value, Mapping | tuple):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _said(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (each for each in value if isinstance(each, str))


def _spoken(scheme: Scheme) -> Iterator[str]:
    """The names with a meaning of their own: fields, periods, the target and the rank key that are always there."""
    for rule in scheme.rules:
        matching = rule if isinstance(rule, Award) else rule.count if isinstance(rule, Measure) else None
        if isinstance(matching, Award | Count):
            yield from map(_field, fields.of_rule(scheme, matching))
        if isinstance(rule, Measure) and rule.target == "staff":
            yield "target staff"
        if isinstance(rule, Measure | Assess | Limit):
            yield _period(scheme, rule.period)
        if rule.kind == "rank":
            yield from (f"rank key {key.by}" for key in rule.keys)
    for group in scheme.groups.values():
        yield from (_period(scheme, name) for name in group.per if fields.is_period(scheme, name))


def _field(name: str) -> str:
    return "field extra." if name.startswith("extra.") else "field .group" if name.endswith(".group") else f"field {name}"


def _period(scheme: Scheme, division: str) -> str:
    return "period of its own" if division in scheme.calendar.divisions else f"period {division}"
