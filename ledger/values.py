"""The types of fields: what they hold, and what they refer to.

A field's annotation says what it names (:class:`Ref`) and whose life it belongs to (:class:`Subject`). Points are
hundredths, business dates :class:`datetime.date`, moments :class:`datetime.datetime` to the second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from ledger import points, times


class Invalid(ValueError):
    """A value that a field cannot hold: the message key and what it names, for the edge to show."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


def matching_key(text: str) -> str:
    """What two spellings of one name have in common: NFKC, no spaces, no case. Never stored."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def narrow(value: object) -> str | None:
    """A number written with signs or digits of full width, in those of the Latin alphabet; None for anything else."""
    written = str(value).strip()
    plain = unicodedata.normalize("NFKC", written).replace("\N{MINUS SIGN}", "-")
    try:
        points.parse(plain)
    except ValueError:
        return None
    return plain if plain != written else None


def hundredths(value: object) -> int:
    """Points as a file or a person writes them, in hundredths. Raises :class:`Invalid` for anything that is no number."""
    try:
        return points.parse(value)
    except ValueError as error:
        plain = narrow(value)
        raise (Invalid("events.wide_digits", value=value, plain=plain) if plain else Invalid("events.bad_points", value=value)) from error


@dataclass(frozen=True, slots=True)
class Ref:
    """The field holds the id of something the scheme or the roster names: ``unit``, ``channel``, ``person`` …"""

    to: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The event is part of the life of what the field names: ``item``, ``solicitation``, ``incident``, ``unit``."""

    stream: str


def _reading(parse: Callable[[object], object], key: str) -> BeforeValidator:
    """A validator that reads a value with ``parse`` and names it when it cannot."""

    def read(value: object) -> object:
        try:
            return parse(value)
        except ValueError as error:
            raise Invalid(key, value=value) from error

    return BeforeValidator(read)


Day = Annotated[date, _reading(times.day, "events.bad_day")]
Moment = Annotated[datetime, _reading(times.moment, "events.bad_moment")]
Hundredths = Annotated[int, BeforeValidator(hundredths)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\p{Cc}\p{Cf}]*$")]
"""An id or a name: nothing in it that cannot be seen, or two that look alike could be two."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]

LISTED = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
Names = Annotated[tuple[Name, ...], LISTED]

Item = Annotated[Name, Subject("item")]
Solicitation = Annotated[Name, Subject("solicitation")]
Incident = Annotated[Name, Subject("incident")]
Unit = Annotated[Name, Ref("unit"), Subject("unit")]
Units = Annotated[Names, Ref("unit"), Subject("unit")]
Channel = Annotated[Name, Ref("channel")]
Level = Annotated[Name, Ref("level")]
Category = Annotated[Name, Ref("category")]
Finding = Annotated[Name, Ref("finding")]
Person = Annotated[Name, Ref("person")]

Placement = Literal["regular", "brief", "cover"]
Missed = Literal["late", "none", "substandard", "plagiarised", "similar", "duplicate"]
Severity = Literal["ordinary", "major", "especially_major"]
Covered = Literal["closed_periods", "veto_findings", "schemes", "rulings"]
"""What a policy of four eyes may cover: what changes the figures of a closed period, findings under which a score is set to
nothing, the enacting of schemes, and officers' rulings."""
