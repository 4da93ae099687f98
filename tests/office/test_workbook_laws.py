"""Laws of tables by hand: whatever stands in the cells, each row is taken, named, or said to be passed over, and the order is all one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.normalise import Incoming
from ledger.errors import Problem
from ledger.holdings import Holdings
from ledger.office import grids, workbooks
from ledger.office.grids import Cell, Sheet

HEAD: list[Cell] = ["报送日期", "报送单位", "标题", "信息类别", "采用刊物", "采用日期", "备注"]
WORDS = (
    *("", " ", "2024.3.5", "３月５日", "2024-02-30", "20240305", "1900.1.1", "2024年3月5日14时", "三月", "一季度"),
    *("大埔镇", "大埔镇、东泉镇", "同上", "春耕", "合计", "备注：好", "填表人：韦某", "/", "未采用", "市级"),
    *("=1+1", "\ud800", "报送日期", "标题", "12", "#", "类型", "x" * 300),
)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([45356.0, 20240305.0, 45356.5, 1e300, -1.0, 0.0]),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
GRID = st.lists(st.lists(CELLS, max_size=9), max_size=8)


def rows_of(places: Sequence[str | None]) -> set[int]:
    return {at[1] for place in places if (at := grids.place(place or ""))}


@settings(max_examples=300, deadline=None)
@given(GRID, st.sampled_from(["报送登记", "Sheet1", "采用", "突发事件", "约稿登记", "更正"]))
def test_nothing_in_a_cell_breaks_the_reading_and_no_row_is_lost(rows: list[list[Cell]], name: str) -> None:
    table = workbooks._read([Sheet(name, [HEAD, *rows])], Holdings())
    incoming = [row for row in table.rows if isinstance(row, Incoming)]
    problems = [row for row in table.rows if isinstance(row, Problem)]
    for each in (*problems, *table.passed):
        assert each.text("zh")
        assert each.line("en")
    if any(problem.key in {*workbooks._UNREAD_SHEET, "workbooks.column_unknown"} for problem in problems):  # said once for all rows
        return
    said = rows_of([*(row.where for row in incoming), *(each.where for each in (*problems, *table.passed))])
    for number, row in enumerate(rows, 1):
        filled = [cell for cell in row[: len(HEAD)] if cell != "" and str(cell).strip() and str(cell).strip() not in ("/", "未采用")]
        assert number in said or not filled, (row, problems)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(3)))
def test_the_order_of_rows_and_columns_is_all_one(order: list[int], columns: list[int]) -> None:
    first = dt.date(2024, 3, 5)
    rows: list[list[Cell]] = [[first + dt.timedelta(days=number // 2), "大埔镇", f"甲{number // 2}"] for number in range(6)]
    plain = read([HEAD[:3], *rows])
    moved = [HEAD[:3], *(rows[number] for number in order)]
    assert read([[row[column] for column in columns] for row in moved]) == plain


def read(rows: list[list[Cell]]) -> list[str]:
    table = workbooks._read([Sheet("报送登记", rows)], Holdings())
    return sorted(repr(sorted(row.record.items())) for row in table.rows if isinstance(row, Incoming))
