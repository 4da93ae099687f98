"""Times in a county of our own: their bands, what is asked of the incident, what a posting rests on, and what cannot be timed."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import SchemeError
from ledger.rules.source import Source
from tests.rules.kit import View, Year
from tests.rules.test_rules import county

UNIT = "甲"


def timed(bands: list[dict[str, Any]], elapsed: dict[str, Any] | None = None, *more: dict[str, Any], **judged: Any) -> Source:
    """A county that judges the time from an incident to its report."""
    taken = {"from": "incident_occurred", "to": "incident_reported", **(elapsed or {})}
    measure = {"id": "time", "kind": "measure", "period": "year", "elapsed": taken}
    judgement = {"id": "class", "kind": "assess", "account": "score/a", "period": "year", "judged": "daily", "measure": "time"}
    return county(measure, {**judgement, **({"bands": bands} if bands else {}), **judged}, *more)


def counted(*bands: str) -> dict[str, Any]:
    """A measure that counts the incidents in these bands."""
    return {"id": "counted", "kind": "measure", "period": "year", "in_band": {"of": "class", "bands": list(bands)}}


def behind(view: View) -> list[tuple[int, ...]]:
    """The positions behind each posting."""
    return [line[4] for line in view.standing(UNIT).year.postings]


OVER: list[dict[str, Any]] = [{"name": "late", "more_than": "2h", "points": "-3"}, {"points": "0"}]
AT_LEAST: list[dict[str, Any]] = [{"name": "late", "at_least": "2h", "points": "-3"}, {"points": "0"}]


@pytest.mark.parametrize(
    ("bands", "reported", "points"),
    [(OVER, "10:00:00", 0), (OVER, "10:00:01", -3), (AT_LEAST, "09:59:59", 0), (AT_LEAST, "10:00:00", -3)],
)
def test_more_than_leaves_the_bound_out_and_at_least_takes_it_in(bands: list[dict[str, Any]], reported: str, points: int) -> None:
    year = Year(timed(bands))
    year.happened("事件", UNIT, "03-05 08:00:00")
    year.reported("事件", f"03-05 {reported}")
    assert year.view("12-31").score(UNIT) == points


def test_what_has_no_report_has_reached_a_bound_by_midnight_that_it_is_at_least() -> None:
    year = Year(timed(AT_LEAST))
    year.happened("事件", UNIT, "03-05 22:00:00")
    assert year.view("03-05").postings(UNIT) == [("2024-03-05", -3)]


def test_the_band_without_a_bound_is_reached_by_a_report_in_time_and_by_nothing_else() -> None:
    bands = [{"name": "late", "more_than": "2h", "points": "-3"}, {"name": "prompt", "points": "1"}]
    year = Year(timed(bands, None, counted("prompt")))
    year.happened("及时", UNIT, "03-05 23:00")
    year.happened("迟报", UNIT, "04-05 08:00")
    year.happened("未报", UNIT, "05-05 23:00")
    year.reported("及时", "03-06 00:30")
    year.reported("迟报", "04-05 11:00")
    view = year.view("05-05")
    assert view.postings(UNIT) == [("2024-03-06", 1), ("2024-04-05", -3)]
    assert view.measure(UNIT, "counted") == 1
    assert year.view("05-06").postings(UNIT)[2:] == [("2024-05-06", -3)]


def test_a_report_may_be_asked_about_its_incident() -> None:
    year = Year(timed(OVER, {"when": {"severity": "major", "channel": "written"}}))
    for name, severity in (("大", "major"), ("小", "ordinary")):
        year.happened(name, UNIT, "03-05 08:00", severity)
        year.reported(name, "03-05 09:00", "written")
    assert year.view("03-05").score(UNIT) == -3


def test_a_delay_rests_on_the_report_of_its_day_and_before_that_on_the_incident() -> None:
    bands = [{"name": "omitted", "more_than": "12h", "points": "-5"}, *OVER]
    year = Year(timed(bands))
    happened = year.happened("事件", UNIT, "03-05 20:00")
    early = year.view("03-05")
    reported = year.reported("事件", "03-06 09:00")
    late = year.view("03-06")
    assert late.postings(UNIT) == [("2024-03-05", -3), ("2024-03-06", -2)]
    assert behind(late) == [(happened,), (reported,)]
    assert behind(early) == behind(late)[:1]


@pytest.mark.parametrize(
    ("elapsed", "judged", "key"),
    [
        ({"from": "solicitation_issued", "to": "solicitation_fulfilled"}, {}, "rules.not_timed"),
        ({"to": "item_adopted"}, {}, "rules.not_timed"),
        ({"from": "incident_reported"}, {}, "rules.not_timed"),
        ({"from_when": {"class": "一类"}}, {}, "rules.not_of_time"),
        ({"when": {"exists": {"match": "incident_reported"}}}, {}, "rules.not_of_time"),
        ({}, {"when": {"class": "一类"}}, "rules.time_in_bands"),
        ({}, {"judged": "end"}, "rules.time_in_bands"),
        ({}, {"beyond": "1"}, "rules.time_in_bands"),
        ({}, {"bands": None, "each": "-1"}, "rules.time_in_bands"),
    ],
)
def test_what_cannot_be_timed_is_refused(elapsed: dict[str, Any], judged: dict[str, Any], key: str) -> None:
    with pytest.raises(SchemeError) as refused:
        timed([] if "each" in judged else OVER, elapsed, **{name: value for name, value in judged.items() if value})
    assert [problem.key for problem in refused.value.problems] == [key]
