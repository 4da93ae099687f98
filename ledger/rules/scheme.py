"""From a source to a plan: readings settled, rules built, soundness checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from ledger.errors import Problem, SchemeError, Unknown, nearest
from ledger.rules.model import Scheme
from ledger.rules.plan import Plan
from ledger.rules.readings import resolve, settle
from ledger.rules.source import Source
from ledger.values import Invalid


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
        path = _path(each["loc"], data)
        inner = each.get("ctx", {}).get("error")
        if isinstance(inner, Invalid):
            yield Problem(inner.key, path, None, inner.params)
        elif each["type"] == "missing":
            yield Problem("rules.missing", path)
        else:
            yield Problem("rules.not_valid", path, None, {"detail": each["msg"], "value": each.get("input")})


def _path(loc: tuple[int | str, ...], data: Any) -> str:
    """A place in a scheme file; a rule is named by its id."""
    parts: list[str] = []
    for step in loc:
        if parts == ["rules"] and isinstance(step, int):
            rules = data.get("rules", [])
            parts.append(str(rules[step].get("id", step)) if step < len(rules) and isinstance(rules[step], dict) else str(step))
        else:
            parts.append(str(step))
    return ".".join(parts)


def demand_class(scheme: Scheme, class_: str) -> None:
    """Raises Unknown, with the nearest, for a class that the scheme does not have."""
    if class_ not in scheme.classes:
        raise Unknown.of("rules.no_class", field="class", value=class_, nearest=nearest(class_, scheme.classes))
