"""Cells to the texts of fields: dates in every way they are written, numbers, choices in words. Exact, or a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal, NamedTuple, get_args, get_origin
from unicodedata import normalize

from ledger import times
from ledger.aggregates.extra import shown
from ledger.aggregates.normalise import choices
from ledger.errors import Problem, nearest
from ledger.events import Event
from ledger.office.grids import Cell
from ledger.office.headings import plain, words
from ledger.rules.source import OwnField

_EPOCH = date(1899, 12, 30)
"""The day 0 of Excel's calendar as it is from March 1900 on."""
_SERIALS = range((date(2000, 1, 1) - _EPOCH).days, (date(2100, 1, 1) - _EPOCH).days)
"""A bare number in a column of dates is a day of this century, or no date."""
_LONGEST_NUMBER = 10**15
_NUMBERS = frozenset({"item", "solicitation", "incident", "issue", "id", "target", "unit_id"})
"""Fields that hold somebody's number: full-width letters and digits in them are a slip of the input method."""
_NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0D, 0xFF0F)}
_MIDNIGHT = "00:00:00"


class Unread(Exception):
    """A cell that does not say what its field needs; ``problem`` has neither field nor place yet."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.problem = Problem(key, params=params)


class Around(NamedTuple):
    """What a cell is read beside: the column's name, a day nearby to suggest, and whether days count from 1904."""

    column: str
    near: date
    since_1904: bool = False


def shape(model: type[Event], field: str, own: OwnField | None = None) -> str:
    """What a field holds: ``day``, ``moment``, ``choice``, ``truth``, ``number``, ``code`` (somebody's number) or ``text``."""
    if own is not None:
        return {"day": "day", "yes_no": "truth", "whole": "number", "number": "number"}.get(own.type, "text")
    return _shape(model, field)


@cache
def _shape(model: type[Event], field: str) -> str:
    info = next((info for name, info in model.model_fields.items() if (info.alias or name) == field), None)
    annotation = info.annotation if info else str
    inner = {annotation, *get_args(annotation)}
    if get_origin(annotation) is Literal or any(get_origin(each) is Literal for each in inner):
        return "choice"
    for type_, name in ((datetime, "moment"), (date, "day"), (bool, "truth"), (int, "number")):
        if type_ in inner:
            return name
    return "code" if field in _NUMBERS else "text"


def written(cell: Cell, holds: str, around: Around, model: type[Event], field: str) -> str:
    """The text of a cell for a field that holds something; empty for a blank one. Raises Unread where it is not certain."""
    if isinstance(cell, str):
        cell = cell.strip()
        if not cell or cell in words("sheets.cell_nothing"):
            return ""
    match holds:
        case "day":
            return day(cell, around).isoformat()
        case "moment":
            return moment(cell, around).isoformat()
        case "choice":
            return _choice(_text(cell, around), model, field)
        case "truth":
            return _truth(cell, around)
        case "number":
            return normalize("NFKC", _text(cell, around)).strip()
        case "code":
            return _text(cell, around).translate(_NARROW)
        case _:
            return _text(cell, around)


def _text(cell: Cell, around: Around) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | timedelta | time):
        raise Unread("workbooks.not_text", value=shown(cell), column=around.column)
    if isinstance(cell, date | datetime):
        raise Unread("workbooks.date_for_text", value=shown(cell), column=around.column)
    if abs(cell) >= _LONGEST_NUMBER:
        raise Unread("workbooks.long_number", value=f"{cell:.0f}")
    return str(int(cell)) if cell == int(cell) else repr(cell)


def _truth(cell: Cell, around: Around) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    said = _text(cell, around)
    for word in ("true", "false"):
        if plain(said) in map(plain, words(f"sheets.cell_{word}")):
            return word
    return said


def _choice(said: str, model: type[Event], field: str) -> str:
    known = _named(field, choices(model, field))
    found = known.get(plain(said))
    if found is None:
        raise Unread(
            "workbooks.no_choice", value=shown(said), nearest=nearest(said, (choice_called(field, each) for each in choices(model, field)))
        )
    return found


@cache
def _named(field: str, values: tuple[str, ...]) -> Mapping[str, str]:
    found = {plain(value): value for value in values}
    for value in values:
        for word in words(f"sheets.cell_{field}_{value}"):
            found.setdefault(plain(word), value)
    return found


def choice_called(field: str, value: str) -> str:
    """What one of the few values of a field is called, in the reader's language."""
    return next(iter(words(f"sheets.cell_{field}_{value}")), value)


@cache
def _signs(unit: str) -> str:
    return "|".join(map(re.escape, words(f"sheets.sign_{unit}")))


@cache
def _day_pattern() -> re.Pattern[str]:
    year, month, last = _signs("year"), _signs("month"), _signs("day")
    return re.compile(rf"(?:(\d+)(?:{year}))?(\d{{1,2}})(?:{month})(\d{{1,2}})(?:{last})?", re.ASCII)


@cache
def _moment_pattern() -> re.Pattern[str]:
    hour, minute = _signs("hour"), _signs("minute")
    return re.compile(rf"(.+?)[\sT](\d{{1,2}})(?:{hour}|:)(?:(\d{{1,2}})(?:{minute})?(?::?(\d{{2}}))?)?", re.ASCII)


def day(cell: Cell, around: Around) -> date:
    """The day that a cell says. Raises Unread for none, and for one that could be another."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise Unread("workbooks.bad_day", value=shown(cell), suggestion=around.near)
    if not isinstance(cell, str):
        return _numbered(cell, around, str(int(cell)) if cell == int(cell) else "")
    said = normalize("NFKC", cell).removesuffix(_MIDNIGHT).strip()
    if re.fullmatch(r"\d{5}(?:\.0)?|\d{8}", said, re.ASCII):
        return _numbered(float(said), around, said)
    found = _day_pattern().fullmatch("".join(said.split()))
    if found is None:
        raise Unread("workbooks.bad_day", value=shown(cell), suggestion=around.near)
    return _dated(found, cell, around)


def _dated(found: re.Match[str], cell: str, around: Around) -> date:
    year, month, last = found[1] or "", int(found[2]), int(found[3])
    if len(year) == 4:
        return _real(int(year), month, last, cell, around)
    guess = 2000 + int(year) if len(year) == 2 else around.near.year
    likely = _nearest_day(guess, month, last) if len(year) in (0, 2) else None
    raise Unread("workbooks.ambiguous_day" if likely else "workbooks.bad_day", value=shown(cell), suggestion=likely or around.near)


def _real(year: int, month: int, last: int, cell: object, around: Around) -> date:
    try:
        return times.day(f"{year:04}-{month:02}-{last:02}")
    except ValueError:
        raise Unread("workbooks.bad_day", value=shown(cell), suggestion=_nearest_day(year, month, last) or around.near) from None


def _nearest_day(year: int, month: int, last: int) -> date | None:
    """The day, or the last of its month where the month has none such; None where there is no such month."""
    for number in range(last, last - 4, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return None


def _numbered(number: float, around: Around, digits: str) -> date:
    """A day as a bare number: Excel's own count, or eight digits."""
    if len(digits) == len("20240305"):
        return _real(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits, around)
    if int(number) not in _SERIALS or around.since_1904:
        raise Unread("workbooks.bad_day", value=digits or number, suggestion=around.near)
    return _EPOCH + timedelta(days=int(number))


def moment(cell: Cell, around: Around) -> datetime:
    """The time that a cell says, to the second. Raises Unread as :func:`day`."""
    suggestion = f"{around.near.isoformat()} 14:30"
    if isinstance(cell, datetime):
        found = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)  # a number of days is no exact time
        return times.moment(found)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        start = datetime.combine(_numbered(cell, around, ""), time(), times.SHANGHAI)
        if cell == int(cell):
            raise Unread("workbooks.bad_moment", value=cell, suggestion=suggestion)
        return start + timedelta(seconds=round((cell - int(cell)) * 86400))
    said = normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    try:
        return times.moment(said)
    except (ValueError, OverflowError):
        pass
    parted = _moment_pattern().fullmatch(_apart(said))
    if parted is None:
        raise Unread("workbooks.bad_moment", value=shown(cell), suggestion=suggestion)
    on = day(parted[1], around)
    try:
        return datetime(on.year, on.month, on.day, int(parted[2]), int(parted[3] or 0), int(parted[4] or 0), tzinfo=times.SHANGHAI)
    except ValueError:
        raise Unread("workbooks.bad_moment", value=shown(cell), suggestion=suggestion) from None


def _apart(said: str) -> str:
    """Day and time with a space between them, where only the day's sign stands there."""
    last = _signs("day")
    return re.sub(rf"(?<=\d)({last})\s*(?=\d)", r"\1 ", said, count=1) if last else said
