"""A workbook's import, against reading its cells raw and importing the same events as lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger import times
from ledger.application import Ledger
from ledger.bench.events import COUNTY
from ledger.bench.figures import Figure, seconds
from ledger.office.duplicates import hints
from ledger.office.headings import column, sheet
from ledger.office.rows import read, table

ACTOR = "bench"


def workbook(folder: Path, count: int) -> Iterator[Figure]:
    """As a clerk's: a sheet a kind, names of columns in words. Ours includes looking for duplicates, as the command does."""
    records = list(COUNTY.records(count))
    book, lines = folder / "year.xlsx", folder / "year.jsonl"
    lines.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8")
    _write(book, records)
    ours, raw, theirs = [], [], []
    for number in range(3):
        by_hand, by_lines = folder / f"hand{number}.ledger", folder / f"lines{number}.ledger"
        for ledger in (by_hand, by_lines):
            Ledger.create(str(ledger), COUNTY.scheme, ACTOR)
        ours.append(seconds(lambda ledger=by_hand: _import_table(ledger, book)))  # type: ignore[misc]
        raw.append(seconds(lambda: _cells(book)))
        theirs.append(seconds(lambda ledger=by_lines: _import_lines(ledger, lines)))  # type: ignore[misc]
    beside = min(raw) + min(theirs)
    yield Figure("import_table", min(ours), beside, "s", min(ours) / beside, "at_most", 2.5)


def _write(book: Path, records: list[dict[str, Any]]) -> None:
    import xlsxwriter

    kinds: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        kinds[record["kind"]].append({("units" if name == "unit" and "item" in record else name): value for name, value in record.items()})
    with xlsxwriter.Workbook(str(book)) as written:
        day = written.add_format({"num_format": "yyyy-mm-dd"})
        for kind, each in kinds.items():
            page = written.add_worksheet(sheet(kind))
            fields = list(dict.fromkeys(name for record in each for name in record if name != "kind"))
            page.write_row(0, 0, [column(kind, name) for name in fields])
            for row, record in enumerate(each, 1):
                for at, name in enumerate(fields):
                    value = record.get(name)
                    if name == "on":
                        page.write_datetime(row, at, times.day(value), day)
                    elif value is not None:
                        page.write_string(row, at, "、".join(value) if isinstance(value, list) else str(value))


def _cells(book: Path) -> None:
    import python_calamine as calamine

    with calamine.load_workbook(str(book)) as opened:
        for name in opened.sheet_names:
            opened.get_sheet_by_name(name).to_python()


def _import_table(ledger: Path, book: Path) -> None:
    with Ledger(str(ledger), ACTOR) as opened:
        holdings = opened.holdings()
        found = table(book, holdings)
        hints(found.rows, holdings)
        done = opened.import_rows(found.rows, book.name)
    assert not done.problems, done.problems[0]


def _import_lines(ledger: Path, lines: Path) -> None:
    with Ledger(str(ledger), ACTOR) as opened:
        done = opened.import_rows(read(lines), lines.name)
    assert not done.problems, done.problems[0]
