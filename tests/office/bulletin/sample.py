"""Made-up fields of a bulletin, in the shape that a template may name: forty-eight units, as many adopted items as asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from ledger.office import pictures
from ledger.office.bulletin import names
from tests.project import sources

_SCHEME = sources.PACKAGE / "rules" / "schemes" / "liucheng-2024.yaml"
WORDS: Mapping[str, Mapping[str, Any]] = {
    "zh": {
        "agency": "柳城县人民政府办公室",
        "red_header": "柳城县人民政府办公室文件",
        "number": "柳政办通报〔2024〕3号",
        "title": "柳城县人民政府办公室关于2024年第三季度政务信息工作情况的通报",
        "recipients": "各乡镇人民政府、华侨管理区，全县各有关单位",
        "period": "2024年第三季度",
        "period_short": "第三季度",
        "first_day": "2024年7月1日",
        "last_day": "2024年9月30日",
        "dated": "2024年10月8日",
        "known_at": "账本第976条及以前（2024年10月8日9:00）",
        "scheme": "柳城县政府系统政务信息上报工作考评细则",
        "readings": "均按默认",
        "copies": "县委各部门，各人民团体。",
        "printed_on": "2024年10月8日",
        "topic": "关于秋冬季农业生产情况的约稿",
        "how": "未报送",
        "why": "全年2次迟报",
        "flag": "缺席评优",
        "channel": ("县内刊物", "上报信息", "市级", "区级"),
        "scored": "考评得分",
        "counted": "采用分",
        "columns": {
            "rank": "名次",
            "unit": "单位",
            "current": "第三季度采用分",
            "goal_1": "第三季度采用分：完成/任务",
            "rate_1": "第三季度完成率",
            "goal_2": "全年采用分：完成/任务",
            "rate_2": "全年完成率",
            "completed_on": "完成全年任务日期",
            "score": "累计考评得分",
            "pending": "待定",
            "if_closed": "如即日结账",
            "flags": "标记",
        },
        "period_before": "2024年第二季度",
        "period_last_year": "2023年第三季度",
        "restated": "2024年第二季度",
        "day": "2024年{month}月{day}日",
    },
    "en": {
        "agency": "General Office of the People's Government of Liucheng County",
        "red_header": "General Office of the People's Government of Liucheng County",
        "number": "LZB Circular [2024] No. 3",
        "title": "Circular on government information work in the third quarter of 2024",
        "recipients": "All townships and all units concerned",
        "period": "the third quarter of 2024",
        "period_short": "Q3",
        "first_day": "1 July 2024",
        "last_day": "30 September 2024",
        "dated": "8 October 2024",
        "known_at": "known at position 976 of the log (8 October 2024, 9:00)",
        "scheme": "the Liucheng rules of 2024",
        "readings": "all by default",
        "copies": "Departments of the county committee",
        "printed_on": "8 October 2024",
        "topic": "Farm work in autumn and winter",
        "how": "not sent",
        "why": "two late reports",
        "flag": "no award",
        "channel": ("County journal", "Sent upward", "City", "Region"),
        "scored": "appraisal",
        "counted": "adoption",
        "columns": {
            "rank": "Rank",
            "unit": "Unit",
            "current": "adoption, Q3",
            "goal_1": "adoption points, Q3, of target",
            "rate_1": "Rate, Q3",
            "goal_2": "adoption points, year, of target",
            "rate_2": "Rate, year",
            "completed_on": "Target reached",
            "score": "appraisal so far",
            "pending": "Open",
            "if_closed": "If closed today",
            "flags": "Marks",
        },
        "period_before": "the second quarter of 2024",
        "period_last_year": "the third quarter of 2023",
        "restated": "the second quarter of 2024",
        "day": "2024-{month:02}-{day:02}",
    },
}


def fields(lang: str = "zh", adopted: int = 12, **others: Any) -> dict[str, Any]:
    """All fields of a bulletin; ``others`` take the place of some."""
    words = WORDS[lang]
    units = [*yaml.safe_load(_SCHEME.read_text(encoding="utf-8"))["units"].values()]
    called = [unit["name"] for unit in units]
    made = {
        **{name: words[name] for name in names.FIELDS[""] if name in words},
        "division": "quarter",
        "year": "2024",
        "as_of": words["last_day"],
        "draft": False,
        "closed": True,
        "over": True,
        "monthly": False,
        "scheme_hash": "3f5a" * 16,
        "ledger_id": "0d6f1c52-7a52-4c2e-9d0c-2f5a3b8e7c11",
        "digest": "9ac1" * 16,
        "command": "scoreledger bulletin 2024Q3 --out 2024Q3.docx --known-at @976",
        "appeal_days": 5,
        "printer": words["agency"],
        "checkpoint": ["scoreledger/0d6f1c52-7a52-4c2e-9d0c-2f5a3b8e7c11", "976", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="],
        "has_targets": True,
        "totals": {
            "now": totals(131, 40),
            "before": totals(128, 42),
            "last_year": totals(131, 30),
            "changes": {"before": changed(3, -2), "last_year": changed(0, 10)},
        },
        "channels": [{"channel": channel, "adopted": "10"} for channel in words["channel"]],
        "groups": [group(words, kind, [unit["name"] for unit in units if unit["class"] == kind]) for kind in ("一类", "二类")],
        "leaders": [{"class": "一类", "first": called[:1], "score": "78"}, {"class": "二类", "first": called[14:16], "score": "80.5"}],
        "ahead": [{"unit": called[0], "on": words["day"].format(month=9, day=3)}],
        "sent_nothing": called[40:44],
        "adopted_nothing": called[38:46],
        "misses": [
            {
                "unit": called[3],
                "topic": words["topic"],
                "how": words["how"],
                "excused": False,
                "on": words["day"].format(month=8, day=14),
                "event": "@417",
                "event_id": "LC-0417",
            }
        ],
        "criticised": called[3:4],
        "ineligible": called[3:4],
        "vetoed": [{"unit": called[5], "why": words["why"], "on": words["last_day"]}],
        "unmet": [],
        "marks": [],
        "unknown_restatements": [],
        "ruling_needed": [],
        "restatements": [
            {
                "period": words["restated"],
                "unit": called[7],
                "published": "36",
                "current": "38",
                "figures": [],
                "events": ["@980"],
                "reasons": [],
            }
        ],
        "adopted": [item(words, number, called) for number in range(1, adopted + 1)],
        "solicitations": [solicitation(words, number, called) for number in range(1, 4)],
        "pictures": {},
    }
    return made | others


def chart(units: int = 48) -> str:
    """A picture of as many units as asked for."""
    return pictures.standings("得分情况", [pictures.Group("一类", [(f"单位{number}", 10000 - 100 * number) for number in range(units)])])


def totals(submitted: int, adopted: int) -> dict[str, str]:
    """What was counted of a period, as texts."""
    some = {"units": "48", "endorsed": "2", "units_sent": "44", "units_adopted": "31", "solicitations": "3", "answered": "5", "missed": "1"}
    none = dict.fromkeys(names.FIELDS["totals.now"], "0")
    return {**none, **some, "submitted": str(submitted), "adopted": str(adopted), "items_adopted": str(adopted)}


def changed(submitted: int, adopted: int) -> dict[str, Any]:
    """By how much two of the totals differ from another period's; the others are level."""
    level = dict.fromkeys(names.FIELDS["totals.now"], "0")
    by = {**level, "submitted": str(abs(submitted)), "adopted": str(abs(adopted))}
    signed = {"submitted": f"{submitted:+}" if submitted else "0", "adopted": f"{adopted:+}" if adopted else "0"}
    return {**level, **signed, "by": by, "trend": dict.fromkeys(level, "")}


def group(words: Mapping[str, Any], kind: str, units: list[str]) -> dict[str, Any]:
    rows = [
        {
            "rank": f"{number}",
            "unit": unit,
            "current": f"{60 - number}",
            "score": f"{80 - number}.5",
            "pending": "30",
            "if_closed": f"{90 - number}",
            "overall": f"{number}",
            "reached": "49.17",
            "target": "37.5",
            "rate": f"{131.11 - number:.2f}%",
            "reached_year": "215.33",
            "target_year": "180",
            "rate_year": "119.63%",
            "goal_1": "49.17/37.5",
            "rate_1": f"{131.11 - number:.2f}%",
            "goal_2": "215.33/180",
            "rate_2": "119.63%",
            "completed": number < 4,
            "completed_on": words["day"].format(month=9, day=number) if number < 4 else "",
            "flags": words["flag"] if number == 4 else "",
        }
        for number, unit in enumerate(units, 1)
    ]
    return {"name": kind, "units": str(len(rows)), "rows": rows}


def missed(words: Mapping[str, Any], unit: str) -> dict[str, Any]:
    on = words["day"].format(month=8, day=14)
    said = {"unit": unit, "topic": words["topic"], "how": words["how"], "excused": False, "on": on}
    return {**said, "event": "@417", "event_id": "LC-0417"}


def restated(words: Mapping[str, Any], unit: str) -> dict[str, Any]:
    said = {"period": words["restated"], "unit": unit, "published": "36", "current": "38"}
    return {**said, "figures": [], "events": ["@980"], "reasons": []}


def item(words: Mapping[str, Any], number: int, units: list[str]) -> dict[str, Any]:
    return {
        "no": f"{number}",
        "on": words["day"].format(month=7 + number % 3, day=1 + number % 28),
        "title": f"{units[number % 48]}多措并举推进重点工作取得实效的做法与启示（{number}）" if number % 3 else f"糖业 & R<D 简讯{number}",
        "units": units[number % 40 : number % 40 + 1 + (number % 5 == 0) * 2],
        "channel": words["channel"][number % 4],
        "placement": "",
        "issue": "" if number % 2 else f"{number}",
        "points": "15",
        "event": f"@{number + 100}",
        "event_id": f"LC-{number:04}",
    }


def solicitation(words: Mapping[str, Any], number: int, units: list[str]) -> dict[str, Any]:
    return {
        "no": f"{number}",
        "topic": words["topic"],
        "issued": words["day"].format(month=8, day=number),
        "due": words["day"].format(month=8, day=10 + number),
        "asked": "3",
        "answered": "2",
        "missed": "1" if number == 1 else "0",
        "asked_units": units[number : number + 3],
        "answered_units": units[number : number + 2],
        "missed_units": units[number + 2 : number + 3] if number == 1 else [],
        "event": f"@{400 + number}",
        "event_id": f"LC-{400 + number:04}",
    }


def empty(lang: str = "zh") -> dict[str, Any]:
    """A period in which nothing was, with nothing before to compare it with."""
    nothing: dict[str, Any] = {name: [] for name, value in fields(lang).items() if isinstance(value, list)}
    none = dict.fromkeys(names.FIELDS["totals.now"], "0")
    totals = {"now": none, "before": None, "last_year": None, "changes": {"before": None, "last_year": None}}
    kept = fields(lang, number="", copies="", recipients="", appeal_days=None, readings="", totals=totals, period_before="")
    everybody = [row["unit"] for each in kept["groups"] for row in each["rows"]]
    named = {"groups": kept["groups"], "checkpoint": kept["checkpoint"], "sent_nothing": everybody, "adopted_nothing": everybody}
    return kept | nothing | named
