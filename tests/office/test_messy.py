"""A hand-kept ledger of a year: every row is taken as it was meant, or named at its cell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.office.books import Desk
from tests.office.messy import Row, ledger_of_a_year


@pytest.mark.parametrize("seed", range(3))
def test_each_row_is_taken_as_meant_or_named(made_ledger: Path, tmp_path: Path, seed: int) -> None:
    desk, book = Desk(made_ledger), ledger_of_a_year(seed)
    named = book.named()
    assert len(book.rows()) == 300
    assert len(named) > 30
    _, problems, _ = desk.bring(book.write(tmp_path / "台账.xlsx"))
    assert {str(each.where): each.key for each in problems} == named
    assert len(problems) == len(named), "each once"

    done, problems, read = desk.bring(book.write(tmp_path / "台账.xlsx", wrong=False))
    assert problems == []
    good = [row for row in book.rows() if not row.wrong]
    assert done.appended == sum(len(row.meant) for row in good)
    assert recorded(desk) == meant(good)
    assert {each.key for each in read.passed} == {
        "workbooks.passed_column", "workbooks.passed_header", "workbooks.passed_note", "workbooks.passed_period", "workbooks.passed_total",
    }  # fmt: skip
    again = desk.good(tmp_path / "台账.xlsx")
    assert (again.appended, again.skipped) == (0, done.appended)


def meant(rows: list[Row]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        item, *others = row.meant
        found[(str(item["on"]), tuple(item["units"]), item["title"], item["category"])] += 1
        for each in others:
            found[(item["title"], str(each["on"]), each.get("channel"), each.get("issue"), each.get("level"))] += 1
    return found


def recorded(desk: Desk) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    titles = {}
    for said in desk.log("item_submitted"):
        titles[said["item"]] = said["title"]
        units = tuple(sorted(said.get("units") or [said["unit"]]))
        found[(str(said["on"]), units, said["title"], said.get("category"))] += 1
    for kind in ("item_adopted", "item_endorsed"):
        for said in desk.log(kind):
            found[(titles[said["item"]], str(said["on"]), said.get("channel"), said.get("issue"), said.get("level"))] += 1
    return found
