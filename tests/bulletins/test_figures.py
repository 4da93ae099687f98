"""Every figure of a bulletin is the one that the log comes to, counted and scored by another way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import times
from ledger.application import Ledger
from ledger.projections.bulletin import Bulletin, Reached
from ledger.rules.source import load
from ledger.views import Question
from tests.bulletins.conftest import later
from tests.bulletins.recount import standing, totals, units_of
from tests.projections.county import County, adopted, submitted

QUARTERS = {1: ("01-01", "03-31"), 2: ("04-01", "06-30"), 3: ("07-01", "09-30"), 4: ("10-01", "12-31")}
YEARS = {"liucheng-2024": 2024, "qingshan-2020": 2021}
PERIODS = ("{}-02", "{}-08", "{}Q1", "{}Q3", "{}Q4", "{}H2", "{}W33", "{}")


def quiet(*_: object) -> None:
    """Nobody wants to hear of progress."""


@cache
def bulletin(path: Path, period: str) -> Bulletin:
    with Ledger(str(path), "reader", later) as ledger:
        return ledger.bulletin(period, quiet)


@cache
def logged(path: Path) -> list[dict[str, Any]]:
    with Ledger(str(path), "reader", later) as ledger:
        return [event.as_json() for event in ledger.log()]


CASES = [(scheme, period.format(year)) for scheme, year in YEARS.items() for period in PERIODS]


@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_every_number_is_that_of_a_recount_of_the_log(samples: Mapping[str, Path], scheme: str, period: str) -> None:
    made, events = bulletin(samples[scheme], period), standing(logged(samples[scheme]))
    roster = [unit.id for unit in load(scheme).roster]
    assert made.totals.as_json() == totals(events, str(made.first), str(made.last), roster)
    assert made.totals.submitted > 0
    if made.before:
        first, last = date.fromordinal(made.before.period.first), date.fromordinal(made.before.period.last)
        assert last == made.first - timedelta(days=1)
        assert made.before.totals.as_json() == totals(events, str(first), str(last), roster)
        changes = made.changes(made.before)
        assert changes is not None
        assert changes["adopted"] == made.totals.adopted - made.before.totals.adopted


@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_the_lists_are_those_of_the_log(samples: Mapping[str, Path], scheme: str, period: str) -> None:
    made, events = bulletin(samples[scheme], period), standing(logged(samples[scheme]))
    names = {unit.id: unit.name for unit in load(scheme).roster}
    items = {event["item"]: event for event in events if event["kind"] == "item_submitted"}
    days = [event for event in events if str(made.first) <= str(event["on"])[:10] <= str(made.last)]
    adoptions = sorted((event for event in days if event["kind"] == "item_adopted"), key=lambda event: (event["on"], event["position"]))
    assert [(each.event.id, each.event.position, str(each.on), each.title) for each in made.adopted] == [
        (event["id"], event["position"], event["on"], items[event["item"]].get("title")) for event in adoptions
    ]
    assert [each.units for each in made.adopted] == [tuple(names[unit] for unit in units_of(items[event["item"]])) for event in adoptions]
    sent = {names[unit] for event in days if event["kind"] == "item_submitted" for unit in units_of(event)}
    used = {names[unit] for event in adoptions for unit in units_of(items[event["item"]])}
    assert made.sent_nothing == tuple(name for name in names.values() if name not in sent)
    assert made.adopted_nothing == tuple(name for name in names.values() if name not in used)
    misses = [event for event in days if event["kind"] == "solicitation_missed"]
    assert sorted((each.event.id, each.unit, each.how) for each in made.misses) == sorted(
        (event["id"], names[event["unit"]], event["how"]) for event in misses
    )
    assert sum(count for _, count in made.channels) == made.totals.adopted


@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_a_call_stands_as_its_answers_left_it(samples: Mapping[str, Path], scheme: str, period: str) -> None:
    made, events = bulletin(samples[scheme], period), standing(logged(samples[scheme]))
    names = {unit.id: unit.name for unit in load(scheme).roster}
    until = [event for event in events if str(event["on"])[:10] <= str(made.last)]
    by_call: dict[str, dict[str, set[str]]] = {}
    for event in until:
        if event["kind"] in ("solicitation_fulfilled", "solicitation_missed"):
            by_call.setdefault(event["solicitation"], {}).setdefault(event["kind"], set()).add(names[event["unit"]])
    calls = {event["id"]: event for event in until if event["kind"] == "solicitation_issued"}
    concerned = [each for each in calls.values() if str(made.first) <= each["due"] and each["on"] <= str(made.last)]
    listed = {each.event.id for each in made.solicitations}
    assert {each["id"] for each in concerned if each["due"] <= str(made.last)} <= listed
    for each in made.solicitations:
        told = by_call.get(calls[each.event.id]["solicitation"], {})
        failed = told.get("solicitation_missed", set())
        assert set(each.missed) == failed
        assert set(each.answered) == told.get("solicitation_fulfilled", set()) - failed
        assert {*each.answered, *each.missed} <= set(each.asked) == {names[unit] for unit in calls[each.event.id]["units"]}


@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_the_period_s_points_are_what_the_period_added(samples: Mapping[str, Path], scheme: str, period: str) -> None:
    """What is counted, as of the last day, less what it was the day before the first."""
    made = bulletin(samples[scheme], period)
    measured = "adoption_year" if scheme.startswith("liucheng") else None

    def counted(day: date) -> dict[str, int]:
        if day.year < YEARS[scheme]:
            return {}
        with Ledger(str(samples[scheme]), "reader", later) as ledger:
            rows = ledger.standings(Question(day, YEARS[scheme])).rows
        return {row.unit: int(str(row.measures[measured])) if measured else row.score for row in rows}

    after, before = counted(made.last), counted(made.first - timedelta(days=1))
    assert {line.row.unit: line.current for line in made.lines} == {unit: value - before.get(unit, 0) for unit, value in after.items()}
    assert any(line.current for line in made.lines)


@pytest.mark.parametrize(("scheme", "period"), CASES)
def test_the_lines_are_those_of_the_standings_class_by_class(samples: Mapping[str, Path], scheme: str, period: str) -> None:
    made = bulletin(samples[scheme], period)
    with Ledger(str(samples[scheme]), "reader", later) as ledger:
        table = ledger.standings(Question(made.last, YEARS[scheme]))
        for group in made.groups:
            rows = [row for row in table.rows if row.class_ == group.name]
            assert [line.row for line in group.lines] == rows
            first = [row.unit for row in rows if row.class_rank == 1]
            assert [line.row.unit for line in group.leaders] == ([] if len(first) == len(rows) else first)
    assert len(made.lines) == len(table.rows)


def test_what_an_adoption_gave_is_what_its_postings_say(samples: Mapping[str, Path]) -> None:
    made = bulletin(samples["liucheng-2024"], "2024")
    with Ledger(str(samples["liucheng-2024"]), "reader", later) as ledger:
        for unit in ("大埔镇", "县统计局"):
            said = ledger.statement(unit, Question(made.last, 2024))
            posted: dict[str, int] = {}
            for posting in said.postings:
                if posting.account == "adoption/items":
                    posted[posting.events[0]] = posted.get(posting.events[0], 0) + posting.points
            given = {each.event.id: each.given[each.units.index(unit)] for each in made.adopted if unit in each.units}
            assert posted
            assert {id: points for id, points in given.items() if points} == {id: points for id, points in posted.items() if points}


def test_a_month_shows_the_quarter_s_progress_and_a_quarter_the_year_s(samples: Mapping[str, Path]) -> None:
    month, quarter = (bulletin(samples["liucheng-2024"], period) for period in ("2024-08", "2024Q3"))
    assert [(goal.measure, goal.period.name) for goal in month.goals] == [("adoption_q3", "2024Q3"), ("adoption_year", "2024")]
    assert [(goal.measure, goal.period.name) for goal in quarter.goals] == [("adoption_q3", "2024Q3"), ("adoption_year", "2024")]
    whole = {line.row.unit: line for line in quarter.lines}
    for line in month.lines:
        (so_far, year), of_quarter = line.reached, whole[line.row.unit]
        assert so_far.value == line.row.measures["adoption_q3"]
        assert so_far.target == of_quarter.reached[0].target
        assert so_far.value is not None
        assert line.current <= so_far.value <= of_quarter.current == of_quarter.reached[0].value
        assert year.value == line.row.measures["adoption_year"]
    dapu = whole["大埔镇"].reached
    assert [each.target for each in dapu] == [4500, 18000]


def test_the_targets_of_a_scheme_that_counts_are_its_counts(samples: Mapping[str, Path]) -> None:
    made = bulletin(samples["qingshan-2020"], "2021")
    names = ("submissions", "adoptions", "comprehensive_submissions", "comprehensive_adoptions")
    assert [goal.measure for goal in made.goals] == [*names]
    classes = load("qingshan-2020").data["classes"]
    for line in made.lines:
        targets = classes[line.row.class_]["targets"]
        assert [each.target for each in line.reached] == [100 * int(targets[name]) for name in names]
        assert [each.value for each in line.reached] == [line.row.measures[name] for name in names]
        assert line.completed == ("target_unmet" not in line.row.flags)
    assert made.marked("target_unmet")


def test_who_completed_the_year_is_told_in_the_order_of_days(samples: Mapping[str, Path]) -> None:
    made = bulletin(samples["liucheng-2024"], "2024")
    found = [(line.row.unit, line.completed_on) for line in made.ahead]
    expected = {line.row.unit: line.row.measures["completed_on"] for line in made.lines if line.row.measures["completed_on"]}
    assert dict(found) == expected
    assert [day for _, day in found] == sorted(day for _, day in found if day)


def test_a_veto_is_told_with_its_clause(samples: Mapping[str, Path]) -> None:
    made = bulletin(samples["liucheng-2024"], "2024")
    assert [each.unit for each in made.vetoed] == made.marked("vetoed")
    assert [each.clauses for each in made.vetoed] == [("三（二）5",), ("三（二）8",)]
    assert all("为0" in each.texts[0] for each in made.vetoed)


@pytest.mark.parametrize(("value", "target", "shown"), [(7499, 10000, 7499), (29999, 30000, 9999), (30000, 30000, 10000), (1, 30000, 0)])
def test_a_rate_is_cut_so_that_what_reads_whole_has_been_reached(value: int, target: int, shown: int) -> None:
    assert Reached(value, target).rate == shown
    assert Reached(value, Fraction(target)).rate == shown


def test_there_is_no_rate_of_nothing() -> None:
    assert (Reached(None, 100).rate, Reached(0, 0).rate) == (None, None)


Deed = tuple[int, int, int, bool, bool]
deeds = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 182), st.integers(0, 60), st.booleans(), st.booleans()), max_size=25)


@settings(max_examples=8)
@given(deeds)
def test_whatever_happened_is_counted_as_it_happened(done: list[Deed]) -> None:
    """Items of six units on any day of a half year, some adopted days later, some of these adoptions reversed."""
    units = ["dapu-zhen", "fengshan-zhen", "dongquan-zhen", "chongmai-zhen", "longtou-zhen", "liutang-zhen"]
    with TemporaryDirectory() as folder:
        county = County(Path(folder) / "a.ledger")
        county.now = times.moment("2025-01-08T09:00")
        rows: list[dict[str, Any]] = []
        for number, (unit, day, wait, is_adopted, is_reversed) in enumerate(done):
            on = date(2024, 1, 1) + timedelta(days=day)
            rows.append(submitted(f"I{number}", units[unit], str(on)))
            if is_adopted:
                rows.append(adopted(f"I{number}", "city", str(on + timedelta(days=wait))))
            if is_adopted and is_reversed:
                rows.append({"kind": "event_reversed", "target": f"aI{number}", "reason": "误记"})
        county.bring(*rows)
        events = standing(logged(county.path))
        roster = [each.id for each in load("liucheng-2024").roster]
        for quarter, (first, last) in QUARTERS.items():
            made = bulletin(county.path, f"2024Q{quarter}")
            assert made.totals.as_json() == totals(events, f"2024-{first}", f"2024-{last}", roster)
            assert sum(line.current for line in made.lines) == 2000 * made.totals.adopted
            assert made.last_year is None
            before = QUARTERS.get(quarter - 1)
            known = before is not None and any(row["on"] <= f"2024-{before[1]}" for row in rows if row["kind"] == "item_submitted")
            told = made.before.totals.as_json() if made.before else None
            assert told == (totals(events, f"2024-{before[0]}", f"2024-{before[1]}", roster) if before and known else None)
