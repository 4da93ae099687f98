"""Restatements: what is no longer as it was published, by how much, and by which events; the parts are exactly the whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from ledger.errors import LedgerError, Unknown
from ledger.projections.restatements import Effect, Restatement, score
from ledger.projections.snapshots import Line, line
from ledger.rules.source import load
from ledger.views import Question
from tests.projections.county import County, adopted, submitted
from tests.projections.drafts import LATE as LATE_COSTS_3
from tests.projections.drafts import REGION, draft

CALL = {"topic": "防汛", "units": ["大埔镇", "凤山镇"], "due": "2024-02-20"}
YEAR = (
    submitted("A"),
    adopted("A", "city", "2024-02-05"),
    submitted("B", "东泉镇", "2024-02-02"),
    adopted("B", "region", "2024-03-06"),
    {"kind": "feedback_failed", "id": "f1", "on": "2024-03-07", "unit": "凤山镇", "how": "late"},
    {"kind": "solicitation_issued", "id": "s", "on": "2024-02-01", "solicitation": "S", **CALL},
    {"kind": "solicitation_missed", "id": "m", "on": "2024-02-21", "solicitation": "S", "unit": "凤山镇", "how": "late"},
)


def moved(ledger: Ledger, period: str | None = None) -> list[Restatement]:
    found = ledger.restatements(period, lambda _done, _total: None)
    assert found.problems == []
    return found.changes


def named(found: list[Restatement], period: str, unit: str) -> Restatement:
    (each,) = [each for each in found if (each.snapshot.period, each.unit) == (period, unit)]
    return each


def told(each: Restatement) -> list[tuple[str, str | None, int]]:
    return [(effect.step.cause, effect.step.id, effect.change) for effect in each.effects if effect.change]


def check(ledger: Ledger, found: list[Restatement]) -> None:
    """Each effect is what the table says just after the event less what it says just before; the parts are the whole."""

    @cache
    def table(period: str, position: int) -> Mapping[str, Line]:
        """The lines of a snapshot's day as known at a position, asked as anybody would."""
        (snapshot,) = ledger.snapshots(period)
        rows = ledger.standings(Question(snapshot.as_of, snapshot.year, f"@{position}")).rows
        return {row.unit_id: line(row) for row in rows}

    for each in found:
        assert sum(effect.change for effect in each.effects) == each.change
        now = table(each.snapshot.period, ledger.position)
        assert each.current == now.get(each.unit_id)
        assert each.change == score(each.current) - score(each.published)
        before = each.published
        for effect in each.effects:
            assert effect.before == before
            before = effect.after
            assert effect.step.position is not None
            assert effect.after == table(each.snapshot.period, effect.step.position).get(each.unit_id)
            assert effect.before == table(each.snapshot.period, effect.step.position - 1).get(each.unit_id)
        assert before == each.current
    for snapshot in ledger.snapshots():
        now = table(snapshot.period, ledger.position)
        figures = {str(row["unit_id"]): dict(row) for row in snapshot.rows}
        different = {unit for unit in {*now, *figures} if _figures(figures.get(unit)) != _figures(now.get(unit))}
        assert different == {each.unit_id for each in found if each.snapshot.period == snapshot.period}


def _figures(each: Line | None) -> Mapping[str, Any]:
    return {name: value for name, value in (each or {}).items() if name not in {"unit", "unit_id"}}


def test_every_changed_point_of_a_year_that_was_restated_in_every_way_is_accounted_for(county: County, tmp_path: Path) -> None:
    """Late facts, corrections, a reinstatement, a ruling, and a scheme enacted in June with effect from January."""
    county.bring(*YEAR)
    with county.open() as ledger:
        first, quarter, year = (ledger.close(period) for period in ("2024Q1", "2024Q3", "2024"))
        ledger.record("feedback_failed", {"id": "late", "on": "2024-02-03", "unit": "大埔镇", "how": "none"}, "核查补记")
        ledger.correct("f1", "误记", {})
    with county.open() as ledger:
        (undone,) = [event.id for event in ledger.log(kind="event_reversed")]
        ledger.correct(undone, "查实无误", {})
        ledger.correct("aB", "刊物有误", {"channel": "city"})
        ledger.record("order_settled", {"id": "ruling", "on": "2024-12-31", "units": ["东泉镇", "大埔镇"], "reason": "质量"})
        county.now = county.now.replace(month=6, day=15)
        ledger.enact(str(draft(tmp_path, LATE_COSTS_3, REGION)), date(2024, 1, 1))
        ledger.record("item_submitted", {"id": "x", "on": "2024-03-01", "item": "X", "unit": "沙埔镇"}, "补登")
        ledger.record("item_adopted", {"id": "xa", "on": "2024-03-02", "item": "X", "channel": "region"}, "补登")
        found = moved(ledger)
        check(ledger, found)
        assert {each.snapshot.period for each in found} == {first.period, quarter.period, year.period}
        assert told(named(found, "2024Q1", "大埔镇")) == [("late", "late", -500)]
        causes = told(named(found, "2024Q1", "凤山镇"))
        assert [(cause, change) for cause, _, change in causes] == [("correction", 100), ("correction", -100), ("scheme", -200)]
        everything = {effect.step.cause for each in found for effect in each.effects}
        assert everything >= {"late", "correction", "scheme"}
        assert moved(ledger, "2024Q3") == [each for each in found if each.snapshot.period == "2024Q3"]


def test_a_corrected_event_is_part_of_the_correction(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024")
        ledger.correct("aB", "刊物有误", {"channel": "county"})
        each = named(moved(ledger), "2024", "东泉镇")
        assert [effect.step.cause for effect in each.effects] == ["correction", "correction"]
        assert [effect.step.id for effect in each.effects][1] == "aB~2"
        assert {effect.step.reason for effect in each.effects} == {"刊物有误"}


def test_a_ruling_on_a_tie_moves_ranks_and_is_named(county: County) -> None:
    for item, unit in (("A", "大埔镇"), ("B", "东泉镇")):
        county.bring(submitted(item, unit), adopted(item, "region"))
    with county.open() as ledger:
        ledger.close("2024")
        ledger.record("order_settled", {"id": "ruling", "on": "2024-12-31", "units": ["东泉镇", "大埔镇"], "reason": "质量"})
        found = moved(ledger)
        check(ledger, found)
        assert [(each.unit, each.change) for each in found] == [("大埔镇", 0), ("东泉镇", 0)]
        assert {effect.step.cause for each in found for effect in each.effects} == {"ruling"}


def test_a_unit_that_changes_class_late_is_restated_by_the_roster(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024")
        ledger.record("unit_changed", {"id": "c", "on": "2024-01-05", "unit_id": "dapu-zhen", "class": "二类"}, "文件迟到")
        found = moved(ledger)
        check(ledger, found)
        assert named(found, "2024", "大埔镇").effects[0].step.cause == "roster"


def test_a_unit_that_was_gone_by_then_has_no_line_any_more_and_its_points_are_accounted_for(county: County) -> None:
    with county.open() as ledger:
        ledger.close("2024")
        ledger.record("unit_changed", {"id": "c", "on": "2024-11-05", "unit_id": "dapu-zhen", "left": "true"}, "撤并")
        found = moved(ledger)
        check(ledger, found)
        each = named(found, "2024", "大埔镇")
        assert each.current is None
        assert each.as_json()["current"] is None
        assert each.change == -score(each.published) != 0


def test_nothing_is_restated_where_nothing_came_after_or_only_what_concerns_later_days(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        assert moved(ledger) == []
        ledger.record("feedback_failed", {"on": "2024-04-01", "unit": "大埔镇", "how": "none"})
        ledger.close("2024Q2")
        assert moved(ledger) == []


def test_what_was_done_and_undone_again_is_no_restatement(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024")
        ledger.correct("f1", "误记", {})
        (undone,) = [event.id for event in ledger.log(kind="event_reversed")]
        ledger.correct(undone, "查实无误", {})
        assert moved(ledger) == []


def test_another_evaluator_would_be_named_and_the_sum_still_holds(county: County) -> None:
    """A snapshot that this program would not have published: what it makes of the same facts is the first step."""
    from dataclasses import replace

    from ledger.restating import Restating

    county.bring(*YEAR)
    with county.open() as ledger:
        snapshot = ledger.close("2024")
        other = replace(snapshot, rows=tuple({**row, "score": row["score"] + 100} for row in snapshot.rows))
        found = Restating(ledger._reader, lambda: date(2025, 6, 1)).restatements([other], lambda _done, _total: None).changes
        assert len(found) == len(snapshot.rows)
        assert all(told(each) == [("evaluator", None, -100)] and each.change == -100 for each in found)


def beginning(folder: Path, begins: str) -> Path:
    """A scheme by which the year begins on another day."""
    said = {**load("liucheng-2024").data, "scheme": f"from-{begins}", "calendar": {"begins": begins}, "effective": "2024-01-01"}
    file = folder / f"{begins}.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_a_period_that_cannot_be_scored_any_more_is_said_and_hides_no_other(county: County, tmp_path: Path) -> None:
    """By the calendar of a scheme enacted later, 2024 begins only after the first quarter's last day."""
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        ledger.close("2024Q3")
        ledger.enact(str(beginning(tmp_path, "04-01")))
        ledger.record("feedback_failed", {"id": "late", "on": "2024-02-03", "unit": "大埔镇", "how": "none"}, "核查补记")
        found = ledger.restatements(None, lambda _done, _total: None)
        assert [(each.key, each.where) for each in found.problems] == [("application.not_scored_now", "2024Q1")]
        assert all(each.text(lang) for each in found.problems for lang in ("en", "zh"))
        assert {each.snapshot.period for each in found.changes} == {"2024Q3"}
        ledger.enact(str(beginning(tmp_path, "01-01")))
        again = named(moved(ledger, "2024Q1"), "2024Q1", "大埔镇")
        assert (again.change, sum(effect.change for effect in again.effects)) == (-500, -500)


def test_a_period_that_is_not_closed_has_no_restatements(county: County) -> None:
    with county.open() as ledger:
        ledger.close("2024Q1")
        with pytest.raises(Unknown) as unknown:
            moved(ledger, "2024Q2")
    assert unknown.value.problem.params["nearest"] == "2024Q1"


def test_the_contract_s_words(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        ledger.record("feedback_failed", {"id": "late", "on": "2024-02-03", "unit": "大埔镇", "how": "none"}, "核查补记")
        said = named(moved(ledger), "2024Q1", "大埔镇").as_json()
    assert {name: said[name] for name in ("period", "unit", "difference", "events")} == {
        "period": "2024Q1",
        "unit": "大埔镇",
        "difference": -5,
        "events": ["late"],
    }
    assert said["published"] - said["current"] == 5
    (effect,) = said["effects"]
    assert (effect["points"], effect["cause"], effect["kind"], effect["reason"]) == (-5, "late", "feedback_failed", "核查补记")


days = st.sampled_from(["2024-01-15", "2024-02-20", "2024-03-31", "2024-04-01", "2024-05-02"])
towns = st.sampled_from(["大埔镇", "东泉镇", "凤山镇"])
items = st.sampled_from(["A", "B", "X", "Y"])


def fact(kind: str, **fields: str | st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Facts of a kind; a text stands for itself."""
    drawn = {name: st.just(value) if isinstance(value, str) else value for name, value in {"kind": kind, **fields}.items()}
    return st.fixed_dictionaries(drawn)


facts = st.one_of(
    fact("item_submitted", on=days, item=items, unit=towns),
    fact("item_submitted", on=days, item=items, units="大埔镇、凤山镇"),
    fact("item_adopted", on=days, item=items, channel=st.sampled_from(["county", "region"])),
    fact("item_endorsed", on=days, item=items, level="city"),
    fact("feedback_failed", on=days, unit=towns, how=st.sampled_from(["late", "none"])),
    fact("finding_established", on=days, unit=towns, finding="serious_falsity"),
    fact("order_settled", on="2024-12-31", units="东泉镇、大埔镇", reason="r"),
    fact("unit_changed", on=days, unit_id="dapu-zhen", **{"class": st.sampled_from(["一类", "二类"])}),
    fact("units_merged", on="2024-03-10", before="dongquan-zhen、dapu-zhen", after="dapu-zhen", carry="true"),
    fact("unit_changed", on=days, unit_id="dapu-zhen", left=st.sampled_from(["true", "false"])),
    fact("unit_split", on=days, before="dapu-zhen", after="dongquan-zhen、fengshan-zhen", carry="2、1"),
    fact("unit_enrolled", on=days, unit_id="xin", unit="新镇", targets="adoption_year=180、adoption_quarter=45", **{"class": "一类"}),
    fact("incident_occurred", on=st.sampled_from(["2024-03-31T23:50", "2024-04-01T00:10"]), incident="E", unit=towns, severity="major"),
    fact("incident_reported", on=st.sampled_from(["2024-03-31T23:55", "2024-04-01T10:10"]), incident="E", channel="written"),
)
PLACES = """rules:
  - {id: sent, kind: measure, clause: 一, text: 报送条数, period: year, count: {match: item_submitted}}
  - {id: place, kind: measure, clause: 一, text: 名次, period: year, among: {of: sent, within: all, take: place}}
"""
"""Rules that hold units against one another."""
steps = st.lists(st.one_of(facts, facts, st.integers(0, 30), st.just("enact")), min_size=1, max_size=8)


@settings(max_examples=8, deadline=None)
@given(st.booleans(), steps)
def test_for_any_later_events_the_effects_follow_one_another_and_add_up(places: bool, said: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        scheme = str(draft(Path(folder), ("rules:\n", PLACES), name="places")) if places else "liucheng-2024"
        county = County(Path(folder) / "a.ledger", scheme)
        county.now = county.now.replace(year=2025)
        county.bring(*YEAR)
        with county.open() as ledger:
            ledger.close("2024W09")
            ledger.close("2024Q1")
            ledger.close("2024")
            for number, step in enumerate(said):
                _step(ledger, Path(folder), number, step)
            check(ledger, moved(ledger))


def _step(ledger: Ledger, folder: Path, number: int, step: Any) -> None:
    """One later event; what is refused changes nothing."""
    try:
        if step == "enact":
            ledger.enact(str(draft(folder, LATE_COSTS_3, name=f"draft{number}")), date(2024, 1, 1 + number))
        elif isinstance(step, int):
            events = [event for event in ledger.log() if event.kind not in {"ledger_opened", "scheme_enacted", "period_closed"}]
            ledger.correct(events[-1 - step % len(events)].id, "r", {}, cascade=True)
        else:
            ledger.record(step["kind"], {"id": f"n{number}", **{name: value for name, value in step.items() if name != "kind"}}, "补记")
    except LedgerError:
        pass


def test_an_effect_of_a_unit_that_comes_is_its_whole_score() -> None:
    from ledger.projections.restatements import Step

    row = {"unit_id": "u", "unit": "甲", "score": 4000, "flags": [], "measures": {}}
    assert Effect(Step("roster", 1, "e", "unit_enrolled"), None, row).change == 4000
