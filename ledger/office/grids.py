"""Files of sheets as grids of cells: ``.xlsx``, ``.xls``, ``.ods``, and ``.csv`` in UTF-8 or GB 18030.

A merged cell says its value in each of its rows: that is what it shows. Nothing else is read into a cell here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile, ZipFile

from ledger.errors import InputError, Problem
from ledger.office.tables import csv_grid

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

WORKBOOKS = (".xlsx", ".xls", ".ods")
MOST_CELLS = 10_000_000
"""Cells of a sheet, blank ones between others included: what reads it holds them all."""
_MOST_BYTES = 1 << 30
_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*? t="(e)")?')
_SINCE_1904 = re.compile(rb'date1904="(?:1|true)"')

Cell = str | float | bool | date | datetime | time | timedelta
"""What a cell holds; a blank one an empty text. A whole number may come as a float."""


class Sheet(NamedTuple):
    """A sheet: its name, its rows from the first on, the places of cells that hold an error such as ``#N/A``.

    ``since_1904``: a date that stands as a bare number may count from another day than Excel's own.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    failed: frozenset[tuple[int, int]] = frozenset()
    since_1904: bool = False

    def at(self, row: int, column: int) -> str:
        """The place of a cell, both numbers from 0, as a person finds it: ``采用登记!C7``."""
        return f"{self.name}!{letters(column)}{row + 1}"


@lru_cache(1024)
def letters(column: int) -> str:
    """The letters of a column, numbered from 0."""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)


def place(where: str) -> tuple[str, int, int] | None:
    """Sheet, row and column (from 0) of what :meth:`Sheet.at` says; None for another place."""
    name, _, cell = where.rpartition("!")
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", cell, re.ASCII)
    if not name or not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return name, int(found[2]) - 1, column - 1


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a file. Raises InputError for one that cannot be read, OSError for one that is not there."""
    if path.suffix.lower() == ".csv":
        return [Sheet(path.name, csv_grid(path.read_bytes(), path.name))]
    return list(_of_workbook(path))


def _of_workbook(path: Path) -> Iterator[Sheet]:
    import python_calamine as calamine

    with path.open("rb"):
        pass  # what the system says of a file that is not there is better than what the library says
    inside = _looked_into(path) if path.suffix.lower() == ".xlsx" else _Inside({}, since_1904=False)
    try:
        with calamine.load_workbook(str(path)) as book:
            for number, each in enumerate(book.sheets_metadata):
                if each.typ == calamine.SheetTypeEnum.WorkSheet:
                    hidden = each.visible != calamine.SheetVisibleEnum.Visible
                    yield Sheet(
                        each.name,
                        _rows(book.get_sheet_by_index(number)),
                        hidden,
                        inside.failed.get(each.name, frozenset()),
                        inside.since_1904,
                    )
    except calamine.PasswordError as error:
        raise InputError.of("workbooks.password", where=path.name) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, ValueError) as error:
        raise InputError.of("workbooks.unreadable", where=path.name, detail=str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what the library fails with where it did not expect to
            raise InputError.of("workbooks.unreadable", where=path.name, detail=str(error)) from None
        raise


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    for (first, left), (last, _) in sheet.merged_cell_ranges or ():
        for row in range(first + 1, min(last + 1, len(rows))):
            if left < len(rows[row]) and rows[row][left] == "":
                rows[row][left] = rows[first][left]
    return rows


class _Inside(NamedTuple):
    """What the library does not tell of a workbook: its cells that hold errors, and from when its numbers of days count."""

    failed: Mapping[str, frozenset[tuple[int, int]]]
    since_1904: bool


def _looked_into(path: Path) -> _Inside:
    """Raises InputError for a file that is no workbook, and for a sheet that would take all memory."""
    try:
        with ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST_BYTES:
                raise InputError.of("workbooks.too_large", where=path.name, most=MOST_CELLS)
            named = _named_parts(parts)
            book = parts.read("xl/workbook.xml")
            return _Inside({name: _scanned(parts.read(part), name) for name, part in named.items()}, bool(_SINCE_1904.search(book)))
    except (BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        if isinstance(error, OSError) and not isinstance(error, BadZipFile) and error.errno is not None:
            raise
        raise InputError.of("workbooks.unreadable", where=path.name, detail=str(error)) from error


def _named_parts(parts: ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    from xml.etree import ElementTree as ET

    def tree(part: str) -> Iterator[ET.Element]:
        written = parts.read(part)
        if b"<!DOCTYPE" in written:
            raise ValueError("DOCTYPE")
        return ET.fromstring(written).iter()  # noqa: S314 - it has no declarations, so no entities

    try:
        targets = {each.get("Id"): str(each.get("Target")) for each in tree("xl/_rels/workbook.xml.rels")}
        links = [(str(each.get("name")), each) for each in tree("xl/workbook.xml") if each.tag.endswith("}sheet")]
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    found = {}
    for name, each in links:
        target = next((targets[value] for key, value in each.items() if key.endswith("}id") and value in targets), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts.namelist():
            found[name] = part
    return found


def _scanned(written: bytes, name: str) -> frozenset[tuple[int, int]]:
    rows = columns = 0
    failed: set[tuple[int, int]] = set()
    lengths: dict[bytes, int] = {}
    for column, row, error in _CELL.findall(written):
        at = lengths.get(column)
        if at is None:
            at = lengths[column] = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(column.decode())))
            columns = max(columns, at)
        number = int(row)
        rows = max(rows, number)
        if error:
            failed.add((number - 1, at - 1))
    if rows * columns > MOST_CELLS:
        raise InputError(Problem("workbooks.too_large", where=f"{name}!{letters(columns - 1)}{rows}", params={"most": MOST_CELLS}))
    return frozenset(failed)
