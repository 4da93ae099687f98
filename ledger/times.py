"""Days and moments. Business dates are days in Asia/Shanghai, which has had one offset since 1991."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "+08:00")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = frozenset(map(str, range(1900, 3000)))
"""A year outside these is a slip of the pen, and would stay in the log."""


def day(value: object) -> date:
    """A business date from ``2024-09-30``. Raises ValueError for anything else, a date that no calendar has included."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value) or value[:4] not in _YEARS:
        raise ValueError(value)
    return date.fromisoformat(value)


def moment(value: object) -> datetime:
    """A moment to the second from ISO 8601, in Shanghai; without an offset it is Shanghai's.

    Raises ValueError for a day without a time, for a fraction of a second, and for anything unreadable.
    """
    if isinstance(value, str) and ("T" in value or " " in value.strip()):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, datetime) or str(value.year) not in _YEARS:
        raise ValueError(value)
    when = value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if when.microsecond or str(when.year) not in _YEARS:  # an offset may have a fraction too, or lead into another year
        raise ValueError(value)
    return when


def now() -> datetime:
    """This moment, in Shanghai."""
    return datetime.now(SHANGHAI)
