"""The evaluator and a second, plainer writing of the readings agree on random years."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from ledger.rules.evaluate import Evaluation
from tests.rules.kit import LIUCHENG, QINGSHAN, Year
from tests.rules.logs import questions
from tests.rules.oracle import Known, Verdict, judge, places

Question = tuple[Year, date, int, dict[str, str]]


def asked(question: Question) -> tuple[Evaluation, dict[str, Verdict], Known]:
    """What the evaluator says, and what the oracle says, of one question."""
    year, as_of, number, readings = question
    found = year.view(as_of, number, **readings).evaluation
    verdicts = {unit: judge(year.source, year.facts, unit, number, as_of, readings) for unit in found.standings}
    return found, verdicts, Known(year.source, year.facts, as_of, number)


def ranked(verdicts: dict[str, Verdict], known: Known, *, by_class: bool) -> dict[str, tuple[int, bool]]:
    """The oracle's places, over all or within each class."""
    rulings = [event.units for event in reversed(known.this_year("order_settled"))]
    if not by_class:
        return places(verdicts, rulings)
    last = min(known.as_of, date(known.year, 12, 31))
    of_class: dict[str, dict[str, Verdict]] = {}
    for unit, verdict in verdicts.items():
        of_class.setdefault(known.state(unit, last)[0], {})[unit] = verdict
    return {unit: place for members in of_class.values() for unit, place in places(members, rulings).items()}


def agree(question: Question, *, over_all: bool) -> None:
    """Every figure of every unit is the same by both."""
    evaluation, verdicts, known = asked(question)
    within = ranked(verdicts, known, by_class=True)
    among = ranked(verdicts, known, by_class=False) if over_all else {}
    for unit, verdict in verdicts.items():
        standing = evaluation.standings[unit]
        year = standing.year
        assert (year.score, year.pending, year.if_closed) == (verdict.score, verdict.pending, verdict.if_closed), unit
        assert dict(year.measures) == dict(verdict.measures), unit
        assert set(year.flags) == verdict.flags, unit
        assert standing.class_rank == within[unit][0], unit
        assert standing.rank == (among[unit][0] if over_all else None), unit
        tied = within[unit][1] or (over_all and among[unit][1])
        assert set(standing.flags) == verdict.flags | ({"ruling_needed"} if tied else set()), unit


@settings(max_examples=100, deadline=None)
@given(questions(LIUCHENG))
def test_liucheng_agrees_with_the_oracle(question: Question) -> None:
    agree(question, over_all=True)


@settings(max_examples=100, deadline=None)
@given(questions(QINGSHAN))
def test_qingshan_agrees_with_the_oracle(question: Question) -> None:
    agree(question, over_all=False)
