"""Pictures of figures, as SVG: told apart by pattern as well as by shade, so that black and white print says the same.

Lengths are in pixels of a page 720 wide; points are hundredths, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ledger import points
from ledger.widths import cells

WIDTH = 720
_ROW, _BAR = 18, 11
_TOP, _BELOW, _SIDE = 46, 12, 12
_LETTER = 6.2
"""About how wide a half-width sign of a label is."""
_LONGEST_LABEL = 22
_TICKS = 6
_COLUMNS = 260

Fill = Literal["solid", "lines", "dots", "blank", "cross", "dark"]
FILLS: Sequence[Fill] = ("solid", "lines", "blank", "dots", "cross", "dark")


class Reach(NamedTuple):
    """How far somebody is: a name, a value and, where there is one, the target."""

    name: str
    value: int
    target: int | None


class Group(NamedTuple):
    """Some who are compared with each other: the class and, the best first, names with values."""

    name: str
    rows: Sequence[tuple[str, int]]


class Box(NamedTuple):
    """A bar."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill


class Stroke(NamedTuple):
    """A line; ``heavy`` is a target's, the others are the grid's."""

    x1: float
    y1: float
    x2: float
    y2: float
    heavy: bool = False


class Label(NamedTuple):
    """A text, and which of its ends stands at ``x``."""

    x: float
    y: float
    words: str
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


@dataclass(slots=True)
class _Picture:
    """What is drawn, in order."""

    title: str
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def svg(self) -> str:
        """The picture as an SVG element, which can stand in a page of HTML or in a file of its own."""
        return _template().render(picture=self, width=WIDTH)


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("ledger.office"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("picture.svg")


def against_targets(title: str, rows: Sequence[Reach], legend: tuple[str, str, str]) -> str:
    """A bar for each, dark where the target is reached, and the target as a stroke across it.

    ``legend`` are the words for reached, not reached, and the target.
    """
    names = [each.name for each in rows]
    picture = _Picture(title)
    left, scale = _across(picture, names, max([each.value for each in rows] + [each.target or 0 for each in rows], default=0))
    y = _legend(picture, list(zip(("dark", "lines"), legend[:2], strict=True)), legend[2])
    for each in rows:
        reached = each.target is not None and each.value >= each.target
        mark = None if each.target is None else left + each.target * scale
        _bar(picture, each.name, each.value, "dark" if reached else "lines", (left, y, scale), mark)
        if mark is not None:
            picture.strokes.append(Stroke(mark, y + 1, mark, y + _ROW - 1, heavy=True))
        y += _ROW
    return _framed(picture, y)


def standings(title: str, groups: Sequence[Group]) -> str:
    """A bar for each, by class, with its value."""
    every = [row for group in groups for row in group.rows]
    picture = _Picture(title)
    left, scale = _across(picture, [name for name, _ in every], max((value for _, value in every), default=0))
    y: float = _TOP
    for at, group in enumerate(groups):
        picture.labels.append(Label(_SIDE, y + 13, group.name, bold=True))
        y += _ROW
        for name, value in group.rows:
            _bar(picture, name, value, FILLS[at % len(FILLS)], (left, y, scale))
            y += _ROW
        y += _ROW / 2
    return _framed(picture, y)


def by_month(title: str, months: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """A column for each month, one part above another for each name of ``series``; counts, not points."""
    picture = _Picture(title)
    fills = {name: FILLS[at % len(FILLS)] for at, name in enumerate(series)}
    top = _legend(picture, [(fills[name], name) for name in series])
    totals = [sum(each[at] for each in series.values()) for at in range(len(months))]
    step = _step(max(totals, default=0))
    most = step * max(-(-max(totals, default=0) // step), 1)
    base, left = top + _COLUMNS, 40
    slot = (WIDTH - left - _SIDE) / max(len(months), 1)
    for tick in range(0, most + 1, step):
        y = base - _COLUMNS * tick / most
        picture.strokes.append(Stroke(left, y, WIDTH - _SIDE, y))
        picture.labels.append(Label(left - 5, y + 4, str(tick), "end"))
    for at, month in enumerate(months):
        y, x = base, left + slot * at + slot * 0.2
        for name, counts in series.items():
            height = _COLUMNS * counts[at] / most
            y -= height
            if height:
                picture.boxes.append(Box(x, y, slot * 0.6, height, fills[name]))
        picture.labels.append(Label(x + slot * 0.3, base + 16, month, "middle"))
        if totals[at]:
            picture.labels.append(Label(x + slot * 0.3, y - 4, str(totals[at]), "middle"))
    picture.height = base + 16 + _BELOW
    return picture.svg()


def _across(picture: _Picture, names: Sequence[str], most: int) -> tuple[float, float]:
    """Where bars begin, beside the longest name, and how long a hundredth is; the figures of the scale above the bars."""
    longest = max((cells(_short(name)) for name in names), default=0)
    left = _SIDE + longest * _LETTER + 6
    step = _step(most // points.ONE) * points.ONE
    end = step * max(-(-most // step), 1)
    scale = (WIDTH - left - 56) / end
    for tick in range(0, end + 1, step):
        picture.labels.append(Label(left + tick * scale, _TOP - 6, points.text(tick), "middle"))
        picture.strokes.append(Stroke(left + tick * scale, _TOP, left + tick * scale, -1))  # down to the end, which is known later
    return left, scale


def _bar(picture: _Picture, name: str, value: int, fill: Fill, at: tuple[float, float, float], mark: float | None = None) -> None:
    """A bar with its name and figure; the figure goes behind a ``mark`` that would stand in it."""
    left, y, scale = at
    length = max(value, 0) * scale  # what is below nothing has no length; its figure says it
    picture.labels.append(Label(left - 5, y + 13, _short(name), "end"))
    if length:
        picture.boxes.append(Box(left, y + (_ROW - _BAR) / 2, length, _BAR, fill))
    end, figure = left + length, points.text(value)
    if mark is not None and end - 2 < mark < end + 5 + _LETTER * len(figure):
        end = mark
    picture.labels.append(Label(end + 5, y + 13, figure))


def _legend(picture: _Picture, parts: Sequence[tuple[Fill, str]], target: str | None = None) -> float:
    """What the patterns mean; where what is below it begins."""
    x, y, marks = float(_SIDE), float(_TOP), 14
    for fill, words in parts:
        picture.boxes.append(Box(x, y, marks, 10, fill))
        picture.labels.append(Label(x + marks + 4, y + 9, words))
        x += marks + 16 + cells(words) * _LETTER
    if target:
        picture.strokes.append(Stroke(x + marks / 2, y - 1, x + marks / 2, y + 11, heavy=True))
        picture.labels.append(Label(x + marks, y + 9, target))
    return y + 22


def _framed(picture: _Picture, bottom: float) -> str:
    """The picture with its grid drawn down to the end."""
    picture.height = bottom + _BELOW
    picture.strokes = [each._replace(y2=bottom) if each.y2 < 0 else each for each in picture.strokes]
    return picture.svg()


def _step(most: int) -> int:
    """A round distance between the figures of a scale up to about ``most``: 1, 2 or 5 times a power of ten."""
    return next(step for step in _round_steps() if step * _TICKS >= most)


def _round_steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _short(name: str) -> str:
    """A name that has room; of a longer one the beginning."""
    if cells(name) <= _LONGEST_LABEL:
        return name
    kept = ""
    for sign in name:
        if cells(kept + sign) >= _LONGEST_LABEL:
            break
        kept += sign
    return f"{kept}…"
