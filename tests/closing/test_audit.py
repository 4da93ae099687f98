"""Four eyes and closed periods are looked for in the log itself, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.events import KINDS, Event
from ledger.journal.record import record
from ledger.journal.sqlite import Journal
from ledger.recording import deeds
from tests.closing.test_four_eyes import FINDING, RULING, by, watched
from tests.closing.test_replay import closed
from tests.projections.county import County

__all__ = ["closed", "watched"]


def findings(county: County) -> list[str]:
    with county.open() as ledger:
        found = ledger.verify(lambda _done, _total: None).findings
    assert all(problem.text(lang) for problem in found for lang in ("en", "zh"))
    return [problem.key for problem in found]


def forged(county: County, actor: str, kind: str, **fields: object) -> None:
    """An event that is appended to the log with all its hashes, but not through the deciders."""
    event: Event = KINDS[kind].model_validate(fields)
    with Journal.open(county.path, county.clock) as journal, journal.writing(actor) as writer:
        stream = f"item:{fields['item']}" if "item" in fields else None
        if kind == "event_reversed":
            stream = writer.by_id([str(fields["target"])])[str(fields["target"])].stream
        made = record(event, 0, stream)
        version = writer.versions([made.originator_id]).get(made.originator_id, 0) + 1
        writer.append([made._replace(originator_version=version)])


def proposed(county: County) -> str:
    with by(county, "韦") as ledger:
        return ledger.propose(lambda work: deeds.record(work, "order_settled", RULING)).id


ORDER = {"id": "ruling", "on": "2024-12-31", "units": ["dongquan-zhen", "dapu-zhen"], "reason": "质量"}


def test_a_log_that_was_written_through_the_deciders_has_no_findings(watched: County) -> None:
    assert findings(watched) == []


def test_late_facts_that_say_why_are_no_findings(closed: County) -> None:
    assert findings(closed) == []


def test_an_approver_who_approved_his_own_correction_is_found(watched: County) -> None:
    forged(watched, "韦", "order_settled", **ORDER, approves=proposed(watched))
    assert findings(watched) == ["recording.found_same_eyes"]


def test_an_approval_of_something_else_is_found(watched: County) -> None:
    forged(watched, "覃", "order_settled", **{**ORDER, "units": ["dapu-zhen", "dongquan-zhen"]}, approves=proposed(watched))
    assert findings(watched) == ["recording.found_not_proposed"]


def test_an_approval_of_nothing_is_found(watched: County) -> None:
    forged(watched, "覃", "order_settled", **ORDER, approves="proposal-0")
    assert findings(watched) == ["recording.found_no_proposal"]


def test_an_approval_of_what_was_withdrawn_is_found(watched: County) -> None:
    proposal = proposed(watched)
    with by(watched, "韦") as ledger:
        ledger.correct(proposal, "撤回", {})
    forged(watched, "覃", "order_settled", **ORDER, approves=proposal)
    assert findings(watched) == ["recording.found_withdrawn"]


def test_half_an_approval_is_found(watched: County) -> None:
    """A correction is a reversal and what is to stand instead; somebody records the reversal alone."""
    with by(watched, "韦") as ledger:
        proposal = ledger.propose(lambda work: deeds.correct(work, "f1", "误记", {"how": "none"}, cascade=False))
        (waiting,) = ledger.proposals()
        reversal = dict(waiting.events[0][1])
    forged(watched, "覃", "event_reversed", **reversal, approves=proposal.id)
    assert findings(watched) == ["recording.found_partly"]


FORGED: dict[str, Callable[[County], None]] = {
    "a ruling": lambda county: forged(county, "韦", "order_settled", **ORDER),
    "a veto": lambda county: forged(county, "韦", "finding_established", **{**FINDING, "unit": "dapu-zhen"}),
    "a reversal": lambda county: forged(county, "韦", "event_reversed", id="r", on="2025-06-01", target="f1", reason="r"),
    "a policy": lambda county: forged(county, "韦", "policy_set", id="p", on="2025-06-01", four_eyes=[], reason="r"),
    "a late fact": lambda county: forged(
        county, "韦", "feedback_failed", id="l", on="2024-02-03", unit="dapu-zhen", how="none", adjust="补记"
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_took_four_eyes_and_had_two_is_found(watched: County, what: str) -> None:
    FORGED[what](watched)
    assert findings(watched) == ["recording.found_alone"]


def test_a_back_dated_fact_without_a_reason_is_found(closed: County) -> None:
    forged(closed, "韦", "feedback_failed", id="l", on="2024-02-03", unit="dapu-zhen", how="none")
    assert findings(closed) == ["recording.found_late", "recording.found_late"]


def test_a_field_of_the_scheme_s_own_that_is_called_like_the_reason_is_none(closed: County) -> None:
    said = {"id": "l", "on": "2024-02-03", "unit": "dapu-zhen", "how": "none", "extra": {"adjust": "x"}}
    forged(closed, "韦", "feedback_failed", **said)
    assert findings(closed) == ["recording.found_late", "recording.found_late"]


def test_a_policy_binds_only_what_comes_after_it(county: County) -> None:
    with county.open() as ledger:
        ledger.record("order_settled", RULING)
        ledger.set_policy(["rulings"], "局务会")
    assert findings(county) == []


def test_the_audit_says_nothing_where_the_log_is_not_what_was_recorded(watched: County) -> None:
    from tests.closing.test_replay import tampering

    FORGED["a ruling"](watched)
    with tampering(watched.path) as db:
        db.execute("UPDATE stored_events SET recorded_by = 'x' WHERE rowid = 3")
    assert findings(watched) == ["journal.found_column"]
