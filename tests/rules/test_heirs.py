"""Who stands in a merged or split unit's place, what goes along, and that nothing is lost, made or counted twice on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import points
from ledger.rules.evaluate import Evaluation, evaluate
from ledger.rules.heirs import shared_out
from ledger.rules.roster import Roster
from ledger.rules.scheme import plan
from ledger.views import ROSTER_KINDS
from tests.rules.kit import LIUCHENG, Number, Year, day_of
from tests.rules.small import sent, small

AWARD = "[{id: sent, kind: award, clause: 一, text: 报送每条1分, match: item_submitted, account: score, points: 1}]"
PRINTED = """
- {id: printed, kind: award, clause: 一, text: 采用每篇10分, match: item_adopted, account: score, points: 10}
- {id: count, kind: measure, clause: 一, text: 采用篇数, period: year, count: {match: item_adopted}}
"""


def asked(year: Year, as_of: str | date, only: str | None = None, number: int | None = None) -> Evaluation:
    """The standings as of a day, with the whole roster at hand, later changes included, as a ledger has it."""
    day = year.day(as_of)
    known = [fact for fact in year.facts if day_of(fact) <= day]
    roster = Roster(fact for fact in year.facts if fact[1] in ROSTER_KINDS)
    return evaluate(plan(year.source, {}), roster, known, number or day.year, day, None if only is None else {only})


def scores(found: Evaluation) -> dict[str, Number]:
    return {unit: points.number(standing.year.score) for unit, standing in found.standings.items()}


def merged(year: Year, before: Sequence[str], after: str, on: str, *, carry: bool = True) -> None:
    year.add("units_merged", on, before=list(before), after=after, carry=carry)


def split(year: Year, before: str, after: Sequence[str], on: str, carry: Sequence[int] | None) -> None:
    year.add("unit_split", on, before=before, after=list(after), carry=None if carry is None else list(carry))


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any))
def test_parts_add_up_and_none_is_off_by_a_hundredth_or_more(whole: int, ratio: list[int]) -> None:
    shares = [(str(at), Fraction(part, sum(ratio))) for at, part in enumerate(ratio)]
    found = dict(shared_out(whole, shares))
    assert sum(found.values()) == whole
    assert all(abs(found[unit] - whole * share) < 1 for unit, share in shares)


@pytest.mark.parametrize(
    ("whole", "ratio", "parts"),
    [(1, (3, 2), [1, 0]), (1, (1, 1), [1, 0]), (1000, (1, 1, 1), [333, 334, 333]), (-1, (1, 1), [0, -1]), (5, (3, 2), [3, 2])],
)
def test_parts_of_little(whole: int, ratio: Sequence[int], parts: list[int]) -> None:
    shares = [(str(at), Fraction(part, sum(ratio))) for at, part in enumerate(ratio)]
    assert list(dict(shared_out(whole, shares)).values()) == parts


def test_what_happens_later_is_not_yet_so() -> None:
    year = small(AWARD)
    sent(year, "甲", "02-01", "04-01")
    merged(year, ["甲"], "乙", "05-01")
    assert scores(asked(year, "04-30")) == {"a": 2, "b": 0, "c": 0}
    assert scores(asked(year, "04-30", "b")) == {"b": 0}
    assert scores(asked(year, "05-01")) == {"b": 2, "c": 0}


def test_a_unit_that_goes_on_after_its_split_shares_what_it_had_and_nothing_of_what_it_does() -> None:
    year = small(PRINTED)
    (old,) = sent(year, "甲", "02-01")
    year.adopted(old, "县内刊物", "02-02")
    split(year, "甲", ["甲", "乙"], "05-01", [3, 2])
    (new,) = sent(year, "甲", "05-01")
    year.adopted(old, "市级采用", "06-01")
    year.adopted(new, "市级采用", "06-02")
    view = year.view("12-31")
    assert (view.score("甲"), view.score("乙")) == (6 + 6 + 10, 4 + 4)
    assert (view.measure("甲", "count"), view.measure("乙", "count")) == (2.2, 0.8)


def test_an_answer_after_a_split_is_of_the_day_on_which_it_was_asked() -> None:
    year = small("[{id: done, kind: award, clause: 一, text: 完成约稿10分, match: solicitation_fulfilled, account: score, points: 10}]")
    year.asked("old", ["甲"], "02-01")
    split(year, "甲", ["甲", "乙"], "05-01", [1, 1])
    year.asked("new", ["甲"], "05-02")
    year.fulfilled("old", "甲", "06-01")
    year.fulfilled("new", "甲", "06-01")
    assert scores(asked(year, "12-31")) == {"a": 15, "b": 5, "c": 0}


def test_two_changes_on_one_day_go_by_their_place_in_the_log() -> None:
    year = small(PRINTED)
    old = sent(year, "丙", "02-01")[0]
    year.adopted(old, "县内刊物", "02-02")
    merged(year, ["丙"], "甲", "05-01")
    split(year, "甲", ["甲", "乙"], "05-01", [1, 1])
    year.adopted(old, "市级采用", "06-01")
    assert scores(asked(year, "12-31")) == {"a": 10, "b": 10}


def test_a_unit_that_is_merged_twice_hands_on_nothing_twice() -> None:
    year = small(AWARD)
    sent(year, "甲", "02-01")
    merged(year, ["甲"], "乙", "03-01")
    year.changed("a", "05-01", left=False)
    assert scores(asked(year, "05-01")) == {"a": 0, "b": 1, "c": 0}
    sent(year, "甲", "06-01")
    merged(year, ["甲"], "乙", "07-01")
    assert scores(asked(year, "12-31")) == {"b": 2, "c": 0}


def test_a_merger_of_the_next_year_changes_nothing_of_this_one() -> None:
    year = small(AWARD)
    sent(year, "甲", "02-01", "2025-01-05")
    merged(year, ["甲"], "乙", "2025-02-01")
    sent(year, "乙", "2025-03-01")
    assert scores(asked(year, "2025-03-31", number=2024)) == {"a": 1, "b": 0, "c": 0}
    assert scores(asked(year, "2025-03-31")) == {"b": 2, "c": 0}


def test_of_a_joint_item_of_two_that_became_one_a_price_that_is_not_shared_is_paid_once() -> None:
    year = small(PRINTED)
    item = sent(year, ["甲", "乙", "丙"], "02-01")[0]
    merged(year, ["甲"], "乙", "03-01")
    year.adopted(item, "县内刊物", "04-01")
    view = year.view("12-31")
    assert (scores(asked(year, "12-31")), view.measure("乙", "count")) == ({"b": 10, "c": 10}, 1)


def test_of_a_joint_item_of_two_that_became_one_both_shares_are_its_own() -> None:
    shared = "[{id: printed, kind: award, clause: 一, text: 采用10分，平分, match: item_adopted, group: g, account: score, points: 10}]"
    year = small(shared, groups="{g: {per: [item], share: equal}}")
    item = sent(year, ["甲", "乙"], "02-01")[0]
    merged(year, ["甲"], "乙", "03-01")
    year.adopted(item, "县内刊物", "04-01")
    assert scores(asked(year, "12-31")) == {"b": 10, "c": 0}


def test_the_higher_part_is_the_one_that_counts_where_one_has_two() -> None:
    by_role = """
    - id: printed
      kind: award
      clause: 一
      text: 牵头10分，参与4分
      match: item_adopted
      account: score
      points: {by: role, table: {lead: 10, other: 4, sole: 10}}
    """
    year = small(by_role)
    year.submitted("joint", ["乙", "甲"], "02-01", lead="a")
    merged(year, ["甲"], "乙", "03-01")
    year.adopted("joint", "县内刊物", "04-01")
    assert scores(asked(year, "12-31")) == {"b": 10, "c": 0}


@pytest.mark.parametrize(("carry", "late", "omitted", "lost"), [(True, 0, 1, 50), (False, 0, 1, 20)])
def test_an_incident_that_is_not_reported_runs_on_for_the_heir(carry: bool, late: int, omitted: int, lost: int) -> None:
    year = Year(LIUCHENG, ["大埔镇", "东泉镇"])
    year.happened("n", "大埔镇", "02-28 20:00")
    merged(year, ["大埔镇"], "东泉镇", "02-29", carry=carry)
    assert year.view("02-28").measure("大埔镇", "late") == 1
    view = year.view("02-29")
    assert (view.measure("东泉镇", "late"), view.measure("东泉镇", "omitted")) == (late, omitted)
    assert view.balance("东泉镇", "appraisal/incidents") == -lost
    assert year.view("12-31").measure("东泉镇", "concealed") == 1


COMPARED = """
- {id: count, kind: measure, clause: 一, text: 报送条数, period: quarter, count: {match: item_submitted}}
- {id: place, kind: measure, clause: 一, text: 名次, period: quarter, among: {of: count, within: all, take: place}}
- {id: best, kind: assess, clause: 一, text: 名次计分, account: score, period: quarter, judged: end, measure: place, each: -1}
"""


def test_units_are_compared_with_all_that_were_there_when_a_period_ended() -> None:
    year = small(COMPARED)
    sent(year, "甲", "02-01", "02-02")
    sent(year, "乙", "02-01")
    year.changed("a", "05-01", left=True)
    assert scores(asked(year, "04-01")) == {"a": -1, "b": -2, "c": -3}
    assert scores(asked(year, "06-29")) == {"b": -2, "c": -3}
    assert scores(asked(year, "06-30")) == {"b": -3, "c": -4}, "甲 is not there at the end of the second quarter"


QUARTERLY = """
- {id: base, kind: assess, clause: 一, text: 季初5分, account: score, period: quarter, judged: start, points: 5}
- {id: count, kind: measure, clause: 一, text: 报送条数, period: quarter, count: {match: item_submitted}}
- id: none
  kind: assess
  clause: 一
  text: 未报送扣1分
  account: score
  period: quarter
  judged: end
  when: {count: {at_most: 0}}
  points: -1
"""


def test_periods_in_which_a_unit_never_was_there_give_and_ask_nothing() -> None:
    year = small(QUARTERLY)
    year.changed("a", "03-15", left=True)
    year.changed("a", "08-01", left=False)
    year.add("unit_enrolled", "08-15", unit_id="d", unit="丁", **{"class": "一类"})
    view = year.view("12-31")
    assert view.postings("甲") == [
        ("2024-01-01", 5), ("2024-03-31", -1), ("2024-08-01", 5), ("2024-09-30", -1), ("2024-10-01", 5), ("2024-12-31", -1),
    ]  # fmt: skip
    assert view.postings("d") == [("2024-08-15", 5), ("2024-09-30", -1), ("2024-10-01", 5), ("2024-12-31", -1)]
    assert scores(asked(year, "2025-12-31", number=2024)).keys() == {"a", "b", "c", "d"}


FIRST = date(2024, 1, 1)
MOVES = st.tuples(
    st.sampled_from(["merge", "split", "sent", "print", "print"]),
    st.permutations("abcd"),
    st.integers(1, 3),
    st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any),
)


def written(moves: list[Any], *, moving: bool = True) -> Year:
    """A year of these moves, ten days apart, as far as they are possible; ``moving`` leaves the mergers and splits out."""
    year, there, items = small(PRINTED), set("abcd"), list[str]()
    year.add("unit_enrolled", "01-01", unit_id="d", unit="丁", **{"class": "一类"})
    for at, (kind, (first, *others), number, ratio) in enumerate(moves):
        day = FIRST + timedelta(days=10 * at + 10)
        rest = [unit for unit in others if unit in there][:number]
        if kind == "print" and items:
            year.adopted(items[number % len(items)], "市级采用", day.isoformat(), issue=str(at))
        if first not in there or not rest:
            continue
        if kind == "merge":
            there -= {first}
            if moving:
                merged(year, [first], rest[0], day.isoformat())
        elif kind == "split" and sum(ratio[: len(rest)]):
            there -= {first}
            if moving:
                split(year, first, rest, day.isoformat(), ratio[: len(rest)]) if len(rest) > 1 else merged(
                    year, [first], rest[0], day.isoformat()
                )
        elif kind == "sent":
            items += sent(year, first, day.isoformat())
    return year


@given(st.lists(MOVES, max_size=20))
def test_with_everything_carried_the_sum_of_all_units_is_what_it_would_be_without_any_change(moves: list[Any]) -> None:
    year, still = written(moves), written(moves, moving=False)
    for day in (date(2024, 3, 1), date(2024, 6, 15), date(2024, 12, 31)):
        assert sum(scores(asked(year, day)).values()) == pytest.approx(sum(scores(asked(still, day)).values()), abs=1e-9)


@given(st.lists(MOVES, max_size=20))
def test_a_units_postings_up_to_a_day_are_those_as_of_it_and_its_own_facts_suffice(moves: list[Any]) -> None:
    year = written(moves)
    whole = asked(year, "12-31")
    for day in (date(2024, 3, 1), date(2024, 6, 15)):
        for unit, standing in asked(year, day).standings.items():
            assert asked(year, day, unit).standings[unit].year == standing.year
            if unit in whole.standings:
                upto = [line for line in whole.standings[unit].year.postings if line[0] <= day.toordinal()]
                assert upto == standing.year.postings
