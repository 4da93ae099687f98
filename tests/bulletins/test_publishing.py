"""A bulletin is what was published: closed or a draft, restated, of an empty year, over mergers, or refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.bulletins import Bulletins
from ledger.closing import Closing
from ledger.errors import BasisError, Unknown
from ledger.journal.places import place
from ledger.journal.reader import LogReader
from ledger.projections.bulletin import Bulletin
from tests.bulletins.recount import standing
from tests.bulletins.test_figures import quiet
from tests.projections.county import County, adopted, submitted
from tests.stress.county import SCHEME

EMPTY = ("2024-02", "2024Q1", "2024Q3", "2024")


def made(county: County, period: str) -> Bulletin:
    with county.open() as ledger:
        return ledger.bulletin(period, quiet)


def closed(county: County, period: str) -> Any:
    county.now += timedelta(days=1)
    with county.open() as ledger:
        return ledger.close(period)


def late(county: County, **fields: str) -> int:
    """A fact that comes after its period was closed."""
    county.now += timedelta(days=1)
    with county.open() as ledger:
        return ledger.record("feedback_failed", {"how": "none", **fields}, adjust="核查时发现漏记").position


def test_a_period_that_is_not_closed_has_a_draft_at_the_log_s_end(county: County) -> None:
    known = county.bring(submitted("N1"), adopted("N1"))
    draft = made(county, "2024Q1")
    assert (draft.closed, draft.dated, draft.basis.cut.position) == (None, county.now.date(), known)
    assert draft.checkpoint.splitlines()[1] == str(known)
    assert draft.is_over


def test_a_closed_period_is_published_as_it_was_closed_whatever_comes_later(county: County) -> None:
    county.bring(submitted("N1"), adopted("N1"))
    snapshot = closed(county, "2024Q1")
    before = made(county, "2024Q1")
    late(county, on="2024-02-20", unit="凤山镇", id="late")
    county.correct("aN1", channel="区级采用")
    county.now += timedelta(days=30)
    after = made(county, "2024Q1")
    assert after == before
    assert (after.closed, after.checkpoint, after.basis.cut.position) == (snapshot.digest, snapshot.checkpoint, snapshot.position)
    assert str(after.dated) == snapshot.recorded_at[:10]
    assert [each.channel for each in after.adopted] == ["市级采用"]
    assert {line.row.unit_id: line.row.score for line in after.lines} == {row["unit_id"]: row["score"] for row in snapshot.rows}


def test_later_bulletins_of_the_year_name_what_has_changed_of_earlier_ones(county: County) -> None:
    county.bring(submitted("N1"), adopted("N1"))
    published = {row["unit"]: row["score"] for row in closed(county, "2024Q1").rows}
    late(county, on="2024-02-20", unit="凤山镇", id="late")
    for period in ("2024Q2", "2024-05", "2024H1", "2024"):
        (change,) = made(county, period).restatements
        assert (change.snapshot.period, change.unit, [effect.step.id for effect in change.effects]) == ("2024Q1", "凤山镇", ["late"])
        assert change.published is not None
        assert change.current is not None
        assert change.published["score"] == published["凤山镇"] == change.current["score"] + 500
    assert made(county, "2024-01").restatements == (), "the quarter ends after it"


def test_what_a_bulletin_names_is_what_restatements_find_but_for_ranks(county: County) -> None:
    county.bring(*(submitted(f"N{n}", unit) for n, unit in enumerate(("大埔镇", "凤山镇"))), adopted("N0"), adopted("N1"))
    for period in ("2024-01", "2024-02", "2024Q1"):
        closed(county, period)
    late(county, on="2024-02-20", unit="大埔镇", id="late")
    county.correct("aN1", channel="区级采用")
    with county.open() as ledger:
        found = ledger.restatements(None, quiet).changes
    told = made(county, "2024Q2").restatements
    assert {(each.snapshot.period, each.unit) for each in told} > {("2024Q1", "大埔镇"), ("2024-02", "凤山镇")}
    assert "2024-01" not in {each.snapshot.period for each in told}
    assert list(told) == [each for each in found if {figure.field for figure in each.figures} - {"rank", "class_rank"}]
    assert len(told) < len(found), "others' ranks have moved"


def test_a_closed_bulletin_names_the_restatements_of_its_own_day(county: County) -> None:
    closed(county, "2024Q1")
    late(county, on="2024-02-20", unit="凤山镇", id="before")
    closed(county, "2024Q2")
    late(county, on="2024-02-21", unit="凤山镇", id="after")
    told = [effect.step.id for change in made(county, "2024Q2").restatements for effect in change.effects]
    assert told == ["before"]
    assert {change.snapshot.period for change in made(county, "2024Q3").restatements} == {"2024Q1", "2024Q2"}


def test_of_an_empty_year_everything_is_nothing(county: County) -> None:
    for period in EMPTY:
        _is_nothing(made(county, period))


def _is_nothing(bulletin: Bulletin) -> None:
    numbers = bulletin.totals.as_json()
    assert numbers.pop("units") == 48
    assert set(numbers.values()) == {0}
    assert len(bulletin.sent_nothing) == len(bulletin.adopted_nothing) == 48
    assert [group.leaders for group in bulletin.groups] == [(), ()], "nobody leads where all stand alike"
    assert (bulletin.ahead, bulletin.vetoed, bulletin.adopted, bulletin.misses, bulletin.restatements) == ([], (), (), (), ())
    assert bulletin.ruling_needed == []
    assert {line.current for line in bulletin.lines} == {0}
    assert (bulletin.before, bulletin.last_year) == (None, None), "the ledger holds nothing so old"


def test_the_same_period_of_last_year_is_compared_with_where_a_scheme_was_in_force(county: County) -> None:
    county.bring(
        submitted("N1", on="2024-02-01"), submitted("N2", on="2024-11-01"), adopted("N2", on="2025-02-01"), submitted("N3", on="2025-02-03")
    )
    county.now = county.now.replace(year=2026)
    first, year = made(county, "2025Q1"), made(county, "2025")
    assert first.before is not None
    assert first.last_year is not None
    assert (first.before.period.name, first.before.totals.submitted) == ("2024Q4", 1)
    assert (first.last_year.period.name, first.last_year.totals.submitted) == ("2024Q1", 1)
    assert year.before is None
    assert year.last_year is not None
    assert (year.last_year.period.name, year.changes(year.last_year)) == ("2024", {**dict.fromkeys(year.totals.as_json(), 0),
        "submitted": -1, "adopted": 1, "items_adopted": 1, "units_adopted": 1})  # fmt: skip
    old = made(county, "2024Q1")
    assert (old.before, old.last_year) == (None, None), "before the scheme"


def test_a_period_that_goes_on_is_compared_with_nothing(county: County) -> None:
    county.bring(submitted("N1", on="2024-02-01"), submitted("N2", on="2024-05-01"), submitted("N3", on="2024-08-01"))
    county.now = county.now.replace(year=2024, month=8, day=15)
    bulletin = made(county, "2024Q3")
    assert (str(bulletin.basis.cut.as_of), bulletin.is_over, bulletin.before) == ("2024-08-15", False, None)
    assert bulletin.totals.submitted == 1
    assert made(county, "2024-07").before is not None


def test_a_unit_stands_for_those_that_went_into_it(county: County) -> None:
    """大埔镇 and 沙埔镇 were merged in July; what the first had had adopted by then came along, and is not of this period."""
    county.bring(
        submitted("N1", "大埔镇", "2024-05-01"),
        adopted("N1", on="2024-05-02"),
        submitted("N2", "大埔镇", "2024-07-01"),
        {"kind": "units_merged", "on": "2024-07-10", "before": ["大埔镇", "沙埔镇"], "after": "沙埔镇", "carry": True},
        adopted("N2", on="2024-08-02"),
    )
    quarter, august = made(county, "2024Q3"), made(county, "2024-08")
    assert quarter.totals.units == 47
    assert "沙埔镇" not in {*quarter.sent_nothing, *quarter.adopted_nothing}
    assert (quarter.totals.units_sent, quarter.totals.units_adopted) == (1, 1)
    line = next(line for line in quarter.lines if line.row.unit == "沙埔镇")
    assert (line.current, line.reached[0].value, line.reached[1].value) == (2000, 2000, 4000)
    july = next(line for line in made(county, "2024-07").lines if line.row.unit == "沙埔镇")
    assert july.current == 0
    (given,) = august.adopted
    assert (given.units, given.given) == (("沙埔镇",), (2000,))


def test_an_item_s_later_adoption_gives_the_increase_to_each_of_its_units(county: County) -> None:
    county.bring(
        {"kind": "item_submitted", "on": "2024-02-01", "item": "N1", "units": ["大埔镇", "凤山镇", "东泉镇"], "lead": "凤山镇"},
        adopted("N1", "县内刊物", "2024-02-05"),
        {"kind": "item_adopted", "on": "2024-03-05", "item": "N1", "channel": "区级采用"},
    )
    assert [(each.units, each.given) for each in made(county, "2024Q1").adopted] == [
        (("大埔镇", "凤山镇", "东泉镇"), (500, 1000, 500)),
        (("大埔镇", "凤山镇", "东泉镇"), (1000, 1000, 1000)),
    ]


def test_an_answer_that_was_unfit_is_counted_as_both_and_the_call_as_failed(county: County) -> None:
    county.bring(
        {
            "kind": "solicitation_issued",
            "on": "2024-02-01",
            "solicitation": "S1",
            "topic": "防汛",
            "units": ["大埔镇", "凤山镇"],
            "due": "2024-04-10",
        },
        {"kind": "solicitation_fulfilled", "on": "2024-03-01", "solicitation": "S1", "unit": "大埔镇"},
        {"kind": "solicitation_missed", "on": "2024-03-20", "solicitation": "S1", "unit": "大埔镇", "how": "substandard"},
        {"kind": "solicitation_missed", "on": "2024-05-20", "solicitation": "S1", "unit": "凤山镇", "how": "none", "excused": True},
    )
    first, second, third = (made(county, period) for period in ("2024Q1", "2024Q2", "2024Q3"))
    assert (first.totals.solicitations, first.totals.answered, first.totals.missed) == (1, 1, 1)
    assert [(call.answered, call.missed) for call in first.solicitations] == [((), ("大埔镇",))]
    assert (second.totals.solicitations, second.totals.answered, second.totals.missed) == (0, 0, 1)
    assert [(call.answered, call.missed) for call in second.solicitations] == [((), ("大埔镇", "凤山镇"))]
    assert [(each.unit, each.how, each.excused) for each in second.misses] == [("凤山镇", "none", True)]
    assert third.solicitations == ()


def test_a_scheme_without_targets_or_ranks_in_classes_has_a_bulletin_too(tmp_path: Path) -> None:
    """And its veto, which marks nobody, is told."""
    file = tmp_path / "small.yaml"
    file.write_text(SCHEME, encoding="utf-8")
    county = County(tmp_path / "small.ledger", str(file))
    county.now = county.now.replace(year=2025)
    names = [row.unit for row in county.standings("2024-12-31").rows]
    county.bring(
        submitted("N1", names[0]),
        adopted("N1", "city"),
        submitted("N2", names[1]),
        adopted("N2", "county"),
        {"kind": "finding_established", "on": "2024-03-01", "unit": names[0], "finding": "falsity"},
    )
    bulletin = made(county, "2024Q1")
    assert (bulletin.goals, bulletin.completes, bulletin.account) == ((), False, "score")
    assert [[line.row.unit for line in group.leaders] for group in bulletin.groups] == [[names[1]]]
    assert [(each.unit, each.texts) for each in bulletin.vetoed] == [(names[0], ("得0分",))]
    assert {line.row.unit: line.current for line in bulletin.lines} == {names[0]: 0, names[1]: 200}
    assert bulletin.as_json()["completed"] is None


def test_a_reversed_reversal_counts_again(county: County) -> None:
    county.bring(
        submitted("N1"),
        adopted("N1"),
        {"kind": "event_reversed", "id": "r1", "target": "aN1", "reason": "误记"},
        {"kind": "event_reversed", "id": "r2", "target": "r1", "reason": "没有误记"},
    )
    with county.open() as ledger:
        events = standing([event.as_json() for event in ledger.log()])
    assert "aN1" in {event["id"] for event in events}
    assert [each.event.id for each in made(county, "2024Q1").adopted] == ["aN1"]


def test_a_period_that_no_calendar_has_is_refused(county: County) -> None:
    for period in ("2024Q5", "2024-13", "2024q3", "every year", "2024W60"):
        with pytest.raises(Unknown) as error:
            made(county, period)
        assert period in str(error.value)


def test_a_period_that_has_not_begun_is_refused_and_one_that_begins_today_is_not(county: County) -> None:
    county.now = county.now.replace(year=2024, month=9, day=30)
    with pytest.raises(BasisError, match="2024Q4 begins on 2024-10-01"):
        made(county, "2024Q4")
    county.now += timedelta(days=1)
    assert made(county, "2024Q4").closed is None


def test_a_period_before_every_scheme_is_refused(county: County) -> None:
    with pytest.raises(BasisError, match="2024-01-01"):
        made(county, "2023Q4")


def test_figures_that_the_log_does_not_come_to_are_not_published(county: County) -> None:
    county.bring(submitted("N1"), adopted("N1"))
    snapshot = closed(county, "2024Q1")
    wrong = replace(snapshot, rows=({**snapshot.rows[0], "score": snapshot.rows[0]["score"] + 1}, *snapshot.rows[1:]))
    with LogReader(place(str(county.path))) as reader:
        today = county.clock().date
        bulletins = Bulletins(reader, Closing(reader, today), today)
        assert bulletins._published(snapshot).snapshot is snapshot
        with pytest.raises(BasisError, match="scoreledger replay 2024"):
            bulletins._published(wrong)


def test_all_figures_are_json(county: County) -> None:
    county.bring(submitted("N1"), adopted("N1"))
    closed(county, "2024Q1")
    late(county, on="2024-02-20", unit="凤山镇", id="late")
    said = json.loads(json.dumps(made(county, "2024Q2").as_json()))
    assert (said["period"], said["closed"], said["totals"]["submitted"], said["before"]["adopted"]) == ("2024Q2", False, 0, 1)
    assert said["restatements"][0]["events"] == ["late"]
