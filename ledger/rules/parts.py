"""What the parts of a scheme file are made of: frozen models and the types of their values."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ledger.values import Invalid

_TRUTH = {"true": True, "false": False}

_LISTED = WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}})
Strings = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value), _LISTED]
YesNo = Annotated[bool, Field(strict=True), BeforeValidator(lambda value: _TRUTH.get(value, value) if isinstance(value, str) else value)]


_FACTOR = re.compile(r"[+-]?\d{1,12}(\.\d{1,12}|/(?!0+$)\d{1,12})?", re.ASCII)


def factor(written: object) -> Fraction:
    """An exact number that something is multiplied by: ``2``, ``0.5``, ``1/3``. Raises Invalid for anything else.

    No powers of ten: of ``1e999999999`` the number itself would take all memory there is.
    """
    if isinstance(written, Fraction):
        return written
    said = str(written).strip()
    if not _FACTOR.fullmatch(said):
        raise Invalid("rules.bad_factor", value=written)
    return Fraction(said)


Factor = Annotated[Fraction, BeforeValidator(factor), WithJsonSchema({"type": "string", "examples": ["2", "0.5", "1/3"]})]
Id = Annotated[str, Field(min_length=1)]
"""A name of something: there is no empty one."""
Whole = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    """Anything in a scheme: frozen, and no field but those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class Rule(Part):
    """What every rule has: an id, the clause of the source, and its words."""

    id: Id = Field(description="The rule's own id, by which others name it, such as `bonus_cap`.")
    clause: str = Field(min_length=1, description="The clause of the source that it rests on; several are parted by 、.")
    text: str = Field(min_length=1, description="The words of that clause, as the source has them.")


def only_one(part: Part, names: tuple[str, ...], key: str, **params: Any) -> None:
    """Raises Invalid(``key``) unless exactly one of these fields is given."""
    if sum(getattr(part, name) is not None for name in names) != 1:
        raise Invalid(key, known=", ".join(names), **params)
