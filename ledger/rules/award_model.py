"""The model of what pays for facts: awards, and the groups in which they are counted together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.conditions import ALWAYS, When
from ledger.rules.parts import Id, Part, Rule, Strings, Whole, only_one
from ledger.rules.prices import Price
from ledger.values import Invalid

Credit = Literal["unit", "author", "leader", "trainee", "officer"]
"""Whom points go to: the unit, or a person whom the fact or its subject names."""


class Keep(Part):
    """Which of the facts counted together pay: the first so many, or the highest so many."""

    first: Whole | None = Field(default=None, description="The first so many pay, such as `2`.")
    highest: Whole | None = Field(default=None, description="The highest so many pay, such as `2`; a later, higher one pays the increase.")

    @model_validator(mode="after")
    def _one(self) -> Keep:
        only_one(self, ("first", "highest"), "rules.one_keep")
        return self


class ByField(Part):
    """A share by a field of the item: a ratio, one number for each of its units in order."""

    by: Id = Field(description="A field of type ratio, such as `extra.authors`.")


def _keep(written: Any) -> Any:
    if isinstance(written, str) and written not in ("all", "first", "highest"):
        raise Invalid("rules.one_keep")
    return {written: 1} if written in ("first", "highest") else None if written == "all" else written


def _share(written: Any) -> Any:
    """Refuses, in one message, what is none of the ways to share."""
    if isinstance(written, str | list):
        parts = [str(each) for each in written] if isinstance(written, list) else []
        ratio = bool(parts) and all(part.isdecimal() and int(part) for part in parts)
        if not ratio and written not in ("full", "equal", "half"):
            raise Invalid("rules.bad_share", value=written)
        return tuple(parts) or written
    return ByField.model_validate(written) if isinstance(written, Mapping) else written


_SHARES = {
    "anyOf": [
        {"enum": ["full", "equal", "half"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"by": {"type": "string"}}, "required": ["by"], "additionalProperties": False},
    ]
}
Share = Annotated[
    Literal["full", "equal", "half"] | Annotated[tuple[Whole, ...], Field(min_length=1)] | ByField,
    BeforeValidator(_share),
    WithJsonSchema(_SHARES),
]
"""What each of several units gets: all of it, an equal part, half, or its part of a ratio to the first so many."""
SHARED = "What each of several units gets: `full`, `equal`, `half`, a ratio such as `[3, 2]`, or `{by: FIELD}`. Default: `full`."


_KEEPS = {
    "anyOf": [
        {"enum": ["all", "first", "highest"]},
        {"type": "object", "properties": {"first": {"type": "string"}, "highest": {"type": "string"}}, "additionalProperties": False},
    ]
}


class Group(Part):
    """Awards that are counted together: by what key, which of them pay, and how units share.

    ``keep: first`` pays the first for each key; ``highest`` pays the increase when a higher one comes later. Facts of
    the same ``distinct`` value count once, at their highest; the first ``skip`` pay nothing.
    """

    per: Strings = Field(description="The key: fields and periods, such as `[item]`, `[item, level]` or `[year]`; always by unit, too.")
    keep: Annotated[Keep | None, BeforeValidator(_keep), WithJsonSchema(_KEEPS)] = Field(
        default=None, description="Which pay: `all`, `first`, `highest`, or so many, such as `{highest: 2}`. Default: `all`."
    )
    distinct: Id | None = Field(default=None, description="Facts of one value of this field count once, such as `channel.group`.")
    skip: Whole | None = Field(default=None, description="So many of them, the first, pay nothing, such as `3`.")
    share: Share = Field(default="full", description=SHARED)


class Award(Rule):
    """Each matching fact posts points to an account.

    In a group, an award adds its price, or multiplies what the group is worth for the fact's key, or replaces it.
    """

    kind: Literal["award"] = Field(description="What kind of rule it is.")
    match: Id = Field(description="The kind of event that it pays for, such as `item_adopted`.")
    when: When = Field(default=ALWAYS, description="Which of these events, such as `{channel: city}`. Default: all.")
    group: Id | None = Field(default=None, description="The group that it is counted in. Default: each event pays by itself.")
    mode: Literal["add", "multiply", "replace"] = Field(default="add", description="What it does to its group's points. Default: `add`.")
    account: Id = Field(description="The account that the points go to, such as `score/items`.")
    credit: Credit = Field(default="unit", description="Whom the points go to: the unit, or a person the event names. Default: `unit`.")
    besides: Strings = Field(default=(), description="Rules that may pay for the same event on the same account, and are meant to.")
    points: Price = Field(description="What one event is worth, in points: `2`, `-0.5`, or any other price.")

    @model_validator(mode="after")
    def _grouped(self) -> Award:
        if self.mode != "add" and self.group is None:
            raise Invalid("rules.mode_without_group", mode=self.mode)
        return self
