"""The ranked table as a workbook: figures as numbers, how far each unit is, and both drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ledger import points
from ledger.commands.book import figures_notes, titled
from ledger.commands.words import Titles, flags
from ledger.messages import text
from ledger.office.charts import Chart, Value
from ledger.office.workbook import Column, Sheet
from ledger.projections.cut import Basis
from ledger.projections.standings import Row
from ledger.projections.targets import Targets

if TYPE_CHECKING:
    from ledger.application import Ledger


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column, and its cell in a row."""

    column: Column
    cell: Callable[[Row], Value]


def standings(ledger: Ledger, basis: Basis, rows: Sequence[Row], titles: Titles, targets: Targets) -> list[Sheet]:
    """The sheets of units or persons: the ranked table with the year's measures, and the measures of its parts.

    Beside a measure with a target stand the target and how much of it is reached.
    """
    title, cut = titled(basis, titles)
    notes = figures_notes(ledger, basis, titles)

    def sheet(name: str, cells: Sequence[_Cells], charts: Sequence[Chart] = ()) -> Sheet:
        columns, shown = [each.column for each in cells], [[each.cell(row) for each in cells] for row in rows]
        return Sheet(text(f"commands.{name}"), title, cut, columns, shown, notes, charts=charts)

    def measures(*, numbered: bool) -> list[_Cells]:
        names = [name for name in _measures(rows) if titles.is_numbered(name) == numbered]
        return [each for name in names for each in _measure(name, titles, targets)]

    ranked, parts = [*_places(rows), *_who(rows), *_figures(), *measures(numbered=False)], measures(numbered=True)
    sheets = [sheet("book_standings", ranked, list(_drawn(ranked, rows)))]
    return [*sheets, *([sheet("book_parts", [*_who(rows), *parts])] if parts else [])]


def _drawn(cells: Sequence[_Cells], rows: Sequence[Row]) -> Iterator[Chart]:
    """The scores, and the first measure that has a target, beside it."""
    heads = [each.column.head for each in cells]
    names, score = heads.index(_who(rows)[0].column.head), heads.index(text("commands.head_score"))
    yield Chart(text("commands.book_chart_scores"), "bars", names, (score,))
    reached = next((at for at, each in enumerate(cells) if each.column.bars), None)
    if reached:
        yield Chart(text("commands.book_chart_targets", {"measure": heads[reached - 2]}), "bars", names, (reached - 2, reached - 1))


def _measures(rows: Sequence[Row]) -> list[str]:
    return list(rows[0].measures) if rows else []


def _held(name: str, targets: Targets) -> bool:
    """Whether a measure is held against a target, for some unit."""
    return any(name in each for each in targets.values())


def _places(rows: Sequence[Row]) -> list[_Cells]:
    """In which place; one that the scheme does not give has no column."""
    ranks = [
        _Cells(Column(text("commands.head_rank"), "number"), lambda row: row.rank),
        _Cells(Column(text("commands.head_class_rank"), "number"), lambda row: row.class_rank),
    ]
    return [each for each in ranks if any(each.cell(row) is not None for row in rows)]


def _who(rows: Sequence[Row]) -> list[_Cells]:
    if any(row.person for row in rows):
        return [_Cells(Column(text("commands.head_person")), lambda row: row.unit)]
    return [
        _Cells(Column(text("commands.head_unit")), lambda row: row.unit),
        _Cells(Column(text("commands.head_class")), lambda row: row.class_),
    ]


def _figures() -> list[_Cells]:
    return [
        _Cells(Column(text("commands.head_score"), "number"), lambda row: points.number(row.score)),
        _Cells(Column(text("commands.head_pending"), "number"), lambda row: points.number(row.pending)),
        _Cells(Column(text("commands.head_if_closed"), "number"), lambda row: points.number(row.if_closed)),
        _Cells(Column(text("commands.head_flags")), lambda row: flags(row.flags)),
    ]


def _measure(name: str, titles: Titles, targets: Targets) -> list[_Cells]:
    title = titles.measure(name)
    shown = _Cells(Column(title, "number"), lambda row: _number(row.measures[name]))
    if not _held(name, targets):
        return [shown]
    return [
        shown,
        _Cells(Column(text("commands.book_target"), "number"), lambda row: _number(_target(row, name, targets))),
        _Cells(Column(text("commands.book_reached"), "percent", bars=True), lambda row: _reached(row, name, targets)),
    ]


def _target(row: Row, name: str, targets: Targets) -> int | None:
    return targets.get(row.unit_id, {}).get(name)


def _reached(row: Row, name: str, targets: Targets) -> float | None:
    """How much of its target a unit has reached: 1 is all of it. Shown, not counted on: the scheme's own measures are exact."""
    value, target = row.measures[name], _target(row, name, targets)
    return value / target if isinstance(value, int) and target else None


def _number(value: int | date | None) -> Value:
    return points.number(value) if isinstance(value, int) else value
