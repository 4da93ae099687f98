"""What one fact is worth: a number, a table, cases, a multiple of another rule's price, or a number of the fact's own.

A price is hundredths, exact: an int, or a fraction of one that is rounded once, when it is posted. None is no price,
and the fact is listed as unpriced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.conditions import ALWAYS, Condition, Lookup, When, as_text
from ledger.rules.parts import Factor, Part, Strings
from ledger.values import Hundredths, Invalid

Number = int | Fraction


class Fixed(Part):
    """The same price for each."""

    points: Hundredths = Field(description="Points, such as `2` or `-0.5`.")

    def price(self, _lookup: Lookup) -> Number | None:
        """The price of a fact."""
        return self.points


class Table(Part):
    """A price by the values of fields; a combination without an entry has no price."""

    by: Strings = Field(min_length=1, description="The fields that the table goes by, such as `channel` or `[channel, placement]`.")
    table: dict[str, Any] = Field(description="Points by the values of these fields, tables in a table for several.")

    @model_validator(mode="after")
    def _priced(self) -> Table:
        self._check(self.table, len(self.by))
        return self

    def _check(self, table: Any, depth: int) -> None:
        if not isinstance(table, Mapping) or not table:
            raise Invalid("rules.bad_table", value=table)
        for entry in table.values():
            if depth > 1:
                self._check(entry, depth - 1)
            else:
                Fixed.model_validate({"points": entry})

    def price(self, lookup: Lookup) -> Number | None:
        """The price of a fact, or None when the table has none."""
        entry: Any = self.table
        for field in self.by:
            entry = entry.get(as_text(lookup(field)))
            if entry is None:
                return None
        return Fixed.model_validate({"points": entry}).points


class Times(Part):
    """A multiple of what another award would price the same fact at; that award's own condition is not asked."""

    times: Factor = Field(description="The multiple, such as `2`, `0.5`, `1/3` or `-1`.")
    of: str = Field(description="The award whose price is multiplied, by its rule's id.")

    @property
    def name(self) -> str:
        """The name under which a lookup answers with the other award's price."""
        return f"price {self.of}"

    def price(self, lookup: Lookup) -> Number | None:
        """The price of a fact, or None when the other award has none."""
        other = lookup(self.name)
        return None if other is None else other * self.times


class Given(Part):
    """A number that the fact itself gives, times a factor; one outside the range has no price."""

    field: str = Field(description="A field that holds a number, such as `points` or `extra.words`.")
    times: Factor = Field(default=Fraction(1), description="What the number is multiplied by, such as `0.5`. Default: `1`.")
    least: Hundredths | None = Field(default=None, description="A price under this is none, in points.")
    most: Hundredths | None = Field(default=None, description="A price over this is none, in points.")

    def price(self, lookup: Lookup) -> Number | None:
        """The price of a fact, or None when it gives no number, or one out of range."""
        value = lookup(self.field)
        if not isinstance(value, int | Fraction):
            return None
        price = value * self.times
        low = self.least is not None and price < self.least
        return None if low or (self.most is not None and price > self.most) else price


class Case(Part):
    """One line of a price: a condition, and the price where it holds. In a file both stand in one mapping."""

    when: When = Field(default=ALWAYS, description="Of which events it is the price. Default: all that are left.")
    worth: Price = Field(description="The price: a number, or, in its place, the keys of another price beside `when`.")

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, written: Any) -> Any:
        if not isinstance(written, Mapping) or "worth" in written:
            return written
        rest = {key: value for key, value in written.items() if key != "when"}
        found = {"worth": rest["points"] if set(rest) == {"points"} else rest}
        return found | {"when": written["when"]} if "when" in written else found


class Cases(Part):
    """The first case that holds gives the price."""

    cases: tuple[Case, ...] = Field(min_length=1, description="The cases; the first that holds gives the price.")

    def price(self, lookup: Lookup) -> Number | None:
        """The price of a fact, or None when no case holds."""
        first = next((case for case in self.cases if case.when.holds(lookup)), None)
        return first.worth.price(lookup) if first else None


_SHAPES: Mapping[str, type[Part]] = {"cases": Cases, "by": Table, "table": Table, "times": Times, "of": Times, "field": Given}


def _price(written: Any) -> Any:
    if isinstance(written, Part):
        return written
    if not isinstance(written, Mapping):
        return Fixed.model_validate({"points": written})
    # `field` first: a number of the fact's own may have `times` too
    shape = Given if "field" in written else next((model for key, model in _SHAPES.items() if key in written), None)
    if shape is None or "points" in written or ("by" in written) != ("table" in written):
        raise Invalid("rules.one_price")
    return shape.model_validate(written)


def _said(model: type[Part], name: str, **schema: Any) -> dict[str, Any]:
    return {**schema, "description": model.model_fields[name].description}


_SHAPED = {
    "by": _said(Table, "by", type=["string", "array"], items={"type": "string"}),
    "table": _said(Table, "table", type="object"),
    "times": _said(Times, "times", type="string"),
    "of": _said(Times, "of", type="string"),
    "field": _said(Given, "field", type="string"),
    "least": _said(Given, "least", type="string"),
    "most": _said(Given, "most", type="string"),
}
_OWN = {"when": _said(Case, "when", type="object"), "points": _said(Fixed, "points", type="string")}
_CASE = {"type": "object", "properties": {**_OWN, **_SHAPED}, "additionalProperties": False}
_CASES = {"cases": _said(Cases, "cases", type="array", items=_CASE)}
_SHAPES_OF = {"type": "object", "properties": {**_CASES, **_SHAPED}, "additionalProperties": False}
_WRITTEN = {"anyOf": [{"type": "string"}, _SHAPES_OF], "$comment": "a price"}
Price = Annotated[Cases | Table | Times | Given | Fixed, BeforeValidator(_price), WithJsonSchema(_WRITTEN)]
Case.model_rebuild(force=True)
Cases.model_rebuild(force=True)


def parts(price: Fixed | Table | Times | Given | Cases) -> Iterator[Fixed | Table | Times | Given]:
    """The prices that a price is made of, those of its cases included."""
    if isinstance(price, Cases):
        for case in price.cases:
            yield from parts(case.worth)
    else:
        yield price


def conditions(price: Fixed | Table | Times | Given | Cases) -> Iterator[Condition]:
    """The conditions of a price's cases."""
    if isinstance(price, Cases):
        for case in price.cases:
            yield case.when
            yield from conditions(case.worth)
