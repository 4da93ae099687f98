"""The laws of the deciders: the order of recording does not matter, and what goes can come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.boundary import Boundary, impossible
from ledger.aggregates.incident import Incident
from ledger.aggregates.item import Item
from ledger.aggregates.lexicon import Lexicon
from ledger.aggregates.scheme import Schemes, Terms
from ledger.aggregates.solicitation import Solicitation
from ledger.aggregates.unit import Roster
from ledger.errors import Refused
from ledger.events import (
    Event,
    FindingEstablished,
    IncidentOccurred,
    IncidentReported,
    ItemAdopted,
    ItemEndorsed,
    ItemSubmitted,
    PointsAwarded,
    SolicitationFulfilled,
    SolicitationIssued,
    SolicitationMissed,
    UnitChanged,
    UnitEnrolled,
    UnitsMerged,
    UnitSplit,
)
from ledger.times import SHANGHAI

FIRST = date(2024, 2, 1)
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(number))
moments = st.integers(0, 6).map(lambda number: datetime(2024, 2, 1, tzinfo=SHANGHAI) + timedelta(hours=number))
units = st.sampled_from(["a", "b", "c"])


def facts(*kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Event]]:
    """Facts of one life, each with an id of its own."""
    return st.lists(st.one_of(*kinds), max_size=8).map(
        lambda made: [each.model_copy(update={"id": str(number)}) for number, each in enumerate(made)]
    )


def of(model: type[Event], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.fixed_dictionaries({"id": st.just("-"), **fields}).map(model.model_validate)


item = {"item": st.just("I")}
ITEM = facts(
    of(ItemSubmitted, on=days, unit=units, **item),
    of(ItemAdopted, on=days, channel=st.sampled_from(["x", "y"]), **item),
    of(ItemEndorsed, on=days, level=st.just("l"), **item),
    of(FindingEstablished, on=days, unit=units, finding=st.just("f"), **item),
)
asked = {"solicitation": st.just("S")}
SOLICITATION = facts(
    st.tuples(days, days, st.sets(units, min_size=1)).map(
        lambda it: SolicitationIssued(id="-", solicitation="S", topic="t", on=min(it[:2]), due=max(it[:2]), units=tuple(sorted(it[2])))
    ),
    of(SolicitationFulfilled, on=days, unit=units, **asked),
    of(SolicitationMissed, on=days, unit=units, how=st.sampled_from(["late", "none", "similar"]), **asked),
)
happened = {"incident": st.just("N")}
INCIDENT = facts(
    of(IncidentOccurred, on=moments, unit=units, severity=st.just("major"), **happened),
    of(IncidentReported, on=moments, channel=st.just("phone"), **happened),
    of(FindingEstablished, on=days, unit=units, finding=st.just("f"), **happened),
)
ROSTER = facts(
    of(UnitEnrolled, on=days, unit_id=units, unit=st.sampled_from(["甲", "乙", "丙"]), **{"class": st.just("k")}),
    of(UnitChanged, on=days, unit_id=units, unit=st.sampled_from(["甲", "乙", "丙"])),
)
several = st.lists(units, min_size=1, max_size=3, unique=True).map(tuple)
ENROLLED = [UnitEnrolled.model_validate({"id": unit, "on": FIRST, "unit_id": unit, "unit": unit, "class": "k"}) for unit in "abc"]
COMING_AND_GOING = facts(
    of(UnitChanged, on=days, unit_id=units, left=st.booleans()),
    of(UnitsMerged, on=days, before=several, after=units, carry=st.booleans()),
    of(UnitSplit, on=days, before=units, after=several),
).map(lambda moves: [*ENROLLED, *moves])
LIVES = st.one_of(
    st.tuples(st.just(Item()), ITEM),
    st.tuples(st.just(Solicitation()), SOLICITATION),
    st.tuples(st.just(Incident()), INCIDENT),
    st.tuples(st.just(Roster()), ROSTER),
)
ALL_LIVES = LIVES | st.tuples(st.just(Roster()), COMING_AND_GOING)


def accepted(state: Boundary, said: Sequence[Event]) -> tuple[Boundary, list[Event]]:
    """The state after offering the facts again and again until no more are accepted, and those that were."""
    taken: list[Event] = []
    while fresh := [fact for fact in said if fact not in taken and not state.decide(fact) and not contradicted(state, fact)]:
        state = state.evolve(fresh[0])
        taken.append(fresh[0])
    return state, taken


def contradicted(state: Boundary, fact: Event) -> bool:
    """Whether live facts keep a unit from leaving: of the roster alone this is asked besides."""
    return isinstance(state, Roster) and bool(impossible(state.evolve(fact)))


def content(state: Boundary) -> set[str]:
    return {fact.id for fact in state.live()}


@given(LIVES)
def test_nothing_live_is_impossible(life: tuple[Boundary, list[Event]]) -> None:
    state, _ = accepted(*life)
    assert impossible(state) == []


@given(ALL_LIVES, st.randoms(use_true_random=False))
def test_accepted_facts_are_accepted_in_any_order_their_dependencies_allow(life: tuple[Boundary, list[Event]], chance: Any) -> None:
    empty, said = life
    state, taken = accepted(empty, said)
    chance.shuffle(taken)
    again, retaken = accepted(empty, taken)
    assert len(retaken) == len(taken)
    assert content(again) == content(state)


@given(ALL_LIVES)
def test_a_fact_that_goes_and_comes_back_is_as_if_it_had_stayed(life: tuple[Boundary, list[Event]]) -> None:
    state, taken = accepted(*life)
    for fact in taken:
        without = state.retract(fact)
        assert content(without) == content(state) - {fact.id}
        assert without.decide(fact) is None
        assert content(without.evolve(fact)) == content(state)
        assert impossible(without.evolve(fact)) == []


@given(ALL_LIVES)
def test_retracting_the_impossible_to_the_end_leaves_nothing_impossible(life: tuple[Boundary, list[Event]]) -> None:
    state, taken = accepted(*life)
    for fact in taken[:1]:
        state = state.retract(fact)
        while fallen := impossible(state):
            state = state.retract(fallen[0])
        assert impossible(state) == []


def terms(scheme: str, effective: date, **awards: tuple[int, int]) -> Terms:
    return Terms(scheme, "00", effective, {"channel": Lexicon()}, ("一类",), (), awards)


def test_the_scheme_in_force_is_the_latest_effective_and_then_the_latest_recorded() -> None:
    schemes = Schemes().enact(terms("b", date(2024, 1, 1))).enact(terms("a", date(2023, 1, 1))).enact(terms("c", date(2024, 1, 1)))
    assert [schemes.in_force(date(year, 6, 1)).scheme for year in (2023, 2024)] == ["a", "c"]
    with pytest.raises(Refused) as refused:
        schemes.in_force(date(2022, 12, 31))
    assert refused.value.problem.params["first"] == date(2023, 1, 1)


@pytest.mark.parametrize(
    ("rule", "points", "key"),
    [
        ("merit", "5", None),
        ("merit", "10", None),
        ("merit", "10.01", "award_range"),
        ("merit", "-1", "award_range"),
        ("merrit", "5", "no_award"),
    ],
)
def test_a_discretionary_award_stays_within_its_rule_s_range(rule: str, points: str, key: str | None) -> None:
    schemes = Schemes().enact(terms("s", date(2024, 1, 1), merit=(0, 1000)))
    fact = PointsAwarded.model_validate(
        {"id": "1", "on": "2024-02-01", "unit": "u", "rule": rule, "points": points, "officer": "p", "reason": "r"}
    )
    problem = schemes.decide(fact)
    assert (problem and problem.key) == (f"aggregates.{key}" if key else None)
    assert problem is None or "10" in problem.text("en") or "merit" in problem.text("en")
