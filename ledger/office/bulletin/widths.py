"""The widths of columns that a tag repeats: Word gives each the width of the first, and they run over the edge of the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_EM = 180
"""A Chinese character in the small print of tables, 9 pt, in twentieths of a point."""
_AROUND = 128
"""What a cell keeps free on both sides."""
_LONGEST = 9
"""A text of more Chinese characters than this is broken in its cell."""
_SHORTEST = 5
"""A shorter one is not, if there is room."""
_HEADING = 4
"""A word of a heading may be broken after so many, before the figures below it are."""
_LINES = 4
"""Lines that a heading may have."""
_WORD = re.compile(r"[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff-]+-?")
"""What is not broken: a Chinese character, or a word or number of other signs up to its hyphen."""
_OTHERS = {"%": 0.9, "@": 0.9, ".": 0.3, ",": 0.3}
"""Signs that are wider or narrower than a figure."""
_WIDTH, _HEAD = qn("w:w"), f"{qn('w:trPr')}/{qn('w:tblHeader')}"


class _Need(NamedTuple):
    """What a column cannot do without, and what it would like to have."""

    least: float
    liked: float


def fit(body: Any) -> None:
    """Gives the columns of tables the widths that their texts need, where they do not add up to the table's own; alike under like heads."""
    alike: defaultdict[tuple[str, ...], list[_Wide]] = defaultdict(list)
    for table in body.iter(qn("w:tbl")):
        wide = _Wide(table)
        if not wide.fits:
            alike[wide.heads].append(wide)
    for tables in alike.values():
        needs = [*map(_most, zip(*(table.needs for table in tables), strict=True))]
        for table in tables:
            table.set(_shared(table.total, needs))


class _Wide:
    """A table, by its rows of cells."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._heads = [row.find(_HEAD) is not None for row in table.iterchildren(qn("w:tr"))]
        self._rows = [[*row.iterchildren(qn("w:tc"))] for row in table.iterchildren(qn("w:tr"))]
        self.total = int(table.find(f"{qn('w:tblPr')}/{qn('w:tblW')}").get(_WIDTH))

    @property
    def fits(self) -> bool:
        """Whether the columns fill the table; so does one with merged cells, which is as somebody drew it."""
        first, *others = self._rows or [[]]
        return any(len(row) != len(first) for row in others) or sum(int(_size(cell).get(_WIDTH)) for cell in first) == self.total

    @property
    def heads(self) -> tuple[str, ...]:
        """The texts of the first row."""
        return tuple(map(_text, self._rows[0]))

    @property
    def needs(self) -> list[_Need]:
        """What each column needs."""
        return [_column(cells, self._heads) for cells in zip(*self._rows, strict=True)]

    def set(self, widths: Sequence[int]) -> None:
        """Sets the widths of the columns and of every cell in them."""
        grid = self._table.find(qn("w:tblGrid"))
        for column in [*grid]:
            grid.remove(column)
        for width in widths:
            grid.append(OxmlElement("w:gridCol", {_WIDTH: str(width)}))
        for row in self._rows:
            for cell, width in zip(row, widths, strict=True):
                _size(cell).set(_WIDTH, str(width))


def _most(needs: Iterable[_Need]) -> _Need:
    least, liked = zip(*needs, strict=True)
    return _Need(max(least), max(liked))


def _text(cell: Any) -> str:
    return "".join(text.text or "" for text in cell.iter(qn("w:t")))


def _shared(total: int, needs: Sequence[_Need]) -> list[int]:
    """A width in parts: to each what it cannot do without, and of the rest in proportion to what it would like."""
    least, liked = sum(need.least for need in needs), sum(need.liked for need in needs)
    if least >= total:
        return [round(need.least * total / least) for need in needs]
    if liked <= total:
        return [round(need.liked * total / liked) for need in needs]
    return [round(need.least + (need.liked - need.least) * (total - least) / (liked - least)) for need in needs]


def _size(cell: Any) -> Any:
    return cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")


def _column(cells: Sequence[Any], heads: Sequence[bool]) -> _Need:
    """The needs of a column: of its texts, and of a heading that may be broken into lines."""
    least = liked = 1.0
    for cell, head in zip(cells, heads, strict=True):
        words = [_wide(word) for word in _WORD.findall(_text(cell))]
        whole, longest = sum(words), max(words, default=0)
        least = max(
            least, min(max(longest, ceil(whole / _LINES)), _HEADING) if head else min(max(longest, min(whole, _SHORTEST)), _LONGEST)
        )
        liked = max(liked, longest, whole / (_LINES - 1) if head else min(whole, _LONGEST))
    return _Need(least * _EM + _AROUND, liked * _EM + _AROUND)


def _wide(word: str) -> float:
    """How wide a word is in Chinese characters."""
    return 1 if ord(word[0]) >= 0x2E80 else sum(_OTHERS.get(sign, 0.53 if sign.islower() else 0.55) for sign in word)
