"""From a source to a plan: readings settled, rules built, soundness checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from ledger.errors import Problem, SchemeError, Unknown, nearest
from ledger.rules.model import Scheme
from ledger.rules.parts import Part
from ledger.rules.plan import Plan
from ledger.rules.readings import resolve, settle
from ledger.rules.source import Source
from ledger.values import Invalid

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def plan(source: Source, asked: Mapping[str, str]) -> Plan:
    """The plan of a scheme under the readings asked for, the others at their defaults.

    Raises BasisError for an unknown reading or option, SchemeError for a scheme whose model does not build.
    """
    return _plan(source, tuple(settle(source, asked).items()))


@lru_cache(maxsize=64)
def _plan(source: Source, chosen: tuple[tuple[str, str], ...]) -> Plan:
    """A plan is made once in a process for each scheme and choice of readings."""
    readings = dict(chosen)
    return Plan(build(resolve(source.data, readings)), source.sha256, readings)


def build(data: Any) -> Scheme:
    """The model of a scheme whose readings are settled. Raises SchemeError with every problem the model finds."""
    try:
        return Scheme.model_validate(data)
    except ValidationError as error:
        raise SchemeError(*_problems(error, data)) from error


def _problems(error: ValidationError, data: Any) -> Iterator[Problem]:
    for each in error.errors():
        inner = each.get("ctx", {}).get("error")
        path = _path(each["loc"], data)
        yield Problem(inner.key, path, None, inner.params) if isinstance(inner, Invalid) else _worded(each, path)


def _worded(error: ErrorDetails, path: str) -> Problem:
    """What the model's library found, in our words."""
    kind, value = error["type"], error.get("input")
    if kind == "missing":
        return Problem("rules.missing", path)
    if kind == "union_tag_not_found":
        return Problem("rules.missing", f"{path}.kind")
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        return Problem("rules.no_key", path, None, {"value": key, "nearest": nearest(key, _keys(error["loc"][:-1]))})
    if kind in ("literal_error", "union_tag_invalid"):
        context = error["ctx"]
        known = _QUOTED.findall(context.get("expected_tags") or context["expected"])
        said, place = (context["tag"], f"{path}.kind") if "tag" in context else (value, path)
        return Problem("rules.no_choice", place, None, {"value": said, "known": ", ".join(known)})
    return Problem(_WORDED.get(kind, "rules.not_valid"), path, None, {"detail": error["msg"], "value": value})


_QUOTED = re.compile(r"'([^']*)'")
_WORDED = {
    **dict.fromkeys(("tuple_type", "list_type"), "rules.not_a_list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "rules.not_names"),
    **dict.fromkeys(("string_too_short", "too_short"), "rules.empty"),
    **dict.fromkeys(("int_parsing", "int_type", "greater_than_equal"), "rules.not_whole"),
    "string_type": "rules.not_text",
    "bool_type": "rules.not_yes_no",
}
"""Our messages for what the library finds of a value's type."""


def _keys(loc: Iterable[int | str]) -> list[str]:
    """The keys that the part of a scheme at a place can have."""
    parts: list[type[Part]] = [Scheme]
    for step in loc:
        inner = [_parts(info.annotation) for part in parts for name, info in part.model_fields.items() if step in (name, info.alias)]
        tagged = [part for part in parts if "kind" in part.model_fields and step in get_args(part.model_fields["kind"].annotation)]
        parts = tagged or ([part for found in inner for part in found] if inner else parts)
    return [info.alias or name for part in parts for name, info in part.model_fields.items()]


def _parts(annotation: Any) -> list[type[Part]]:
    """The parts that a type is made of, whatever holds them."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for inner in get_args(annotation) for part in _parts(inner)]


def _path(loc: tuple[int | str, ...], data: Any) -> str:
    """A place in a scheme file; a rule is named by its id, and its kind is no step."""
    rules = data.get("rules", []) if loc[0] == "rules" and len(loc) > 1 else []
    if not isinstance(rules, list) or not rules:
        return ".".join(map(str, loc))
    rule, inside = rules[int(loc[1])], loc[2:]
    name, kind = (rule.get("id", loc[1]), rule.get("kind")) if isinstance(rule, Mapping) else (loc[1], None)
    steps = inside[1:] if inside and inside[0] == kind else inside
    return ".".join(map(str, ("rules", name, *steps)))


def demand_class(scheme: Scheme, class_: str) -> None:
    """Raises Unknown, with the nearest, for a class that the scheme does not have."""
    if class_ not in scheme.classes:
        raise Unknown.of("rules.no_class", field="class", value=class_, nearest=nearest(class_, scheme.classes))
