"""Bringing a scheme into force: what it would change is said first, and what is recorded says when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger import times
from ledger.errors import BasisError, Refused
from ledger.rules.source import load
from ledger.whatif import Falling, Proposal
from tests.projections.county import County, adopted, submitted
from tests.projections.drafts import LATE, draft

DECEMBER = ("scored_account: appraisal", "calendar: {begins: 12-01, of: previous}\nscored_account: appraisal")
LATE_ANSWER = {"kind": "feedback_failed", "id": "late", "on": "2024-03-01", "unit": "凤山镇", "how": "late"}


def enact(county: County, scheme: Path | str, effective: str | None = None) -> Proposal:
    """Enacts a scheme; what was shown before."""
    shown: list[Proposal] = []
    with county.open() as ledger:
        ledger.enact(str(scheme), None if effective is None else date.fromisoformat(effective), shown=shown.append)
    (proposal,) = shown
    return proposal


def position(county: County) -> int:
    with county.open() as ledger:
        return ledger.position


def test_the_scores_before_and_after_are_those_that_are_asked_for_before_and_after(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    before = county.standings().rows
    (impact,) = enact(county, draft(tmp_path, LATE)).impacts
    assert impact.before.rows == before
    assert impact.after.rows == county.standings().rows
    assert [(unit.after.unit, unit.change) for unit in impact.units if unit.change] == [("凤山镇", -200)]


def test_nothing_is_recorded_when_it_is_shown_and_not_when_that_prevents_it(county: County, tmp_path: Path) -> None:
    at = position(county)

    def no(_: Proposal) -> None:
        assert position(county) == at
        raise KeyboardInterrupt

    with county.open() as ledger, pytest.raises(KeyboardInterrupt):
        ledger.enact(str(draft(tmp_path, LATE)), shown=no)
    assert position(county) == at


def test_a_scheme_of_a_past_day_is_retroactive_and_names_the_facts_that_fall_under_it(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER, submitted("1"), adopted("1"), submitted("2", on="2024-05-31"))
    county.bring({"kind": "event_reversed", "on": "2024-06-02", "target": "s2", "reason": "误记"})
    proposal = enact(county, draft(tmp_path, LATE))
    assert proposal.retroactive
    kinds = {"feedback_failed": 1, "item_submitted": 1, "item_adopted": 1}
    assert proposal.falling == Falling(kinds, date(2024, 2, 1), date(2024, 3, 1))


def test_a_scheme_of_today_is_not_retroactive_and_still_scores_the_whole_year(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    proposal = enact(county, draft(tmp_path, LATE), county.now.date().isoformat())
    assert not proposal.retroactive
    assert proposal.falling == Falling({"feedback_failed": 1}, date(2024, 3, 1), date(2024, 3, 1))
    assert county.score("凤山镇", "2024-06-01").score == 3900
    assert county.score("凤山镇", "2024-06-02").score == 3700


def test_a_scheme_of_the_future_is_shown_as_of_its_first_day_and_changes_nothing_before(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    (impact,) = enact(county, draft(tmp_path, LATE), "2024-10-01").impacts
    assert impact.after.basis.cut.as_of == date(2024, 10, 1)
    assert [unit.change for unit in impact.units if unit.change] == [-200]
    assert county.standings().basis.scheme == "liucheng-2024"
    assert county.standings("2024-10-01").basis.scheme == "draft"


def test_every_year_that_it_would_be_the_scheme_of_is_shown(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER, {**LATE_ANSWER, "id": "next", "on": "2025-03-01"})
    county.now = times.moment("2025-05-01T09:00")
    proposal = enact(county, draft(tmp_path, LATE))
    shown = [(impact.after.basis.year, impact.after.basis.cut.as_of) for impact in proposal.impacts]
    assert shown == [(2024, date(2024, 12, 31)), (2025, date(2025, 5, 1))]
    assert proposal.falling is not None
    assert sum(proposal.falling.kinds.values()) == 2


def test_years_are_those_of_the_schemes_own_calendar(tmp_path: Path) -> None:
    county = County(tmp_path / "december.ledger", str(draft(tmp_path, DECEMBER, name="december")))
    county.bring(LATE_ANSWER, {**LATE_ANSWER, "id": "next", "on": "2024-12-01"})
    county.now = times.moment("2024-12-15T09:00")
    proposal = enact(county, draft(tmp_path, LATE, DECEMBER))
    shown = [(impact.after.basis.year, impact.after.basis.cut.as_of) for impact in proposal.impacts]
    assert shown == [(2024, date(2024, 11, 30)), (2025, date(2024, 12, 15))]
    assert [unit.change for impact in proposal.impacts for unit in impact.units if unit.change] == [-200, -200]


def test_years_that_keep_their_scheme_are_not_shown(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    county.now = times.moment("2025-05-01T09:00")
    enact(county, draft(tmp_path, LATE, name="of-2025"), "2025-01-01")
    county.now += timedelta(days=1)
    proposal = enact(county, draft(tmp_path, (LATE[0], LATE[1].replace("-3", "-2")), name="of-2024"))
    assert [impact.after.basis.year for impact in proposal.impacts] == [2024]


def test_the_recorded_scheme_says_the_day_that_was_asked_for(county: County, tmp_path: Path) -> None:
    file = draft(tmp_path, LATE)
    proposal = enact(county, file, "2024-05-01")
    with county.open() as ledger:
        recorded = ledger.schemes()[-1].source
        (event,) = ledger.log(kind="scheme_enacted", since=2)
    assert recorded.effective == date(2024, 5, 1)
    assert recorded == proposal.scheme
    assert (event.fields["effective"], event.fields["sha256"]) == ("2024-05-01", recorded.sha256)
    assert recorded.data == {**load(str(file)).data, "effective": "2024-05-01"}


def test_the_scheme_that_is_in_force_is_refused_on_any_later_day(county: County) -> None:
    for effective in (None, "2024-01-01", "2024-05-01", "2030-01-01"):
        with pytest.raises(Refused) as refused:
            enact(county, "liucheng-2024", effective)
        assert refused.value.problem.key == "aggregates.scheme_twice"
    assert position(county) == county.start


def test_a_scheme_can_come_back_after_another_and_begin_earlier(county: County, tmp_path: Path) -> None:
    enact(county, draft(tmp_path, LATE))
    enact(county, "liucheng-2024")
    assert county.standings().basis.scheme == "liucheng-2024"
    enact(county, "liucheng-2024", "2023-01-01")
    assert county.standings("2023-05-01").basis.scheme == "liucheng-2024"


def test_a_scheme_that_cannot_score_what_is_recorded_is_refused(county: County, tmp_path: Path) -> None:
    without = ("  tongzhan-bu: {name: 县委统战部, class: 二类, targets: {adoption_year: 50, adoption_quarter: 12.5}}", "")
    with pytest.raises(BasisError) as caught:
        enact(county, draft(tmp_path, without), "2025-01-01")
    assert caught.value.problem.key == "rules.no_target"
    assert caught.value.problem.params["unit"] == "县委统战部"
    assert position(county) == county.start


def test_as_json_a_proposal_says_all_of_it(county: County, tmp_path: Path) -> None:
    county.bring(LATE_ANSWER)
    document = enact(county, draft(tmp_path, LATE)).as_json()
    assert (document["scheme"], document["effective"], document["retroactive"]) == ("draft", "2024-01-01", True)
    assert document["falling"] == {"count": 1, "first": "2024-03-01", "last": "2024-03-01", "kinds": {"feedback_failed": 1}}
    (year,) = document["years"]
    assert year["counts"]["lower"] == 1
