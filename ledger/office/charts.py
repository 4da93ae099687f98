"""Pictures in workbooks: native charts, whose parts are told apart by pattern as well as by shade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle
from typing import Literal, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as Drawing
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | date | None

_WIDTH, _ROW = 1000, 20
"""Pixels: of a picture, and of a row of a sheet."""
_BESIDE = 30
"""The column beside the pictures from which on there is room for what only they show."""
_LOOKS: Sequence[Mapping[str, object]] = (
    {"fill": {"color": "#595959"}},
    {"fill": {"color": "#FFFFFF"}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#404040", "bg_color": "#FFFFFF"}},
    {"pattern": {"pattern": "dotted_grid", "fg_color": "#404040", "bg_color": "#FFFFFF"}},
    {"pattern": {"pattern": "small_grid", "fg_color": "#404040", "bg_color": "#FFFFFF"}},
    {"fill": {"color": "#BFBFBF"}},
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a sheet's rows: ``values`` of ``names``, all columns by number.

    ``bars`` has one for each row and column, side by side; ``stacks`` one for each row, of a part for each column; ``steps`` is the line
    of one column over days, which ``names`` then are.
    """

    title: str
    form: Literal["bars", "stacks", "steps"]
    names: int
    values: tuple[int, ...]


class Table(NamedTuple):
    """What is drawn: the name of a sheet, its headings and rows, and the number of the first of these there, from 0."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    first: int


def draw(book: Workbook, page: Worksheet, table: Table, chart: Chart, top: int) -> int:
    """Puts a picture of a table on a page, at a row of it. Returns how many rows it takes."""
    drawn, height = _FORMS[chart.form](book, page, table, chart)
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_size({"width": _WIDTH, "height": height})
    page.insert_chart(top, 0, drawn)
    return height // _ROW + 2


def _chart(book: Workbook, **form: str) -> Drawing:
    drawn = book.add_chart(form)
    assert drawn is not None  # only an unknown type has none
    return drawn


def _bars(book: Workbook, _page: Worksheet, table: Table, chart: Chart) -> tuple[Drawing, int]:
    """Bars, the first row on top."""
    drawn = _chart(book, type="bar")
    _filled(drawn, table, chart, gap=40)
    drawn.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 8}})
    drawn.set_x_axis({"position": "top", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    return drawn, 120 + (6 + 11 * len(chart.values)) * len(table.rows)


def _stacks(book: Workbook, _page: Worksheet, table: Table, chart: Chart) -> tuple[Drawing, int]:
    """Columns, from the first row on the left."""
    drawn = _chart(book, type="column", subtype="stacked")
    _filled(drawn, table, chart, gap=60)
    return drawn, 420


def _filled(drawn: Drawing, table: Table, chart: Chart, gap: int) -> None:
    """A series for each column, each in a pattern of its own, so that they can be told apart in black and white."""
    for column, look in zip(chart.values, cycle(_LOOKS), strict=False):
        drawn.add_series({**_series(table, chart, column), **look, "border": {"color": "#262626"}, "gap": gap})
    drawn.set_legend({"position": "bottom"} if len(chart.values) > 1 else {"none": True})


def _steps(book: Workbook, page: Worksheet, table: Table, chart: Chart) -> tuple[Drawing, int]:
    """A value that stands until the day of the next: its corners are in hidden columns beside the picture."""
    (column,) = chart.values
    corners = list(_corners([(row[chart.names], row[column]) for row in table.rows]))
    page.set_column(_BESIDE, _BESIDE + 1, None, None, {"hidden": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, (on, value) in enumerate(corners):
        page.write_datetime(at, _BESIDE, datetime(on.year, on.month, on.day), day)  # noqa: DTZ001 - a day
        page.write_number(at, _BESIDE + 1, value)
    drawn = _chart(book, type="scatter", subtype="straight")
    line = {"color": "#262626", "width": 1.5}
    across, up = ([page.name, 0, beside, len(corners) - 1, beside] for beside in (_BESIDE, _BESIDE + 1))
    drawn.add_series({"name": table.heads[column], "categories": across, "values": up, "line": line})
    first, last = _serial(corners[0][0]), _serial(corners[-1][0])
    ends = {"min": first, "max": last} if first < last else {}  # one day alone has no width
    drawn.set_x_axis({"num_format": "yyyy-mm-dd", **ends})
    drawn.set_legend({"none": True})
    drawn.show_hidden_data()
    return drawn, 420


def _corners(changes: Sequence[tuple[Value, Value]]) -> Iterator[tuple[date, int | float]]:
    """The corners of a line that keeps a value until the next day that has one; of one day, the last counts."""
    by_day = {on: value for on, value in changes if isinstance(on, date) and isinstance(value, int | float)}
    before: int | float | None = None
    for on, value in by_day.items():
        if before is not None:
            yield on, before
        yield on, value
        before = value


_FORMS = {"bars": _bars, "stacks": _stacks, "steps": _steps}


def _serial(day: date) -> int:
    """A day as a workbook counts it."""
    return (day - date(1899, 12, 30)).days


def _series(table: Table, chart: Chart, column: int) -> dict[str, object]:
    last = table.first + len(table.rows) - 1
    return {
        "name": [table.name, table.first - 1, column],
        "categories": [table.name, table.first, chart.names, last, chart.names],
        "values": [table.name, table.first, column, last, column],
    }
