"""Lines of mixed Chinese and Latin text: wide characters take two cells, and a line may break between them."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category

from ledger.widths import cells, wide

_CLOSING, _OPENING = {"Pe", "Pf", "Po"}, {"Ps", "Pi"}
_STUCK = "~"
"""The mark around what was reversed stays with what it marks."""


def rows(words: str, width: int) -> Iterator[str]:
    """A text in rows of at most ``width`` cells, spaces at their ends aside; joined, they are the text.

    No row begins with a closing sign or ends with an opening one, unless a piece alone is wider than the row.
    """
    row = ""
    for piece in _pieces(words):
        if row and cells(row + piece.rstrip()) > width:
            yield row
            row = ""
        row += piece
        while cells(row.rstrip()) > width:
            cut = _fitting(row, width)
            yield row[:cut]
            row = row[cut:]
    yield row


def _fitting(row: str, width: int) -> int:
    """How many characters from the start fit, at least one."""
    taken = 0
    for at, sign in enumerate(row):
        taken += 1 + wide(sign)
        if taken > width:
            return max(at, 1)
    return len(row)


def _sticks(before: str, sign: str) -> bool:
    """Whether no row may end between two characters."""
    return sign in {" ", _STUCK} or before == _STUCK or category(sign) in _CLOSING or category(before) in _OPENING


def _pieces(words: str) -> Iterator[str]:
    """Where a row may end: after a space, and around a wide character that is no closing or opening sign."""
    piece = ""
    for sign in words:
        may_break = piece and (piece[-1] == " " or wide(sign) or wide(piece[-1]))
        if may_break and not _sticks(piece[-1], sign):
            yield piece
            piece = ""
        piece += sign
    yield piece
