"""Readings: the doubtful clauses of a scheme, and the settling of each before the rules are built.

In a scheme file a value may depend on a reading, ``{by_reading: {id: {option: value}}}``, and a rule may stand
only under some, ``when_reading: {id: option}``. Both are gone after :func:`resolve`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from ledger.errors import BasisError, SchemeError, nearest
from ledger.rules.source import Source


@dataclass(frozen=True, slots=True)
class Reading:
    """One doubtful clause: the rules that rest on it, the question, the options with their words, the default and why."""

    id: str
    clause: str
    rules: tuple[str, ...]
    question: str
    why: str
    default: str
    options: Mapping[str, str]


def readings(source: Source) -> dict[str, Reading]:
    """The readings of a scheme, by id. Raises SchemeError for one that is not whole, or whose default is none of its options."""
    written = source.data.get("readings", {})
    if not isinstance(written, Mapping):
        raise SchemeError.of("rules.not_names", field="readings", value=written)
    return {key: _reading(key, entry) for key, entry in written.items()}


def _reading(key: str, entry: Any) -> Reading:
    if not isinstance(entry, Mapping):
        raise SchemeError.of("rules.not_a_reading", field=f"readings.{key}", value=entry)
    for need, form in _FORMS.items():
        if need not in entry:
            raise SchemeError.of("rules.missing", field=f"readings.{key}.{need}")
        if not isinstance(entry[need], form):
            raise SchemeError.of("rules.not_a_reading", field=f"readings.{key}.{need}", value=entry[need])
    found = Reading(key, **{need: entry[need] for need in _FORMS} | {"rules": tuple(entry["rules"])})
    if found.default not in found.options:
        raise SchemeError.of("rules.bad_default", field=f"readings.{key}.default", value=found.default)
    return found


_FORMS: Mapping[str, type] = {"clause": str, "rules": list, "question": str, "why": str, "default": str, "options": Mapping}
"""What a reading has to have, and in what form."""


def settle(source: Source, asked: Mapping[str, str]) -> dict[str, str]:
    """Every reading's option: the one asked for, or the default.

    Raises BasisError for a reading or an option that the scheme does not have.
    """
    known = readings(source)
    for key, option in asked.items():
        if key not in known:
            raise BasisError.of("rules.no_reading", field="reading", reading=key, scheme=source.id, nearest=nearest(key, known))
        if option not in known[key].options:
            choices = known[key].options
            raise BasisError.of("rules.no_option", field="reading", reading=key, option=option, nearest=nearest(option, choices))
    return {key: asked.get(key, reading.default) for key, reading in known.items()}


def combinations(source: Source) -> Iterator[dict[str, str]]:
    """Every combination of options, the defaults first."""
    known = readings(source)
    orders = [[reading.default, *(option for option in reading.options if option != reading.default)] for reading in known.values()]
    for chosen in product(*orders):
        yield dict(zip(known, chosen, strict=True))


def resolve(data: Any, chosen: Mapping[str, str], path: str = "") -> Any:
    """The same data with every ``by_reading`` replaced by its chosen value and every rule dropped whose reading is not.

    Raises SchemeError for a reading that the scheme does not declare, or an option left without a value.
    """
    if isinstance(data, Mapping):
        if set(data) == {"by_reading"}:
            return resolve(_chosen(data["by_reading"], chosen, path), chosen, path)
        return {key: resolve(value, chosen, f"{path}.{key}" if path else key) for key, value in data.items()}
    if isinstance(data, list):
        places = ((f"{path}[{index}]", value) for index, value in enumerate(data))
        return [resolve(_without_when(value), chosen, place) for place, value in places if _stands(value, chosen, place)]
    return data


def _chosen(options: Any, chosen: Mapping[str, str], path: str) -> Any:
    if not isinstance(options, Mapping) or len(options) != 1 or not all(isinstance(values, Mapping) for values in options.values()):
        raise SchemeError.of("rules.bad_by_reading", field=path)
    ((reading, values),) = options.items()
    _declared(reading, chosen, path)
    if chosen[reading] not in values:
        raise SchemeError.of("rules.option_without_value", field=path, reading=reading, option=chosen[reading])
    return values[chosen[reading]]


def _stands(value: Any, chosen: Mapping[str, str], path: str) -> bool:
    wanted = value.get("when_reading", {}) if isinstance(value, Mapping) else {}
    for reading in wanted:
        _declared(reading, chosen, path)
    return all(chosen[reading] == option for reading, option in wanted.items())


def _without_when(value: Any) -> Any:
    if isinstance(value, Mapping) and "when_reading" in value:
        return {key: inner for key, inner in value.items() if key != "when_reading"}
    return value


def _declared(reading: str, chosen: Mapping[str, str], path: str) -> None:
    if reading not in chosen:
        raise SchemeError.of("rules.undeclared_reading", field=path, reading=reading, nearest=nearest(reading, chosen))
