"""A small county whose rules a test writes itself."""

from __future__ import annotations

from typing import Any

import yaml

from ledger.rules.source import Source
from tests.rules.kit import Year

BASE = """
scheme: small-2024
name: 小县考评细则
issuer: 小县办公室
issued: 2023-12-01
effective: 2024-01-01
scored_account: score
vocabulary:
  channel: {brief: {name: 县内刊物}, city: {name: 市级采用}}
  level: {county: {name: 县领导}}
  category: {}
  finding: {}
accounts: {score: 总分}
targets: {items: 报送}
classes: {一类: {targets: {items: 4}}, 二类: {targets: {items: 2}}}
units:
  a: {name: 甲, class: 一类}
  b: {name: 乙, class: 一类}
  c: {name: 丙, class: 二类}
"""


def small(rules: str, **keys: Any) -> Year:
    """A year under these rules, in YAML, with 甲, 乙 and 丙 enrolled on its first day; ``keys`` replace those of the scheme."""
    data = {**_read(BASE), **{key: _read(value) for key, value in keys.items()}, "rules": _read(rules)}
    return Year(Source(data))


def _read(written: str) -> Any:
    return yaml.load(written, yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and mappings


def sent(year: Year, unit: str | list[str], *days: str) -> list[str]:
    """An item of its own, sent on each of these days; their names."""
    names = [f"item-{len(year.facts)}-{number}" for number, _ in enumerate(days)]
    for name, day in zip(names, days, strict=True):
        year.submitted(name, unit, day)
    return names
