"""Rows of standings as a table, a card and a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger import points
from ledger.commands.tables import Justify, columns, line, widest
from ledger.commands.words import Titles, amount, flags, measured, moment, several
from ledger.messages import listed, text
from ledger.projections.cut import Basis, Supposed
from ledger.projections.standings import Row, Standings, nothing_yet, plain

_FIGURES = ("score", "pending", "if_closed", "flags")
_HEADER = ("rank", "class_rank", "unit", "unit_id", "class", *_FIGURES)
_PERSONS_HEADER = ("rank", "person", "person_id", *_FIGURES)
_HASH_SHOWN = 12
_HEAD_WIDTH, _WIDEST = 10, 30
_FLAGS_WIDTH = 18


class _Column(NamedTuple):
    """A column of the table: its heading, its side, a row's cell, and how wide it may be before it goes into lines."""

    head: str
    justify: Justify
    cell: Callable[[Row], str]
    most: int = _WIDEST


def heading(basis: Basis, titles: Titles) -> list[RenderableType]:
    """What every table begins with: whose it is, for which year, as of when, as known when, and on which readings."""
    cut = basis.cut
    known = {"as_of": cut.as_of, "position": cut.position, "time": moment(cut.time)}
    lines = [
        line(text("commands.title", {"name": titles.name, "year": basis.year}), "bold"),
        line(text("commands.cut", known)),
    ]
    if basis.what_if:
        lines.append(line(_supposed(basis, basis.what_if), "bold yellow"))
    return [*lines, *(line(text("commands.departs", {"reading": each}), "yellow") for each in titles.departures(basis.readings))]


def _supposed(basis: Basis, what_if: Supposed) -> str:
    """That the scheme is not in force, and which one is."""
    said = {"scheme": basis.scheme, "hash": basis.scheme_hash[:_HASH_SHOWN], "in_force": what_if.in_force or "–"}
    return text("commands.what_if", {**said, "in_force_hash": (what_if.sha256 or "–")[:_HASH_SHOWN]})


def footing(basis: Basis) -> Text:
    """What every table ends with: the rest of its basis."""
    said = {"ledger": basis.ledger_id, "scheme": basis.scheme, "hash": basis.scheme_hash[:_HASH_SHOWN], "evaluator": basis.evaluator}
    return line(text("commands.basis", said), "dim")


def standings(table: Standings, titles: Titles) -> Iterator[RenderableType]:
    """The ranked table, with what is to be said about it."""
    yield from heading(table.basis, titles)
    yield from _ranked(table.rows, titles)
    nothing = nothing_yet(table.rows)
    ruling = [row.unit for row in table.rows if "ruling_needed" in row.flags]
    if ruling and not nothing:
        yield line(text("commands.ruling", {"units": several(ruling)}), "yellow")
    if table.unpriced:
        yield line(text("commands.unpriced", {"count": len(table.unpriced), "events": several(table.unpriced, "facts")}), "yellow")
    if nothing:
        yield line(text("commands.nothing_counts", {"year": table.basis.year, "as_of": table.basis.cut.as_of}), "yellow")
    yield footing(table.basis)


def persons(table: Standings, titles: Titles) -> Iterator[RenderableType]:
    """The ranked table of persons."""
    yield from heading(table.basis, titles)
    if table.rows:
        yield from _ranked(table.rows, titles)
    else:
        yield line(text("commands.no_person_yet", {"year": table.basis.year, "as_of": table.basis.cut.as_of}), "yellow")
    yield footing(table.basis)


def _ranked(rows: Sequence[Row], titles: Titles) -> Iterator[RenderableType]:
    """The table with the measures that there is room for, those of the year first, in the scheme's order."""
    fixed, names = _fixed(rows), list(rows[0].measures) if rows else []
    preferred = sorted(names, key=titles.is_numbered)

    def build(count: int) -> Table:
        return _table([*fixed, *(_measure(name, titles) for name in names if name in preferred[:count])], rows)

    ranked, shown = widest(build, len(names))
    yield ranked
    if shown < len(names):
        yield line(text("commands.not_shown", {"columns": listed(map(titles.measure, preferred[shown:]))}), "dim")


def _fixed(rows: Sequence[Row]) -> list[_Column]:
    ranks = [
        _Column(text("commands.head_rank"), "right", lambda row: _place(row.rank)),
        _Column(text("commands.head_class_rank"), "right", lambda row: _place(row.class_rank)),
    ]
    used = [any(row.rank for row in rows), any(row.class_rank for row in rows)]
    units = [
        _Column(text("commands.head_unit"), "left", lambda row: row.unit),
        _Column(text("commands.head_class"), "left", lambda row: row.class_),
    ]
    return [
        *(column for column, is_used in zip(ranks, used, strict=True) if is_used),
        *([_Column(text("commands.head_person"), "left", lambda row: row.unit)] if any(row.person for row in rows) else units),
        _Column(text("commands.head_score"), "right", lambda row: amount(row.score)),
        _Column(text("commands.head_pending"), "right", lambda row: amount(row.pending)),
        _Column(text("commands.head_if_closed"), "right", lambda row: amount(row.if_closed)),
        _Column(text("commands.head_flags"), "left", lambda row: flags(row.flags), _FLAGS_WIDTH),
    ]


def _measure(name: str, titles: Titles) -> _Column:
    return _Column(titles.measure(name), "right", lambda row: measured(row.measures[name]))


def _table(shown: Sequence[_Column], rows: Sequence[Row]) -> Table:
    table = columns(None, *((column.head, column.justify) for column in shown))
    for at, column in enumerate(shown):
        # A heading of many words goes into several lines, and so do many flags; names and figures stay whole.
        widest_cell = max((line(column.cell(row)).cell_len for row in rows), default=0)
        table.columns[at].max_width = min(max(_HEAD_WIDTH, widest_cell), column.most)
    for row in rows:
        table.add_row(*(line(column.cell(row)) for column in shown))
    return table


def _place(rank: int | None) -> str:
    return "" if rank is None else str(rank)


def card(basis: Basis, row: Row, titles: Titles) -> Iterator[RenderableType]:
    """The line of a unit or a person as a short card."""
    yield from heading(basis, titles)
    yield line()
    yield from summary(row)
    table = columns(None, ("", "left"), ("", "right"))
    table.show_header = False
    for name, value in row.measures.items():
        table.add_row(line(titles.measure(name)), line(measured(value)))
    yield table
    yield line(text("commands.explain_next", {"unit": row.unit}), "dim")
    yield footing(basis)


def summary(row: Row) -> Iterator[Text]:
    """The figures of a unit or a person in a few lines."""
    if row.person:
        yield line(text("commands.card_person", {"person": row.unit}), "bold")
    else:
        yield line(text("commands.card_unit", {"unit": row.unit, "unit_class": row.class_}), "bold")
    figures = {"score": amount(row.score), "pending": amount(row.pending), "if_closed": amount(row.if_closed)}
    yield line(text("commands.card_score", figures))
    places = {"rank": row.rank, "class_rank": row.class_rank}
    key = {(True, True): "card_rank", (True, False): "card_rank_only", (False, True): "card_class_rank"}
    if known := key.get((row.rank is not None, row.class_rank is not None)):
        yield line(text(f"commands.{known}", places))
    if row.flags:
        yield line(text("commands.card_flags", {"flags": flags(row.flags)}), "yellow")


def sheet(basis: Basis, rows: Sequence[Row]) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Rows for a spreadsheet, under the contract's names; each carries its date and its cut."""
    measures = list(rows[0].measures) if rows else []
    header = _PERSONS_HEADER if any(row.person for row in rows) else _HEADER
    return (*header, *measures, *BASIS_HEADER), [_sheet_row(basis, row) for row in rows]


BASIS_HEADER = ("year", "as_of", "known_at", "scheme", "readings", "what_if")


def basis_cells(basis: Basis) -> Sequence[object]:
    """The basis of a sheet's row."""
    readings = " ".join(f"{key}={option}" for key, option in basis.readings.items())
    return basis.year, basis.cut.as_of, f"{basis.cut.position} {basis.cut.time}", basis.scheme, readings, "yes" if basis.what_if else ""


def _sheet_row(basis: Basis, row: Row) -> Sequence[object]:
    figures = (points.number(each) for each in (row.score, row.pending, row.if_closed))
    names = (row.rank, row.unit, row.unit_id) if row.person else (row.rank, row.class_rank, row.unit, row.unit_id, row.class_)
    return (*names, *figures, " ".join(row.flags), *map(plain, row.measures.values()), *basis_cells(basis))
