"""What must hold of every year, whatever happened in it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.rules.evaluate import Evaluation
from ledger.rules.plan import Plan, within
from ledger.rules.scheme import plan
from tests.rules.kit import LIUCHENG, Fact, Year, day_of, lines, standings
from tests.rules.logs import logs, questions, readings

Question = tuple[Year, date, int, dict[str, str]]
LAW = settings(max_examples=60, deadline=None)


def figures(evaluation: Evaluation) -> dict[str, tuple[object, ...]]:
    """Everything about every unit but the positions behind its postings."""
    return {
        unit: (
            [(line[0], line[1], line[2], line[3]) for line in each.year.postings],
            (each.year.score, each.year.pending, each.year.if_closed, dict(each.year.measures)),
            (each.flags, each.class_, each.rank, each.class_rank),
        )
        for unit, each in evaluation.standings.items()
    }


@LAW
@given(questions())
def test_the_score_is_the_sum_of_the_postings_of_the_scored_account_and_below(question: Question) -> None:
    year, as_of, number, chosen = question
    view = year.view(as_of, number, **chosen)
    for unit, standing in view.evaluation.standings.items():
        scored = [line[2] for line in standing.year.postings if within(view.plan.account(line[1]), view.plan.scheme.scored_account)]
        assert standing.year.score == sum(scored), unit


@LAW
@given(questions())
def test_no_posting_is_dated_after_the_as_of_day(question: Question) -> None:
    year, as_of, number, chosen = question
    for standing in year.view(as_of, number, **chosen).evaluation.standings.values():
        assert all(line[0] <= as_of.toordinal() for line in standing.year.postings)


@LAW
@given(logs(), st.data())
def test_the_postings_up_to_a_day_are_those_of_the_score_as_of_that_day(year: Year, data: st.DataObject) -> None:
    made = plan(year.source, data.draw(readings(year)))
    end = date(year.number + 1, 1, 9)
    whole = standings(made, year.facts, end, year.number)
    for day in _days(year, end, data):
        before = standings(made, year.facts, day, year.number)
        for unit, standing in whole.standings.items():
            earlier = lines(made, before.standings[unit]) if unit in before.standings else []
            assert lines(made, standing, day) == earlier, (unit, day)


def _days(year: Year, end: date, data: st.DataObject) -> list[date]:
    """Some days up to one: those on which something is recorded, those after them, and the quarters' edges."""
    first = year.source.effective
    recorded = {day_of(fact) + timedelta(days=after) for fact in year.facts for after in (0, 1, 2)}
    edges = {date(year.number, month, day) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))}
    known = sorted(day for day in recorded | edges if first <= day <= end)
    return data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8, unique=True))


@LAW
@given(questions(), st.integers(0, 2**32))
def test_the_order_of_recording_does_not_matter_where_dates_differ(question: Question, seed: int) -> None:
    year, as_of, number, chosen = question
    made = plan(year.source, chosen)
    shuffled = _recorded_otherwise(year.facts, random.Random(seed))
    first, second = (standings(made, facts, as_of, number) for facts in (year.facts, shuffled))
    for unit, standing in first.standings.items():
        assert _money(made, first, unit) == _money(made, second, unit), unit
        assert figures(first)[unit][1:] == figures(second)[unit][1:], unit
        assert standing.year.unit.states == second.standings[unit].year.unit.states


def _money(made: Plan, evaluation: Evaluation, unit: str) -> list[tuple[int, str, str, int, int]]:
    return sorted(lines(made, evaluation.standings[unit]))


def _recorded_otherwise(facts: list[Fact], chance: random.Random) -> list[Fact]:
    """The same facts at other positions; those of one day in their order."""
    by_day: dict[date, list[Fact]] = {}
    for fact in facts:
        by_day.setdefault(day_of(fact), []).append(fact)
    order = [day_of(fact) for fact in facts]
    chance.shuffle(order)
    queues = {day: iter(each) for day, each in by_day.items()}
    return [(position, *next(queues[day])[1:]) for position, day in enumerate(order, 1)]


@LAW
@given(questions())
def test_a_unit_alone_stands_as_it_does_among_all(question: Question) -> None:
    year, as_of, number, chosen = question
    view = year.view(as_of, number, **chosen)
    for unit, standing in view.evaluation.standings.items():
        own = standings(view.plan, _facts_of(year, unit), as_of, number, only=[unit]).standings
        assert list(own) == [unit]
        assert own[unit].year == standing.year
        assert own[unit].class_ == standing.class_
        assert (own[unit].rank, own[unit].class_rank) == (None, None)


def _facts_of(year: Year, unit: str) -> list[Fact]:
    """The roster, and the facts of the unit and of the items, calls and incidents that it is part of."""
    streams: dict[str, set[str]] = {"item": set(), "solicitation": set(), "incident": set()}
    for _, kind, fact in year.facts:
        for stream, opener in (("item", "item_submitted"), ("solicitation", "solicitation_issued"), ("incident", "incident_occurred")):
            if kind == opener and unit in _units(fact):
                streams[stream].add(getattr(fact, stream))
    return [line for line in year.facts if line[1].startswith("unit_") or _concerns(line[2], unit, streams)]


def _concerns(fact: object, unit: str, streams: Mapping[str, set[str]]) -> bool:
    if unit in _units(fact):
        return True
    return any(getattr(fact, stream, None) in names for stream, names in streams.items())


def _units(fact: object) -> tuple[str, ...]:
    one, several = getattr(fact, "unit", None), getattr(fact, "units", None)
    return (one,) if one else several or ()


@LAW
@given(questions(LIUCHENG))
def test_a_veto_makes_the_year_nothing_and_nothing_falls_below_it(question: Question) -> None:
    year, as_of, number, chosen = question
    for standing in year.view(as_of, number, **chosen).evaluation.standings.values():
        assert standing.year.score >= 0
        assert standing.year.if_closed >= 0
        if "vetoed" in standing.flags:
            assert (standing.year.score, standing.year.if_closed) == (0, 0)


@LAW
@given(questions())
def test_the_same_question_has_the_same_answer(question: Question) -> None:
    year, as_of, number, chosen = question
    once, again = (year.view(as_of, number, **chosen).evaluation for _ in range(2))
    assert once == again
    assert [each.year.postings for each in once.standings.values()] == [each.year.postings for each in again.standings.values()]


@LAW
@given(logs(LIUCHENG), st.data())
def test_if_closed_on_the_last_day_is_the_score_and_nothing_is_pending(year: Year, data: st.DataObject) -> None:
    chosen = data.draw(readings(year))
    view = year.view(date(year.number, 12, 31), year.number, **chosen)
    for standing in view.evaluation.standings.values():
        assert standing.year.if_closed == standing.year.score
        assert standing.year.pending == 0


@LAW
@given(questions())
def test_what_pays_each_time_is_posted_or_listed_as_unpriced(question: Question) -> None:
    year, as_of, number, chosen = question
    view = year.view(as_of, number, **chosen)
    behind = {position for each in view.evaluation.standings.values() for line in each.year.postings for position in line[4]}
    kinds = ("feedback_failed", "training_completed", "solicitation_fulfilled")
    told = {position for position, kind, fact in year.facts if kind in kinds and fact.on.year == number and fact.on <= as_of}
    assert told <= behind | set(view.unpriced())
