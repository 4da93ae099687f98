"""How wide a text is where every sign takes one cell or, as Chinese does, two: terminals, columns, labels."""

from __future__ import annotations

from unicodedata import east_asian_width


def wide(sign: str) -> bool:
    """Whether a character takes two cells (Unicode Standard Annex 11: wide or full-width)."""
    return east_asian_width(sign) in {"W", "F"}


def cells(words: str) -> int:
    """How many cells a text takes."""
    return len(words) if words.isascii() else sum(1 + wide(sign) for sign in words)
