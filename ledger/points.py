"""Points: integers of 1/100, and the one rounding there is.

Everything inside counts in hundredths of a point (``62.5`` is ``6250``), counts of things included, so that a
measure, a target and a balance are compared as they are. Outside, points are JSON numbers of at most two decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

ONE = 100
_WRITTEN = re.compile(r"[+-]?\d{1,12}(\.\d{1,2})?", re.ASCII)


def parse(value: object) -> int:
    """Hundredths from what a file or a person writes: ``62.5``, ``"62.50"``, ``15``.

    Raises ValueError for anything that is not a number of at most twelve digits and two decimals; a float is taken at
    its shortest text, which is what the file said.
    """
    written = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal) or not _WRITTEN.fullmatch(written):
        raise ValueError(value)
    return int(Decimal(written) * ONE)


def text(points: int) -> str:
    """Points as text, exact: ``6250`` is ``62.5``, ``-3000`` is ``-30``."""
    sign, size = ("-", -points) if points < 0 else ("", points)
    whole, part = divmod(size, ONE)
    return f"{sign}{whole}" + (f".{part:02}".rstrip("0") if part else "")


def number(points: int) -> int | float:
    """Points as a JSON number whose text has at most two decimals.

    A float prints as its shortest text, which for hundredths below 10**13 is exact.
    """
    whole, part = divmod(points, ONE)
    return whole if not part else points / ONE


def rounded(points: int | Fraction) -> int:
    """Hundredths rounded half up, which is done once, when they are posted (readings, *Common to both*)."""
    return points if isinstance(points, int) else (2 * points.numerator + points.denominator) // (2 * points.denominator)


def part(points: int | Fraction, numerator: int | Fraction, denominator: int) -> int:
    """A part of some hundredths, rounded half up. What units share goes through here, so whole numbers are kept whole."""
    exact = points * numerator
    return (2 * exact + denominator) // (2 * denominator) if isinstance(exact, int) else rounded(exact / denominator)
