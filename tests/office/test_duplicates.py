"""Hints of items sent twice: said with a similarity, never dropped."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.errors import Problem
from ledger.office.duplicates import DAYS, SIMILARITY, hints
from tests.office.books import Desk, workbook

HEAD = ["报送日期", "报送单位", "标题"]
FIRST = dt.date(2024, 3, 5)


def found(location: Path, tmp_path: Path, *rows: tuple[int, str, str]) -> list[Problem]:
    """The hints for items, each of a day after the first, a unit and a title."""
    cells = [[FIRST + dt.timedelta(days=days), unit, title] for days, unit, title in rows]
    path = workbook(tmp_path / "t.xlsx", {"报送登记": [HEAD, *cells]})
    with Ledger(str(location)) as ledger:
        return hints(Desk(location).load(path).rows, ledger.holdings())


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("大埔镇多措并举推进春耕备耕", "大埔镇多举措推进春耕备耕", True),
        ("我县甘蔗收购进度加快", "我县 甘蔗收购进度加快。", True),
        ("县教育局开展校园安全大检查", "县教育局开展校园安全大排查", True),
        ("柳城县1-3月工业运行情况", "柳城县１－３月工业运行情况", True),
        ("大埔镇多措并举推进春耕备耕", "大埔镇多措并举推进秋冬种", False),
        ("冲脉镇项目建设工作进展", "冲脉镇消防演练工作进展", False),
    ],
)
def test_titles_almost_alike_are_hinted(made_ledger: Path, tmp_path: Path, first: str, second: str, alike: bool) -> None:
    likely = found(made_ledger, tmp_path, (0, "大埔镇", first), (2, "大埔镇", second))
    assert bool(likely) is alike
    for each in likely:
        assert (each.where, each.params["other"], each.params["days"]) == ("报送登记!C3", "报送登记!C2", 2)
        assert SIMILARITY <= int(str(each.params["similarity"])) <= 100


def test_another_unit_or_another_week_is_no_hint(made_ledger: Path, tmp_path: Path) -> None:
    title = "春耕备耕工作进展"
    assert len(found(made_ledger, tmp_path, (0, "大埔镇", title), (DAYS, "大埔镇", title))) == 1
    assert found(made_ledger, tmp_path, (0, "大埔镇", title), (DAYS + 1, "大埔镇", title)) == []
    assert found(made_ledger, tmp_path, (0, "大埔镇", title), (0, "东泉镇", title)) == []
    assert len(found(made_ledger, tmp_path, (0, "大埔镇", title), (1, "东泉镇、大埔镇", title))) == 1


def test_what_is_in_the_ledger_is_compared_and_what_was_imported_is_not_hinted_again(made_ledger: Path, tmp_path: Path) -> None:
    rows: list[list[str | dt.date]] = [[*HEAD], [FIRST, "大埔镇", "春耕备耕工作进展"], [FIRST, "大埔镇", "春耕备耕工作进度"]]
    desk = Desk(made_ledger)
    assert desk.good(workbook(tmp_path / "t.xlsx", {"报送登记": rows})).appended == 2
    assert found(made_ledger, tmp_path, (0, "大埔镇", "春耕备耕工作进展"), (0, "大埔镇", "春耕备耕工作进度")) == []
    (hint,) = found(made_ledger, tmp_path, (1, "大埔镇", "春耕备耕的工作进展"))
    assert str(hint.params["other"]).startswith("20240305-")
