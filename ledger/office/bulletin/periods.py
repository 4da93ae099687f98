"""Periods and days as a printed document writes them: 2024年第三季度, 2024年9月30日."""

from __future__ import annotations

import re
from datetime import date

from ledger.messages import text

_PERIOD = re.compile(r"(\d{4})(?:(\D+)(\d+))?", re.ASCII)


def in_words(period: str) -> str:
    """A period by its name (``2024Q3``, ``2024-09``, ``2024H1``, ``2024W36``, ``2024``, or of a scheme's own division), whole."""
    return _said(period, "period")


def short(period: str) -> str:
    """The same without the year."""
    return _said(period, "short")


def _said(period: str, form: str) -> str:
    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    year, division, number = found.groups()
    said = {"year": year, "division": division, "number": int(number or 0)}
    kinds = {None: "year", "Q": f"quarter_{said['number']}", "H": f"half_{said['number']}", "-": "month", "W": "week"}
    return text(f"bulletin.{form}_{kinds.get(division, 'own')}", said)


def day(on: date) -> str:
    """A day as the language writes it."""
    return text("bulletin.day", {"year": on.year, "month": on.month, "day": on.day})


def month(year: int, number: int) -> str:
    """A month of a year, short enough for a scale."""
    return text("bulletin.month", {"year": year, "month": number})
