"""The model of a scheme: few kinds of rule, each small enough to hold in the head.

A :class:`Scheme` is built from a source whose readings are settled; it has no choices left in it. Points, targets
and thresholds are hundredths.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.calendar import Calendar
from ledger.rules.conditions import ALWAYS, When, threshold
from ledger.rules.entries import ClassEntry, ExtraField, Persons, ReadingEntry, Targets, UnitEntry, Word
from ledger.rules.parts import Factor, Part, Rule, Strings, Whole, YesNo, only_one
from ledger.rules.prices import Price
from ledger.values import Day, Hundredths, Invalid

Threshold = Annotated[int, BeforeValidator(threshold), WithJsonSchema({"type": "string", "description": "0.75, 2h or 20min"})]
Within = Literal["all", "class"]
Credit = Literal["unit", "author", "leader", "trainee", "officer"]
"""Whom points go to: the unit, or a person whom the fact or its subject names."""


class Keep(Part):
    """Which of the facts counted together pay: the first so many, or the highest so many."""

    first: Whole | None = None
    highest: Whole | None = None

    @model_validator(mode="after")
    def _one(self) -> Keep:
        only_one(self, ("first", "highest"), "rules.one_keep")
        return self


class ByField(Part):
    """A share by a field of the item: a ratio, one number for each of its units in order."""

    by: str


def _keep(written: Any) -> Any:
    return {written: 1} if written in ("first", "highest") else None if written == "all" else written


def _ratio(written: Any) -> Any:
    return tuple(map(str, written)) if isinstance(written, list) else written


_SHARES = {
    "anyOf": [
        {"enum": ["full", "equal", "half"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"by": {"type": "string"}}, "required": ["by"], "additionalProperties": False},
    ]
}
Share = Annotated[
    Literal["full", "equal", "half"] | Annotated[tuple[Whole, ...], Field(min_length=1)] | ByField,
    BeforeValidator(_ratio),
    WithJsonSchema(_SHARES),
]
"""What each of several units gets: all of it, an equal part, half, or its part of a ratio to the first so many."""


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

    per: Strings
    keep: Annotated[Keep | None, BeforeValidator(_keep), WithJsonSchema(_KEEPS)] = None
    distinct: str | None = None
    skip: Whole | None = None
    share: Share = "full"


class Award(Rule):
    """Each matching fact posts points to an account.

    In a group, an award adds its price, or multiplies what the group is worth for the fact's key, or replaces it.
    """

    kind: Literal["award"]
    match: str
    when: When = ALWAYS
    group: str | None = None
    mode: Literal["add", "multiply", "replace"] = "add"
    account: str
    credit: Credit = "unit"
    besides: Strings = ()
    points: Price

    @model_validator(mode="after")
    def _grouped(self) -> Award:
        if self.mode != "add" and self.group is None:
            raise Invalid("rules.mode_without_group", mode=self.mode)
        return self


class Count(Part):
    """How many facts match, by unit and period; with ``distinct``, how many different values of that field."""

    match: str
    when: When = ALWAYS
    distinct: str | None = None
    share: Share = "full"
    credit: Credit = "unit"


class Against(Part):
    """A measure held against a target, ``times`` over, or against another measure; ``empty`` is its value against 0."""

    of: str
    target: str | None = None
    to: str | None = None
    times: Factor = Fraction(1)
    empty: Hundredths | None = None

    @model_validator(mode="after")
    def _one(self) -> Against:
        only_one(self, ("target", "to"), "rules.one_against")
        return self


class Carried(Part):
    """A measure with what the period before left over, or lacked, against its target."""

    of: str
    target: str
    surplus: YesNo = False
    shortfall: YesNo = False


class Among(Part):
    """A unit's measure among all units or those of its class: its place, or the group's highest, lowest, average or total."""

    of: str
    within: Within
    take: Literal["place", "highest", "lowest", "average", "total"]


class Elapsed(Part):
    """The time from each fact of ``from`` to the first fact of ``to`` of the same subject; still running without one."""

    from_: Annotated[str, Field(alias="from")]
    from_when: When = ALWAYS
    to: str
    when: When = ALWAYS
    clock: Literal["all", "working"] = "all"


class InBand(Part):
    """How many subjects, or periods, stand in these bands of a rule that judges."""

    of: str
    bands: Strings


FORMS = (
    "count", "sum", "weighted", "ratio", "shortfall", "surplus", "carried", "least", "greatest", "among",
    "first_day", "elapsed", "in_band",
)  # fmt: skip


class Measure(Rule):
    """A number for each unit and period, in exactly one of the forms; ``whole`` cuts it to whole ones below."""

    kind: Literal["measure"]
    period: str
    shown: YesNo = True
    whole: YesNo = False
    count: Count | None = None
    sum: str | None = None
    weighted: dict[str, Factor] | None = None
    ratio: Against | None = None
    shortfall: Against | None = None
    surplus: Against | None = None
    carried: Carried | None = None
    least: tuple[str, ...] | None = None
    greatest: tuple[str, ...] | None = None
    among: Among | None = None
    first_day: Against | None = None
    elapsed: Elapsed | None = None
    in_band: InBand | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Measure:
        only_one(self, FORMS, "rules.one_form")
        return self

    @property
    def form(self) -> str:
        """Which of the forms it has."""
        return next(form for form in FORMS if getattr(self, form) is not None)

    @property
    def against(self) -> Against | None:
        """The measure and target that this one compares, if it does."""
        return self.ratio or self.shortfall or self.surplus or self.first_day

    @property
    def made_of(self) -> tuple[str, ...]:
        """The measures that this one is made of."""
        part = self.carried or self.among
        against = [self.against.of, *([self.against.to] if self.against.to else [])] if self.against else []
        return (*(self.weighted or ()), *(self.least or ()), *(self.greatest or ()), *([part.of] if part else ()), *against)

    @property
    def target(self) -> str | None:
        """The target that this one needs, if it does."""
        return self.against.target if self.against else self.carried.target if self.carried else None


class Band(Part):
    """A step of a judgement: values at least, or more than, a threshold have these points. No threshold: all the rest."""

    name: str | None = None
    at_least: Threshold | None = None
    more_than: Threshold | None = None
    points: Hundredths

    def holds(self, value: Any) -> bool:
        """Whether a value, in hundredths, is in the band or above it."""
        return (self.at_least is None or value >= self.at_least) and (self.more_than is None or value > self.more_than)


class Assess(Rule):
    """A measure held against steps posts points, when its period starts, when it ends, or on each day that changes it.

    Only what is ``beyond`` a number is judged. ``worth`` is the most that a part not yet judged can give, shown as
    pending. ``charged_to`` posts it to the next period, or to none but the year.
    """

    kind: Literal["assess"]
    account: str
    period: str
    judged: Literal["start", "end", "daily"]
    when: When = ALWAYS
    measure: str | None = None
    points: Hundredths | None = None
    each: Hundredths | None = None
    bands: tuple[Band, ...] | None = None
    beyond: Hundredths = 0
    worth: Hundredths = 0
    charged_to: Literal["next", "year"] | None = None

    @model_validator(mode="after")
    def _one_judgement(self) -> Assess:
        if sum(part is not None for part in (self.points, self.each, self.bands)) != 1 or (self.points is None) != bool(self.measure):
            raise Invalid("rules.one_judgement")
        if self.charged_to and self.judged != "end":
            raise Invalid("rules.charged_at_end")
        return self

    def band(self, value: Any) -> Band | None:
        """The first band that holds for a value, in hundredths; None when there is none."""
        return next((band for band in self.bands or () if band.holds(value)), None)


class Deduct(Part):
    """So many percent of the balance, once or for each one of a measure; never more than all of it."""

    percent: Hundredths
    each: str | None = None


class Limit(Rule):
    """The least and most that an account may stand at in a period, and what is taken from it; always, or while a condition holds.

    It may mark the unit.
    """

    kind: Literal["limit"]
    account: str
    period: str
    when: When = ALWAYS
    least: Hundredths | None = None
    most: Hundredths | None = None
    deduct: Deduct | None = None
    flag: str | None = None


class Flag(Rule):
    """A condition on measures marks the unit, at once or from the year's last day on."""

    kind: Literal["flag"]
    flag: str
    when: When
    judged: Literal["daily", "end"] = "daily"


class RankKey(Part):
    """One key of an order: the score, a measure, or the place that an officer's latest order gives."""

    by: str
    first: Literal["highest", "lowest", "earliest"]


class Rank(Rule):
    """The order of units over all and within their class; ties share a rank until an officer's order settles them.

    A unit marked by a flag that ``excludes`` has no rank.
    """

    kind: Literal["rank"]
    within: tuple[Within, ...]
    keys: tuple[RankKey, ...]
    tie_for_first: str | None = None
    excludes: Strings = ()


AnyRule = Annotated[Award | Measure | Assess | Limit | Flag | Rank, Field(discriminator="kind")]


class Scheme(Part):
    """A scheme whose readings are settled. ``accounts`` and ``targets`` hold their names in Chinese, by path and id.

    ``clauses`` are the source's, with their words, ``uncited`` those that no rule cites, with the reason; ``explained``
    the warnings of a check that are meant so, by warning and place.
    """

    scheme: str
    name: str
    issuer: str
    document: str = ""
    issued: Day
    effective: Day
    supersedes: tuple[str, ...] = ()
    scored_account: str
    calendar: Calendar = Calendar()
    vocabulary: dict[str, dict[str, Word]]
    fields: dict[str, dict[str, ExtraField]] = Field(default_factory=dict)
    accounts: dict[str, str]
    targets: Targets = Field(default_factory=dict)
    classes: dict[str, ClassEntry]
    persons: Persons | None = None
    readings: dict[str, ReadingEntry] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    rules: tuple[AnyRule, ...]
    units: dict[str, UnitEntry]
    clauses: dict[str, str] = Field(default_factory=dict)
    uncited: dict[str, str] = Field(default_factory=dict)
    explained: dict[str, dict[str, str]] = Field(default_factory=dict)
