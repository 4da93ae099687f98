"""The fields of a bulletin: the names that are listed, and no others, as finished texts in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.commands.words import Titles
from ledger.office.bulletin.fields import Fields, Issued, fields
from ledger.office.bulletin.names import FIELDS, meanings
from ledger.office.bulletin.periods import in_words, short
from ledger.projections.bulletin import Bulletin
from tests.bulletins.conftest import later
from tests.bulletins.test_figures import CASES, bulletin
from tests.bulletins.test_publishing import closed, late, made
from tests.projections.county import County, adopted, submitted

COUNTS = set(FIELDS["totals.now"])
GOAL = re.compile(r"(goal|rate)_\d")


def filled(path: Path, found: Bulletin, issued: Issued | None = None) -> Fields:
    with Ledger(str(path), "reader", later) as ledger:
        titles = Titles(ledger.schemes()[-1].source)
    return fields(found, titles.measure, issued or Issued())


def leaves(value: Any) -> Iterator[Any]:
    """Every value inside."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def told_of(holder: str, value: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings that a holder's names stand for: itself, or those in its lists."""
    inside = value
    for part in holder.split(".") if holder else []:
        inside = [each[part] for each in inside] if isinstance(inside, list) else inside[part]
        if isinstance(inside, list) and inside and isinstance(inside[0], list):
            inside = [each for row in inside for each in row]
    yield from inside if isinstance(inside, list) else [inside] if inside is not None else []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_the_fields_are_those_that_are_listed(
    samples: Mapping[str, Path], scheme: str, period: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    said = filled(samples[scheme], bulletin(samples[scheme], period))
    for holder, names in FIELDS.items():
        for each in told_of(holder, said):
            more = COUNTS if holder == "totals.changes.before" else set()
            assert {name for name in each if not GOAL.fullmatch(name)} == {*names, *more}, holder
    odd = [value for value in leaves(said) if not isinstance(value, str | bool | None) and value != said["year"]]
    assert odd == []
    assert all(name in row for group in said["groups"] for row in group["rows"] for name in said["columns"])


def test_every_field_of_a_list_is_met_somewhere(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above looks at each holder: a year that has one of everything but marks of a scheme's own."""
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    county.bring(
        submitted("N1", on="2024-02-01"),
        {
            "kind": "solicitation_issued",
            "on": "2024-05-01",
            "solicitation": "S1",
            "topic": "防汛",
            "units": ["大埔镇"],
            "due": "2024-05-10",
        },
        {"kind": "solicitation_missed", "id": "m1", "on": "2024-05-11", "solicitation": "S1", "unit": "大埔镇", "how": "none"},
        {"kind": "finding_established", "on": "2024-05-12", "unit": "凤山镇", "finding": "serious_falsity"},
        *({"kind": "item_submitted", "on": "2024-05-01", "item": f"M{n}", "unit": "县委组织部"} for n in range(2)),
        *(adopted(f"M{n}", "区级采用", "2024-05-02") for n in range(2)),
    )
    closed(county, "2024Q1")
    late(county, on="2024-02-20", unit="东泉镇", id="late")
    said = filled(county.path, made(county, "2024Q2"))
    empty = [holder for holder in FIELDS if holder != "marks" and not list(told_of(holder, said))]
    assert empty == []
    for holder, names in FIELDS.items():
        assert all({name for name in each if not GOAL.fullmatch(name)} - COUNTS <= {*names} for each in told_of(holder, said))
    (restated,) = said["restatements"]
    assert restated == {
        "period": "2024年第一季度",
        "unit": "东泉镇",
        "published": "40",
        "current": "35",
        "figures": ["得分由40更正为35", "如即日结算由40更正为35", "标记由须裁定更正为—"],
        "events": ["@60"],
        "reasons": ["核查时发现漏记"],
    }
    assert said["vetoed"] == [{"unit": "凤山镇", "why": "三（二）5：一经查实，单位信息工作年度绩效考核分为0", "on": "2024年5月12日"}]
    assert said["misses"] == [
        {"unit": "大埔镇", "topic": "防汛", "how": "未报送", "excused": False, "on": "2024年5月11日", "event": "@53", "event_id": "m1"}
    ]
    assert said["ahead"] == [{"unit": "县委组织部", "on": "2024年5月2日"}]
    assert said["totals"]["changes"]["before"]["trend"]["submitted"] == "增加"
    assert said["totals"]["changes"]["before"]["submitted"] == "+1"
    assert said["totals"]["changes"]["before"]["by"]["submitted"] == "1"


def test_what_is_said_around_the_figures(samples: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    found = bulletin(samples["liucheng-2024"], "2024Q3")
    said = filled(
        samples["liucheng-2024"], found, Issued("柳城政办通〔2024〕12号", ("各乡镇", "县直各单位"), "scoreledger bulletin 2024Q3")
    )
    assert said["title"] == "柳城县人民政府办公室关于2024年第三季度政务信息工作情况的通报"
    assert said["red_header"] == "柳城县人民政府办公室文件"
    assert (said["number"], said["recipients"]) == ("柳城政办通〔2024〕12号", "各乡镇、县直各单位")
    assert (said["period"], said["period_short"], said["period_before"]) == ("2024年第三季度", "第三季度", "2024年第二季度")
    assert (said["first_day"], said["last_day"], said["dated"]) == ("2024年7月1日", "2024年9月30日", "2025年1月8日")
    assert (said["draft"], said["closed"], said["monthly"], said["digest"]) == (True, False, False, "")
    assert (said["scored"], said["counted"]) == ("考评得分", "采用分")
    assert "\n".join(said["checkpoint"]) + "\n" == found.checkpoint
    assert (said["qr"], said["appeal_days"]) == (None, None)
    assert set(said["pictures"]) == {"standings", "progress", "channels"}
    assert list(said["columns"]) == [
        *("rank", "unit", "current", "goal_1", "rate_1", "goal_2", "rate_2", "completed_on", "score", "pending", "if_closed", "flags")
    ]
    assert [said["columns"][name] for name in ("current", "goal_1", "rate_2")] == ["第三季度采用分", "第三季度完成/任务", "全年完成率"]
    row = next(row for group in said["groups"] for row in group["rows"] if row["unit"] == "大埔镇")
    assert (row["current"], row["reached"], row["target"], row["rate"], row["goal_1"]) == ("85", "85", "45", "188.88%", "85/45")
    assert (row["reached_year"], row["target_year"], row["rate_year"]) == ("168.33", "180", "93.51%")


def test_a_column_that_would_say_another_s_again_is_left_out(samples: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    quarter, year = (
        filled(samples["qingshan-2020"], bulletin(samples["qingshan-2020"], period))["columns"] for period in ("2021Q3", "2021")
    )
    goals = ["goal_1", "goal_2", "goal_3", "goal_4"]
    assert list(quarter) == ["rank", "unit", "current", *goals, "score", "if_closed", "flags"]
    assert list(year) == ["rank", "unit", *goals, "score", "flags"], "the year's points are the score, and all is judged"
    assert (quarter["current"], quarter["score"], quarter["goal_1"]) == ("第三季度总积分", "累计总积分", "全年上报信息条数完成/任务")


def test_points_of_an_adoption_are_one_number_where_all_got_the_same(county: County) -> None:
    three: list[Any] = ["大埔镇", "凤山镇", "东泉镇"]
    county.bring(
        {"kind": "item_submitted", "on": "2024-02-01", "item": "N1", "units": three},
        {"kind": "item_submitted", "on": "2024-02-01", "item": "N2", "units": three, "lead": "凤山镇"},
        adopted("N1", "县内刊物"),
        adopted("N2", "县内刊物", on="2024-02-06"),
    )
    said = filled(county.path, made(county, "2024Q1"))
    assert [each["points"] for each in said["adopted"]] == ["5", "5; 10; 5"]
    assert [each["title"] for each in said["adopted"]] == ["item N1", "item N2"]


@pytest.mark.parametrize(
    ("name", "whole", "part"),
    [
        ("2024", "2024年", "全年"),
        ("2024H1", "2024年上半年", "上半年"),
        ("2024Q4", "2024年第四季度", "第四季度"),
        ("2024-09", "2024年9月", "9月"),
        ("2024W09", "2024年第9周", "第9周"),
        ("2024通报期2", "2024年第2个通报期", "第2个通报期"),
    ],
)
def test_a_period_in_words(name: str, whole: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    assert (in_words(name), short(name)) == (whole, part)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_field_has_a_meaning(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    told = [each for holder in FIELDS for each in meanings(holder)]
    assert len({each.name for each in told}) == len(told) == sum(map(len, FIELDS.values()))
    assert all(each.words for each in told)
