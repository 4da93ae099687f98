"""When a span of time is used up: by the clock on the wall, or by working time alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ledger import times
from ledger.errors import BasisError
from ledger.rules.calendar import Working


def used_up(began: datetime, span: timedelta, working: Working | None, until: datetime) -> datetime | None:
    """The moment after which more than ``span`` has passed since ``began``; None when that is not before ``until``.

    With ``working`` only working time passes: when the span ends with a day's hours, the moment is where the next begin.
    Raises BasisError for a day that the scheme's working time does not cover.
    """
    if working is None:
        return began + span if began + span < until else None
    day = began.date()
    left = span
    while (start := _midnight(day)) < until:
        _demand_covered(working, day)
        for opens, closes in working.hours if working.works(day) else ():
            first = max(start + timedelta(minutes=opens), began)
            last = start + timedelta(minutes=closes)
            if last > first and last - first > left:
                return first + left if first + left < until else None
            left -= max(last - first, timedelta())
        day += timedelta(days=1)
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), times.SHANGHAI)


def _demand_covered(working: Working, day: date) -> None:
    first, last = working.covers
    if not first <= day <= last:
        raise BasisError.of("rules.not_covered", field="calendar.working.covers", day=day, first=first, last=last)
