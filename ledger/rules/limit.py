"""What a limit leaves of a balance."""

from __future__ import annotations

from fractions import Fraction

from ledger import points
from ledger.rules.model import Limit

_ALL = 100 * points.ONE * points.ONE
"""Hundred percent, in hundredths, once: in hundredths too."""


def clamped(rule: Limit, balance: int, times: int | Fraction | None) -> int:
    """A balance less what is deducted, ``times`` hundredths over, and brought within the limit. Rounded half up once.

    Where there is nothing to count, or less than nothing, nothing is deducted.
    """
    if rule.deduct:
        balance -= points.part(max(balance, 0), min(rule.deduct.percent * max(times or 0, 0), _ALL), _ALL)
    if rule.least is not None:
        balance = max(balance, rule.least)
    return balance if rule.most is None else min(balance, rule.most)
