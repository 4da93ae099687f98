"""Rows of a sheet that are certainly no record: sums, notes under the table, titles of its parts, its head once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from unicodedata import normalize

from ledger.aggregates.extra import shown
from ledger.errors import Problem
from ledger.messages import LANGUAGES, text
from ledger.office.grids import Cell, Sheet
from ledger.office.headings import plain, words
from ledger.office.heads import Head
from ledger.office.values import Around, Unread, day

_ANY_DAY = Around("", date(2000, 1, 1))
_NOTE = "workbooks.passed_note"


class Passing:
    """Goes down the rows of one sheet. ``dated`` are the columns in which a record has its day: a sum has none there."""

    def __init__(self, sheet: Sheet, head: Head, dated: frozenset[int]) -> None:
        self._sheet, self._dated = sheet, dated
        self._header = [plain(str(cell)) for cell in sheet.rows[head.row]]
        self._after_note = False

    def over(self, number: int, filled: Sequence[tuple[int, Cell]]) -> Problem | None:
        """Why a row, of which the filled cells are given, is passed over; None for one that is to be read, or that nobody can tell."""
        key = self._why(number, filled)
        self._after_note = key == _NOTE
        if key is None:
            return None
        at, cell = filled[0]
        return Problem(key, where=self._sheet.at(number, at), params={"value": shown(str(cell).strip())})

    def _why(self, number: int, filled: Sequence[tuple[int, Cell]]) -> str | None:
        first, alone = _narrow(filled[0][1]), len(filled) == 1
        if _of_sums().fullmatch("".join(first.split())) and not any(at in self._dated and _is_day(cell) for at, cell in filled):
            return "workbooks.passed_total"
        if (alone and self._after_note) or (_of_notes().match(first) and all(_is_aside(cell) for _, cell in filled[1:])):
            return _NOTE
        if alone and _of_periods().fullmatch("".join(first.split())):
            return "workbooks.passed_period"
        if plain(first) in self._header and [plain(str(cell)) for cell in self._sheet.rows[number]] == self._header:
            return "workbooks.passed_header"
        return None


def _narrow(cell: Cell) -> str:
    return normalize("NFKC", str(cell)).strip()


def _is_aside(cell: Cell) -> bool:
    """Whether a cell goes with a note: one itself, or the day of a signature."""
    return bool(_of_notes().match(_narrow(cell))) or _is_day(cell)


def _is_day(cell: Cell) -> bool:
    try:
        return bool(day(cell, _ANY_DAY))
    except Unread:
        return False


def _any(listed: Sequence[str]) -> str:
    return "|".join(map(re.escape, listed))


@cache
def _of_sums() -> re.Pattern[str]:
    return re.compile(rf"(?:{_periods()})?(?:{_any(words('sheets.passed_totals'))}):?", re.IGNORECASE)


@cache
def _of_notes() -> re.Pattern[str]:
    """The word, and a sign after it."""
    return re.compile(rf"(?:{_any(words('sheets.passed_notes'))})\s*\d*\s*[:.、]", re.IGNORECASE)


@cache
def _of_periods() -> re.Pattern[str]:
    return re.compile(_periods(), re.IGNORECASE)


def _periods() -> str:
    """The names of periods, one expression a language."""
    return "|".join(f"(?:{text('sheets.passed_period', lang=lang)})" for lang in LANGUAGES)
