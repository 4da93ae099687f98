"""Which ranks rest on a doubtful reading, and who would be first."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Unknown
from ledger.projections.doubts import Alternative, Doubt, Doubts, First
from tests.projections.county import County, adopted, question, submitted


def asked(county: County, as_of: str = "2024-06-01", class_: str | None = None, **basis: Any) -> Doubts:
    with county.open() as ledger:
        return ledger.doubts(question(as_of, **basis), class_, lambda *_: None)


def doubt(found: Doubts, reading: str) -> Doubt:
    return next(each for each in found.doubts if each.reading.id == reading)


def only(found: Doubts, reading: str) -> Alternative:
    (alternative,) = doubt(found, reading).alternatives
    return alternative


def endorsed(county: County) -> None:
    """An item of 凤山镇 with a county leader's endorsement, and a full year for 大埔镇: who is first is a matter of reading."""
    county.bring(
        submitted("1", "凤山镇"),
        {"kind": "item_endorsed", "id": "e1", "on": "2024-02-06", "item": "1", "level": "县领导"},
        *[submitted(f"d{n}") for n in range(9)],
        *[adopted(f"d{n}", "市级采用") for n in range(9)],
    )


def test_every_other_option_of_every_reading_is_scored_once(county: County) -> None:
    told: list[tuple[int, int]] = []
    with county.open() as ledger:
        found = ledger.doubts(question("2024-06-01"), None, lambda done, total: told.append((done, total)))
    options = {each.reading.id: [alternative.option for alternative in each.alternatives] for each in found.doubts}
    assert options["endorsement_account"] == ["appraisal"]
    assert options["unit_count"] == []
    total = 1 + sum(map(len, options.values()))
    assert told == [(done, total) for done in range(1, total + 1)]


def test_a_reading_names_whose_rank_changes_and_who_would_be_first(county: County) -> None:
    endorsed(county)
    found = asked(county)
    assert found.firsts[0] == First(None, ("大埔镇",))
    other = only(found, "endorsement_account")
    assert other.firsts[:2] == (First(None, ("凤山镇",)), First("一类", ("凤山镇",)))
    shifts = {shift.before.unit: (shift.before.rank, shift.after.rank) for shift in other.shifts}
    assert (shifts["大埔镇"], shifts["凤山镇"]) == ((1, 2), (2, 1))


def test_a_unit_whose_rank_changes_is_marked_with_its_range_and_the_readings(county: County) -> None:
    endorsed(county)
    found = asked(county)
    row = next(row for row in found.standings.rows if row.unit == "凤山镇")
    assert (found.ranks(row), found.class_ranks(row)) == ((1, 2), (1, 2))
    assert found.rests_on[row.unit_id] == ("endorsement_account",)


def test_a_reading_that_changes_nothing_says_so_and_one_may_change_scores_alone(county: County) -> None:
    county.bring(submitted("1"), {"kind": "item_endorsed", "id": "e1", "on": "2024-02-06", "item": "1", "level": "县领导"})
    found = asked(county, "2024-03-31")
    assert (only(found, "incident_clock").shifts, only(found, "incident_clock").scores) == ((), 0)
    assert (only(found, "endorsement_account").shifts, only(found, "endorsement_account").scores) == ((), 1)


def test_the_other_readings_stay_as_they_are_asked_for(county: County) -> None:
    endorsed(county)
    found = asked(county, readings={"endorsement_account": "appraisal"})
    assert doubt(found, "endorsement_account").taken == "appraisal"
    assert [each.option for each in doubt(found, "endorsement_account").alternatives] == ["adoption"]
    assert found.firsts[0] == First(None, ("凤山镇",))
    assert only(found, "endorsement_account").firsts[0] == First(None, ("大埔镇",))
    assert only(found, "incident_clock").firsts == found.firsts


def test_each_option_gives_the_standings_that_are_asked_for_by_name(county: County) -> None:
    endorsed(county)
    other = only(asked(county), "endorsement_account")
    rows = {row.unit_id: row for row in county.standings("2024-06-01", readings={"endorsement_account": "appraisal"}).rows}
    assert all(rows[shift.after.unit_id] == shift.after for shift in other.shifts)
    now = {row.unit_id: row for row in county.standings("2024-06-01").rows}
    assert {shift.before.unit_id for shift in other.shifts} == {unit for unit, row in rows.items() if row.rank != now[unit].rank}


def test_where_units_are_ranked_in_their_class_alone_there_is_no_first_over_all(tmp_path: Any) -> None:
    qingshan = County(tmp_path / "q.ledger", "qingshan-2020")
    qingshan.bring({"kind": "training_completed", "on": "2021-05-06", "unit": "富强办"})
    found = asked(qingshan, "2021-05-31")
    assert [first.class_ for first in found.firsts] == ["一类", "二类", "办事处（镇）"]
    assert found.ranks(found.standings.rows[0]) is None


def test_one_class_is_shown_and_its_first_with_the_first_over_all(county: County) -> None:
    endorsed(county)
    found = asked(county, class_="二类")
    assert {row.class_ for row in found.standings.rows} == {"二类"}
    assert [first.class_ for first in found.firsts] == [None, "二类"]
    assert all(shift.before.class_ == "二类" for each in found.doubts for other in each.alternatives for shift in other.shifts)
    with pytest.raises(Unknown):
        asked(county, class_="三类")


def test_as_json_it_is_the_standings_with_more_beside(county: County) -> None:
    endorsed(county)
    document, plain = asked(county).as_json(), county.standings("2024-06-01").as_json()
    assert document.items() >= {key: value for key, value in plain.items() if key != "rows"}.items()
    row = next(row for row in document["rows"] if row["unit"] == "凤山镇")
    assert (row["rank_between"], row["class_rank_between"], row["rank_rests_on"]) == ((1, 2), (1, 2), ["endorsement_account"])
    (reading,) = [each for each in document["by_reading"] if each["reading"] == "endorsement_account"]
    (other,) = reading["alternatives"]
    assert other["first"][0] == {"class": None, "units": ["凤山镇"]}
    assert {"from": 2, "to": 1} in [change["rank"] for change in other["changes"]]
