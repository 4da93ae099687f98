"""How a workbook holds what it is given, as an independent reader finds it."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ledger.errors import InputError
from ledger.office import workbook as office
from ledger.office.charts import Value
from ledger.office.workbook import Column, Sheet, Words, workbook

MADE = datetime(2024, 10, 8, 9, tzinfo=UTC)
WORDS = Words(page="&P/&N", charts="charts")


def written(column: Column, *values: Value) -> list[Any]:
    """The cells of a column, as they are read back."""
    sheet = Sheet("A", "title", "basis", [column], [[value] for value in values], [("label", "said")])
    read = CalamineWorkbook.from_filelike(BytesIO(workbook([sheet], MADE, WORDS))).get_sheet_by_name("A").to_python(skip_empty_area=False)
    return [row[0] for row in read[3 : 3 + len(values)]]


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_hundredths_are_read_back_exactly(hundredths: list[int]) -> None:
    numbers = [each // 100 if each % 100 == 0 else each / 100 for each in hundredths]
    assert [round(each * 100) for each in written(Column("points", "number"), *numbers)] == hundredths


@pytest.mark.parametrize("words", ["=1+1", "=cmd|' /C calc'!A0", "+86", "@12", "http://example.org", "{=1}", " a ", "2024-01-01", "007"])
def test_a_text_stays_a_text(words: str) -> None:
    assert written(Column("text"), words) == [words]


def test_a_day_is_a_day() -> None:
    assert written(Column("day", "date"), date(2024, 2, 29)) == [date(2024, 2, 29)]


def test_a_text_that_no_cell_holds_says_how_long_it_is() -> None:
    (cell,) = written(Column("text"), "字" * 40_000)
    assert len(cell) == 32_767
    assert cell.endswith("… (cut; 40000 signs in all)")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_MOST_ROWS", 10)
    with pytest.raises(InputError) as refused:
        written(Column("number", "number"), *range(9))
    assert "9" in refused.value.problem.text()
    assert written(Column("number", "number"), *range(4)) == [0, 1, 2, 3]
