"""Every kind of event reads as a sentence in both languages."""

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.commands.plain import clean
from ledger.commands.words import Titles, Words, flags, period
from ledger.events import KINDS
from ledger.messages import LANGUAGES
from ledger.rules.source import OwnField, Source

WORDS = Words(
    {"channel": {"county": "县内刊物"}, "level": {"city": "市领导"}, "finding": {"f": "不健全"}, "category": {"dynamic": "动态类"}},
    {"a": "甲镇", "b": "乙镇", "c": "丙镇", "d": "丁镇"},
    {("item_endorsed", "post"): OwnField("批示领导职务", "choice", {"mayor": "县长"}, required=True)},
)
SAYINGS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "item_submitted": ({"item": "N1", "unit": "a", "title": "题", "category": "dynamic"}, "甲镇：报送《题》（N1、动态类）"),
    "item_adopted": ({"item": "N1", "channel": "county", "placement": "brief", "issue": "9"}, "信息N1采用：县内刊物（简讯、9）"),
    "item_endorsed": ({"item": "N1", "level": "city", "title": "题"}, "《题》获批示：市领导"),
    "solicitation_issued": (
        {"solicitation": "S", "topic": "防汛", "due": "2024-01-02", "units": ["a", "b", "c", "d"]},
        "甲镇、乙镇、丙镇等4个单位：约稿S（2024-01-02前）：防汛",
    ),
    "solicitation_fulfilled": ({"solicitation": "S", "unit": "a"}, "甲镇：约稿S按时报送"),
    "solicitation_missed": ({"solicitation": "S", "unit": "a", "how": "late", "excused": True}, "甲镇：约稿S未完成：迟交（有正当理由）"),
    "feedback_failed": ({"unit": "a", "how": "none", "about": "数据"}, "甲镇：核实反馈未作出（数据）"),
    "incident_occurred": (
        {"incident": "E", "unit": "a", "severity": "major", "on": "2024-01-02T03:04:00+08:00"},
        "甲镇：突发事件E发生（2024-01-02 03:04，重大）",
    ),
    "incident_reported": (
        {"incident": "E", "channel": "phone", "on": "2024-01-02T03:04:00+08:00"},
        "突发事件E电话报告（2024-01-02 03:04）",
    ),
    "training_completed": ({"unit": "a"}, "甲镇：完成调训任务"),
    "finding_established": ({"unit": "a", "finding": "f", "incident": "E"}, "甲镇：认定：不健全（E）"),
    "points_awarded": ({"unit": "a", "rule": "r", "points": 2.5, "officer": "王某", "reason": "好"}, "甲镇：王某按r给2.5分：好"),
    "order_settled": ({"units": ["b", "a"], "reason": "质量"}, "裁定次序：乙镇、甲镇（质量）"),
    "unit_enrolled": ({"unit_id": "e", "unit": "戊镇", "class": "一类"}, "戊镇列入名册（一类）"),
    "unit_changed": ({"unit_id": "e", "unit": "己镇", "targets": {"t": 60}}, "单位e变更：名称 己镇、任务 t=60"),
    "units_merged": ({"before": ["a", "b"], "after": "b", "carry": False}, "甲镇、乙镇合并为乙镇（分数不随带）"),
    "unit_split": ({"before": "a", "after": ["a", "b"], "carry": [3, 2]}, "甲镇拆分为甲镇、乙镇（分数按3:2）"),
    "event_reversed": ({"target": "x", "reason": "误记"}, "冲销x：误记"),
    "ledger_opened": ({"ledger": "1"}, "账本1开立"),
    "period_closed": (
        {"period": "2024Q3", "on": "2024-09-30", "position": 7, "digest": "ab", "rows": []},
        "2024Q3结账：截至2024-09-30，以@7为准，摘要ab",
    ),
    "policy_set": ({"four_eyes": ["rulings"], "reason": "局务会"}, "双人复核范围：裁定（局务会）"),
    "change_proposed": ({"events": [{"kind": "event_reversed"}, {"kind": "item_adopted"}]}, "提议：冲销、刊物采用"),
    "scheme_enacted": ({"scheme": "s", "effective": "2024-01-01", "content": {}}, "考评细则s自2024-01-01起施行"),
    "name_erased": ({"person": "p-1", "reason": "本人申请"}, "删去p-1的姓名：本人申请"),
}


def test_every_kind_that_can_be_recorded_has_a_saying() -> None:
    assert SAYINGS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", SAYINGS)
def test_an_event_reads_as_a_sentence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fields, said = SAYINGS[kind]
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    assert WORDS.event(kind, fields) == said
    monkeypatch.setenv("SCORELEDGER_LANG", "en")
    assert "{" not in WORDS.event(kind, fields)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"post": "mayor"}, "（批示领导职务：县长）"),
        ({"post": "gone", "other": [3, 2]}, "（批示领导职务：gone、other：3:2）"),
        ({"urgent": False, "count": 0}, "（urgent：否、count：0）"),
    ],
)
def test_an_extra_field_reads_in_the_scheme_s_words_where_it_has_them(
    extra: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    assert WORDS.event("item_endorsed", {"item": "N1", "level": "city", "extra": extra}) == f"信息N1获批示：市领导{said}"


@pytest.mark.parametrize(("left", "said"), [(True, "单位e变更：名册 撤出"), (False, "单位e变更：名册 恢复")])
def test_a_leaving_and_a_return_read_as_such(left: bool, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    assert WORDS.event("unit_changed", {"unit_id": "e", "left": left}) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scheme_s_own_flag_is_shown_as_it_is_called(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    assert "of_their_own" in flags(["vetoed", "of_their_own"])
    assert "vetoed," not in flags(["vetoed", "of_their_own"])


def test_clean_text_keeps_letters_and_makes_one_line() -> None:
    assert clean("大埔镇\u3000a\n\x07b\u202e") == "大埔镇 a b"


PERIODS = {
    "2024": ("2024年", "2024"),
    "2024Q3": ("2024年第3季度", "Q3 2024"),
    "2024H2": ("2024年下半年", "H2 2024"),
    "2024-03": ("2024年3月", "2024-03"),
    "2025W01": ("2025年第1周", "week 1 of 2025"),
    "2024通报期2": ("2024年第2个通报期", "通报期 2 of 2024"),
}


@pytest.mark.parametrize(("lang", "at"), [("zh", 0), ("en", 1)])
@pytest.mark.parametrize("name", PERIODS)
def test_a_period_of_any_division_reads_as_what_it_is(name: str, lang: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    assert period(name) == PERIODS[name][at]


def measures_of(**periods: str) -> Titles:
    """The titles of a scheme that has these measures, each by its period."""
    rules = [{"id": name, "text": "篇数", "period": division} for name, division in periods.items()]
    return Titles(Source({"name": "细则", "rules": rules}))


@pytest.mark.parametrize(
    ("division", "name", "title"),
    [
        ("year", "top", "篇数"), ("quarter", "top4", "篇数·第4季度"), ("half", "top1", "篇数·上半年"), ("month", "top12", "篇数·第12个月"),
        ("week", "top52", "篇数·第52周"), ("通报期", "top2", "篇数·第2个通报期"),
    ],
)  # fmt: skip
def test_a_measure_of_a_part_of_the_year_is_titled_with_the_part(
    division: str, name: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "zh")
    titles = measures_of(top=division)
    assert (titles.measure(name), titles.is_numbered(name)) == (title, name != "top")


def test_a_measure_whose_own_id_ends_in_a_number_keeps_it() -> None:
    titles = measures_of(top3="quarter", top="year")
    assert [titles.is_numbered(name) for name in ("top", "top3", "top31")] == [False, False, True]
