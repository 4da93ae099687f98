"""The template: what it offers is what the import reads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.holdings import Holdings
from ledger.messages import LANGUAGES
from ledger.office import headings, values
from ledger.office.headings import column, heads, kind_of_sheet, plain, sheet
from ledger.office.template import COLUMNS, write
from tests.office.books import Desk
from tests.recording.mini import written

DAY = dt.date(2024, 6, 30)


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The reader's language; the words are looked up once a process, and a test speaks two."""
    monkeypatch.setenv("SCORELEDGER_LANG", request.param)
    for each in (headings.words, headings.heads, headings.kinds_called, values._named):
        each.cache_clear()
    return str(request.param)


def made(location: Path, file: Path) -> openpyxl.Workbook:
    with Ledger(str(location)) as ledger:
        write(file, ledger.holdings(), DAY)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_sheet_and_column_is_read_as_what_it_was_written_for(kind: str, lang: str) -> None:
    assert kind_of_sheet(sheet(kind)) == kind
    known = heads(kind)
    assert {field: known[plain(f"{column(kind, field)}*")] for field in COLUMNS[kind]} == {field: field for field in COLUMNS[kind]}


def test_a_filled_template_is_imported_in_either_language(made_ledger: Path, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "t.xlsx"
    book = made(made_ledger, file)
    filled: dict[str, dict[str, str | dt.date]] = {
        "item_submitted": {"on": dt.date(2024, 3, 5), "units": "大埔镇", "title": "甲", "category": "动态类"},
        "item_adopted": {"on": dt.date(2024, 3, 9), "item.title": "甲", "item.units": "大埔镇", "channel": "市级采用"},
        "solicitation_issued": {"on": "2024-03-01", "topic": "防汛", "units": "大埔镇", "due": dt.date(2024, 3, 10)},
        "incident_occurred": {"on": "2024-03-05 10:00", "unit": "马山镇", "severity": "major", "phone.on": "2024-03-05 10:10"},
    }
    for kind, cells in filled.items():
        page = book[sheet(kind)]
        for at, cell in enumerate(page[1], 1):
            field = heads(kind)[plain(str(cell.value))]
            page.cell(2, at, cells.get(field))
    book.save(file)
    desk = Desk(made_ledger)
    assert desk.good(file).appended == 5
    assert desk.good(file).skipped == 5


def test_what_is_chosen_is_chosen_from_the_schemes_words_and_the_roster(made_ledger: Path, tmp_path: Path) -> None:
    book = made(made_ledger, tmp_path / "t.xlsx")
    lists = book[headings.words("sheets.sheet_lists")[0]]
    assert lists.sheet_state == "hidden"
    words = {str(row[0]): [cell for cell in row[1:] if cell] for row in lists.iter_cols(values_only=True)}
    assert (len(words["unit"]), words["unit"][0]) == (48, "大埔镇")
    assert set(words["channel"]) == {"县内刊物", "上报信息", "市级采用", "区级采用"}
    page = book[sheet("item_adopted")]
    sources = {str(each.sqref).split(":")[0]: each for each in page.data_validations.dataValidation}
    assert sources["A2"].type == "date"
    assert sources["D2"].type == "list"
    at = [str(row[0].value) for row in lists.iter_cols()].index("channel")
    letter = "ABCDEFGHIJ"[at]
    assert str(sources["D2"].formula1).endswith(f"!${letter}$2:${letter}$5")


def test_the_bytes_repeat_and_a_file_that_is_there_stays(made_ledger: Path, tmp_path: Path) -> None:
    made(made_ledger, tmp_path / "a.xlsx")
    made(made_ledger, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with pytest.raises(InputError) as refused:
        made(made_ledger, tmp_path / "a.xlsx")
    assert refused.value.problem.key == "office.report_exists"
    with pytest.raises(InputError) as refused:
        made(made_ledger, tmp_path / "no" / "folder.xlsx")
    assert refused.value.problem.key == "office.cannot_write"


def test_a_schemes_own_fields_are_columns(tmp_path: Path) -> None:
    location = tmp_path / "mini.ledger"
    Ledger.create(str(location), written(tmp_path), "setup")
    book = made(location, tmp_path / "t.xlsx")
    with Ledger(str(location)) as ledger:
        names = {field.name: (kind, key) for (kind, key), field in Holdings(ledger._reader).fields.items()}
    told = {str(cell.value).rstrip("*") for page in book.worksheets for cell in page[1]}
    assert names
    assert {name for name, (kind, _) in names.items() if kind in COLUMNS} <= told
