"""Pictures: lengths are as the figures are, nothing is outside the frame, and shade alone tells nothing apart."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.office.pictures import FILLS, WIDTH, Group, Reach, against_targets, by_month, standings

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = ("reached", "not yet", "target")
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
HUNDREDTHS = st.integers(-(10**7), 10**7)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def bars(svg: str) -> list[ET.Element]:
    """The bars, without those of the legend and the patterns."""
    return [each for each in drawn(svg).findall(f"{SVG}rect") if each.get("height") == "11"]


def words(svg: str) -> list[str]:
    return [each.text or "" for each in drawn(svg).iter(f"{SVG}text")]


def inside(svg: str) -> bool:
    root = drawn(svg)
    height = float(root.get("height", "0"))
    return all(0 <= number <= limit for number, limit in _places(root, height))


def _places(root: ET.Element, height: float) -> Iterator[tuple[float, float]]:
    for each in root:
        for name, limit in (("x", WIDTH), ("x1", WIDTH), ("x2", WIDTH), ("y", height), ("y1", height), ("y2", height)):
            if name in each.attrib:
                yield float(each.attrib[name]), limit
        if each.tag == f"{SVG}rect":
            yield float(each.attrib["x"]) + float(each.attrib["width"]), WIDTH


@given(st.lists(st.tuples(NAMES, HUNDREDTHS, st.none() | st.integers(0, 10**7)).map(lambda each: Reach(*each)), max_size=12))
def test_whatever_is_held_against_targets_fits(rows: list[Reach]) -> None:
    svg = against_targets("title", rows, LEGEND)
    assert inside(svg)
    assert len(bars(svg)) == sum(each.value > 0 for each in rows)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=12))
def test_a_bar_is_as_long_as_its_figure(values: list[int]) -> None:
    lengths = [float(each.attrib["width"]) for each in bars(standings("title", [Group("", [("a", each) for each in values])]))]
    longest = max(values)
    for value, length in zip(values, lengths, strict=True):
        assert length == pytest.approx(max(lengths) * value / longest, abs=0.11)


def test_the_target_is_a_stroke_and_what_reached_it_is_dark() -> None:
    svg = against_targets("t", [Reach("大埔镇", 18000, 18000), Reach("凤山镇", 17999, 18000), Reach("无任务", 100, None)], LEGEND)
    assert [each.get("fill") for each in bars(svg)] == ["#333", "url(#lines)", "url(#lines)"]
    strokes = [each for each in drawn(svg).findall(f"{SVG}line") if each.get("stroke") == "#000"]
    first, second = (each for each in strokes if float(each.attrib["y1"]) > 60)
    assert first.get("x1") == second.get("x1")
    assert {"180", "179.99", "大埔镇", *LEGEND} <= set(words(svg))


def test_classes_are_told_apart_by_pattern() -> None:
    svg = standings("t", [Group(str(at), [("a", 100)]) for at in range(len(FILLS))])
    assert len({each.get("fill") for each in bars(svg)}) == len(FILLS)


@given(st.integers(1, 12), st.data())
def test_a_column_is_the_sum_of_its_parts(months: int, data: st.DataObject) -> None:
    counts = st.lists(st.integers(0, 500), min_size=months, max_size=months)
    series = {name: data.draw(counts) for name in ("县内刊物", "上报信息", "市级采用")}
    svg = by_month("t", [str(each) for each in range(months)], series)
    assert inside(svg)
    totals = [sum(each) for each in zip(*series.values(), strict=True)]
    said = words(svg)
    assert all(str(total) in said for total in totals if total)


def test_words_stay_words() -> None:
    name = "<script>&'\"]]>"
    svg = standings(name, [Group(name, [(name, 100)])])
    assert words(svg).count(name) >= 2
    assert drawn(svg).get("aria-label") == name


def test_nothing_at_all_is_drawn_too() -> None:
    for svg in (against_targets("t", [], LEGEND), standings("t", []), by_month("t", [], {})):
        assert "t" in words(svg)
