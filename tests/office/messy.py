"""A hand-kept ledger of a year, made up and messy on purpose, with what each of its rows means or is to be named for.

A row is told in one of the ways in which offices write; some have one thing wrong that nobody can be certain about.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.rules.source import load
from tests.office.books import workbook

HEAD = ["序号", "来稿时间", "供稿单位", "题 目", "信息类型", "作者", "采用刊物", "采用时间", "期数", "批示级别", "批示时间", "得分", "备注"]
DAY, UNIT, TITLE, CATEGORY, CHANNEL, ADOPTED, ISSUE, LEVEL, ENDORSED = 1, 2, 3, 4, 6, 7, 8, 9, 10
_EPOCH = dt.date(1899, 12, 30)
_TOPICS = (
    "春耕备耕",
    "甘蔗收购",
    "防汛救灾",
    "项目建设",
    "校园安全",
    "医疗保障",
    "招商引资",
    "乡村振兴",
    "消防演练",
    "农民工返乡",
    "秋粮收购",
    "企业用工",
)
_FORMS = ("工作进展", "存在的问题及建议", "的做法", "情况", "调研报告", "专题分析")
_CATEGORIES = {"动态类": "dynamic", " 问题类": "problem", "调研类": "research", "综合类": "comprehensive", "": None, "/": None}
_CHANNELS = {
    "县内刊物": "county", "县级": "county", "上报": "upward", "市级": "city", "市级采用": "city", "区级": "region", "自治区级": "region",
}  # fmt: skip
_LEVELS = {"县领导": "county", "市领导": "city", "自治区领导": "region"}

Meant = Mapping[str, Any]


@dataclass(slots=True)
class Row:
    """A row's cells, what they mean, and, where something is wrong, at which cell (its column) it is to be named for what."""

    cells: list[Any]
    meant: list[Meant]
    wrong: tuple[int, str] | None = None


@dataclass(slots=True)
class Book:
    """The workbook's rows, by sheet, with those between them that are no records (``None`` in place of a row's meaning)."""

    sheets: dict[str, list[Row | list[Any]]] = field(default_factory=dict)

    def write(self, path: Path, *, wrong: bool = True) -> Path:
        """The workbook; without ``wrong``, as it is when its wrong rows are taken out."""
        kept: dict[str, Sequence[Sequence[Any]]] = {
            name: [row.cells if isinstance(row, Row) else row for row in rows if wrong or not (isinstance(row, Row) and row.wrong)]
            for name, rows in self.sheets.items()
        }
        return workbook(path, kept, dict.fromkeys(kept, ("A1:M1",)))

    def rows(self) -> list[Row]:
        """The rows that are records."""
        return [row for rows in self.sheets.values() for row in rows if isinstance(row, Row)]

    def named(self) -> dict[str, str]:
        """What is to be named, by its place."""
        found = {}
        for name, rows in self.sheets.items():
            for number, row in enumerate(rows, 1):
                if isinstance(row, Row) and row.wrong:
                    column, key = row.wrong
                    found[f"{name}!{chr(ord('A') + column)}{number}"] = key
        return found


def days(chance: random.Random, day: dt.date) -> Any:
    """A day as somebody writes it."""
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return chance.choice(
        [
            day,
            dt.datetime.combine(day, dt.time(9, 30)),
            day.isoformat(),
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f" {day.year}年{day.month}月{day.day}号 ",
            f"{day.year}.{day.month}.{day.day}".translate(wide),
            f"{day:%Y%m%d}",
            int(f"{day:%Y%m%d}"),
            (day - _EPOCH).days,
            float((day - _EPOCH).days),
        ]
    )


def ledger_of_a_year(seed: int, count: int = 300) -> Book:
    """The workbook: two sheets of a half each, months between, sums and notes at their ends."""
    chance = random.Random(seed)
    units = {unit.name: unit.id for unit in load("liucheng-2024").roster}
    book = Book(
        {name: [["柳城县2024年政务信息台账"], [f"（{name}）", None, "填报单位：县政府办公室"], HEAD] for name in ("上半年", "下半年")}
    )
    month, titles = 0, set[str]()
    for number in range(count):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=number * 360 // count)
        rows = book.sheets["上半年" if day.month < 7 else "下半年"]
        if day.month != month:
            month = day.month
            rows.append([f"{month}月份"])
        title = ""
        while not title or title in titles:
            title = f"{chance.choice(list(units))}{chance.choice(_TOPICS)}{chance.choice(_FORMS)}"
        titles.add(title)
        rows.append(_row(chance, number, day, title, units))
        if chance.random() < 0.04:
            nothing: list[list[Any]] = [[], [None, None, None], [number + 1], HEAD]
            rows.append(chance.choice(nothing))
    for rows in book.sheets.values():
        rows.append(["合计", None, None, sum(isinstance(row, Row) for row in rows), None, None, None, None, None, None, None, 1234])
        rows.append(["注：1.得分由办公室计算，仅供参考。"])
        rows.append(["2.采用时间以刊物印发日期为准。"])
        rows.append(["填表人：韦某", None, None, "审核人：李某", None, None, "填表日期：2024年12月31日"])
    return book


def _row(chance: random.Random, number: int, day: dt.date, title: str, units: Mapping[str, str]) -> Row:
    named = chance.sample(list(units), chance.choice((1, 1, 1, 1, 2, 3)))
    category = chance.choice(list(_CATEGORIES))
    joined = chance.choice("、；，").join(f"{name[0]} {name[1:]}" if chance.random() < 0.1 else name for name in named)
    shown, author = chance.choice((title, title, f" {title} ")), chance.choice(("", "韦某", "覃某某"))
    cells: list[Any] = [number + 1, days(chance, day), joined, shown, category, author, *[""] * 7]
    meant: list[Meant] = [{"on": day, "units": sorted(units[name] for name in named), "title": title, "category": _CATEGORIES[category]}]
    if chance.random() < 0.6:
        channel, on = chance.choice(list(_CHANNELS)), day + dt.timedelta(days=chance.randrange(5))
        cells[CHANNEL], cells[ADOPTED], cells[ISSUE] = channel, days(chance, on), chance.choice((number, str(number), f"{number}期"))
        meant.append({"on": on, "channel": _CHANNELS[channel], "issue": str(cells[ISSUE])})
        cells[11] = 15
    else:
        cells[CHANNEL] = chance.choice(("", "未采用", "/", "无"))
    if chance.random() < 0.1:
        level, on = chance.choice(list(_LEVELS)), day + dt.timedelta(days=chance.randrange(9))
        cells[LEVEL], cells[ENDORSED] = level, days(chance, on)
        meant.append({"on": on, "level": _LEVELS[level]})
    row = Row(cells, meant)
    if chance.random() < 0.2:
        chance.choice(SLIPS)(row, day)
    return row


def _put(column: int, value: Any, key: str) -> Callable[[Row, dt.date], None]:
    """A slip: another value in a column, which is to be named for a key."""

    def slip(row: Row, day: dt.date) -> None:
        row.cells[column] = value(day) if callable(value) else value
        row.wrong = (column, key)

    return slip


def _adopted(column: int, value: Any, key: str) -> Callable[[Row, dt.date], None]:
    """A slip in what is said of an adoption."""

    def slip(row: Row, day: dt.date) -> None:
        row.cells[CHANNEL], row.cells[ADOPTED], row.cells[ISSUE] = "市级", day, "77"
        _put(column, value, key)(row, day)

    return slip


def _endorsed_by_nobody(row: Row, day: dt.date) -> None:
    row.cells[ENDORSED] = day + dt.timedelta(days=20)
    _put(LEVEL, "", "workbooks.blank")(row, day)


SLIPS = (
    _put(DAY, lambda day: f"{day.month}月{day.day}日", "workbooks.ambiguous_day"),
    _put(DAY, lambda day: f"{day.year % 100}.{day.month}.{day.day}", "workbooks.ambiguous_day"),
    _put(DAY, "2024-02-30", "workbooks.bad_day"),
    _put(DAY, lambda day: f"{day.year}.{day.month}", "workbooks.bad_day"),
    _put(DAY, lambda day: day.month + day.day / 100, "workbooks.bad_day"),
    _put(DAY, "2024.3.5-3.7", "workbooks.bad_day"),
    _put(DAY, "上旬", "workbooks.bad_day"),
    _put(DAY, "", "workbooks.blank"),
    _put(DAY, dt.date(2023, 12, 29), "aggregates.before_every_scheme"),
    _put(UNIT, "大浦镇", "aggregates.no_such_word"),
    _put(UNIT, "县教育局 县应急局", "aggregates.no_such_word"),
    _put(UNIT, "县教育局、县教育局", "events.unit_twice"),
    _put(UNIT, "", "workbooks.blank"),
    _put(TITLE, "", "workbooks.blank_by_title"),
    _put(TITLE, dt.date(2024, 5, 1), "workbooks.date_for_text"),
    _put(CATEGORY, "要闻类", "aggregates.no_such_word"),
    _adopted(CHANNEL, "市刊", "aggregates.no_such_word"),
    _adopted(CHANNEL, "县级、市级", "aggregates.no_such_word"),
    _adopted(CHANNEL, "", "workbooks.blank"),
    _adopted(ADOPTED, "", "workbooks.blank"),
    _adopted(ADOPTED, lambda day: f"{day.month}.{day.day}", "workbooks.ambiguous_day"),
    _adopted(ADOPTED, lambda day: day - dt.timedelta(days=1), "aggregates.item_too_early"),
    _adopted(ISSUE, dt.date(2024, 3, 1), "workbooks.date_for_text"),
    _endorsed_by_nobody,
)
"""What goes wrong in a row of somebody who types, one at a time."""
