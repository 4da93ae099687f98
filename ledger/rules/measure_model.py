"""The model of measures: a number for each unit and period, in one of a few forms."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ledger.rules.award_model import SHARED, Credit, Share
from ledger.rules.conditions import ALWAYS, When
from ledger.rules.parts import Factor, Id, Part, Rule, Strings, YesNo, only_one
from ledger.values import Hundredths

Within = Literal["all", "class"]


class Count(Part):
    """How many facts match, by unit and period; with ``distinct``, how many different values of that field."""

    match: Id = Field(description="The kind of event that is counted, such as `item_submitted`.")
    when: When = Field(default=ALWAYS, description="Which of these events, such as `{category: problem}`. Default: all.")
    distinct: Id | None = Field(default=None, description="Count the different values of this field instead, such as `topic`.")
    share: Share = Field(default="full", description=SHARED)
    credit: Credit = Field(default="unit", description="Whose count it is: the unit's, or a person's. Default: `unit`.")


class Against(Part):
    """A measure held against a target, ``times`` over, or against another measure; ``empty`` is its value against 0."""

    of: Id = Field(description="The measure, by its rule's id.")
    target: Id | None = Field(default=None, description="The target that it is held against, by id; `staff` is the unit's number of staff.")
    to: Id | None = Field(default=None, description="The measure that it is held against, by its rule's id.")
    times: Factor = Field(default=Fraction(1), description="What the target is multiplied by, such as `1.2`. Default: `1`.")
    empty: Hundredths | None = Field(default=None, description="The ratio to 0, such as `0`. Default: it is refused.")

    @model_validator(mode="after")
    def _one(self) -> Against:
        only_one(self, ("target", "to"), "rules.one_against")
        return self


class Carried(Part):
    """A measure with what the period before left over, or lacked, against its target."""

    of: Id = Field(description="The measure, by its rule's id.")
    target: Id = Field(description="The target of each period, by id.")
    surplus: YesNo = Field(default=False, description="Whether what is over goes on to the next period. Default: `false`.")
    shortfall: YesNo = Field(default=False, description="Whether what is lacking goes on to the next period. Default: `false`.")


class Among(Part):
    """A unit's measure among all units or those of its class: its place, or the group's highest, lowest, average or total."""

    of: Id = Field(description="The measure, by its rule's id.")
    within: Within = Field(description="Among all units, or those of its class.")
    take: Literal["place", "highest", "lowest", "average", "total"] = Field(description="What is taken of them.")


class Elapsed(Part):
    """The time from each fact of ``from`` to the first fact of ``to`` of the same subject; still running without one."""

    from_: Annotated[str, Field(alias="from", description="The kind of event that starts the clock, such as `incident_occurred`.")]
    from_when: When = Field(default=ALWAYS, description="Which of these events, such as `{severity: major}`. Default: all.")
    to: Id = Field(description="The kind of event that stops it, such as `incident_reported`.")
    when: When = Field(default=ALWAYS, description="Which of those events, such as `{channel: written}`. Default: all.")
    clock: Literal["all", "working"] = Field(default="all", description="All time, or the calendar's working time. Default: `all`.")


class InBand(Part):
    """How many subjects, or periods, stand in these bands of a rule that judges."""

    of: Id = Field(description="The rule of kind `assess`, by id.")
    bands: Strings = Field(description="The names of its bands that are counted, such as `[late]`.")


FORMS = (
    "count", "sum", "weighted", "ratio", "shortfall", "surplus", "carried", "least", "greatest", "among",
    "first_day", "elapsed", "in_band",
)  # fmt: skip


class Measure(Rule):
    """A number for each unit and period, in exactly one of the forms; ``whole`` cuts it to whole ones below."""

    kind: Literal["measure"] = Field(description="What kind of rule it is.")
    period: Id = Field(description="By what period: `year`, `half`, `quarter`, `month`, `week`, or a division of the calendar's own.")
    shown: YesNo = Field(default=True, description="Whether standings have a column for it. Default: `true`.")
    whole: YesNo = Field(default=False, description="Whether it is cut to the whole number below. Default: `false`.")
    count: Count | None = Field(default=None, description="Form: how many events match.")
    sum: Id | None = Field(default=None, description="Form: the points of an account and those below it, such as `score/items`.")
    weighted: dict[str, Factor] | None = Field(
        default=None, description="Form: measures, each by a factor, such as `{briefs: 1, long: 3}`."
    )
    ratio: Against | None = Field(default=None, description="Form: a measure divided by a target or another measure; 0.75 is 75%.")
    shortfall: Against | None = Field(default=None, description="Form: what a measure lacks; 0 when it lacks nothing.")
    surplus: Against | None = Field(default=None, description="Form: what a measure is over; 0 when it is not.")
    carried: Carried | None = Field(default=None, description="Form: a measure with what the period before left over or lacked.")
    least: tuple[str, ...] | None = Field(default=None, description="Form: the least of these measures.")
    greatest: tuple[str, ...] | None = Field(default=None, description="Form: the greatest of these measures.")
    among: Among | None = Field(default=None, description="Form: a measure set among those of other units.")
    first_day: Against | None = Field(default=None, description="Form: the first day on which a measure reaches what it is held against.")
    elapsed: Elapsed | None = Field(default=None, description="Form: the time between two events, for each subject.")
    in_band: InBand | None = Field(default=None, description="Form: how many subjects or periods stand in bands of a judgement.")

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

    def named(self, number: int) -> str:
        """What it is called in one of its periods: its id and the period's number, or the id alone for a measure of the year."""
        return self.id if self.period == "year" else f"{self.id}{number}"
