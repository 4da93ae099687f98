"""What a judgement makes of a measure's value."""

from __future__ import annotations

from typing import Any

from ledger import points
from ledger.rules.model import Assess


def beyond(rule: Assess, value: Any) -> Any:
    """What of a value is judged: all of it, or what is over a number."""
    return max(0, value - rule.beyond) if rule.beyond else value


def judged(rule: Assess, value: Any) -> int | None:
    """The points for a measure's value, both in hundredths, rounded half up once; None when no band holds."""
    value = beyond(rule, value)
    if rule.each is not None:
        return points.part(value, rule.each, points.ONE)
    band = rule.band(value)
    return band.points if band else None
