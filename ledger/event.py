"""What every event is, and how the fields of a kind are asked what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ledger.values import Day, Name, Ref, Subject, Text


class Event(BaseModel):
    """What every event has. ``stream`` names the field whose life the event belongs to.

    ``id`` is unique in the ledger; ``source`` and ``note`` are the caller's. ``extra`` holds the fields that the scheme in
    force declares for the kind, as :mod:`ledger.aggregates.extra` reads them. The rest is the ledger's own: ``named``, for
    each person first named by this event, the salted commitment to the name, SHA-256 of salt and name; ``adjust``, why a fact
    was taken into a closed period; ``approves``, the id of the proposal that it carries out, under a policy of four eyes.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)
    kind: ClassVar[str]
    version: ClassVar[int] = 1
    stream: ClassVar[str]

    id: Name
    on: Day
    source: Name | None = None
    note: Text | None = None
    extra: dict[str, Any] | None = None
    named: dict[str, str] | None = None
    adjust: Text | None = None
    approves: Annotated[Name, Subject("proposal")] | None = None


@dataclass(frozen=True, slots=True)
class FieldUse:
    """One field that refers to something: its name, the kind of :class:`Ref` and :class:`Subject`, whether a list."""

    name: str
    ref: str | None
    subject: str | None
    many: bool


@cache
def references(model: type[Event]) -> tuple[FieldUse, ...]:
    """The fields of a kind that refer to units, vocabulary, persons or subjects, from their annotations."""
    return tuple(use for name, info in model.model_fields.items() if (use := _use(name, info.metadata, info.annotation)))


def _use(name: str, metadata: list[Any], annotation: Any) -> FieldUse | None:
    marks = [*metadata, *_marks(annotation)]
    ref = next((mark.to for mark in marks if isinstance(mark, Ref)), None)
    subject = next((mark.stream for mark in marks if isinstance(mark, Subject)), None)
    return FieldUse(name, ref, subject, "tuple" in str(annotation)) if ref or subject else None


def _marks(annotation: Any) -> Iterator[Any]:
    """The marks inside ``X | None`` and ``Annotated[…]``."""
    yield from getattr(annotation, "__metadata__", ())
    for inner in getattr(annotation, "__args__", ()):
        yield from _marks(inner)
