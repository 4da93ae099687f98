"""Closing: what is published of a period is recorded once, and late facts say why they are taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ledger import points, times
from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.errors import BasisError, LedgerError, Refused, Unknown
from ledger.journal.record import canonical, digest
from ledger.projections.snapshots import Snapshot
from tests.projections.county import County, adopted, question, submitted
from tests.projections.drafts import draft
from tests.projections.test_persons import SCHEME

YEAR = (submitted("A"), adopted("A"), submitted("B", "东泉镇", "2024-05-02"), adopted("B", "region", "2024-05-06"))
LATE = {"kind": "feedback_failed", "id": "late", "on": "2024-03-01", "unit": "凤山镇", "how": "none"}


def close(county: County, period: str) -> Snapshot:
    with county.open() as ledger:
        return ledger.close(period)


def problem(error: pytest.ExceptionInfo[LedgerError]) -> str:
    assert all(each.text(lang) for each in error.value.problems for lang in ("en", "zh"))
    return error.value.problem.key


def record(county: County, said: Mapping[str, object], adjust: str | None = None) -> None:
    with county.open() as ledger:
        ledger.record(str(said["kind"]), {name: value for name, value in said.items() if name != "kind"}, adjust)


def test_closing_records_the_table_of_the_period_s_last_day_with_all_that_it_stands_on(county: County) -> None:
    known = county.bring(*YEAR)
    snapshot = close(county, "2024Q1")
    table = county.standings("2024-03-31", known_at=f"@{known}")
    assert (snapshot.first, snapshot.as_of, snapshot.year) == (date(2024, 1, 1), date(2024, 3, 31), 2024)
    assert (snapshot.position, snapshot.at) == (known, known + 1)
    assert (snapshot.scheme_hash, snapshot.evaluator) == (table.basis.scheme_hash, table.basis.evaluator)
    assert [(row["unit_id"], row["score"], row["rank"], row["flags"]) for row in snapshot.rows] == [
        (row.unit_id, row.score, row.rank, list(row.flags)) for row in table.rows
    ]
    assert snapshot.rows[0]["measures"].keys() == table.rows[0].measures.keys()
    assert snapshot.readings["incident_clock"] == "any"
    with county.open() as ledger:
        assert snapshot.checkpoint.splitlines()[:2] == [f"scoreledger/{ledger.id}", str(known)]


def test_the_digest_is_of_all_that_the_event_says_and_anyone_can_make_it_again(county: County) -> None:
    county.bring(*YEAR)
    snapshot = close(county, "2024Q1")
    with sqlite3.connect(county.path) as db:
        ((body,),) = db.execute("SELECT state FROM stored_events WHERE topic = 'period_closed'").fetchall()
    said = msgspec.json.decode(body)
    assert canonical(said) == body
    assert snapshot.digest == said["digest"] == digest(said)
    assert digest({**said, "period": "2024Q2"}) != said["digest"]


def test_the_log_shows_a_snapshot_s_points_as_points(county: County) -> None:
    county.bring(*YEAR)
    snapshot = close(county, "2024Q1")
    with county.open() as ledger:
        (event,) = ledger.log(kind="period_closed")
    row = event.as_json()["rows"][0]
    assert row["score"] == points.number(snapshot.rows[0]["score"])
    assert row["measures"]["adoption_year"] == points.number(snapshot.rows[0]["measures"]["adoption_year"])


@pytest.mark.parametrize("period", ["2024", "2024H1", "2024Q2", "2024-02", "2024W09"])
def test_every_division_of_the_year_can_be_closed_and_is_listed(county: County, period: str) -> None:
    county.bring(*YEAR)
    assert close(county, period).period == period
    with county.open() as ledger:
        assert [each.period for each in ledger.snapshots()] == [period]


def test_a_period_is_closed_once(county: County) -> None:
    close(county, "2024Q1")
    with pytest.raises(Refused) as refused:
        close(county, "2024Q1")
    assert problem(refused) == "aggregates.closed_already"


@pytest.mark.parametrize(("now", "ends"), [("2024-03-31T23:59", True), ("2024-04-01T00:00", False)])
def test_a_period_is_closed_when_its_last_day_is_over(county: County, now: str, ends: bool) -> None:
    path = county.path.with_name("b.ledger")
    Ledger.create(str(path), "liucheng-2024", "setup", lambda: times.moment("2024-01-05T09:00"))
    with Ledger(str(path), "clerk", lambda: times.moment(now)) as ledger:
        if not ends:
            assert ledger.close("2024Q1").period == "2024Q1"
            return
        with pytest.raises(Refused) as refused:
            ledger.close("2024Q1")
    assert problem(refused) == "aggregates.not_ended"


def test_a_clock_set_back_does_not_open_a_period_again(county: County) -> None:
    """The ledger's own times never go back, so neither does the day by which a period has ended."""
    county.bring(*YEAR)
    county.now = county.now.replace(year=2023)
    assert close(county, "2024Q1").recorded_at >= "2025"


@pytest.mark.parametrize("name", ["2024Q5", "2024-13", "Q3", "", "2024 Q3", "0000", "99999"])
def test_what_no_calendar_has_is_no_period(county: County, name: str) -> None:
    with pytest.raises(Unknown) as unknown:
        close(county, name)
    assert problem(unknown) == "application.no_period"


def test_a_period_before_every_scheme_cannot_be_closed(county: County) -> None:
    with pytest.raises(BasisError):
        close(county, "2023Q4")


def test_a_period_is_the_one_of_the_scheme_s_own_calendar(county: County, tmp_path: Path) -> None:
    december = (
        "scored_account: appraisal",
        "calendar: {begins: 12-01, of: previous, divisions: {term: [12-01, 05-26]}}\nscored_account: appraisal",
    )
    path = tmp_path / "december.ledger"
    Ledger.create(str(path), str(draft(tmp_path, december)), "setup", county.clock)
    with Ledger(str(path), "clerk", county.clock) as ledger:
        snapshot = ledger.close("2024term2")
        assert (snapshot.first, snapshot.as_of, snapshot.year) == (date(2024, 5, 26), date(2024, 11, 30), 2024)


def test_a_late_fact_is_refused_without_a_reason_and_keeps_the_reason_that_is_given(county: County) -> None:
    close(county, "2024Q1")
    with pytest.raises(Refused) as refused:
        record(county, LATE)
    assert problem(refused) == "aggregates.period_closed"
    assert refused.value.problem.field == "on"
    with pytest.raises(Refused):
        record(county, LATE, "  ")
    record(county, LATE, " 核查补记 ")
    with county.open() as ledger:
        (event,) = ledger.log(ids=["late"])
    assert event.fields["adjust"] == "核查补记"


def test_a_reason_is_recorded_only_with_facts_that_need_it(county: County) -> None:
    close(county, "2024Q1")
    with county.open() as ledger:
        rows = [Incoming("f:1", LATE), Incoming("f:2", {**LATE, "id": "in-time", "on": "2024-04-01"})]
        assert ledger.import_rows(rows, "f", adjust="补记").problems == ()
        assert [event.fields.get("adjust") for event in ledger.log(ids=["late", "in-time"])] == ["补记", None]


def test_the_same_file_again_adds_nothing_with_or_without_the_reason(county: County) -> None:
    close(county, "2024Q1")
    rows = [Incoming("f:1", {**LATE, "id": None}), Incoming("f:2", LATE)]
    with county.open() as ledger:
        assert ledger.import_rows(rows, "f", adjust="补记").appended == 2
        assert ledger.import_rows(rows, "f").skipped == 2
        assert ledger.import_rows(rows, "f", adjust="另一理由").skipped == 2


def test_an_import_names_every_late_row_and_records_none(county: County) -> None:
    close(county, "2024Q1")
    with county.open() as ledger:
        before = ledger.position
        done = ledger.import_rows([Incoming("f:1", LATE), Incoming("f:2", {**LATE, "id": "x"})], "f")
        assert [(each.where, each.key) for each in done.problems] == [
            ("f:1", "aggregates.period_closed"),
            ("f:2", "aggregates.period_closed"),
        ]
        assert ledger.position == before


def test_a_reason_cannot_stand_in_a_file(county: County) -> None:
    with county.open() as ledger:
        done = ledger.import_rows([Incoming("f:1", {**LATE, "adjust": "x"})], "f")
    assert done.problems[0].key == "aggregates.own_field"


def test_rulings_and_reversals_are_taken_without_a_reason_of_their_own_and_a_correction_s_reason_serves(county: County) -> None:
    county.bring(*YEAR)
    close(county, "2024")
    record(county, {"kind": "order_settled", "id": "r", "on": "2024-12-31", "units": ["大埔镇", "东泉镇"], "reason": "质量"})
    record(county, {"kind": "event_reversed", "id": "x", "target": "aA", "reason": "误记"})
    record(county, {"kind": "event_reversed", "id": "y", "target": "x", "reason": "查实无误"})
    county.correct("aA", channel="county")
    with county.open() as ledger:
        (again,) = ledger.log(ids=["aA~2"])
    assert again.fields["adjust"] == "查证有误"


def test_units_join_late_with_a_reason_like_any_fact(county: County) -> None:
    close(county, "2024Q1")
    changed = {"kind": "unit_changed", "id": "c", "on": "2024-02-01", "unit_id": "dapu-zhen", "class": "二类"}
    with pytest.raises(Refused):
        record(county, changed)
    record(county, changed, "改类文件迟到")


def test_a_moment_belongs_to_the_period_of_its_day(county: County) -> None:
    close(county, "2024Q1")
    occurred = {"kind": "incident_occurred", "incident": "E", "unit": "大埔镇", "severity": "major"}
    with pytest.raises(Refused):
        record(county, {**occurred, "on": "2024-03-31T23:59:59"})
    record(county, {**occurred, "on": "2024-04-01T00:00"})


def test_a_closing_cannot_be_reversed_nor_come_from_a_file(county: County) -> None:
    snapshot = close(county, "2024Q1")
    with pytest.raises(Refused) as refused:
        county.correct(snapshot.id)
    assert problem(refused) == "recording.not_reversible"
    with county.open() as ledger:
        done = ledger.import_rows([Incoming("f:1", {"kind": "period_closed", "on": "2024-06-30", "period": "2024Q2"})], "f")
    assert done.problems[0].key == "aggregates.own_kind"


@pytest.fixture
def authors(tmp_path: Path, county: County) -> Iterator[Ledger]:
    """A ledger under a scheme that scores persons."""
    file, path = tmp_path / "authors.yaml", tmp_path / "authors.ledger"
    file.write_text(SCHEME, encoding="utf-8")
    Ledger.create(str(path), str(file), "setup", county.clock)
    with Ledger(str(path), "clerk", county.clock) as ledger:
        yield ledger


def test_persons_are_published_by_id_alone(authors: Ledger) -> None:
    authors.record("item_submitted", {"on": "2024-02-01", "item": "I", "unit": "大埔镇", "author": "韦某"})
    authors.record("item_adopted", {"on": "2024-02-02", "item": "I", "channel": "city"})
    snapshot = authors.close("2024")
    (table,) = authors.persons(question("2024-12-31")).rows
    (person,) = snapshot.persons
    assert (person["person_id"], person["score"], table.unit) == (table.unit_id, 300, "韦某")
    assert "韦某" not in repr(snapshot)


def test_nothing_is_recorded_where_a_period_cannot_be_scored(county: County) -> None:
    with county.open() as ledger:
        before = ledger.position
        with pytest.raises(LedgerError):
            ledger.close("2023")
        assert ledger.position == before
