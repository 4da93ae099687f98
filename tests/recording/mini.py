"""A small scheme with fields of its own and a discretionary award, for tests to write into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MINI = """
scheme: mini-2024
name: 小县考评细则
issuer: 小县办公室
issued: 2024-01-01
effective: 2024-01-01
scored_account: score
vocabulary:
  channel: {county: {name: 县内刊物}}
  level: {county: {name: 县领导}}
  category: {}
  finding: {}
accounts: {score: 总分}
classes: {镇: {}}
fields:
  item_submitted:
    length: {name: 字数, type: whole}
  item_endorsed:
    post: {name: 批示领导职务, type: choice, choices: {mayor: 县长, deputy: 副县长}, required: true}
    weight: {name: 系数, type: number}
    urgent: {name: 是否急件, type: yes_no}
    by_day: {name: 办结日期, type: day}
    authors: {name: 作者分工, type: ratio}
    words: {name: 批示摘要, type: text}
readings:
  generous:
    clause: 二
    rules: [merit]
    question: 最多几分？
    why: 原文不清
    default: strict
    options: {strict: 五分, lenient: 十分}
rules:
  - {id: endorsed, kind: award, clause: 一, text: 批示每篇5分, match: item_endorsed, account: score, points: 5}
  - id: merit
    kind: award
    clause: 二
    text: 特殊贡献1至5分
    match: points_awarded
    account: score
    points: {field: points, least: 1, most: {by_reading: {generous: {strict: 5, lenient: 10}}}}
  - {id: order, kind: rank, clause: 三, text: 按总分排名, within: [all], keys: [{by: score, first: highest}]}
units:
  jia: {name: 甲镇, class: 镇}
  yi: {name: 乙镇, class: 镇}
"""

SUBMITTED: dict[str, Any] = {"kind": "item_submitted", "id": "s", "on": "2024-02-01", "item": "N1", "unit": "甲镇"}
ENDORSED: dict[str, Any] = {"kind": "item_endorsed", "id": "e", "on": "2024-02-02", "item": "N1", "level": "县领导"}
EXTRA: dict[str, Any] = {
    "post": "县长", "weight": "2.50", "urgent": "是", "by_day": "2024-03-01", "authors": "3:2", "words": " 请办公室办理 ",
}  # fmt: skip
STORED: dict[str, Any] = {
    "post": "mayor", "weight": "2.5", "urgent": True, "by_day": "2024-03-01", "authors": [3, 2], "words": "请办公室办理",
}  # fmt: skip
"""What :data:`EXTRA` is, once it is read."""


def written(folder: Path, text: str = MINI) -> str:
    """The path of the scheme's file."""
    path = folder / "mini.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)
