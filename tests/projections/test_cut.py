"""Which events count: two clocks, reversals of reversals, and the scheme in force."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import times
from ledger.errors import BasisError
from ledger.projections.cut import Enacted, calendar_of, live, reversals, scheme_in_force, year_and_day
from ledger.rules.calendar import Calendar
from ledger.rules.source import Source, load
from tests.projections.county import County, adopted, submitted

A = "大埔镇"


# reversals


@pytest.mark.parametrize(
    ("pairs", "voided"),
    [
        ([], {}),
        ([(5, 2)], {2: 5}),
        ([(5, 2), (6, 5)], {5: 6}),
        ([(5, 2), (6, 5), (7, 6)], {6: 7, 2: 5}),
        ([(5, 2), (6, 5), (7, 2)], {5: 6, 2: 7}),
        ([(5, 2), (6, 3)], {2: 5, 3: 6}),
    ],
)
def test_a_reversal_voids_its_target_unless_it_is_reversed(pairs: list[tuple[int, int]], voided: dict[int, int]) -> None:
    assert reversals(pairs) == voided
    assert reversals(reversed(pairs)) == voided


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=20))
def test_an_event_counts_when_no_reversal_that_counts_names_it(choices: list[int]) -> None:
    pairs = [(place + 5, choice % (place + 5) or 1) for place, choice in enumerate(choices)]

    def counts(position: int) -> bool:
        return not any(target == position and counts(reversal) for reversal, target in pairs)

    everything = range(1, len(choices) + 5)
    assert [fact for (fact,) in live([(position,) for position in everything], reversals(pairs))] == [
        each for each in everything if counts(each)
    ]


def test_a_reversed_entry_never_counted_whatever_the_dates(county: County) -> None:
    county.bring(submitted("1"), adopted("1"))
    before = county.bring({"kind": "training_completed", "on": "2024-02-01", "unit": A})
    county.correct("a1")
    assert county.score(A, "2024-02-28").measures["adoption_year"] == 0
    assert county.score(A, "2024-02-28", known_at=f"@{before}").measures["adoption_year"] == 2000


def test_a_reversed_reversal_restores_the_entry(county: County) -> None:
    county.bring(submitted("1"), adopted("1"))
    reversed_at = county.correct("a1")
    with county.open() as ledger:
        (reversal,) = [event.id for event in ledger.log(since=reversed_at - 1)]
    county.correct(reversal)
    assert county.score(A, "2024-02-28").measures["adoption_year"] == 2000
    assert county.score(A, "2024-02-28", known_at=f"@{reversed_at}").measures["adoption_year"] == 0


def test_a_correction_counts_the_corrected_entry_instead(county: County) -> None:
    county.bring(submitted("1"), adopted("1"))
    county.correct("a1", channel="区级采用")
    assert county.score(A, "2024-02-28").measures["adoption_year"] == 3000


# the year and the day


TODAY = date(2025, 3, 5)


@pytest.mark.parametrize(
    ("year", "as_of", "meant"),
    [
        (None, None, (2025, TODAY)),
        (2025, None, (2025, TODAY)),
        (2024, None, (2024, date(2024, 12, 31))),
        (None, date(2024, 9, 30), (2024, date(2024, 9, 30))),
        (2024, date(2025, 1, 20), (2024, date(2025, 1, 20))),
        (2024, date(2024, 1, 1), (2024, date(2024, 1, 1))),
        (None, date(2030, 1, 1), (2030, date(2030, 1, 1))),
    ],
)
def test_the_day_is_today_or_a_past_years_last_and_the_year_is_the_days(
    year: int | None, as_of: date | None, meant: tuple[int, date]
) -> None:
    assert year_and_day(year, as_of, TODAY, Calendar()) == meant


@pytest.mark.parametrize(("year", "as_of"), [(2026, None), (2025, date(2024, 12, 31))])
def test_a_year_that_has_not_begun_is_refused(year: int, as_of: date | None) -> None:
    with pytest.raises(BasisError) as caught:
        year_and_day(year, as_of, TODAY, Calendar())
    assert (caught.value.problem.key, caught.value.problem.field) == ("projections.year_not_begun", "as_of")
    assert caught.value.problem.params == {"year": year, "day": as_of or TODAY}


def test_the_as_of_day_is_included_and_the_next_is_not(county: County) -> None:
    county.bring(submitted("1"), adopted("1", on="2024-03-31"))
    assert county.score(A, "2024-03-30").measures["adoption_q1"] == 0
    assert county.score(A, "2024-03-31").measures["adoption_q1"] == 2000


def test_a_question_without_a_day_is_asked_of_today(county: County) -> None:
    table = county.standings()
    assert (table.basis.year, table.basis.cut.as_of) == (2024, county.now.date())


# known at


def test_known_at_takes_a_position_a_day_included_and_a_time(county: County) -> None:
    county.bring(submitted("1"))
    county.bring(adopted("1"))
    asked = {
        f"@{county.start}": (county.start, 0),
        f"@{county.start + 2}": (county.start + 2, 2000),
        "2024-06-01": (county.start, 0),
        "2024-06-02": (county.start + 1, 0),
        "2024-06-03": (county.start + 2, 2000),
        "2024-06-03T08:59:59": (county.start + 1, 0),
        "2024-06-03T09:00:00": (county.start + 2, 2000),
        "2024-06-03T01:00:00+00:00": (county.start + 2, 2000),
        "2024-06-03T09:00:00+09:00": (county.start + 1, 0),
        "2099-01-01": (county.start + 2, 2000),
    }
    for written, (position, points) in asked.items():
        table = county.standings("2024-05-31", known_at=written)
        assert table.basis.cut.position == position, written
        assert next(row.measures["adoption_year"] for row in table.rows if row.unit == A) == points, written


def test_the_basis_tells_when_its_position_was_recorded(county: County) -> None:
    county.bring(submitted("1"))
    assert county.standings("2024-05-31", known_at=f"@{county.start}").basis.cut.time.startswith("2024-06-01T09:00:00")
    assert county.standings("2024-05-31").basis.cut.time.startswith("2024-06-02T09:00:00")


@pytest.mark.parametrize("written", ["yesterday", "", "2024-13-01", "2024-06-01T25:00", "12", "20240601x"])
def test_a_time_that_cannot_be_read_is_refused(county: County, written: str) -> None:
    with pytest.raises(BasisError) as caught:
        county.standings("2024-05-31", known_at=written)
    assert (caught.value.problem.key, caught.value.problem.field) == ("projections.bad_known_at", "known_at")


@pytest.mark.parametrize("written", ["@0", "@-1", "@", "@x", "@1.5", "@99999"])
def test_a_position_that_is_not_there_names_the_last(county: County, written: str) -> None:
    with pytest.raises(BasisError) as caught:
        county.standings("2024-05-31", known_at=written)
    problem = caught.value.problem
    assert (problem.key, problem.params["written"], problem.params["last"]) == ("projections.no_position", written, county.start)


def test_a_time_before_the_ledger_names_its_first_event(county: County) -> None:
    with pytest.raises(BasisError) as caught:
        county.standings("2024-05-31", known_at="2024-05-31")
    assert caught.value.problem.key == "projections.before_ledger"
    assert str(caught.value.problem.params["first"]).startswith("2024-06-01T09:00:00")


# the scheme in force


def enacted(position: int, effective: str, name: str = "") -> Enacted:
    """A scheme recorded at a position."""
    return Enacted(position, Source({"scheme": "s", "effective": effective, "name": name}))


@pytest.mark.parametrize(
    ("year", "as_of", "position"),
    [
        (2024, date(2024, 6, 30), 2),
        (2024, date(2024, 7, 1), 4),
        (2024, date(2024, 12, 31), 4),
        (2024, date(2025, 6, 1), 4),
        (2025, date(2025, 1, 1), 5),
        (2025, date(2025, 6, 1), 5),
    ],
)
def test_a_year_is_scored_whole_by_the_latest_effective_then_the_latest_recorded(year: int, as_of: date, position: int) -> None:
    known = [enacted(2, "2024-01-01"), enacted(3, "2024-07-01"), enacted(4, "2024-07-01", "again"), enacted(5, "2025-01-01")]
    assert scheme_in_force(known, year, as_of).position == position


def test_an_older_scheme_recorded_later_does_not_win() -> None:
    assert scheme_in_force([enacted(2, "2024-07-01"), enacted(3, "2024-01-01")], 2024, date(2024, 12, 31)).position == 2


def test_a_day_before_every_scheme_names_the_first_day_and_position() -> None:
    with pytest.raises(BasisError) as caught:
        scheme_in_force([enacted(4, "2024-07-01"), enacted(2, "2024-01-01"), enacted(3, "2024-01-01")], 2023, date(2024, 6, 30))
    problem = caught.value.problem
    assert (problem.key, problem.field) == ("projections.before_every_scheme", "as_of")
    assert problem.params == {"day": date(2023, 12, 31), "first": date(2024, 1, 1), "position": 2}


def test_nothing_enacted_yet_is_said_to_be_so(county: County) -> None:
    with pytest.raises(BasisError) as caught:
        scheme_in_force([], 2024, date(2024, 12, 31))
    assert (caught.value.problem.key, caught.value.problem.field) == ("projections.nothing_enacted", "known_at")
    with pytest.raises(BasisError) as asked:
        county.standings("2024-05-31", known_at="@1")
    assert asked.value.problem.key == "projections.nothing_enacted"


def test_a_scheme_enacted_later_holds_from_its_day_and_from_when_it_was_known(county: County) -> None:
    county.bring(submitted("1"), adopted("1", "县内刊物", placement="brief"))
    rules = json.loads(json.dumps(load("liucheng-2024").data["rules"]))
    next(rule for rule in rules if rule["id"] == "brief")["points"] = "7"
    position = county.enact("2024-07-01", rules=rules)
    scores = {
        ("2024-06-30", None): 500,
        ("2024-07-01", None): 700,
        ("2024-12-31", None): 700,
        ("2024-07-01", f"@{position - 1}"): 500,
    }
    for (as_of, known_at), points in scores.items():
        assert county.score(A, as_of, known_at=known_at).measures["adoption_year"] == points, (as_of, known_at)
    hashes = {county.standings(day).basis.scheme_hash for day in ("2024-06-30", "2024-07-01")}
    assert len(hashes) == 2
    assert county.standings("2024-07-01", known_at=f"@{position - 1}").basis.scheme_hash == load("liucheng-2024").sha256


def test_a_scheme_given_replaces_the_one_in_force(tmp_path: Path, county: County) -> None:
    county.bring(submitted("1"), adopted("1", "县内刊物", placement="brief"))
    data = json.loads(json.dumps(load("liucheng-2024").data))
    next(rule for rule in data["rules"] if rule["id"] == "brief")["points"] = "7"
    table = county.standings("2024-05-31", scheme=Source(data))
    assert next(row.measures["adoption_year"] for row in table.rows if row.unit == A) == 700
    assert table.basis.scheme_hash == Source(data).sha256


def test_a_year_before_the_scheme_is_refused_naming_its_first_day(county: County) -> None:
    with pytest.raises(BasisError) as caught:
        county.standings("2023-06-30")
    assert caught.value.problem.key == "projections.before_every_scheme"
    assert caught.value.problem.params["first"] == date(2024, 1, 1)


DECEMBER = {"begins": "12-01", "of": "previous"}


def with_calendar(effective: str, calendar: dict[str, str] | None, position: int) -> Enacted:
    """The packaged scheme, with another first day and calendar."""
    return Enacted(position, Source({**load("liucheng-2024").data, "effective": effective, "calendar": calendar or {}}))


@pytest.mark.parametrize(
    ("day", "year", "begins"),
    [
        (date(2024, 11, 30), None, (1, 1)),
        (date(2024, 12, 1), None, (12, 1)),
        (date(2026, 1, 1), 2024, (1, 1)),
        (date(2026, 1, 1), 2025, (12, 1)),
        (date(2024, 11, 30), 2025, (1, 1)),
        (date(2023, 1, 1), 2024, (1, 1)),
    ],
)
def test_a_year_is_that_of_the_calendar_of_the_scheme_it_is_scored_under(day: date, year: int | None, begins: tuple[int, int]) -> None:
    recorded = [with_calendar("2024-01-01", None, 2), with_calendar("2024-12-01", DECEMBER, 3)]
    assert calendar_of(recorded, day, year).begins == begins


def test_a_past_year_that_begins_in_december_is_asked_for_as_of_its_own_last_day(tmp_path: Path) -> None:
    data = {**load("liucheng-2024").data, "issued": "2023-11-01", "effective": "2023-12-01", "calendar": DECEMBER}
    file = tmp_path / "december.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    county = County(tmp_path / "scores.ledger", str(file))
    county.bring(submitted("1", on="2023-12-01"), adopted("1", on="2023-12-01"), adopted("1", "区级采用", "2024-12-01", id="b1"))
    for now, year, meant in (
        ("2025-03-01T09:00", 2024, (2024, date(2024, 11, 30))),
        ("2024-11-30T09:00", None, (2024, date(2024, 11, 30))),
        ("2024-12-01T09:00", None, (2025, date(2024, 12, 1))),
        ("2024-12-01T09:00", 2025, (2025, date(2024, 12, 1))),
    ):
        county.now = times.moment(now)
        table = county.standings(year=year)
        assert (table.basis.year, table.basis.cut.as_of) == meant
        assert table.rows == county.standings(meant[1].isoformat(), year=meant[0]).rows
    assert [row.measures["adoption_year"] for row in county.standings(year=2024).rows if row.unit == A] == [2000]
    assert [row.measures["adoption_year"] for row in county.standings(year=2025).rows if row.unit == A] == [1000]
