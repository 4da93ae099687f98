"""The roster over time: units that leave, come back, merge and split, and who inherits from whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BasisError
from ledger.rules.heirs import ancestry, successors
from ledger.rules.roster import Inheritance, Roster, Unit
from tests.rules.kit import LIUCHENG, Year

DAPU, DONGQUAN, FENGSHAN = "大埔镇", "东泉镇", "凤山镇"
MARCH, JUNE = date(2024, 3, 1), date(2024, 6, 1)


@pytest.fixture
def year() -> Year:
    """Three units, enrolled on the year's first day."""
    return Year(LIUCHENG, [DAPU, DONGQUAN, FENGSHAN])


def roster(year: Year) -> Roster:
    return Roster(fact for fact in year.facts if fact[1].startswith("unit"))


def merged(year: Year, before: list[str], after: str, on: str, *, carry: bool = True) -> int:
    return year.add("units_merged", on, before=before, after=after, carry=carry)


def split(year: Year, before: str, after: list[str], on: str, carry: list[int] | None = None) -> int:
    return year.add("unit_split", on, before=before, after=after, carry=carry)


def left(year: Year, unit: str, on: str, *, out: bool = True) -> int:
    return year.changed(year.id_of("unit", unit), on, left=out)


def days(unit: Unit, first: str, last: str) -> int:
    return unit.days_in(*(date.fromisoformat(f"2024-{day}").toordinal() for day in (first, last)))


def names(units: tuple[Unit, ...]) -> list[str]:
    return [unit.states[0].name for unit in units]


def test_a_unit_that_left_is_out_from_that_day_on(year: Year) -> None:
    left(year, DAPU, "03-01")
    made = roster(year)
    assert made.find(DAPU).left == MARCH
    assert [DAPU in names(made.at(day)) for day in (date(2024, 2, 29), MARCH, date(2025, 1, 1))] == [True, False, False]
    assert made.find(DONGQUAN).left is None


def test_a_unit_that_came_back_is_in_again(year: Year) -> None:
    left(year, DAPU, "03-01")
    left(year, DAPU, "06-01", out=False)
    made = roster(year)
    assert made.find(DAPU).left is None
    assert [DAPU in names(made.at(day)) for day in (MARCH, date(2024, 5, 31), JUNE)] == [False, False, True]
    left(year, DAPU, "09-01")
    assert roster(year).find(DAPU).left == date(2024, 9, 1)


def test_a_return_of_a_unit_that_is_in_changes_nothing(year: Year) -> None:
    left(year, DAPU, "06-01", out=False)
    unit = roster(year).find(DAPU)
    assert (unit.absences, unit.left) == ((), None)


@pytest.mark.parametrize(
    ("first", "last", "there"),
    [
        ("01-01", "01-31", 31),
        ("01-01", "03-31", 60),
        ("02-29", "03-01", 1),
        ("03-01", "05-31", 0),
        ("05-31", "06-01", 1),
        ("01-01", "12-31", 60 + 214),
        ("06-02", "06-01", 0),
    ],
)
def test_the_days_in_the_roster_are_counted_both_ends_included(year: Year, first: str, last: str, there: int) -> None:
    left(year, DAPU, "03-01")
    left(year, DAPU, "06-01", out=False)
    assert days(roster(year).find(DAPU), first, last) == there


def test_no_day_before_its_enrolment_is_a_day_in_the_roster(year: Year) -> None:
    year.add("unit_enrolled", "08-01", unit_id="new", unit="新镇", **{"class": "一类"})
    merged(year, ["new"], DAPU, "08-11")
    unit = roster(year).find("新镇")
    assert (days(unit, "01-01", "12-31"), days(unit, "08-05", "08-07"), days(unit, "01-01", "07-31")) == (10, 3, 0)


def test_staff_is_what_was_said_last(year: Year) -> None:
    year.add("unit_enrolled", "02-01", unit_id="new", unit="新镇", staff=12, **{"class": "一类"})
    year.changed("new", "03-01", unit="新新镇")
    year.changed("new", "06-01", staff=10)
    unit = roster(year).find("new")
    assert [unit.on(day).staff for day in (date(2024, 2, 1), MARCH, JUNE)] == [12, 12, 10]
    assert roster(year).find(DAPU).on(JUNE).staff is None


@pytest.mark.parametrize("carry", [True, False])
def test_those_before_a_merger_leave_and_the_one_after_inherits_all(year: Year, carry: bool) -> None:
    position = merged(year, [DAPU, DONGQUAN], DONGQUAN, "03-01", carry=carry)
    made = roster(year)
    assert names(made.at(MARCH)) == [DONGQUAN, FENGSHAN]
    assert made.heirs == {"dapu-zhen": (Inheritance(MARCH.toordinal(), position, (("dongquan-zhen", 1, 1),), carry),)}


def test_those_after_a_split_inherit_by_ratio(year: Year) -> None:
    position = split(year, DAPU, [DONGQUAN, FENGSHAN], "03-01", [3, 2])
    made = roster(year)
    shares = (("dongquan-zhen", 3, 5), ("fengshan-zhen", 2, 5))
    assert names(made.at(MARCH)) == [DONGQUAN, FENGSHAN]
    assert made.heirs == {"dapu-zhen": (Inheritance(MARCH.toordinal(), position, shares, True),)}


def test_a_split_without_a_ratio_leaves_nobody_anything(year: Year) -> None:
    position = split(year, DAPU, [DONGQUAN, FENGSHAN], "03-01")
    assert roster(year).heirs == {"dapu-zhen": (Inheritance(MARCH.toordinal(), position, (), False),)}


def test_a_part_of_nothing_is_no_share(year: Year) -> None:
    split(year, DAPU, [DONGQUAN, FENGSHAN], "03-01", [0, 2])
    assert roster(year).heirs["dapu-zhen"][0].shares == (("fengshan-zhen", 2, 2),)


def test_a_unit_that_goes_on_after_its_split_keeps_its_share_or_without_a_ratio_everything(year: Year) -> None:
    split(year, DAPU, [DAPU, FENGSHAN], "03-01", [3, 1])
    split(year, DONGQUAN, [DONGQUAN, FENGSHAN], "03-01")
    made = roster(year)
    assert names(made.at(MARCH)) == [DAPU, DONGQUAN, FENGSHAN]
    assert {unit: [step.shares for step in steps] for unit, steps in made.heirs.items()} == {
        "dapu-zhen": [(("dapu-zhen", 3, 4), ("fengshan-zhen", 1, 4))]
    }


def test_inheritances_stand_in_the_order_of_their_days(year: Year) -> None:
    later = split(year, DAPU, [DAPU, FENGSHAN], "06-01", [1, 1])
    sooner = split(year, DAPU, [DAPU, DONGQUAN], "03-01", [1, 1])
    assert [step.position for step in roster(year).heirs["dapu-zhen"]] == [sooner, later]


@pytest.mark.parametrize("asked", [DAPU, "dapu-zhen", "大埔"])
def test_a_unit_that_is_out_is_still_found_by_all_its_names(year: Year, asked: str) -> None:
    year.changed("dapu-zhen", "02-01", aliases=["大埔"])
    merged(year, [DAPU], DONGQUAN, "03-01")
    made = roster(year)
    assert made.find(asked).id == "dapu-zhen"
    assert made.enrolled(asked, date(2024, 2, 29)).id == "dapu-zhen"
    with pytest.raises(BasisError) as gone:
        made.enrolled(asked, MARCH)
    problem = gone.value.problem
    assert (problem.key, problem.params["left"], problem.params["heirs"]) == ("rules.unit_went", MARCH, DONGQUAN)
    assert all(DONGQUAN in problem.text(lang) for lang in ("en", "zh"))


def test_asked_for_one_that_is_out_the_roster_names_where_it_went_through_every_change(year: Year) -> None:
    merged(year, [DAPU], DONGQUAN, "03-01")
    split(year, DONGQUAN, [FENGSHAN, "shapu-zhen"], "06-01")
    year.add("unit_enrolled", "01-01", unit_id="shapu-zhen", unit="沙埔镇", **{"class": "一类"})
    left(year, FENGSHAN, "09-01")
    made = roster(year)
    told: dict[date, Any] = {}
    for day in (MARCH, JUNE, date(2024, 9, 1)):
        with pytest.raises(BasisError) as gone:
            made.enrolled(DAPU, day)
        told[day] = gone.value.problem.params["heirs"]
    assert list(told.values()) == [DONGQUAN, "凤山镇, 沙埔镇", "沙埔镇"]


def test_one_that_left_and_went_nowhere_is_said_to_have_left(year: Year) -> None:
    left(year, DAPU, "03-01")
    with pytest.raises(BasisError) as gone:
        roster(year).enrolled(DAPU, JUNE)
    assert gone.value.problem.key == "rules.unit_left"


def test_a_unit_that_comes_back_stands_in_its_own_place_again(year: Year) -> None:
    merged(year, [DAPU], DONGQUAN, "03-01")
    left(year, DAPU, "06-01", out=False)
    heirs = roster(year).heirs
    places = [[heir for heir, _ in successors(heirs, "dapu-zhen", day.toordinal())] for day in (date(2024, 2, 29), MARCH, JUNE)]
    assert places == [["dapu-zhen"], ["dongquan-zhen"], ["dapu-zhen"]]
    assert ancestry(heirs, ["dongquan-zhen"]) == ["dongquan-zhen", "dapu-zhen"]


@pytest.mark.parametrize(("carry", "points"), [(True, 20), (False, 5)])
def test_after_a_merger_its_heir_alone_is_scored(year: Year, carry: bool, points: int) -> None:
    item = year.printed(DAPU, "县内刊物", "02-05")
    merged(year, [DAPU], DONGQUAN, "03-01", carry=carry)
    year.adopted(item, "市级采用", "03-02")
    assert year.view("02-29").measure(DAPU, "adoption_year") == 15
    table = year.view("03-31")
    assert list(table.evaluation.standings) == ["dongquan-zhen", "fengshan-zhen"]
    assert table.measure(DONGQUAN, "adoption_year") == points


TOWNS = st.sampled_from([DAPU, DONGQUAN, FENGSHAN])
DAYS = st.integers(1, 28).map(lambda day: f"02-{day:02}")
MOVES = st.lists(st.tuples(DAYS, TOWNS, st.booleans()), max_size=6, unique_by=lambda move: move[:2])


@given(MOVES, st.integers(1, 28), st.integers(1, 28))
def test_the_days_in_the_roster_are_those_on_which_it_has_the_unit(moves: list[tuple[str, str, bool]], first: int, last: int) -> None:
    year = Year(LIUCHENG, [DAPU, DONGQUAN, FENGSHAN])
    out: set[str] = set()
    for on, town, comes_back in sorted(moves):
        if comes_back or town not in out:
            left(year, town, on, out=not comes_back)
            (out.discard if comes_back else out.add)(town)
    made = roster(year)
    for unit in made.units.values():
        there = sum(unit in made.at(date(2024, 2, day)) for day in range(first, last + 1))
        assert days(unit, f"02-{first:02}", f"02-{last:02}") == there
