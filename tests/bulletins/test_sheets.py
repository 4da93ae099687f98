"""A bulletin's workbook, as an independent reader finds it, and its pictures."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from ledger import points
from ledger.application import Ledger
from ledger.commands.words import Titles
from ledger.office.bulletin.drawn import monthly, pictures
from ledger.office.bulletin.fields import Issued, fields
from ledger.office.bulletin.sheets import book
from ledger.projections.bulletin import Bulletin
from tests.bulletins.conftest import later

HEAD = 2
"""The row of the headings, from 0."""

Made = tuple[Bulletin, bytes, Mapping[str, list[list[Any]]]]


@pytest.fixture(params=[("liucheng-2024", "2024Q3"), ("liucheng-2024", "2024"), ("qingshan-2020", "2021Q3"), ("liucheng-2024", "2024-08")])
def made(request: pytest.FixtureRequest, samples: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> Made:
    """A bulletin, its workbook, and the cells of each sheet of that."""
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    scheme, period = request.param
    bulletin, titled = found(samples[scheme], period)
    written = book(bulletin, fields(bulletin, titled, Issued(command="scoreledger bulletin")), titled)
    read = CalamineWorkbook.from_filelike(BytesIO(written))
    return bulletin, written, {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}


def found(place: Path, period: str) -> tuple[Bulletin, Any]:
    with Ledger(str(place), "clerk", later) as ledger:
        bulletin = ledger.bulletin(period, lambda *_: None)
        return bulletin, Titles(ledger.schemes()[0].source).measure


def table(cells: list[list[Any]]) -> list[dict[str, Any]]:
    body = cells[HEAD + 1 :]
    end = next((at for at, row in enumerate(body) if not any(each != "" for each in row)), len(body))
    return [dict(zip(cells[HEAD], row, strict=True)) for row in body[:end]]


def test_annex_1_has_every_unit_of_a_class_with_its_figures(made: Made) -> None:
    bulletin, _, cells = made
    for group in bulletin.groups:
        rows = table(cells[f"附件1 {group.name}"])
        said = [(row["单位"], row["名次"] or None) for row in rows]
        assert said == [(line.row.unit, line.rank) for line in group.lines]
        (score,) = (name for name in rows[0] if name.startswith("累计"))
        assert [round(row[score] * points.ONE) for row in rows] == [line.row.score for line in group.lines]


def test_what_is_reached_stands_beside_the_target(made: Made) -> None:
    bulletin, _, cells = made
    for group in bulletin.groups:
        (_, *rows) = cells[f"附件1 {group.name}"][HEAD : HEAD + 1 + len(group.lines)]
        at = cells[f"附件1 {group.name}"][HEAD].index("任务")
        targets = [points.rounded(line.reached[0].target) for line in group.lines]
        assert [round(row[at] * points.ONE) for row in rows] == targets
        assert [round(row[at - 1] * points.ONE) for row in rows] == [line.reached[0].value for line in group.lines]


def test_annex_2_adds_up_to_what_the_adoptions_gave(made: Made) -> None:
    bulletin, _, cells = made
    *rows, total = table(cells["附件2"])
    assert len(rows) == sum(len(each.units) for each in bulletin.adopted)
    given = sum(points for each in bulletin.adopted for points in each.given)
    assert round(total["分值"] * 100) == round(sum(row["分值"] for row in rows) * 100) == given
    assert {row["事件"] for row in rows} == {f"@{each.event.position}" for each in bulletin.adopted}


def test_every_adoption_is_in_its_month_and_channel(made: Made) -> None:
    bulletin, _, cells = made
    *rows, total = table(cells["采用级别"])
    months, counts = monthly(bulletin)
    assert len(rows) == len(months) == (bulletin.last.month - bulletin.first.month + 1)
    assert sum(total[channel] for channel in counts) == len(bulletin.adopted) == bulletin.totals.adopted
    for row, (year, month) in zip(rows, months, strict=True):
        for channel in counts:
            those = [each for each in bulletin.adopted if (each.channel, each.on.year, each.on.month) == (channel, year, month)]
            assert row[channel] == len(those)


def test_the_totals_are_those_of_the_bulletin(made: Made) -> None:
    bulletin, _, cells = made
    rows = [row[1] for row in cells["总体情况"][HEAD + 1 : HEAD + 1 + len(bulletin.totals.as_json())]]
    assert rows == list(bulletin.totals.as_json().values())


def test_every_sheet_names_the_checkpoint_and_the_command(made: Made) -> None:
    bulletin, _, cells = made
    for name, rows in cells.items():
        if not name.endswith("图"):
            said = {row[0]: row[2] for row in rows[HEAD + 1 :] if len(row) > 2 and row[2]}
            assert said["检查点"].splitlines() == bulletin.checkpoint.splitlines()
            assert said["生成命令"] == "scoreledger bulletin"
            assert rows[0][0].startswith("草稿 · "), "the period is not closed"


@pytest.mark.filterwarnings("ignore:.* extension is not supported")  # openpyxl knows no bars without a shade
def test_each_class_and_the_channels_are_drawn(made: Made) -> None:
    bulletin, written, _ = made
    drawn = {page.title: len(cast(Any, page)._charts) for page in openpyxl.load_workbook(BytesIO(written)).worksheets}
    goals = 2 if bulletin.goals else 1
    assert drawn["采用级别 · 图"] == 1
    assert [drawn[f"附件1 {group.name} · 图"] for group in bulletin.groups] == [goals] * len(bulletin.groups)


def test_the_same_bulletin_gives_the_same_bytes(samples: Mapping[str, Path]) -> None:
    bulletin, titled = found(samples["liucheng-2024"], "2024Q3")
    said = fields(bulletin, titled, Issued())
    assert book(bulletin, said, titled) == book(bulletin, said, titled)


def test_the_pictures_show_every_unit_and_every_adoption(made: Made) -> None:
    bulletin, _, _ = made
    drawn = pictures(bulletin, str)
    assert set(drawn) == {"standings", "progress", "channels"}
    words = {name: [each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")] for name, svg in drawn.items()}  # noqa: S314 - our own
    for line in bulletin.lines:
        shown = [each for each in words["standings"] if each and line.row.unit.startswith(each.rstrip("…"))]
        assert shown, line.row.unit
        assert points.text(line.row.score) in words["standings"]
    months, counts = monthly(bulletin)
    totals = [sum(each[at] for each in counts.values()) for at in range(len(months))]
    assert all(str(total) in words["channels"] for total in totals if total)
