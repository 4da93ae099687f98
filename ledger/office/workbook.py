"""Workbooks out: tables whose figures are numbers, ready to be filtered, printed and drawn.

What a sheet says is for who makes it; here is how it looks. The same sheets give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from ledger.errors import InputError
from ledger.messages import text
from ledger.office.charts import Chart, Table, Value, draw
from ledger.widths import cells

Kind = Literal["text", "number", "percent", "date"]

_MOST_ROWS = 1_048_576
_WIDEST, _NARROWEST, _PERCENT = 60, 6, 7
_NOTES = 8
"""Columns that a note and its label go over, at least."""
_DEFAULT_WIDTH = 8.43
_FIRST = 3
"""The row of the first record: above it are the title, what the figures stand on, and the headings."""
_A4 = 9
_FONT = {"font_name": "SimSun", "font_size": 11, "valign": "vcenter"}
_LINES = {"border": 1, "border_color": "#BFBFBF"}
_LINE_HEIGHT, _MOST_LINES = 15, 8
_LONGEST_CELL = 32_767
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "basis": {"font_color": "#404040"},
    "head": {"bold": True, "text_wrap": True, "bottom": 2, "bg_color": "#E7E6E6", "align": "center"},
    "text": {"text_wrap": True, **_LINES},
    "number": {"align": "right", **_LINES},
    "percent": {"align": "right", "num_format": "0.0%", **_LINES},
    "date": {"align": "left", "num_format": "yyyy-mm-dd", **_LINES},
    "total": {"bold": True, "top": 2},
    "label": {"bold": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and what its cells are. ``bars`` draws a percentage in its cell; ``total`` adds the column up."""

    head: str
    kind: Kind = "text"
    bars: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, two lines above the table, the table, what is said below it, and what is drawn of it on a sheet behind it.

    ``notes`` are labels with what they say; they name the basis of the figures.
    """

    name: str
    title: str
    basis: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[tuple[str, str]]
    total: str = ""
    charts: Sequence[Chart] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a printed page: ``page`` holds &P and &N, ``charts`` a sheet of charts."""

    page: str
    charts: str


def workbook(sheets: Sequence[Sheet], made: datetime, words: Words) -> bytes:
    """The bytes of an .xlsx file, ``made`` at a time that is part of what it says.

    Raises InputError for more rows than a sheet can hold.
    """
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True})
    book.set_properties({"title": sheets[0].title, "created": made})
    formats = {name: book.add_format({**_FONT, **look}) for name, look in _FORMATS.items()}
    for sheet in sheets:
        _sheet(book, sheet, formats, words)
    book.close()
    return out.getvalue()


def _sheet(book: Workbook, sheet: Sheet, formats: Mapping[str, Format], words: Words) -> None:
    last = _FIRST + len(sheet.rows)
    if last + len(sheet.notes) + 2 > _MOST_ROWS:
        raise InputError.of("office.too_many_rows", rows=len(sheet.rows), most=_MOST_ROWS)
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, sheet.basis, formats["basis"])
    widths = [_width(sheet, at) for at in range(len(sheet.columns))]
    for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.write_string(_FIRST - 1, at, column.head, formats["head"])
        page.set_column(at, at, width)
        _fill(page, sheet, at, formats)
    _heights(page, sheet, widths)
    if sheet.rows:
        page.autofilter(_FIRST - 1, 0, last - 1, len(sheet.columns) - 1)
        _totals(page, sheet, last, formats)
    _notes(page, sheet, (last + 2, widths), formats)
    _print(page, sheet, words)
    if sheet.charts and sheet.rows:
        _charts(book, sheet, words)


def _fill(page: Worksheet, sheet: Sheet, at: int, formats: Mapping[str, Format]) -> None:
    """The cells of one column, each of its column's type; a value of another type keeps its own."""
    column = sheet.columns[at]
    for number, row in enumerate(sheet.rows, _FIRST):
        match row[at]:
            case None:
                page.write_blank(number, at, None, formats[column.kind])
            case date() as day:
                page.write_datetime(number, at, datetime(day.year, day.month, day.day), formats["date"])  # noqa: DTZ001 - a day
            case str() as words:
                page.write_string(number, at, _held(words), formats["text"])
            case figure:
                page.write_number(number, at, figure, formats[column.kind])
    if column.bars and sheet.rows:
        bar = {"type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        page.conditional_format(_FIRST, at, _FIRST + len(sheet.rows) - 1, at, {**bar, "bar_solid": True, "bar_color": "#BFBFBF"})


def _held(words: str) -> str:
    """A text that a cell can hold: of a longer one its beginning, and that there is more."""
    if len(words) <= _LONGEST_CELL:
        return words
    more = text("office.cut", {"signs": len(words)})
    return words[: _LONGEST_CELL - len(more)] + more


def _heights(page: Worksheet, sheet: Sheet, widths: Sequence[float]) -> None:
    """Rows as high as their texts: not every office makes them so when it opens a file."""
    for number, row in enumerate([[column.head for column in sheet.columns], *sheet.rows], _FIRST - 1):
        lines = max(_lines(cell, width) if isinstance(cell, str) else 1 for cell, width in zip(row, widths, strict=True))
        if lines > 1:
            page.set_row(number, _LINE_HEIGHT * min(lines, _MOST_LINES))


def _totals(page: Worksheet, sheet: Sheet, at: int, formats: Mapping[str, Format]) -> None:
    """Sums below the table, which go on following its filter, with what they come to now."""
    if not any(column.total for column in sheet.columns):
        return
    page.write_string(at, 0, sheet.total, formats["total"])
    for number, column in enumerate(sheet.columns):
        if column.total:
            figures = [row[number] for row in sheet.rows]
            now = round(sum(each for each in figures if isinstance(each, int | float)), 2)
            page.write_formula(at, number, f"=SUBTOTAL(109,{xl_range(_FIRST, number, at - 1, number)})", formats["total"], now)


def _notes(page: Worksheet, sheet: Sheet, place: tuple[int, Sequence[float]], formats: Mapping[str, Format]) -> None:
    """What the figures stand on, from a row below the table on, over its whole width."""
    top, widths = place
    last = max(len(widths), _NOTES) - 1
    room = sum(widths[2:]) + _DEFAULT_WIDTH * max(last + 1 - max(len(widths), 2), 0)
    for number, (label, said) in enumerate(sheet.notes, top):
        for first, end, words, look in ((0, 1, label, "label"), (2, last, said, "note")):
            page.merge_range(number, first, number, end, "", formats[look])
            page.write_string(number, first, words, formats[look])
        page.set_row(number, _LINE_HEIGHT * _lines(said, room))


def _print(page: Worksheet, sheet: Sheet, words: Words) -> None:
    page.freeze_panes(_FIRST, 0)
    page.repeat_rows(_FIRST - 1)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{_unmarked(sheet.title)}&R{words.page}")


def _unmarked(words: str) -> str:
    """Text for a footer, where & begins a code."""
    return words.replace("&", "&&")


def _charts(book: Workbook, sheet: Sheet, words: Words) -> None:
    """The sheet's pictures, on a sheet behind it."""
    page = book.add_worksheet(f"{sheet.name} · {words.charts}"[:31])
    page.hide_gridlines(2)
    page.set_portrait()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    top, breaks = 0, []
    for chart in sheet.charts:
        top += draw(book, page, Table(sheet.name, [column.head for column in sheet.columns], sheet.rows, _FIRST), chart, top)
        breaks.append(top)
    page.set_h_pagebreaks(breaks[:-1])


def _width(sheet: Sheet, at: int) -> float:
    """Wide enough for most of a column's cells, and for its heading in three lines."""
    column = sheet.columns[at]
    longest = max((cells(_shown(row[at])) for row in sheet.rows[:2000]), default=0) if column.kind != "percent" else _PERCENT
    return min(max(longest + 2, cells(column.head) / 2 + 3 if len(column.head) < 8 else cells(column.head) / 3 + 3, _NARROWEST), _WIDEST)


def _lines(words: str, width: float) -> int:
    """In how many lines a text goes in a column of a width."""
    return sum(max(ceil(cells(line) / (width - 1)), 1) for line in words.splitlines()) or 1


def _shown(value: Value) -> str:
    return "" if value is None else str(value)
