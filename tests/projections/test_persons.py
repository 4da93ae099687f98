"""Persons whom a scheme credits: a table of their own, a statement each, and what a correction leaves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import BasisError, Unknown
from ledger.views import Question
from tests.projections.county import County, adopted, submitted

SCHEME = """\
scheme: authors-2024
name: 示例县考评办法
issuer: 示例县
issued: 2023-12-20
effective: 2024-01-01
scored_account: score
vocabulary: {channel: {county: {name: 县内刊物}, city: {name: 市级采用}}}
accounts: {score: 总分, personal: 个人积分}
persons: {scored_account: personal, name: 个人}
classes: {一类: {}}
rules:
  - {id: adopted, kind: award, clause: 一, text: 采用每篇2分, match: item_adopted, account: score, points: 2}
  - id: written
    kind: award
    clause: 二
    text: 作者每篇1分、市级3分
    match: item_adopted
    credit: author
    account: personal
    points: {by: channel, table: {county: 1, city: 3}}
units: {jia: {name: 大埔镇, class: 一类}, yi: {name: 凤山镇, class: 一类}}
"""
YEAR_END = Question(as_of=date(2024, 12, 31))


@pytest.fixture
def authors(tmp_path: Path) -> County:
    """Three items of two authors, four adoptions."""
    (tmp_path / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
    county = County(tmp_path / "authors.ledger", str(tmp_path / "scheme.yaml"))
    county.bring(
        submitted("1", author="张三"),
        submitted("2", author="李四"),
        submitted("3", author="张三"),
        adopted("1", "县内刊物", "2024-02-01", id="a1"),
        adopted("1", "市级采用", "2024-03-01", id="a2"),
        adopted("2", "市级采用", "2024-03-02", id="a3"),
        adopted("3", "县内刊物", "2024-03-03", id="a4"),
    )
    return county


def test_the_table_of_persons_has_the_best_first_and_equal_scores_share_a_place(authors: County) -> None:
    authors.bring(submitted("4", author="王五"), adopted("4", "市级采用", "2024-04-01", id="a5"))
    with authors.open() as ledger:
        table = ledger.persons(YEAR_END)
    assert [(row.unit, row.rank, row.score) for row in table.rows] == [("张三", 1, 500), ("李四", 2, 300), ("王五", 2, 300)]
    (first, *_) = [row.as_json() for row in table.rows]
    assert (first["person"], first["rank"], first["score"], "class" in first) == ("张三", 1, 5, False)
    assert table.as_json()["scored_account"] == "personal"


def test_a_statement_adds_up_to_the_score_and_names_the_events(authors: County) -> None:
    with authors.open() as ledger:
        statement = ledger.statement("张三", YEAR_END)
    assert [(posting.points, posting.balance, posting.events) for posting in statement.postings] == [
        (100, 100, ("a1",)),
        (300, 400, ("a2",)),
        (100, 500, ("a4",)),
    ]
    assert statement.row.score == 500
    assert {posting.as_json()["person"] for posting in statement.postings} == {"张三"}


def test_a_person_may_be_asked_for_by_id_too_and_a_unit_comes_first(authors: County) -> None:
    with authors.open() as ledger:
        (first, *_) = ledger.persons(YEAR_END).rows
        assert ledger.score(first.unit_id, YEAR_END)[1] == first
        assert not ledger.score("大埔镇", YEAR_END)[1].person


def test_what_a_correction_took_from_a_person_is_told_with_the_reason(authors: County) -> None:
    authors.correct("a2")
    with authors.open() as ledger:
        statement, other = ledger.statement("张三", YEAR_END), ledger.statement("李四", YEAR_END)
    assert statement.row.score == 200
    assert [(entry.event, entry.points, entry.reason) for entry in statement.reversed] == [("a2", 300, "查证有误")]
    assert other.reversed == ()


def test_as_of_and_known_at_are_the_persons_too(authors: County) -> None:
    authors.bring(adopted("2", "县内刊物", "2024-02-02", id="late"))
    with authors.open() as ledger:
        assert [row.score for row in ledger.persons(Question(as_of=date(2024, 2, 29))).rows] == [100, 100]
        assert [row.score for row in ledger.persons(Question(as_of=date(2024, 2, 29), known_at=f"@{authors.start + 7}")).rows] == [100]


def test_who_has_no_points_is_unknown_and_the_nearest_of_units_and_persons_is_named(authors: County) -> None:
    with authors.open() as ledger:
        with pytest.raises(Unknown) as caught:
            ledger.score("张三丰", YEAR_END)
        assert caught.value.problems[0].params["nearest"] == "张三"
        with pytest.raises(Unknown) as caught:
            ledger.score("大埔", YEAR_END)
        assert caught.value.problems[0].params["nearest"] == "大埔镇"


def test_a_scheme_that_scores_no_persons_says_so(county: County) -> None:
    with county.open() as ledger:
        with pytest.raises(BasisError) as caught:
            ledger.persons(YEAR_END)
        assert caught.value.problems[0].key == "projections.no_persons"
        with pytest.raises(Unknown) as unknown:
            ledger.score("张三", YEAR_END)
        assert unknown.value.problems[0].key == "rules.no_unit"
