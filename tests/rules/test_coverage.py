"""Which clauses a citation names: one, several, from one to another, and never one that only begins alike."""

import pytest
import yaml

from ledger.rules.coverage import Coverage, coverage
from ledger.rules.scheme import build
from tests.rules.test_advice import MINI

CLAUSES = ("一", "二（一）", "二（二）", "二（二）1", "二（二）10", "三", "十", "十一")


def cited(written: str) -> Coverage:
    """The coverage of a scheme of these clauses, all whose rules cite so."""
    data = yaml.load(MINI, yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and mappings
    rule = {**data["rules"][0], "clause": written}
    rest = {"readings": {}, "clauses": dict.fromkeys(CLAUSES, "原文"), "rules": [rule]}
    return coverage(build({**data, **rest}))


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("一", ["一"]),
        ("十一", ["十一"]),
        ("十", ["十"]),
        ("二（二）10", ["二（二）10"]),
        ("二（二）1 计分标准", ["二（二）1"]),
        ("一、三", ["一", "三"]),
        ("一；三", ["一", "三"]),
        ("二（一）—（二）", ["二（一）", "二（二）"]),
    ],
)
def test_a_citation_names_these(written: str, clauses: list[str]) -> None:
    found = cited(written)
    assert list(found.cited) == clauses
    assert not found.unknown
    assert {*found.uncited} == {*CLAUSES} - {*clauses}


@pytest.mark.parametrize("written", ["十二", "三（一）", "二（二）2", "二（二）100", "四", "二"])
def test_a_citation_of_none_is_told_though_one_begins_alike(written: str) -> None:
    found = cited(written)
    assert found.unknown == (("rules.county.clause", written),)
    assert not found.cited
