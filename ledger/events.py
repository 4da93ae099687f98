"""What a fact is: one frozen, strict model for each kind of event.

The kinds are the contract's, here, plus the ledger's own (:mod:`ledger.own_events`). Stable kind names and versions are
stored, never import paths: :data:`KINDS` is the closed registry that resolves them, so nothing in a foreign file can name code. A field's
annotation (:mod:`ledger.values`) says what it refers to and whose life it belongs to; everything that walks over
fields (normalisation, streams, search by unit, the log's fast decoders) is derived from these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from ledger import points
from ledger.event import Event, FieldUse, references
from ledger.own_events import ChangeProposed, LedgerOpened, NameErased, PeriodClosed, PolicySet, SchemeEnacted
from ledger.values import (
    LISTED,
    Category,
    Channel,
    Day,
    Finding,
    Hundredths,
    Incident,
    Invalid,
    Item,
    Level,
    Missed,
    Moment,
    Name,
    Names,
    Person,
    Placement,
    Ref,
    Severity,
    Solicitation,
    Subject,
    Text,
    Unit,
    Units,
)

__all__ = [
    "FROM_FILES", "KINDS", "LEDGERS_FIELDS", "LEDGERS_OWN", "UPCASTS", "ChangeProposed", "Event", "EventReversed", "FeedbackFailed",
    "FieldUse", "FindingEstablished", "IncidentOccurred", "IncidentReported", "ItemAdopted", "ItemEndorsed", "ItemSubmitted",
    "LedgerOpened", "NameErased", "OrderSettled", "PeriodClosed", "PointsAwarded", "PolicySet", "SchemeEnacted", "SolicitationFulfilled",
    "SolicitationIssued", "SolicitationMissed", "TrainingCompleted", "UnitChanged", "UnitEnrolled", "UnitSplit", "UnitsMerged",
    "references", "shown",
]  # fmt: skip


def _distinct(units: tuple[str, ...]) -> None:
    if len(set(units)) < len(units):
        raise Invalid("events.unit_twice", unit=min(unit for unit in units if units.count(unit) > 1))


class ItemSubmitted(Event):
    """A unit, or several jointly, sent an item in. ``lead`` is the 选题单位."""

    kind = "item_submitted"
    stream = "item"
    item: Item
    unit: Unit | None = None
    units: Units | None = None
    lead: Annotated[Name, Ref("unit")] | None = None
    title: Text | None = None
    category: Category | None = None
    author: Person | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_spelling(cls, data: Any, _info: ValidationInfo) -> Any:
        """A list of one unit is that unit, so that equal content is equal."""
        if isinstance(data, dict) and "unit" not in data and isinstance(data.get("units"), list | tuple) and len(data["units"]) == 1:
            return {key: value for key, value in data.items() if key != "units"} | {"unit": data["units"][0]}
        return data

    @model_validator(mode="after")
    def _whose(self) -> ItemSubmitted:
        if (self.unit is None) == (not self.units):
            raise Invalid("events.unit_or_units")
        _distinct(self.credited)
        if self.lead is not None and self.lead not in self.credited:
            raise Invalid("events.lead_outside", lead=self.lead)
        return self

    @property
    def credited(self) -> tuple[str, ...]:
        """The units that the item credits, in the order given."""
        return (self.unit,) if self.unit is not None else self.units or ()


class ItemAdopted(Event):
    """A channel printed the item."""

    kind = "item_adopted"
    stream = "item"
    item: Item
    channel: Channel
    placement: Placement = "regular"
    issue: Name | None = None


class ItemEndorsed(Event):
    """A leader wrote an instruction on the item (批示)."""

    kind = "item_endorsed"
    stream = "item"
    item: Item
    level: Level
    leader: Person | None = None


class SolicitationIssued(Event):
    """A piece was asked for (约稿), of these units, by a day that is included."""

    kind = "solicitation_issued"
    stream = "solicitation"
    solicitation: Solicitation
    topic: Text
    units: Units
    due: Day

    @model_validator(mode="after")
    def _asked(self) -> SolicitationIssued:
        if not self.units:
            raise Invalid("events.nobody_asked")
        _distinct(self.units)
        if self.due < self.on:
            raise Invalid("events.due_before", due=self.due, on=self.on)
        return self


class SolicitationFulfilled(Event):
    """A unit sent the piece that was asked for, in time."""

    kind = "solicitation_fulfilled"
    stream = "solicitation"
    solicitation: Solicitation
    unit: Unit
    item: Item | None = None


class SolicitationMissed(Event):
    """A unit sent it late, not at all, or not fit for use."""

    kind = "solicitation_missed"
    stream = "solicitation"
    solicitation: Solicitation
    unit: Unit
    how: Missed
    excused: bool = False


class FeedbackFailed(Event):
    """A unit did not verify or complete information in time, or at all."""

    kind = "feedback_failed"
    stream = "unit"
    unit: Unit
    how: Literal["late", "none"]
    item: Item | None = None
    about: Text | None = None


class IncidentOccurred(Event):
    """An emergency began; ``on`` is its moment."""

    kind = "incident_occurred"
    stream = "incident"
    on: Moment  # a moment is a finer day, for the two kinds that need one
    incident: Incident
    unit: Unit
    severity: Severity


class IncidentReported(Event):
    """The unit reported it, by telephone or in writing; ``on`` is the moment."""

    kind = "incident_reported"
    stream = "incident"
    on: Moment
    incident: Incident
    channel: Literal["phone", "written"]


class TrainingCompleted(Event):
    """A unit's informant completed a training task (调训)."""

    kind = "training_completed"
    stream = "unit"
    unit: Unit
    trainee: Person | None = None


class FindingEstablished(Event):
    """An inspection established something against a unit."""

    kind = "finding_established"
    stream = "unit"
    unit: Unit
    finding: Finding
    item: Item | None = None
    incident: Incident | None = None


class PointsAwarded(Event):
    """A discretionary award, within the rule's range."""

    kind = "points_awarded"
    stream = "unit"
    unit: Unit
    rule: Name
    points: Hundredths
    officer: Person
    reason: Text


class OrderSettled(Event):
    """An officer's ruling on a tie in the year of its business date: these units, in this order."""

    kind = "order_settled"
    stream = "period"
    units: Units
    reason: Text

    @model_validator(mode="after")
    def _several(self) -> OrderSettled:
        if len(self.units) < 2:
            raise Invalid("events.order_of_one")
        _distinct(self.units)
        return self


class UnitEnrolled(Event):
    """A unit joins the roster. ``targets`` replace the scheme's, by target name, in hundredths."""

    kind = "unit_enrolled"
    stream = "unit"
    unit_id: Annotated[Name, Subject("unit")]
    unit: Name
    class_: Annotated[Name, Field(alias="class")]
    targets: dict[str, Hundredths] | None = None
    aliases: Names | None = None
    staff: Annotated[int, Field(ge=0)] | None = None


class UnitChanged(Event):
    """From this day a unit has another name, class, targets, aliases or staff; what is absent stays.

    ``left`` says that it is in the roster no longer, or, where it is false, that it is again.
    """

    kind = "unit_changed"
    stream = "unit"
    unit_id: Annotated[Name, Ref("unit"), Subject("unit")]
    unit: Name | None = None
    class_: Annotated[Name | None, Field(alias="class")] = None
    targets: dict[str, Hundredths] | None = None
    aliases: Names | None = None
    staff: Annotated[int, Field(ge=0)] | None = None
    left: bool | None = None


class UnitsMerged(Event):
    """Several units become one, perhaps one of them; ``carry`` says whether the points earned so far go along."""

    kind = "units_merged"
    stream = "unit"
    before: Units
    after: Annotated[Name, Ref("unit"), Subject("unit")]
    carry: bool


class UnitSplit(Event):
    """One unit becomes several, perhaps itself one; ``carry`` is the ratio in which earned points go along, or absent for none."""

    kind = "unit_split"
    stream = "unit"
    before: Unit
    after: Units
    carry: Annotated[tuple[int, ...], LISTED] | None = None


class EventReversed(Event):
    """The target never counted. ``on`` informs only."""

    kind = "event_reversed"
    stream = "target"
    target: Annotated[Name, Subject("event")]
    reason: Text


FROM_FILES: tuple[type[Event], ...] = (
    ItemSubmitted, ItemAdopted, ItemEndorsed, SolicitationIssued, SolicitationFulfilled, SolicitationMissed,
    FeedbackFailed, IncidentOccurred, IncidentReported, TrainingCompleted, FindingEstablished, PointsAwarded,
    OrderSettled, UnitEnrolled, UnitChanged, UnitsMerged, UnitSplit, EventReversed,
)  # fmt: skip
LEDGERS_OWN: tuple[type[Event], ...] = (LedgerOpened, SchemeEnacted, PeriodClosed, PolicySet, ChangeProposed, NameErased)
KINDS: Mapping[str, type[Event]] = {model.kind: model for model in (*FROM_FILES, *LEDGERS_OWN)}
LEDGERS_FIELDS = frozenset({"recorded_at", "recorded_by", "position", "named", "adjust", "approves", "kind_version"})

_IN_HUNDREDTHS = frozenset({"points", "targets", "score", "if_closed", "pending", "measures"})
_OF_MANY = frozenset({"rows", "persons"})


def shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Stored fields as they are shown outside: hundredths as numbers of points, the rest as it is."""
    return {name: _shown(name, value) for name, value in fields.items()}


def _shown(name: str, value: Any) -> Any:
    if name in _OF_MANY:
        return [shown(each) for each in value]
    if name not in _IN_HUNDREDTHS:
        return value
    return {key: _number(each) for key, each in value.items()} if isinstance(value, Mapping) else _number(value)


def _number(value: Any) -> Any:
    """A number of points; a measure may be a date, or nothing."""
    return points.number(value) if isinstance(value, int) else value


Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: dict[tuple[str, int], Upcast] = {}
"""From an old version's fields to the next version's, by kind and old version. Empty while every kind is at 1."""
