"""Standings under another scheme: who rises, who falls, and that the clauses account for all of it."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import BasisError, Unknown
from ledger.projections.cut import Basis, Cut, Supposed
from ledger.projections.impact import Impact, Moved, Rosters, Side, impact, side
from ledger.projections.standings import Standings, table
from ledger.rules.evaluate import VERSION
from ledger.rules.plan import Plan
from ledger.rules.scheme import plan
from ledger.rules.source import Source, load
from tests.projections.county import County, adopted, question, submitted
from tests.projections.drafts import LATE, REGION, draft
from tests.rules.kit import Year, standings
from tests.rules.logs import questions

NOBODY = Rosters((), (), (), ())


def silent(*_: object) -> None:
    """Where nobody wants to know how far it is."""


def asked(county: County, scheme: Path, as_of: str = "2024-12-31", class_: str | None = None, **basis: object) -> Impact:
    with county.open() as ledger:
        return ledger.impact(load(str(scheme)), question(as_of, **basis), class_, silent)


def moved(found: Impact, unit: str) -> Moved:
    return next(each for each in found.units if each.after.unit == unit)


LATE_ANSWER: Mapping[str, object] = {"kind": "feedback_failed", "id": "late", "on": "2024-03-01", "unit": "凤山镇", "how": "late"}


def test_units_are_listed_by_the_size_of_their_change_and_counted(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER, {**LATE_ANSWER, "id": "twice"}, {**LATE_ANSWER, "id": "other", "unit": "东泉镇"})
    found = asked(county, draft(tmp_path, LATE), "2024-06-01")
    assert [(unit.after.unit, unit.change) for unit in found.units[:3]] == [("凤山镇", -400), ("东泉镇", -200), ("大埔镇", 0)]
    assert found.counts() == {"rise": 0, "fall": 0, "stay": 48, "higher": 0, "lower": 2, "same": 46}
    assert [unit.stays for unit in found.units] == [False, False] + [True] * 46


def test_the_clause_says_what_its_rule_posted_before_and_after(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    (share,) = moved(asked(county, draft(tmp_path, LATE), "2024-06-01"), "凤山镇").shares
    assert (share.rule, share.clause, share.account, share.scored) == ("feedback_late", "三（二）3", "appraisal/solicitations", True)
    assert (share.before, share.after, share.change) == (-100, -300, -200)


def test_what_the_score_is_measured_by_is_listed_beside_it(county: County, tmp_path: Path) -> None:
    county.bring(submitted("1"), adopted("1", "区级采用"), submitted("2", "凤山镇"))
    unit = moved(asked(county, draft(tmp_path, REGION)), "大埔镇")
    assert [(share.rule, share.scored, share.change) for share in unit.shares] == [
        ("year_target", True, 800),
        ("quarter_target", True, 400),
        ("adoption", False, 7000),
    ]
    assert (unit.change, unit.places, unit.climbed) == (1200, (1, 1), 0)


def test_a_unit_that_passes_another_rises_and_the_other_falls(county: County, tmp_path: Path) -> None:
    county.bring(
        LATE_ANSWER, {**LATE_ANSWER, "id": "missed", "unit": "东泉镇", "how": "late"}, {**LATE_ANSWER, "id": "more", "unit": "东泉镇"}
    )
    none = (
        "how: none}\n    account: appraisal/solicitations\n    points: -5",
        "how: none}\n    account: appraisal/solicitations\n    points: -1",
    )
    county.bring({**LATE_ANSWER, "id": "none", "unit": "大埔镇", "how": "none"})
    found = asked(county, draft(tmp_path, none), "2024-06-01")
    assert moved(found, "大埔镇").places == (48, 46)
    assert moved(found, "大埔镇").climbed == 2
    assert moved(found, "东泉镇").places == (47, 48)
    assert found.counts() == {"rise": 1, "fall": 1, "stay": 46, "higher": 1, "lower": 0, "same": 47}


def test_both_sides_are_on_one_cut_and_the_other_is_a_what_if(county: County, tmp_path: Path) -> None:
    position = county.bring(LATE_ANSWER)
    county.bring({**LATE_ANSWER, "id": "later"})
    found = asked(county, draft(tmp_path, LATE), "2024-06-01", known_at=f"@{position}")
    before, after = found.before.basis, found.after.basis
    assert before.cut == after.cut == Cut(date(2024, 6, 1), position, before.cut.time)
    assert (before.what_if, after.scheme) == (None, "draft")
    assert after.what_if == Supposed("liucheng-2024", before.scheme_hash)
    assert moved(found, "凤山镇").change == -200


def test_one_class_is_shown_with_the_ranks_it_has_among_all(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    found = asked(county, draft(tmp_path, LATE), "2024-06-01", "一类")
    assert {unit.after.class_ for unit in found.units} == {"一类"}
    assert moved(found, "凤山镇").places == (48, 48)
    with pytest.raises(Unknown):
        asked(county, draft(tmp_path, LATE), "2024-06-01", "三类")


def test_a_reading_is_taken_under_each_scheme_that_has_it(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    found = asked(county, draft(tmp_path, LATE), "2024-06-01", readings={"incident_clock": "written"})
    assert found.before.basis.readings == found.after.basis.readings == {"incident_clock": "written"}
    qingshan = asked(county, draft(tmp_path, scheme="qingshan-2020"), "2024-06-01", readings={"missed_tiers": "cumulative"})
    assert (qingshan.before.basis.readings, qingshan.after.basis.readings) == ({}, {"missed_tiers": "cumulative"})
    with pytest.raises(BasisError) as caught:
        asked(county, draft(tmp_path, LATE), readings={"nope": "1"})
    assert caught.value.problem.key == "rules.no_reading"


def test_what_the_other_schemes_lists_leave_open_is_named(county: County, tmp_path: Path) -> None:
    listed = "  tongzhan-bu: {name: 县委统战部, class: 二类, targets: {adoption_year: 50, adoption_quarter: 12.5}}"
    renamed = "  new-ju: {name: 县新设局, class: 三类, targets: {adoption_year: 50, adoption_quarter: 12.5}}"
    classes = (
        "classes:\n  一类: {}\n  二类: {}\n",
        "classes:\n  一类: {}\n  二类: {targets: {adoption_year: 50, adoption_quarter: 12.5}}\n  三类: {}\n",
    )
    found = asked(county, draft(tmp_path, classes, (listed, renamed)), "2024-06-01")
    assert found.rosters == Rosters(("县新设局",), ("县委统战部",), ("三类",), ())


def test_facts_without_a_price_are_counted_under_each_scheme(county: County, tmp_path: Path) -> None:
    county.bring({"kind": "training_completed", "on": "2024-03-01", "unit": "大埔镇"})
    found = asked(county, draft(tmp_path, scheme="qingshan-2020"), "2024-06-01")
    assert (len(found.before.unpriced), len(found.after.unpriced)) == (1, 0)


def test_under_its_own_scheme_everybody_stays(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    found = asked(county, draft(tmp_path), "2024-06-01")
    assert all(unit.stays for unit in found.units)


def test_as_json_points_are_numbers_and_the_clauses_add_up(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    document = asked(county, draft(tmp_path, LATE), "2024-06-01").as_json()
    unit = document["units"][0]
    assert (unit["unit"], unit["score"]) == ("凤山镇", {"before": 39, "after": 37, "change": -2})
    assert sum(clause["change"] for clause in unit["clauses"] if clause["scored"]) == -2
    assert document["after"]["what_if"] == {"in_force": "liucheng-2024", "in_force_hash": document["before"]["scheme_hash"]}
    assert "what_if" not in document["before"]


def repriced(source: Source, chance: random.Random) -> Source:
    """The scheme with some prices and limits changed."""
    data = copy.deepcopy(dict(source.data))
    for rule in data["rules"]:
        if chance.random() < 0.4 and isinstance(rule.get("points"), str):
            rule["points"] = str(chance.randrange(-60, 60))
        if rule["kind"] == "limit" and chance.random() < 0.3 and "when" not in rule and "most" not in rule:
            rule["least"] = str(chance.randrange(-30, 1))
    return Source(data)


def of_scheme(made: Plan, year: Year, as_of: date, number: int) -> Side:
    evaluation = standings(made, year.facts, as_of, number)
    basis = Basis("", "", made.sha256, number, Cut(as_of, 0, ""), {}, made.scheme.scored_account, VERSION)
    return side(Standings(basis, table(evaluation, as_of), ()), made, evaluation)


@settings(max_examples=40, deadline=None)
@given(questions(), st.randoms(use_true_random=False))
def test_the_changes_of_the_clauses_add_up_to_that_of_the_score(
    asked_for: tuple[Year, date, int, dict[str, str]], chance: random.Random
) -> None:
    year, as_of, number, chosen = asked_for
    before = of_scheme(plan(year.source, {}), year, as_of, number)
    after = of_scheme(plan(repriced(year.source, chance), chosen), year, as_of, number)
    found = impact(before, after, NOBODY)
    assert len(found.units) == len(before.standings.rows)
    for unit in found.units:
        assert sum(share.change for share in unit.shares if share.scored) == unit.change
        assert all(share.change for share in unit.shares)
    sizes = [abs(unit.change) for unit in found.units]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(found.counts().values()) == 2 * len(found.units)
