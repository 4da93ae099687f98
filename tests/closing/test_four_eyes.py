"""Four eyes: what the policy covers takes two, on every path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.errors import BasisError, LedgerError, Refused
from ledger.recording import Work, deeds
from ledger.rules.source import dated, load
from ledger.rules.vetoes import vetoes
from ledger.views import Question
from tests.closing.test_restatements import YEAR
from tests.projections.county import County
from tests.projections.drafts import LATE, draft

WITHOUT = ("  tongzhan-bu: {name: 县委统战部, class: 二类, targets: {adoption_year: 50, adoption_quarter: 12.5}}", "")
FINDING = {"id": "veto", "on": "2025-02-01", "unit": "大埔镇", "finding": "serious_falsity"}
MILD = {"id": "mild", "on": "2025-02-01", "unit": "大埔镇", "finding": "领导不重视"}
RULING = {"id": "ruling", "on": "2024-12-31", "units": "东泉镇、大埔镇", "reason": "质量"}
LATE_FACT = {"id": "late", "on": "2024-02-03", "unit": "大埔镇", "how": "none"}


def by(county: County, actor: str) -> Ledger:
    return Ledger(str(county.path), actor, county.clock)


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        deed()
    assert all(problem.text(lang) for problem in error.value.problems for lang in ("en", "zh"))
    return error.value.problem.key


@pytest.fixture
def watched(county: County) -> County:
    """A year of which a quarter is closed, then everything takes four eyes."""
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        ledger.set_policy(["closed_periods", "veto_findings", "schemes", "rulings"], "局务会")
    return county


def test_the_vetoes_of_a_scheme_are_the_findings_that_its_limits_to_nothing_rest_on() -> None:
    assert vetoes(load("liucheng-2024")) == {"serious_falsity", "incident_adverse_effect", "incident_city_criticism"}
    assert vetoes(load("qingshan-2020")) == set()


VETO = "    when: {falsities: {at_least: 1}}\n    least: 0\n    most: 0\n"
COUNT = "    count: {match: finding_established, when: {finding: serious_falsity}}\n"
READING = "readings:\n  how: {clause: 一, rules: [falsity_veto], question: 问, why: 因, default: a, options: {a: 甲, b: 乙}}\n"
INCIDENTS = {"incident_adverse_effect", "incident_city_criticism"}
WRITTEN: dict[str, tuple[tuple[tuple[str, str], ...], set[str]]] = {
    "at most nothing": (((VETO, VETO.replace("    least: 0\n", "")),), {"serious_falsity"}),
    "the whole taken": (((VETO, VETO.replace("least: 0\n    most: 0", "deduct: {percent: 100}")),), {"serious_falsity"}),
    "the whole taken for each": (((VETO, "    deduct: {percent: 100, each: falsities}\n"),), {"serious_falsity"}),
    "a part taken": (((VETO, VETO.replace("least: 0\n    most: 0", "deduct: {percent: 50}")),), set()),
    "nothing under a reading": (
        (("readings:\n", READING), (VETO, VETO.replace("most: 0", "most: {by_reading: {how: {a: 5, b: 0}}}"))),
        {"serious_falsity"},
    ),
    "all but one": (((COUNT, COUNT.replace("{finding: serious_falsity}", "{not: {finding: leadership_inattentive}}")),), {"*"}),
    "one or the other": (
        ((COUNT, COUNT.replace("{finding: serious_falsity}", "{any: [{finding: serious_falsity}, {finding: no_dedicated_staff}]}")),),
        {"serious_falsity", "no_dedicated_staff"},
    ),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_veto_is_one_however_it_is_written(tmp_path: Path, how: str) -> None:
    changes, found = WRITTEN[how]
    source = load(str(draft(tmp_path, *changes)))
    assert vetoes(source) == ({term.id for term in source.terms("finding")} if found == {"*"} else {*INCIDENTS, *found})


def test_a_finding_is_a_veto_too_where_only_the_scheme_that_comes_later_in_the_year_says_so(county: County, tmp_path: Path) -> None:
    """The year is scored under the scheme that is in force when it is looked at."""
    said = {"id": "idle", "on": "2024-02-01", "unit": "大埔镇", "finding": "no_dedicated_staff"}
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.enact(str(draft(tmp_path, *WRITTEN["one or the other"][0])), date(2024, 7, 1))
        ledger.set_policy(["veto_findings"], "局务会")
        assert refused(lambda: ledger.record("finding_established", said)) == "aggregates.four_eyes"


def test_a_ruling_of_a_closed_period_is_not_taken_back_by_one(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.record("order_settled", RULING)
        ledger.close("2024")
        ledger.set_policy(["closed_periods"], "局务会")
        assert refused(lambda: ledger.correct("ruling", "误", {})) == "aggregates.four_eyes"


def test_what_became_late_while_it_waited_is_to_be_proposed_again(county: County) -> None:
    """It would stand in the closed period without a reason."""
    county.bring(*YEAR)
    fact = {"id": "n", "on": "2024-02-02", "unit": "大埔镇", "how": "none"}
    with by(county, "韦") as ledger:
        one = ledger.propose(lambda work: deeds.correct(work, "f1", "误记", {"how": "none"}, cascade=False))
        two = ledger.propose(lambda work: deeds.record(work, "feedback_failed", fact))
        ledger.close("2024Q1")
    with by(county, "覃") as ledger:
        for each in (one, two):
            assert refused(partial(ledger.approve, each.id)) == "recording.closed_meanwhile"


def test_off_by_default(county: County) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        assert ledger.policy().covers == ()
        ledger.record("finding_established", FINDING)
        ledger.record("order_settled", RULING)


COVERED: dict[str, Callable[[Ledger, Path], object]] = {
    "a late fact": lambda ledger, _: ledger.record("feedback_failed", LATE_FACT, "补记"),
    "a late fact of a file": lambda ledger, _: _imported(ledger, {"kind": "feedback_failed", **LATE_FACT}),
    "a correction": lambda ledger, _: ledger.correct("f1", "误记", {}),
    "a corrected event": lambda ledger, _: ledger.correct("f1", "误记", {"how": "none"}),
    "a reversal that is recorded": lambda ledger, _: ledger.record("event_reversed", {"target": "f1", "reason": "r"}),
    "a reversal of a file": lambda ledger, _: _imported(ledger, {"kind": "event_reversed", "target": "f1", "reason": "r"}),
    "a cascade": lambda ledger, _: ledger.correct("sA", "误记", {}, cascade=True),
    "a veto": lambda ledger, _: ledger.record("finding_established", FINDING),
    "a veto of a file": lambda ledger, _: _imported(ledger, {"kind": "finding_established", **FINDING}),
    "a ruling": lambda ledger, _: ledger.record("order_settled", RULING),
    "a scheme": lambda ledger, folder: ledger.enact(str(draft(folder, LATE)), date(2024, 1, 1)),
    "another policy": lambda ledger, _: ledger.set_policy([], "r"),
}


def _imported(ledger: Ledger, said: dict[str, Any]) -> None:
    problems = ledger.import_rows([Incoming("f:1", said)], "f", adjust="补记").problems
    if problems:
        raise Refused(*problems)


@pytest.mark.parametrize("what", COVERED)
def test_what_is_covered_is_refused_to_one_alone_on_every_path(watched: County, tmp_path: Path, what: str) -> None:
    with watched.open() as ledger:
        before = ledger.position
        assert refused(lambda: COVERED[what](ledger, tmp_path)) == "aggregates.four_eyes"
        assert ledger.position == before


def test_what_is_not_covered_is_left_to_one(watched: County) -> None:
    with watched.open() as ledger:
        ledger.record("finding_established", MILD)
        ledger.record("feedback_failed", {**LATE_FACT, "on": "2024-05-01"})
        ledger.correct("late", "误记", {})


@pytest.mark.parametrize("covers", [["rulings"], ["schemes"], ["veto_findings"], ["closed_periods"]])
def test_each_part_of_the_policy_covers_its_own_and_the_policy_itself(county: County, tmp_path: Path, covers: list[Any]) -> None:
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        ledger.set_policy(covers, "局务会")
        assert refused(lambda: ledger.set_policy([], "r")) == "aggregates.four_eyes"
        own = {"rulings": "a ruling", "schemes": "a scheme", "veto_findings": "a veto", "closed_periods": "a correction"}
        for part, what in own.items():
            if [part] != covers:
                COVERED[what](ledger, tmp_path)
        assert refused(lambda: COVERED[own[covers[0]]](ledger, tmp_path)) == "aggregates.four_eyes"


PROPOSED: dict[str, Callable[[Work, Path], object]] = {
    "a late fact": lambda work, _: deeds.record(work, "feedback_failed", LATE_FACT, "补记"),
    "a correction": lambda work, _: deeds.correct(work, "f1", "误记", {"how": "none"}, cascade=False),
    "a cascade": lambda work, _: deeds.correct(work, "sA", "误记", {}, cascade=True),
    "a reversal": lambda work, _: deeds.record(work, "event_reversed", {"target": "f1", "reason": "r"}),
    "a veto": lambda work, _: deeds.record(work, "finding_established", FINDING),
    "a ruling": lambda work, _: deeds.record(work, "order_settled", RULING),
    "a scheme": lambda work, folder: deeds.enact(work.desk, load(str(draft(folder, LATE)))),
    "another policy": lambda work, _: deeds.policy(work, ["rulings"], "r", date(2025, 6, 1)),
}


@pytest.mark.parametrize("what", PROPOSED)
def test_a_proposal_posts_nothing_its_maker_cannot_approve_it_and_another_can(watched: County, tmp_path: Path, what: str) -> None:
    basis = Question(date(2025, 3, 1))
    with by(watched, "韦") as ledger:
        rows = ledger.standings(basis).rows
        proposal = ledger.propose(lambda work: PROPOSED[what](work, tmp_path))
        assert ledger.standings(basis).rows == rows
        assert [each.id for each in ledger.proposals()] == [proposal.id]
        assert refused(lambda: ledger.approve(proposal.id)) == "aggregates.same_eyes"
        assert refused(lambda: ledger.approve(f"@{proposal.position}")) == "aggregates.same_eyes"
    with by(watched, "覃") as ledger:
        done = ledger.approve(proposal.id)
        assert ledger.proposals() == []
        events = list(ledger.log(since=proposal.position))
        assert {event.id for event in events} >= set(done.recorded)
        assert {event.fields["approves"] for event in events} == {proposal.id}
        assert {event.recorded_by for event in events} == {"覃"}
        assert refused(lambda: ledger.approve(proposal.id)) == "recording.approved_already"
        assert ledger.verify(lambda _done, _total: None).findings == ()


def test_what_was_approved_is_what_would_have_been_recorded_without_a_policy(county: County, tmp_path: Path) -> None:
    """The same corrections, with and without four eyes, leave the same table."""
    other = County(tmp_path / "other.ledger")
    other.now = other.now.replace(year=2025)
    for each in (county, other):
        each.bring(*YEAR)
        with each.open() as ledger:
            ledger.close("2024Q1")
    with county.open() as ledger:
        ledger.correct("f1", "误记", {"how": "none"})
        ledger.correct("sA", "误记", {}, cascade=True)
    with by(other, "韦") as ledger:
        ledger.set_policy(["closed_periods"], "局务会")
        first = ledger.propose(lambda work: deeds.correct(work, "f1", "误记", {"how": "none"}, cascade=False))
        second = ledger.propose(lambda work: deeds.correct(work, "sA", "误记", {}, cascade=True))
    with by(other, "覃") as ledger:
        assert set(ledger.approve(second.id).reversed) == {"aA", "sA"}
        ledger.approve(first.id)
    assert county.standings("2024-12-31").rows == other.standings("2024-12-31").rows


def test_a_proposal_that_cannot_be_recorded_is_refused_at_once(watched: County) -> None:
    with watched.open() as ledger:
        unknown = {**FINDING, "finding": "没有的"}
        with pytest.raises(Refused):
            ledger.propose(lambda work: deeds.record(work, "finding_established", unknown))
        assert refused(lambda: ledger.propose(lambda work: deeds.record(work, "feedback_failed", LATE_FACT))) == "aggregates.period_closed"


def test_what_has_become_impossible_is_refused_when_it_is_approved(watched: County) -> None:
    with by(watched, "韦") as ledger:
        one = ledger.propose(lambda work: deeds.correct(work, "f1", "误记", {}, cascade=False))
        two = ledger.propose(lambda work: deeds.correct(work, "f1", "误记", {"how": "none"}, cascade=False))
    with by(watched, "覃") as ledger:
        ledger.approve(one.id)
        assert refused(lambda: ledger.approve(two.id)) == "recording.reversed_already"


def test_a_correction_whose_dependants_have_changed_is_to_be_proposed_again(watched: County) -> None:
    with by(watched, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.correct(work, "sA", "误记", {}, cascade=True))
        ledger.record("item_endorsed", {"id": "e", "on": "2024-05-01", "item": "A", "level": "city"})
    with by(watched, "覃") as ledger:
        assert refused(lambda: ledger.approve(proposal.id)) == "recording.overtaken"


def test_a_proposal_is_withdrawn_by_its_reversal_and_comes_back_with_its_reversal(watched: County) -> None:
    with by(watched, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.record(work, "order_settled", RULING))
        ledger.correct(proposal.id, "撤回", {})
        assert ledger.proposals() == []
    with by(watched, "覃") as ledger:
        assert refused(lambda: ledger.approve(proposal.id)) == "recording.withdrawn"
        (reversal,) = [event.id for event in ledger.log(kind="event_reversed")]
        ledger.correct(reversal, "仍需", {})
        ledger.approve(proposal.id)


def test_a_proposal_that_was_carried_out_cannot_be_withdrawn_any_more(watched: County) -> None:
    with by(watched, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.record(work, "order_settled", RULING))
    with by(watched, "覃") as ledger:
        ledger.approve(proposal.id)
        assert refused(lambda: ledger.correct(proposal.id, "撤回", {})) == "recording.approved_already"


def test_a_scheme_that_cannot_score_what_is_recorded_is_refused_to_two_as_it_is_to_one(county: County, tmp_path: Path) -> None:
    file = str(draft(tmp_path, WITHOUT))
    with by(county, "韦") as ledger:
        with pytest.raises(BasisError):
            ledger.weighed(file, date(2025, 1, 1))
        proposal = ledger.propose(lambda work: deeds.enact(work.desk, dated(load(file), date(2025, 1, 1))))
    with by(county, "覃") as ledger:
        for reference in (proposal.id, f"@{proposal.position}"):
            with pytest.raises(BasisError):
                ledger.approve(reference)
        assert [each.id for each in ledger.proposals()] == [proposal.id]


def test_a_name_that_a_proposal_says_first_is_committed_to_there(watched: County) -> None:
    endorsed = {"id": "e", "on": "2024-03-20", "item": "A", "level": "city", "leader": "韦县长"}
    with by(watched, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.record(work, "item_endorsed", endorsed, "补记"))
        (waiting,) = ledger.proposals()
        assert waiting.events[0][1]["leader"] == "韦县长"
        assert ledger.verify(lambda _done, _total: None).findings == ()
    with by(watched, "覃") as ledger:
        ledger.approve(proposal.id)
        (event,) = ledger.log(ids=["e"])
        assert event.fields["leader"] == "韦县长"
        assert ledger.verify(lambda _done, _total: None).findings == ()


def test_what_the_log_has_already_is_no_proposal(watched: County) -> None:
    again = {name: value for name, value in YEAR[4].items() if name != "kind"}
    with watched.open() as ledger:
        key = refused(lambda: ledger.propose(lambda work: deeds.record(work, "feedback_failed", again, "补记")))
    assert key == "recording.nothing_proposed"


@pytest.mark.parametrize("field", ["approves", "adjust"])
def test_nobody_says_by_themselves_that_it_was_approved(watched: County, field: str) -> None:
    with watched.open() as ledger:
        with pytest.raises(LedgerError):
            ledger.record("order_settled", {**RULING, field: "x"})
        with pytest.raises(LedgerError):
            ledger.correct("f1", "r", {field: "x"})
