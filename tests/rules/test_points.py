"""Points: hundredths, exact, and rounded half up once."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import points


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [("62.5", 6250), ("62.50", 6250), ("15", 1500), ("-2", -200), ("0.01", 1), (62.5, 6250), (15, 1500), ("-0.5", -50)],
)
def test_a_number_of_at_most_two_decimals_is_read_exactly(written: object, hundredths: int) -> None:
    assert points.parse(written) == hundredths


@pytest.mark.parametrize(
    "written",
    ["", "five", "1.005", "0.10000000000000000000000000000000001", "1e5", "1e400", "1e999999999", "1_000", "１５", "nan", "inf", "1,5",
     "0x10", None, True, [], {}, float("nan"), float("inf"), 0.001],
)  # fmt: skip
def test_nothing_else_is_a_number_of_points(written: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the room that reads says which message
        points.parse(written)


@given(st.integers(-(10**12), 10**12))
def test_points_are_written_so_that_they_read_back_exactly(hundredths: int) -> None:
    assert points.parse(points.text(hundredths)) == hundredths
    assert points.parse(json.loads(json.dumps(points.number(hundredths)))) == hundredths
    assert len(json.dumps(points.number(hundredths)).partition(".")[2]) <= 2


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_a_share_is_the_nearest_hundredth_half_up(hundredths: int, ways: int) -> None:
    off = points.rounded(Fraction(hundredths, ways)) - Fraction(hundredths, ways)
    assert Fraction(-1, 2) < off <= Fraction(1, 2)


def test_half_a_hundredth_goes_up() -> None:
    assert [points.rounded(Fraction(value, 2)) for value in (1, 3, 4)] == [1, 2, 2]
