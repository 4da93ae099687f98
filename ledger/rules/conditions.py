"""Conditions: a small closed expression over fields, and nothing that runs.

In a scheme file a condition is a mapping. Its entries must all hold::

    {channel: county, placement: [brief, cover]}        field is, field is one of
    {missed_topics: {at_least: 2}}                      at_least, more_than, at_most, less_than
    {completed_on: {at_most: 10-31}}                    the same of a first day
    {any: [...]}  {all: [...]}  {not: {...}}            combinations
    {exists: {match: item_adopted, when: {...}}}        another fact of the same subject dated no later

Values are compared as text, numbers in hundredths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from ledger import points, times
from ledger.values import Invalid, narrow

Lookup = Callable[[str], Any]
"""The value of a field, for one fact and unit, or of a measure, for one unit and period."""

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {"at_least": ge, "more_than": gt, "at_most": le, "less_than": lt}
_DAY = re.compile(r"(\d{4}-)?\d\d-\d\d", re.ASCII)
_PERCENT = re.compile(r"([+-]?\d{1,9}(?:\.\d+)?)\s*%", re.ASCII)
FIRST = "first day"
"""The name under which a lookup answers with the year's first day, an ordinal."""
LONGEST = 3660 * 86400
"""Seconds of ten years: no span that is compared is longer, and a day can be reckoned with it."""
_LONGEST_WRITTEN = 20
_UNITS = {"min": 60, "h": 3600, "d": 86400}


def threshold(value: object) -> int:
    """A number in hundredths, or a span of time (``20min``, ``48h``, ``2d``) in hundredths of a second."""
    written = str(value).strip()
    for unit, seconds in _UNITS.items():
        if written.endswith(unit) and written[: -len(unit)].isdecimal():
            if len(written) > _LONGEST_WRITTEN or (span := int(written[: -len(unit)]) * seconds) > LONGEST:
                raise Invalid("rules.time_too_long", value=written)
            return span * points.ONE
    try:
        return points.parse(written)
    except ValueError as error:
        raise _no_threshold(written) from error


def _no_threshold(written: str) -> Invalid:
    """What is no threshold, and how it is written if it is a number all the same."""
    if plain := narrow(written):
        return Invalid("events.wide_digits", value=written, plain=plain)
    if found := _PERCENT.fullmatch(unicodedata.normalize("NFKC", written)):
        share = Decimal(found[1]) / 100
        return Invalid("rules.percent", value=written, plain=f"{share.normalize():f}")
    return Invalid("rules.bad_threshold", value=written)


@dataclass(frozen=True, slots=True)
class Is:
    """The field's value is one of these texts."""

    field: str
    values: frozenset[str]

    def holds(self, lookup: Lookup) -> bool:
        """Whether it does, by ``lookup``."""
        return as_text(lookup(self.field)) in self.values


@dataclass(frozen=True, slots=True)
class Order:
    """The field's number stands so to a bound, both in hundredths. A field without a value does not."""

    field: str
    order: str
    bound: int

    def holds(self, lookup: Lookup) -> bool:
        """Whether it does, by ``lookup``."""
        value = lookup(self.field)
        return isinstance(value, int | Fraction) and _ORDERS[self.order](value, self.bound)


@dataclass(frozen=True, slots=True)
class DayOrder:
    """The field's day stands so to a day: one of every year, by month and day, or one alone. A field without a value does not."""

    field: str
    order: str
    bound: date | tuple[int, int]

    def holds(self, lookup: Lookup) -> bool:
        """Whether it does, by ``lookup``, which knows the year's first day."""
        value = lookup(self.field)
        return isinstance(value, int) and _ORDERS[self.order](value, self._day(lookup).toordinal())

    def _day(self, lookup: Lookup) -> date:
        if isinstance(self.bound, date):
            return self.bound
        first = date.fromordinal(lookup(FIRST))
        return date(first.year + (self.bound < (first.month, first.day)), *self.bound)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, always."""

    parts: tuple[Condition, ...]

    def holds(self, lookup: Lookup) -> bool:
        """Whether they do, by ``lookup``."""
        return all(part.holds(lookup) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, lookup: Lookup) -> bool:
        """Whether one does, by ``lookup``."""
        return any(part.holds(lookup) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def holds(self, lookup: Lookup) -> bool:
        """Whether it does not, by ``lookup``."""
        return not self.part.holds(lookup)


@dataclass(frozen=True, slots=True)
class Exists:
    """Another fact of the same subject, of kind ``match``, dated no later, for which ``when`` holds.

    The lookup is asked for the condition itself: only the caller knows the subject's other facts.
    """

    match: str
    when: Condition

    def holds(self, lookup: Lookup) -> bool:
        """Whether there is one, by ``lookup``."""
        return bool(lookup(self.name))

    @property
    def name(self) -> str:
        """The name under which the lookup answers for this condition."""
        return f"exists {self.match} {self.when}"


Condition = Is | Order | DayOrder | All | AnyOf | Not | Exists
ALWAYS = All(())


def parse(written: object) -> Condition:
    """A condition from a scheme file's mapping. Raises :class:`~ledger.values.Invalid` for anything else."""
    if isinstance(written, Condition):
        return written
    if not isinstance(written, Mapping) or not written:
        raise Invalid("rules.bad_condition", value=written)
    parts = [_part(str(key), value) for key, value in written.items()]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _part(key: str, value: Any) -> Condition:
    if key in ("any", "all"):
        if not isinstance(value, list) or not value:
            raise Invalid("rules.bad_condition", value=value)
        return (AnyOf if key == "any" else All)(tuple(parse(part) for part in value))
    if key == "not":
        return Not(parse(value))
    if key == "exists":
        if not isinstance(value, Mapping) or not set(value) <= {"match", "when"} or "match" not in value:
            raise Invalid("rules.bad_condition", value=value)
        when = parse(value["when"]) if "when" in value else ALWAYS
        if any(isinstance(leaf, Exists) for leaf in leaves(when)):  # it looks at one fact alone
            raise Invalid("rules.bad_condition", value=value)
        return Exists(str(value["match"]), when)
    return _comparison(key, value)


def _comparison(field: str, value: Any) -> Condition:
    if isinstance(value, Mapping):
        if not value or not set(value) <= set(_ORDERS):
            raise Invalid("rules.bad_order", field=field, value=", ".join(sorted(map(str, value))) or "{}", known=", ".join(_ORDERS))
        orders = tuple(_order(field, order, str(bound).strip()) for order, bound in value.items())
        return orders[0] if len(orders) == 1 else All(orders)
    return Is(field, frozenset(map(as_text, value if isinstance(value, list) else [value])))


def _order(field: str, order: str, written: str) -> Order | DayOrder:
    if not (found := _DAY.fullmatch(written)):
        return Order(field, order, threshold(written))
    try:
        day = times.day(written if found[1] else f"2001-{written}")  # not a leap year: one that every year has
    except ValueError as error:
        raise Invalid("events.bad_day" if found[1] else "rules.bad_month_day", value=written) from error
    return DayOrder(field, order, day if found[1] else (day.month, day.day))


def as_text(value: object) -> str:
    """A field's value as the text it is compared by; a number in hundredths as its number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return points.text(value)
    if isinstance(value, Fraction) and value.denominator == 1:
        return points.text(value.numerator)
    return "" if value is None else str(value)


def leaves(condition: Condition) -> Iterator[Is | Order | DayOrder | Exists]:
    """The comparisons and ``exists`` of a condition; the inside of an ``exists`` is another fact's and not included."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


_WRITTEN = {"type": "object", "minProperties": 1, "$comment": "a condition"}
When = Annotated[Condition, BeforeValidator(parse), WithJsonSchema(_WRITTEN)]
