"""Writes the packaged sample years: fictional events on the real rosters, the same bytes every time.

Run ``python scripts/samples.py`` after changing it; a test compares the files with what it writes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ledger.rules.source import load

HOME = Path(__file__).parent.parent / "ledger" / "samples"
SOURCE = "虚构示例"
SUBJECTS = (
    "春耕备耕",
    "防汛备汛",
    "招商引资",
    "项目建设",
    "乡村振兴",
    "安全生产",
    "教育双减",
    "医保参保",
    "人居环境整治",
    "糖料蔗砍运",
    "消防演练",
    "就业帮扶",
)
SHAPES = ("{unit}{subject}工作进展", "{unit}推进{subject}的做法", "{subject}存在的问题及建议", "{unit}{subject}动态")


@dataclass
class Year:
    """A year being written: its events so far, and the units in the order of the roster."""

    scheme: str
    year: int
    prefix: str
    units: Sequence[str]
    random: random.Random
    events: list[dict[str, Any]] = field(default_factory=list)
    items: int = 0

    def add(self, kind: str, on: date | str, **fields: Any) -> str:
        """Add an event and return its id."""
        made = f"{self.prefix}-{len(self.events) + 1:04}"
        self.events.append({"kind": kind, "id": made, "on": str(on), **fields, "source": SOURCE})
        return made

    def item(self, on: date | str, units: Sequence[str], **fields: Any) -> str:
        """A submission; its number is returned."""
        self.items += 1
        number = f"{self.prefix}{self.items:04}"
        title = self.random.choice(SHAPES).format(unit=units[0], subject=self.random.choice(SUBJECTS))
        whose = {"unit": units[0]} if len(units) == 1 else {"units": list(units)}
        self.add("item_submitted", on, item=number, **whose, title=title, **fields)
        return number

    def day(self, first: int = 1, last: int = 365) -> date:
        """A day of the year, by chance."""
        return date(self.year, 1, 1) + timedelta(days=self.random.randint(first, last) - 1)


def ordinary(year: Year, pieces: Mapping[str, int], channels: Sequence[str], categories: Sequence[str]) -> None:
    """A year of submissions and adoptions: so many pieces a unit, now and then a joint one, some adopted later or twice."""
    chance = year.random
    for unit, count in pieces.items():
        for _ in range(count):
            others = (
                chance.sample([other for other in year.units if other != unit], chance.choice((1, 2))) if chance.random() < 0.12 else []
            )
            on = year.day(2, 340)
            lead = {"lead": unit} if others and chance.random() < 0.7 else {}
            item = year.item(on, [unit, *others], **lead, **({"category": chance.choice(categories)} if categories else {}))
            for step, channel in enumerate(sorted(chance.sample(channels, chance.choice((0, 1, 1, 1, 2))), key=channels.index)):
                later = min(on + timedelta(days=chance.randint(1, 40) + 45 * step), date(year.year, 12, 28))
                brief = {"placement": "brief"} if channel == "county" and chance.random() < 0.15 else {}
                year.add("item_adopted", later, item=item, channel=channel, issue=f"{year.year}-{later.timetuple().tm_yday}", **brief)


def calls(year: Year, missed: Sequence[tuple[str, str]], fulfilled: Sequence[str]) -> None:
    """A solicitation a topic: most answer in time, some do not."""
    for number, (unit, how) in enumerate(missed, 1):
        asked = [unit, *[other for other in fulfilled if other != unit][number % 5 : number % 5 + 3]]
        on = date(year.year, number % 10 + 2, 3)
        call = f"{year.prefix}-约{number:02}"
        due = on + timedelta(days=9)
        year.add("solicitation_issued", on, solicitation=call, topic=f"{SUBJECTS[number % len(SUBJECTS)]}专题", units=asked, due=str(due))
        for other in asked[1:]:
            year.add("solicitation_fulfilled", on + timedelta(days=5), solicitation=call, unit=other)
        year.add("solicitation_missed", due + timedelta(days=2), solicitation=call, unit=unit, how=how)


def liucheng() -> Year:
    """柳城县 2024."""
    units = [unit.name for unit in load("liucheng-2024").roster]
    year = Year("liucheng-2024", 2024, "LC", units, random.Random(2024))
    ordinary(year, {unit: 4 + 5 * index % 11 for index, unit in enumerate(units)}, ("county", "upward", "city", "region"), ())
    story(year)
    calls(year, [("凤山镇", "late"), ("凤山镇", "none"), ("凤山镇", "late"), ("县财政局", "plagiarised"), ("社冲乡", "substandard")], units)
    year.add("feedback_failed", "2024-05-16", unit="县教育局", how="late", about="核实数据")
    year.add("feedback_failed", "2024-08-20", unit="社冲乡", how="none", about="补充材料")
    year.add("finding_established", "2024-06-20", unit="太平镇", finding="no_dedicated_staff")
    year.add("finding_established", "2024-11-08", unit="县审计局", finding="activity_abnormal")
    year.add("finding_established", "2024-09-10", unit="县供销社", finding="serious_falsity")
    delays(year)
    return year


def story(year: Year) -> None:
    """What the tour tells of 大埔镇: a joint item, two channels, endorsements, a mistake, and a correction corrected."""
    joint = year.item("2024-03-05", ["大埔镇", "县农业农村局", "县水利局（含水库移民局）"], lead="大埔镇", author="韦示例")
    year.add("item_adopted", "2024-03-18", item=joint, channel="county", issue="2024-6", placement="cover")
    year.add("item_adopted", "2024-05-09", item=joint, channel="region", issue="2024-33")
    year.add("item_endorsed", "2024-05-20", item=joint, level="city", leader="示例市领导")
    year.add("item_endorsed", "2024-06-03", item=joint, level="region", leader="示例自治区领导")
    single = year.item("2024-07-02", ["大埔镇"], author="韦示例")
    year.add("item_adopted", "2024-07-10", item=single, channel="county", issue="2024-19")
    year.add("item_endorsed", "2024-07-15", item=single, level="county", leader="示例县领导")
    moved = year.item("2024-08-06", ["大埔镇"])
    mistaken = year.add("item_adopted", "2024-08-15", item=moved, channel="city", issue="2024-24")
    year.add("event_reversed", "2024-09-02", target=mistaken, reason="实为县内刊物采用，误记为市级")
    year.add("item_adopted", "2024-08-15", item=moved, channel="county", issue="2024-24")
    doubted = year.add("item_adopted", "2024-08-28", item=moved, channel="region", issue="2024-51")
    reversal = year.add("event_reversed", "2024-09-02", target=doubted, reason="刊期核对有误")
    year.add("event_reversed", "2024-09-05", target=reversal, reason="经复核，原登记无误")


def delays(year: Year) -> None:
    """One incident of each class: in time, late, omitted, concealed."""
    for number, (unit, severity, began, reports) in enumerate(
        (
            ("东泉镇", "major", "2024-04-12T15:20", (("phone", "2024-04-12T15:28"), ("written", "2024-04-12T15:55"))),
            ("六塘镇", "ordinary", "2024-06-17T21:05", (("phone", "2024-06-17T23:40"), ("written", "2024-06-18T00:30"))),
            ("马山镇", "ordinary", "2024-07-21T18:30", (("written", "2024-07-22T08:10"),)),
            ("县交通运输局", "especially_major", "2024-10-02T06:00", (("phone", "2024-10-04T09:00"),)),
        ),
        1,
    ):
        incident = f"{year.prefix}-急{number:02}"
        year.add("incident_occurred", began, incident=incident, unit=unit, severity=severity)
        for channel, on in reports:
            year.add("incident_reported", on, incident=incident, channel=channel)


def qingshan() -> Year:
    """青山区 2021, under the scheme of 2020."""
    units = [unit.name for unit in load("qingshan-2020").roster]
    year = Year("qingshan-2020", 2021, "QS", units, random.Random(2021))
    channels = ("district_upward", "district_general", "district_special", "city", "region")
    ordinary(
        year,
        {unit: 5 + 7 * index % 9 for index, unit in enumerate(units)},
        channels,
        ("dynamic", "dynamic", "problem", "research", "practice"),
    )
    best = year.item("2021-04-06", ["区教育局", "青福镇"], category="research", lead="区教育局", author="李示例")
    year.add("item_adopted", "2021-04-20", item=best, channel="state_council", issue="2021-4")
    for level, on in (("district", "2021-04-26"), ("city", "2021-05-08"), ("region", "2021-05-31"), ("city", "2021-06-02")):
        year.add("item_endorsed", on, item=best, level=level)
    calls(year, [("富强办", "late"), ("富强办", "none"), ("区司法局", "late"), ("区财政局", "substandard")], units)
    for unit, on in (("区教育局", "2021-03-29"), ("科学办", "2021-10-11")):
        year.add("training_completed", on, unit=unit, trainee="王示例")
    lapse = year.add("finding_established", "2021-08-03", unit="区商务局", finding="gatekeeping_lapse")
    reversal = year.add("event_reversed", "2021-08-10", target=lapse, reason="单位申诉成立")
    year.add("event_reversed", "2021-08-17", target=reversal, reason="复核后维持原认定")
    year.add("finding_established", "2021-11-02", unit="自由办", finding="gatekeeping_lapse")
    return year


def lines(year: Year) -> Iterator[str]:
    """The year's events as lines, in the order of a clerk who keeps up: by date, what it rests on first, numbered so."""
    first = {"item_submitted": 0, "solicitation_issued": 0, "incident_occurred": 0, "event_reversed": 2}
    ordered = sorted(year.events, key=lambda each: (each["on"][:10], first.get(each["kind"], 1)))
    ids = {event["id"]: f"{year.prefix}-{number:04}" for number, event in enumerate(ordered, 1)}
    submitted = [event["item"] for event in ordered if event["kind"] == "item_submitted"]
    items = {item: f"{year.prefix}{number:04}" for number, item in enumerate(submitted, 1)}
    numbered = {"id": ids, "target": ids, "item": items}
    for event in ordered:
        yield json.dumps({name: numbered[name][value] if name in numbered else value for name, value in event.items()}, ensure_ascii=False)


if __name__ == "__main__":
    for made in (liucheng(), qingshan()):
        (HOME / f"{made.scheme}.jsonl").write_text("".join(f"{line}\n" for line in lines(made)), encoding="utf-8")
