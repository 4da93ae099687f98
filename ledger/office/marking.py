"""A table written back with the cells that are wrong coloured and commented.

A workbook of ``.xlsx`` keeps the office's own formats; of another format, and of CSV, a new workbook has the same cells.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import Problem
from ledger.messages import text
from ledger.office import grids
from ledger.office.new_files import demand_new, put
from ledger.office.tables import places_of_lines

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WRONG, _DOUBTFUL = "FFFFC7CE", "FFFFEB9C"
_LINE = 18
_NAME = re.compile(r"[\[\]:*?/\\]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def mark(source: Path, out: Path, problems: Iterable[Problem], hints: Iterable[Problem] = ()) -> int:
    """Writes ``source`` to the new file ``out`` with the cells marked; returns how many are; where none is, nothing is written.

    Raises InputError where ``out`` is there or cannot be written, or ``source`` is no table.
    """
    demand_new(out)
    marks: dict[tuple[str, int, int], tuple[str, list[str]]] = {}
    for colour, each in ((_WRONG, problems), (_DOUBTFUL, hints)):
        for problem in each:
            for at in _places(problem, source):
                marks.setdefault(at, (colour, []))[1].append(problem.text())
    if not marks:
        return 0
    book, titles = _book(source)
    marked = sum(_mark(book[titles[name]], row, column, *said) for (name, row, column), said in marks.items() if name in titles)
    written = BytesIO()
    book.save(written)
    put(out, written.getvalue())
    return marked


def _places(problem: Problem, source: Path) -> Iterator[tuple[str, int, int]]:
    where = problem.where or ""
    at = grids.place(where) or (places_of_lines(source, where, problem.field) if source.suffix.lower() == ".csv" else None)
    if at:
        yield at


def _book(source: Path) -> tuple[Workbook, Mapping[str, str]]:
    """The workbook to be marked, and by the name of a sheet that of its sheet there."""
    import openpyxl

    if source.suffix.lower() == ".xlsx":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot keep (pictures, slicers) is said in the guide
            book = openpyxl.load_workbook(source)
        return book, {name: name for name in book.sheetnames}
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    titles = {}
    for sheet in grids.sheets(source):
        page = book.create_sheet(_NAME.sub("_", Path(sheet.name).stem if source.suffix.lower() == ".csv" else sheet.name)[:31])
        titles[sheet.name] = page.title
        _copied(sheet, page)
    return book, titles


def _copied(sheet: grids.Sheet, page: Worksheet) -> None:
    for row, cells in enumerate(sheet.rows, 1):
        for column, value in enumerate(cells, 1):
            if value != "":
                cell = page.cell(row, column, _UNSEEN.sub("", value) if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.data_type = "s"  # whatever it begins with, it is no formula
    for column in range(1, max((len(cells) for cells in sheet.rows), default=0) + 1):
        page.column_dimensions[grids.letters(column - 1)].width = 18


def _mark(page: Worksheet, row: int, column: int, colour: str, said: list[str]) -> bool:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = page.cell(row + 1, column + 1)
    if isinstance(cell, MergedCell):
        whole = next(each for each in page.merged_cells.ranges if cell.coordinate in each)
        cell = page.cell(whole.min_row, whole.min_col)
    if isinstance(cell, MergedCell):
        return False
    before = [cell.comment.text] if cell.comment else []
    words = _UNSEEN.sub("", "\n".join([*before, *dict.fromkeys(said)]))
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.comment = Comment(words, text("workbooks.mark_author"), height=_LINE * (2 + len(words) // 16), width=300)
    return True
