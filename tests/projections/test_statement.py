"""A unit's year as a statement: postings with their balance, what is pending, what was reversed, and what it rests on."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger.projections.statement import Statement
from tests.projections.county import County, adopted, submitted

A, B = "大埔镇", "凤山镇"


@pytest.fixture
def busy(county: County) -> County:
    """A year with adoptions, a joint endorsement, misses, an incident and a veto."""
    county.bring(
        submitted("1", title="春耕备耕"),
        adopted("1", "县内刊物", "2024-02-05"),
        adopted("1", "区级采用", "2024-05-06", id="a1b"),
        {"kind": "item_submitted", "id": "s2", "on": "2024-02-01", "item": "2", "units": [A, B, "东泉镇"], "lead": A},
        {"kind": "item_endorsed", "id": "e2", "on": "2024-03-01", "item": "2", "level": "县领导"},
        {
            "kind": "solicitation_issued",
            "id": "c1",
            "on": "2024-02-01",
            "solicitation": "S1",
            "topic": "防汛",
            "units": [A, B],
            "due": "2024-02-10",
        },
        {"kind": "solicitation_missed", "id": "m1", "on": "2024-02-20", "solicitation": "S1", "unit": A, "how": "late"},
        {"kind": "incident_occurred", "id": "n1", "on": "2024-04-01T08:00", "incident": "N1", "unit": A, "severity": "major"},
        {"kind": "incident_reported", "id": "n2", "on": "2024-04-01T11:00", "incident": "N1", "channel": "phone"},
        {"kind": "finding_established", "id": "f1", "on": "2024-08-01", "unit": A, "finding": "serious_falsity"},
    )
    return county


@pytest.mark.parametrize("as_of", ["2024-01-01", "2024-02-20", "2024-04-01", "2024-07-31", "2024-08-01", "2024-12-31", "2025-02-01"])
def test_the_running_balance_ends_at_the_score(busy: County, as_of: str) -> None:
    statement = busy.statement(A, as_of, year=2024)
    balance = 0
    for posting in statement.postings:
        balance += posting.points if posting.scored else 0
        assert posting.balance == balance
        assert posting.scored == (posting.account.split("/")[0] == "appraisal")
    assert balance == statement.row.score == busy.score(A, as_of, year=2024).score


def test_the_postings_add_up_account_by_account(busy: County) -> None:
    statement = busy.statement(A, "2024-07-31")
    totals: dict[str, int] = {}
    for posting in statement.postings:
        totals[posting.account] = totals.get(posting.account, 0) + posting.points
    assert totals["adoption/items"] == 3000
    assert totals["adoption/endorsements"] == 1333
    assert totals["appraisal/solicitations"] == 1800
    assert totals["appraisal/incidents"] == -3000
    assert sum(points for account, points in totals.items() if account.startswith("adoption")) == statement.row.measures["adoption_year"]


def test_a_posting_cites_its_rule_its_clause_its_words_its_period_and_its_events(busy: County) -> None:
    found = {posting.events: posting for posting in busy.statement(A, "2024-12-31").postings if posting.events}
    later = found["a1b",]
    assert (later.rule, later.clause, later.account, later.points) == ("adoption", "三（二）6 采用信息计分标准", "adoption/items", 1500)
    assert (later.period, later.on, later.unit) == ("2024Q2", date(2024, 5, 6), A)
    assert later.text.startswith("单条采用15")
    assert {"m1", "e2", "n2"} <= {event for events in found for event in events}


def test_the_json_of_a_posting_is_the_contracts(busy: County) -> None:
    document = json.loads(json.dumps(busy.statement(A, "2024-12-31").as_json()))
    assert all(
        set(posting) == {"unit", "unit_id", "account", "rule", "clause", "period", "on", "points", "events", "note"}
        for posting in document["postings"]
    )
    (judged,) = [posting for posting in document["postings"] if (posting["rule"], posting["period"]) == ("quarter_target", "2024Q1")]
    assert judged == {
        "unit": A,
        "unit_id": "dapu-zhen",
        "account": "appraisal/quarters",
        "rule": "quarter_target",
        "clause": "三（一）1、三（二）2",
        "period": "2024Q1",
        "on": "2024-03-31",
        "points": 6,
        "events": [],
        "note": "28.33/45",
    }
    assert sum(posting["points"] for posting in document["postings"] if posting["account"].startswith("appraisal")) == document["score"]


def test_the_statement_of_an_earlier_day_is_its_beginning(busy: County) -> None:
    whole = busy.statement(A, "2025-02-01", year=2024).postings
    for as_of in ("2024-03-31", "2024-05-05", "2024-08-01"):
        assert busy.statement(A, as_of).postings == tuple(posting for posting in whole if posting.on.isoformat() <= as_of)


# pending


def parts(statement: Statement) -> list[tuple[str, str, str, int]]:
    """The parts not yet judged: rule, period, last day and worth."""
    return [(part.rule, part.period, part.due.isoformat(), part.worth) for part in statement.pending]


def test_the_pending_parts_are_those_not_yet_judged_and_add_up(county: County) -> None:
    statement = county.statement(A, "2024-06-29")
    assert parts(statement) == [
        ("year_target", "2024", "2024-12-31", 2000),
        ("quarter_target", "2024Q2", "2024-06-30", 1000),
        ("quarter_target", "2024Q3", "2024-09-30", 1000),
        ("quarter_target", "2024Q4", "2024-12-31", 1000),
    ]
    for as_of in ("2024-01-01", "2024-03-31", "2024-06-30", "2024-12-30", "2024-12-31"):
        found = county.statement(A, as_of)
        assert sum(part.worth for part in found.pending) == found.row.pending
    assert county.statement(A, "2024-12-31").pending == ()


# reversed


def test_a_reversed_entry_stands_beside_with_what_it_had_posted_and_why(busy: County) -> None:
    busy.correct("m1")
    statement = busy.statement(A, "2024-03-01")
    (entry,) = statement.reversed
    assert (entry.event, entry.on, entry.account, entry.points, entry.reason) == (
        "m1", date(2024, 2, 20), "appraisal/solicitations", -200, "查证有误",
    )  # fmt: skip
    with busy.open() as ledger:
        assert entry.reversal in {event.id for event in ledger.log(kind="event_reversed")}
    assert "m1" not in {event for posting in statement.postings for event in posting.events}
    assert {"m1"} <= set(statement.events)


def test_a_reversed_entry_that_posted_nothing_is_still_told(busy: County) -> None:
    busy.bring({"kind": "training_completed", "id": "t1", "on": "2024-02-21", "unit": A})
    busy.correct("t1")
    (entry,) = busy.statement(A, "2024-03-01").reversed
    assert (entry.event, entry.account, entry.clause, entry.points) == ("t1", None, None, 0)


def test_a_restored_entry_is_no_longer_told_as_reversed(busy: County) -> None:
    position = busy.correct("m1")
    with busy.open() as ledger:
        (reversal,) = [event.id for event in ledger.log(since=position - 1)]
    before = busy.statement(A, "2024-03-01").row.score
    busy.correct(reversal)
    after = busy.statement(A, "2024-03-01")
    assert after.reversed == ()
    assert after.row.score == before - 200


def test_a_cascade_tells_every_entry_it_took(busy: County) -> None:
    busy.correct("s1", cascade=True)
    told = {entry.event: entry.points for entry in busy.statement(A, "2024-12-31").reversed}
    assert told == {"s1": 0, "a1": 1500, "a1b": 1500}


def test_an_entry_of_another_unit_or_year_is_not_told(busy: County) -> None:
    busy.correct("m1")
    assert busy.statement(B, "2024-03-01").reversed == ()
    assert busy.statement(A, "2025-03-01").reversed == ()


# what it rests on


def test_a_statement_names_the_readings_it_rests_on_and_the_option_taken(county: County) -> None:
    assert [reading.id for reading in county.statement(A, "2024-01-01").readings] == ["rank_score"]
    county.bring(submitted("1"), {"kind": "item_endorsed", "id": "e1", "on": "2024-02-01", "item": "1", "level": "市领导"})
    found = {reading.id: reading for reading in county.statement(A, "2024-02-01", readings={"endorsement_cross_route": "highest"}).readings}
    assert set(found) == {"endorsement_account", "endorsement_cross_route", "endorsement_needs_channel", "endorsement_split", "rank_score"}
    assert (found["endorsement_cross_route"].option, found["endorsement_account"].option) == ("highest", "adoption")
    assert found["endorsement_cross_route"].words.startswith("只取最高")
    assert found["endorsement_account"].clause == "三（二）6"


def test_the_events_behind_a_statement_are_told_with_the_items_title(busy: County) -> None:
    statement = busy.statement(A, "2024-12-31")
    assert {event for posting in statement.postings for event in posting.events} <= set(statement.events)
    happened = statement.events["a1"]
    assert (happened.kind, happened.fields["title"], happened.fields["channel"]) == ("item_adopted", "春耕备耕", "county")
    assert statement.accounts["appraisal/quarters"] == "季度采用任务"
    assert statement.vocabulary["channel"]["county"] == "县内刊物"


def test_only_the_units_own_unpriced_facts_are_listed(county: County) -> None:
    county.bring(*[{"kind": "training_completed", "id": f"t-{unit}", "on": "2024-02-01", "unit": unit} for unit in (A, B)])
    assert county.statement(A, "2024-02-01").unpriced == (f"t-{A}",)
