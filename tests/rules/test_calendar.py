"""The scheme's calendar: divisions cover the year, days lie in exactly the periods that hold them, working time adds up."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import times
from ledger.errors import BasisError
from ledger.rules.calendar import Calendar, Working
from ledger.rules.clock import used_up

CALENDARS = st.builds(
    lambda month, day, of: Calendar.model_validate({"begins": f"{month:02}-{day:02}", "of": of}),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(["same", "previous"]),
)
YEARS = st.integers(1990, 2100)


@given(CALENDARS, YEARS, st.sampled_from(["half", "quarter", "month"]))
def test_a_division_covers_the_year_without_gap_or_overlap(calendar: Calendar, number: int, division: str) -> None:
    year = calendar.year(number, (division,))
    bounds = [year.bounds(slot) for slot in year.slots[division]]
    assert (bounds[0][0], bounds[-1][1]) == (year.first, year.last)
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(bounds))


@given(CALENDARS, YEARS)
def test_a_day_lies_in_exactly_the_periods_that_hold_it(calendar: Calendar, number: int) -> None:
    year = calendar.year(number, ("month", "week", "half"))
    for day in range(year.first, year.last + 1):
        cell = year.cell(day)
        assert cell is not None
        assert set(year.cells[cell]) == {slot for slot, period in enumerate(year.periods) if period.first <= day <= period.last}


@given(CALENDARS, st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_belongs_to_the_year_that_holds_it(calendar: Calendar, day: date) -> None:
    number = calendar.number(day)
    assert calendar.first(number) <= day <= calendar.last(number)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_week_belongs_to_the_year_of_its_thursday(day: date) -> None:
    number, week, _ = day.isocalendar()
    assert Calendar().naming("week")(day) == f"{number}W{week:02}"


def test_a_year_from_december_begins_in_the_year_before() -> None:
    calendar = Calendar.model_validate({"begins": "12-01", "of": "previous"})
    assert (calendar.first(2024), calendar.last(2024)) == (date(2023, 12, 1), date(2024, 11, 30))
    assert [period.name for period in calendar.year(2024, ("month",)).periods if period.division == "month"][:2] == ["2023-12", "2024-01"]


def test_an_offices_own_periods_are_named_after_it() -> None:
    calendar = Calendar.model_validate({"divisions": {"bulletin": ["01-01", "03-26", "06-26", "09-26"]}})
    assert calendar.naming("bulletin")(date(2024, 3, 26)) == "2024bulletin2"


WORKING = Working.model_validate(
    {
        "hours": ["09:00-12:00", "14:30-18:00"],
        "holidays": ["2024-02-10..2024-02-17"],
        "workdays": ["2024-02-18"],
        "covers": "2024-01-01..2024-12-31",
    }
)


def by_the_minute(began: datetime, minutes: int, until: datetime) -> datetime | None:
    """The first minute that begins with more working time behind it than so many minutes, counted one by one."""
    passed, at = 0, began
    while at < until:
        inside = any(opens <= at.hour * 60 + at.minute < closes for opens, closes in WORKING.hours)
        if WORKING.works(at.date()) and inside:
            if passed == minutes:
                return at
            passed += 1
        at += timedelta(minutes=1)
    return None


@given(st.integers(0, 20 * 24 * 60), st.integers(1, 1500), st.integers(1, 6 * 24 * 60))
def test_working_time_agrees_with_counting_the_minutes(start: int, span: int, later: int) -> None:
    began = datetime(2024, 2, 5, tzinfo=times.SHANGHAI) + timedelta(minutes=start)
    until = began + timedelta(minutes=later)
    assert used_up(began, timedelta(minutes=span), WORKING, until) == by_the_minute(began, span, until)


def test_without_working_time_the_clock_on_the_wall_counts() -> None:
    began = datetime(2024, 2, 9, 17, 0, tzinfo=times.SHANGHAI)
    assert used_up(began, timedelta(hours=2), None, began + timedelta(hours=2)) is None, "exactly two hours is not over two"
    assert used_up(began, timedelta(hours=2), None, began + timedelta(hours=3)) == began + timedelta(hours=2)


def test_a_day_that_the_table_does_not_cover_is_refused() -> None:
    began = datetime(2024, 12, 31, 17, 0, tzinfo=times.SHANGHAI)
    with pytest.raises(BasisError) as caught:
        used_up(began, timedelta(hours=5), WORKING, began + timedelta(days=3))
    assert caught.value.problem.key == "rules.not_covered"
