"""Workbooks as a clerk would leave them, and a ledger to import them into."""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

import ledger
from ledger.application import Ledger
from ledger.errors import Problem
from ledger.office.rows import table
from ledger.office.workbooks import Table
from ledger.recording import Imported

Sheets = Mapping[str, Sequence[Sequence[Any]]]
SAMPLES = Path(ledger.__file__).parent / "samples"
at = dt.datetime.fromisoformat
"""A date or a time as a cell holds it: without an offset."""

SUBMITTED: list[list[Any]] = [
    ["报送日期", "报送单位", "标题", "信息类别", "作者", "备注"],
    ["2024.3.5", "大埔镇", "春耕备耕进展", "动态类", "韦某", ""],
    ["2024年3月6日", "大埔镇、东泉镇", "两镇联合防汛", "问题类", "", "联合"],
    [at("2024-03-07"), "县教育局", "开学安全检查", "", "", ""],
]
ADOPTED: list[list[Any]] = [
    ["采用日期", "标题", "报送单位", "采用刊物", "版位", "期号"],
    ["2024/3/10", "《春耕备耕进展》", "大埔镇", "县内刊物", "封面", 12],
    [45363, "两镇 联合防汛", "东泉镇", "市级", "", "１３"],
]


def workbook(path: Path, sheets: Sheets, merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """A workbook of these rows, with these merged ranges."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for each in (merged or {}).get(name, ()):
            sheet.merge_cells(each)
    book.save(path)
    return path


def converted(path: Path, ending: str) -> Path:
    """The same workbook as LibreOffice saves it in another format."""
    profile = path.parent / "profile"
    call = [
        "soffice",
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(path.parent),
        str(path),
    ]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{ending}")


def csv_file(path: Path, rows: Sequence[Sequence[Any]], encoding: str) -> Path:
    """A CSV file of these rows."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


class Desk:
    """A ledger, and tables imported into it as the command does."""

    def __init__(self, location: Path) -> None:
        self.location = str(location)

    def load(self, path: Path) -> Table:
        with Ledger(self.location, "clerk") as ledger:
            return table(path, ledger.holdings())

    def bring(self, path: Path) -> tuple[Imported, list[Problem], Table]:
        with Ledger(self.location, "clerk") as ledger:
            read = table(path, ledger.holdings())
            done = ledger.import_rows(read.rows, path.name)
        return done, read.settled(done.problems), read

    def good(self, path: Path) -> Imported:
        done, problems, _ = self.bring(path)
        assert problems == [], [problem.line("en") for problem in problems]
        return done

    def said(self, path: Path) -> dict[str | None, str]:
        """What is wrong with a file: key by place."""
        _, problems, _ = self.bring(path)
        return {problem.where: problem.key for problem in problems}

    def log(self, kind: str) -> list[Mapping[str, Any]]:
        with Ledger(self.location) as ledger:
            return [event.fields for event in ledger.log(kind=kind)]
