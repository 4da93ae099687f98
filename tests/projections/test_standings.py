"""The ranked table in the contract's shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import BasisError, Unknown
from ledger.rules.evaluate import VERSION
from ledger.rules.source import load
from tests.projections.county import County, adopted, submitted

A, B = "大埔镇", "凤山镇"
BASIS = {"ledger_id", "scheme", "scheme_hash", "year", "as_of", "known_at", "readings", "scored_account", "evaluator"}
ROW = {"unit", "unit_id", "class", "rank", "class_rank", "score", "if_closed", "pending", "flags", "measures"}
MEASURES = ["adoption_year", "adoption_q1", "adoption_q2", "adoption_q3", "adoption_q4", "completed_on", "late", "omitted", "concealed"]


def document(county: County, as_of: str, **asked: Any) -> Any:
    """The table as a script reads it."""
    return json.loads(json.dumps(county.standings(as_of, **asked).as_json()))


def line(table: Any, unit: str) -> Any:
    """A unit's line."""
    return next(row for row in table["rows"] if row["unit"] == unit)


def test_the_document_has_the_contracts_shape(county: County) -> None:
    county.bring(submitted("1"), adopted("1"))
    table = document(county, "2024-09-30", readings={"incident_clock": "written"})
    assert set(table) == BASIS | {"rows", "unpriced"}
    with county.open() as ledger:
        assert table["ledger_id"] == ledger.id
    assert {key: table[key] for key in ("scheme", "scheme_hash", "year", "as_of", "readings", "scored_account", "evaluator")} == {
        "scheme": "liucheng-2024",
        "scheme_hash": load("liucheng-2024").sha256,
        "year": 2024,
        "as_of": "2024-09-30",
        "readings": {"incident_clock": "written"},
        "scored_account": "appraisal",
        "evaluator": VERSION,
    }
    assert set(table["known_at"]) == {"position", "time"}
    assert table["known_at"]["position"] == county.start + 2
    assert all(set(row) == ROW for row in table["rows"])
    assert all(sorted(row["measures"]) == sorted(MEASURES) for row in table["rows"])
    assert len(table["rows"]) == 48


def test_points_are_exact_numbers_and_days_are_text(county: County) -> None:
    units = [A, B, "东泉镇"]
    county.bring(
        {"kind": "item_submitted", "on": "2024-02-01", "item": "1", "units": units},
        {"kind": "item_endorsed", "on": "2024-02-02", "item": "1", "level": "县领导"},
    )
    county.bring(*[submitted(f"h{n}", "县审计局") for n in range(2)], *[adopted(f"h{n}", "区级采用") for n in range(2)])
    written = json.dumps(county.standings("2024-02-29").as_json(), ensure_ascii=False)
    assert '"adoption_year": 13.33' in written
    assert line(json.loads(written), A)["measures"]["adoption_q1"] == 13.33
    assert line(json.loads(written), "县审计局")["measures"]["completed_on"] == "2024-02-05"
    assert line(json.loads(written), A)["measures"]["completed_on"] is None
    assert line(json.loads(written), A)["score"] == 40
    assert isinstance(line(json.loads(written), A)["score"], int)


def test_the_best_come_first_and_ties_in_the_rosters_order(county: County) -> None:
    county.bring({"kind": "feedback_failed", "on": "2024-02-01", "unit": A, "how": "none"})
    rows = document(county, "2024-02-01")["rows"]
    assert [row["rank"] for row in rows] == [1] * 47 + [48]
    roster = [unit.id for unit in load("liucheng-2024").roster]
    assert [row["unit_id"] for row in rows] == [*roster[1:], roster[0]]
    assert rows[-1]["class_rank"] == 14


def test_one_class_is_shown_with_the_ranks_it_has_among_all(county: County) -> None:
    county.bring({"kind": "feedback_failed", "on": "2024-02-01", "unit": A, "how": "none"})
    table = county.standings("2024-02-01", "二类")
    assert {row.class_ for row in table.rows} == {"二类"}
    assert len(table.rows) == 34
    assert county.standings("2024-02-01", "一类").rows[-1].rank == 48


def test_a_class_that_is_not_there_is_named_with_the_nearest(county: County) -> None:
    with pytest.raises(Unknown) as caught:
        county.standings("2024-02-01", "三类")
    assert (caught.value.problem.key, caught.value.problem.field) == ("rules.no_class", "class")


def test_where_units_are_ranked_within_their_class_the_table_goes_by_class(tmp_path: Path) -> None:
    qingshan = County(tmp_path / "q.ledger", "qingshan-2020")
    qingshan.bring(
        {"kind": "training_completed", "on": "2021-05-06", "unit": "富强办"},
        {"kind": "training_completed", "on": "2021-05-06", "unit": "区民政局"},
    )
    rows = document(qingshan, "2021-05-31")["rows"]
    assert [row["class"] for row in rows] == ["一类"] * 14 + ["二类"] * 13 + ["办事处（镇）"] * 10
    assert {row["rank"] for row in rows} == {None}
    assert [row["class_rank"] for row in rows[:3]] == [1, 2, 2]
    assert (rows[0]["unit"], rows[27]["unit"]) == ("区民政局", "富强办")


def test_the_name_and_the_class_are_those_of_the_as_of_day_and_the_id_stays(county: County) -> None:
    county.bring({"kind": "unit_changed", "on": "2024-06-01", "unit_id": "guzhai-xiang", "unit": "古砦镇", "class": "二类"})
    assert line(document(county, "2024-05-31"), "古砦仫佬族乡")["class"] == "一类"
    after = line(document(county, "2024-06-01"), "古砦镇")
    assert (after["unit_id"], after["class"]) == ("guzhai-xiang", "二类")


def test_what_no_rule_prices_is_listed_by_id_and_its_reversal_takes_it_away(county: County) -> None:
    county.bring({"kind": "training_completed", "id": "t-1", "on": "2024-02-01", "unit": A})
    assert document(county, "2024-01-31")["unpriced"] == []
    assert document(county, "2024-02-01")["unpriced"] == ["t-1"]
    assert document(county, "2025-02-01")["unpriced"] == []
    county.correct("t-1")
    assert document(county, "2024-02-01")["unpriced"] == []


def test_a_unit_alone_has_the_same_line_but_for_its_places(county: County) -> None:
    county.bring(submitted("1"), adopted("1"), submitted("2", B), adopted("2"))
    with county.open() as ledger:
        from tests.projections.county import question

        alone = ledger.alone(A, question("2024-05-31")).as_json()
        among = ledger.score(A, question("2024-05-31"))[1].as_json()
    assert (alone["rank"], alone["class_rank"]) == (None, None)
    places = {"rank", "class_rank", "flags"}
    assert {key: value for key, value in alone.items() if key not in places} == {
        key: value for key, value in among.items() if key not in places
    }


@pytest.mark.parametrize("written", ["dapu-zhen", "大埔镇"])
def test_a_unit_is_asked_for_by_id_or_name(county: County, written: str) -> None:
    assert county.score(written, "2024-02-01").unit == A


def test_an_alias_finds_its_unit_and_a_misspelling_the_nearest(county: County) -> None:
    assert county.score("古砦乡", "2024-02-01").unit == "古砦仫佬族乡"
    with pytest.raises(Unknown) as caught:
        county.score("大浦镇", "2024-02-01")
    assert caught.value.problem.params["nearest"] == A


def test_an_unknown_reading_is_refused(county: County) -> None:
    with pytest.raises(BasisError) as caught:
        county.standings("2024-02-01", readings={"nope": "1"})
    assert caught.value.problem.key == "rules.no_reading"
