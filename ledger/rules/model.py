"""The model of a scheme: few kinds of rule, each small enough to hold in the head.

A :class:`Scheme` is built from a source whose readings are settled; it has no choices left in it. Points, targets
and thresholds are hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ledger.rules.conditions import ALWAYS, Lookup, When, as_text, threshold
from ledger.values import Day, Hundredths, Invalid

Threshold = Annotated[int, BeforeValidator(threshold)]
Period = Literal["year", "quarter"]
Strings = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
_Flag = Annotated[bool, BeforeValidator(lambda value: {"true": True, "false": False}.get(value, value))]


class Part(BaseModel):
    """Anything in a scheme: frozen, and no field but those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class Table(Part):
    """A price by the values of fields; a combination without an entry has no price."""

    by: Strings
    table: dict[str, Any]

    @model_validator(mode="after")
    def _priced(self) -> Table:
        self._check(self.table, len(self.by))
        return self

    def _check(self, table: Any, depth: int) -> None:
        if not isinstance(table, Mapping):
            raise Invalid("rules.bad_table", value=table)
        for entry in table.values():
            if depth > 1:
                self._check(entry, depth - 1)
            else:
                Points.model_validate({"points": entry})

    def price(self, lookup: Lookup) -> int | None:
        """The price of a fact in hundredths, or None when the table has none."""
        entry: Any = self.table
        for field in self.by:
            entry = entry.get(as_text(lookup(field)))
            if entry is None:
                return None
        return Points.model_validate({"points": entry}).points


class Points(Part):
    """A number of points."""

    points: Hundredths


class Case(Part):
    """One line of a price: a condition, and points or a table."""

    when: When = ALWAYS
    points: Hundredths | None = None
    by: Strings | None = None
    table: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Case:
        if (self.points is None) == (self.by is None or self.table is None):
            raise Invalid("rules.one_price")
        if self.by and self.table:
            Table(by=self.by, table=self.table)
        return self

    def price(self, lookup: Lookup) -> int | None:
        """The price of a fact for which ``when`` holds."""
        return Table(by=self.by, table=self.table).price(lookup) if self.by and self.table else self.points


class Cases(Part):
    """The first case that holds gives the price."""

    cases: tuple[Case, ...]

    def price(self, lookup: Lookup) -> int | None:
        """The price of a fact in hundredths, or None when no case holds."""
        first = next((case for case in self.cases if case.when.holds(lookup)), None)
        return first.price(lookup) if first else None


class Fixed(Part):
    """The same price for each."""

    points: Hundredths

    def price(self, _lookup: Lookup) -> int | None:
        """The price of a fact in hundredths."""
        return self.points


def _price(written: Any) -> Any:
    if isinstance(written, Mapping):
        return Cases.model_validate(written) if "cases" in written else Table.model_validate(written)
    return Fixed.model_validate({"points": written})


Price = Annotated[Cases | Table | Fixed, BeforeValidator(_price)]


class Group(Part):
    """Awards that are counted together: by what key, which of them pay, and how units share.

    ``keep: first`` pays once for each key; ``highest`` pays the increase when a higher one comes later.
    """

    per: Strings
    keep: Literal["first", "highest"]
    share: Literal["full", "equal"] = "full"


class Rule(Part):
    """What every rule has: an id, the clause of the source, and its words."""

    id: str
    clause: Annotated[str, Field(min_length=1)]
    text: Annotated[str, Field(min_length=1)]


class Award(Rule):
    """Each matching fact posts points to an account."""

    kind: Literal["award"]
    match: str
    when: When = ALWAYS
    group: str | None = None
    account: str
    points: Price


class Count(Part):
    """How many facts match, by unit and period; with ``distinct``, how many different values of that field."""

    match: str
    when: When = ALWAYS
    distinct: str | None = None


class Against(Part):
    """A measure and the target it is held against."""

    of: str
    target: str


class Elapsed(Part):
    """The time from each fact of ``from`` to the first fact of ``to`` of the same subject; still running without one."""

    from_: Annotated[str, Field(alias="from")]
    from_when: When = ALWAYS
    to: str
    when: When = ALWAYS


class InBand(Part):
    """How many subjects stand in these bands of a rule that judges an elapsed time."""

    of: str
    bands: Strings


FORMS = ("count", "sum", "ratio", "shortfall", "first_day", "elapsed", "in_band")


class Measure(Rule):
    """A number for each unit and period, in exactly one of the forms."""

    kind: Literal["measure"]
    period: Period
    shown: _Flag = True
    count: Count | None = None
    sum: str | None = None
    ratio: Against | None = None
    shortfall: Against | None = None
    first_day: Against | None = None
    elapsed: Elapsed | None = None
    in_band: InBand | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Measure:
        if sum(getattr(self, form) is not None for form in FORMS) != 1:
            raise Invalid("rules.one_form", known=", ".join(FORMS))
        return self

    @property
    def against(self) -> Against | None:
        """The measure and target that this one compares, if it does."""
        return self.ratio or self.shortfall or self.first_day


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

    ``worth`` is the most that a part not yet judged can give, shown as pending.
    """

    kind: Literal["assess"]
    account: str
    period: Period
    judged: Literal["start", "end", "daily"]
    measure: str | None = None
    points: Hundredths | None = None
    each: Hundredths | None = None
    bands: tuple[Band, ...] | None = None
    worth: Hundredths = 0

    @model_validator(mode="after")
    def _one_judgement(self) -> Assess:
        if sum(part is not None for part in (self.points, self.each, self.bands)) != 1 or (self.points is None) != bool(self.measure):
            raise Invalid("rules.one_judgement")
        return self

    def band(self, value: Any) -> Band | None:
        """The first band that holds for a value, in hundredths; None when there is none."""
        return next((band for band in self.bands or () if band.holds(value)), None)

    def judge(self, value: Any) -> int | None:
        """The points for a measure's value, both in hundredths; None when no band holds."""
        if self.points is not None:
            return self.points
        if self.each is not None:
            return int(self.each * value) // 100
        band = self.band(value)
        return band.points if band else None


class Limit(Rule):
    """The least and most that an account may stand at in a year, always or while a condition holds; may mark the unit."""

    kind: Literal["limit"]
    account: str
    period: Literal["year"]
    when: When = ALWAYS
    least: Hundredths | None = None
    most: Hundredths | None = None
    flag: str | None = None


class Flag(Rule):
    """A condition on measures marks the unit, at once or from the year's last day on."""

    kind: Literal["flag"]
    flag: str
    when: When
    judged: Literal["daily", "end"] = "daily"


class RankKey(Part):
    """One key of an order: the score or a measure."""

    by: str
    first: Literal["highest", "lowest", "earliest"]


class Rank(Rule):
    """The order of units over all and within their class; ties share a rank until an officer's order settles them."""

    kind: Literal["rank"]
    within: tuple[Literal["all", "class"], ...]
    keys: tuple[RankKey, ...]
    tie_for_first: str | None = None


AnyRule = Annotated[Award | Measure | Assess | Limit | Flag | Rank, Field(discriminator="kind")]


class ClassEntry(Part):
    """A class of units and its targets."""

    targets: dict[str, Hundredths] = {}


class UnitEntry(Part):
    """A unit as the scheme lists it: its roster entry, and its own targets."""

    name: str
    class_: Annotated[str, Field(alias="class")]
    aliases: tuple[str, ...] = ()
    targets: dict[str, Hundredths] = {}


class Word(Part):
    """A word of the vocabulary."""

    name: str
    aliases: tuple[str, ...] = ()


class ReadingEntry(Part):
    """A reading as the scheme file declares it; see :mod:`ledger.rules.readings`."""

    clause: str
    rules: tuple[str, ...]
    question: str
    why: str
    default: str
    options: dict[str, str]


class Scheme(Part):
    """A scheme whose readings are settled. ``accounts`` and ``targets`` hold their names in Chinese, by path and id."""

    scheme: str
    name: str
    issuer: str
    document: str = ""
    issued: Day
    effective: Day
    supersedes: tuple[str, ...] = ()
    scored_account: str
    vocabulary: dict[str, dict[str, Word]]
    accounts: dict[str, str]
    targets: dict[str, str] = {}
    classes: dict[str, ClassEntry]
    readings: dict[str, ReadingEntry] = {}
    groups: dict[str, Group] = {}
    rules: tuple[AnyRule, ...]
    units: dict[str, UnitEntry]
