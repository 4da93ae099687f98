"""The model of a scheme: few kinds of rule, each small enough to hold in the head.

A :class:`Scheme` is built from a source whose readings are settled; it has no choices left in it. Points, targets
and thresholds are hundredths. What each key means stands beside it; the reference and the JSON Schema are made of that.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.award_model import Award, ByField, Credit, Group, Keep, Share
from ledger.rules.calendar import Calendar
from ledger.rules.conditions import ALWAYS, When, threshold
from ledger.rules.entries import ClassEntry, ExtraField, Persons, ReadingEntry, Targets, UnitEntry, Word
from ledger.rules.measure_model import FORMS, Against, Among, Carried, Count, Elapsed, InBand, Measure, Within
from ledger.rules.parts import Id, Part, Rule, Strings
from ledger.values import Day, Hundredths, Invalid

__all__ = (
    "FORMS", "Against", "Among", "AnyRule", "Assess", "Award", "Band", "ByField", "Carried", "Count", "Credit", "Deduct",
    "Elapsed", "Flag", "Group", "InBand", "Keep", "Limit", "Measure", "Rank", "RankKey", "Scheme", "Share",
)  # fmt: skip

Threshold = Annotated[int, BeforeValidator(threshold), WithJsonSchema({"type": "string", "examples": ["0.75", "2h", "20min"]})]


class Band(Part):
    """A step of a judgement: values at least, or more than, a threshold have these points. No threshold: all the rest."""

    name: Id | None = Field(default=None, description="A name by which it is counted and shown, such as `late`.")
    at_least: Threshold | None = Field(default=None, description="Values of at least this much, such as `0.75`, or a span such as `2h`.")
    more_than: Threshold | None = Field(default=None, description="Values over this, such as `0`, or a span such as `20min`.")
    points: Hundredths = Field(description="The points of the band, such as `-4`.")

    def holds(self, value: Any) -> bool:
        """Whether a value, in hundredths, is in the band or above it."""
        return (self.at_least is None or value >= self.at_least) and (self.more_than is None or value > self.more_than)


class Assess(Rule):
    """A measure held against steps posts points, when its period starts, when it ends, or on each day that changes it.

    Only what is ``beyond`` a number is judged. ``worth`` is the most that a part not yet judged can give, shown as
    pending. ``charged_to`` posts it to the next period, or to none but the year.
    """

    kind: Literal["assess"] = Field(description="What kind of rule it is.")
    account: Id = Field(description="The account that the points go to, such as `score/targets`.")
    period: Id = Field(description="By what period: `year`, `half`, `quarter`, `month`, `week`, or a division of the calendar's own.")
    judged: Literal["start", "end", "daily"] = Field(description="On the period's first day, its last, or each day that changes it.")
    when: When = Field(default=ALWAYS, description="Judged only while this holds of measures, `class` or `year`. Default: always.")
    measure: Id | None = Field(default=None, description="The measure that is judged, by its rule's id.")
    points: Hundredths | None = Field(
        default=None,
        description="So many points, such as `20`, without `measure`; with `judged: daily` they are given while `when` holds.",
    )
    each: Hundredths | None = Field(default=None, description="So many points for each one of the measure, such as `-2`.")
    bands: tuple[Band, ...] | None = Field(
        default=None, description="Points by steps of the measure, the highest first; the last has no bound."
    )
    beyond: Hundredths = Field(default=0, description="So much of the measure is not judged, such as `3`. Default: `0`.")
    worth: Hundredths = Field(default=0, description="The most that it can give, shown as pending until it is judged. Default: `0`.")
    charged_to: Literal["next", "year"] | None = Field(
        default=None, description="The points count in the next period, or in the year alone. Default: in the period that is judged."
    )

    @model_validator(mode="after")
    def _one_judgement(self) -> Assess:
        if sum(part is not None for part in (self.points, self.each, self.bands)) != 1 or (self.points is None) != bool(self.measure):
            raise Invalid("rules.one_judgement")
        if self.charged_to and self.judged != "end":
            raise Invalid("rules.charged_at_end")
        if self.points is not None and self.judged == "daily" and self.when == ALWAYS:
            raise Invalid("rules.points_daily")
        return self

    def band(self, value: Any) -> Band | None:
        """The first band that holds for a value, in hundredths; None when there is none."""
        return next((band for band in self.bands or () if band.holds(value)), None)


class Deduct(Part):
    """So many percent of the balance, once or for each one of a measure; never more than all of it."""

    percent: Hundredths = Field(description="Percent of the balance, such as `10`.")
    each: Id | None = Field(default=None, description="So much for each one of this measure, by its rule's id. Default: once.")


class Limit(Rule):
    """The least and most that an account may stand at in a period, and what is taken from it; always, or while a condition holds.

    It may mark the unit.
    """

    kind: Literal["limit"] = Field(description="What kind of rule it is.")
    account: Id = Field(description="The account that is held, with all below it, such as `score/bonus`.")
    period: Id = Field(description="By what period: `year`, `half`, `quarter`, `month`, `week`, or a division of the calendar's own.")
    when: When = Field(default=ALWAYS, description="Held only while this holds of measures, such as `{falsities: {at_least: 1}}`.")
    least: Hundredths | None = Field(default=None, description="It stands at no less than this, in points, such as `0`.")
    most: Hundredths | None = Field(default=None, description="It stands at no more than this, in points, such as `20`.")
    deduct: Deduct | None = Field(default=None, description="A part of its balance that is taken, such as `{percent: 10}`.")
    flag: Id | None = Field(
        default=None,
        description="A mark on the unit while the condition holds, such as `no_award`; without one, while it takes or gives something.",
    )


class Flag(Rule):
    """A condition on measures marks the unit, at once or from the year's last day on."""

    kind: Literal["flag"] = Field(description="What kind of rule it is.")
    flag: Id = Field(description="The mark, such as `award_ineligible`.")
    when: When = Field(description="What has to hold of the year's measures, such as `{misses: {more_than: 2}}`.")
    judged: Literal["daily", "end"] = Field(default="daily", description="At once, or on the year's last day. Default: `daily`.")


class RankKey(Part):
    """One key of an order: the score, a measure, or the place that an officer's latest order gives."""

    by: Id = Field(description="`score`, a measure of the year by its rule's id, or `order`.")
    first: Literal["highest", "lowest", "earliest"] = Field(description="Which value comes first; days by `earliest`.")


class Rank(Rule):
    """The order of units over all and within their class; ties share a rank until an officer's order settles them.

    A unit marked by a flag that ``excludes`` has no rank.
    """

    kind: Literal["rank"] = Field(description="What kind of rule it is.")
    within: tuple[Within, ...] = Field(description="Ranks over all units, within classes, or both: `[all, class]`.")
    keys: tuple[RankKey, ...] = Field(description="By what they are ordered, one after another.")
    tie_for_first: Id | None = Field(default=None, description="A mark on those who share the first place, such as `ruling_needed`.")
    excludes: Strings = Field(default=(), description="Units with one of these marks have no rank, such as `[no_award]`.")


AnyRule = Annotated[Award | Measure | Assess | Limit | Flag | Rank, Field(discriminator="kind")]


class Scheme(Part):
    """A scheme whose readings are settled. ``accounts`` and ``targets`` hold their names in Chinese, by path and id.

    ``clauses`` are the source's, with their words, ``uncited`` those that no rule cites, with the reason; ``explained``
    the warnings of a check that are meant so, by warning and place.
    """

    scheme: Id = Field(description="The scheme's own id, such as `gallery-2024`.")
    name: Id = Field(description="The title of the source document.")
    issuer: Id = Field(description="The office that issued it.")
    document: str = Field(default="", description="The document's number. Default: none.")
    issued: Day = Field(description="The day on which it was issued, such as `2023-12-20`.")
    effective: Day = Field(description="The first day on which it is in force, such as `2024-01-01`.")
    supersedes: tuple[str, ...] = Field(default=(), description="The documents that it takes the place of. Default: none.")
    scored_account: Id = Field(description="The account whose balance is the score, such as `score`.")
    calendar: Calendar = Field(default=Calendar(), description="Where its year begins and how it is divided. Default: the calendar year.")
    vocabulary: dict[str, dict[str, Word]] = Field(
        description="The words of events: for `channel`, `level`, `category` and `finding`, by id."
    )
    fields: dict[str, dict[str, ExtraField]] = Field(
        default_factory=dict, description="Fields of its own that events have, by kind of event and id; rules speak of `extra.ID`."
    )
    accounts: dict[str, str] = Field(description="The accounts with their names, by path: `score`, `score/items`.")
    targets: Targets = Field(default_factory=dict, description="What units may have to reach, with its name, by id.")
    classes: dict[str, ClassEntry] = Field(description="The classes of units with their targets, by name.")
    persons: Persons | None = Field(default=None, description="Standings of persons beside those of units. Default: none.")
    readings: dict[str, ReadingEntry] = Field(default_factory=dict, description="The doubtful clauses and how they may be read, by id.")
    groups: dict[str, Group] = Field(default_factory=dict, description="Awards that are counted together, by id.")
    rules: tuple[AnyRule, ...] = Field(description="The rules, each of one kind.")
    units: dict[str, UnitEntry] = Field(description="The units in the document's order, by id.")
    clauses: dict[str, str] = Field(default_factory=dict, description="The clauses of the source, each with its words, by number.")
    uncited: dict[str, str] = Field(default_factory=dict, description="Clauses that no rule cites, each with the reason.")
    explained: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Warnings that are meant so: the reason, by warning and place, as a check prints them."
    )
