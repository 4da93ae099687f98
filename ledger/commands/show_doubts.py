"""Standings with the ranks that rest on a doubtful reading marked, and what each reading could make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger.commands.show_standings import footing, heading, sheet
from ledger.commands.tables import columns, line, stacked, widest
from ledger.commands.words import Titles, amount, several
from ledger.messages import listed, text
from ledger.projections.doubts import Alternative, Doubt, Doubts, First, Range
from ledger.projections.standings import Row

Numbered = Sequence[tuple[Doubt, Alternative]]
_HEADER = ("best_rank", "worst_rank", "best_class_rank", "worst_class_rank", "rank_rests_on")
_UNIT_WIDTH = 30


def doubts(found: Doubts, titles: Titles) -> Iterator[RenderableType]:
    """The table with each unit's range of ranks and its rank under every option that moves anybody; then the options."""
    yield from heading(found.standings.basis, titles)
    options = [(doubt, alternative) for doubt in found.doubts for alternative in doubt.alternatives]
    moving = [(doubt, alternative) for doubt, alternative in options if alternative.shifts]
    shown, columns_shown = widest(lambda count: _ranked(found, moving[:count]), len(moving))
    yield shown
    count, of = len(found.rests_on), len(found.standings.rows)
    yield line(text("commands.doubtful_ranks", {"count": count, "of": of}) if count else text("commands.no_doubtful_rank"), "bold")
    if moving:
        yield line(text("commands.doubt_legend"), "dim")
    if columns_shown < len(moving):
        yield line(text("commands.not_shown", {"columns": listed(f"[{at}]" for at in range(columns_shown + 1, len(moving) + 1))}), "dim")
    yield line()
    yield from _firsts(found, moving)
    still = [_option(doubt, alternative, titles) for doubt, alternative in options if not alternative.shifts]
    if still:
        yield line(text("commands.doubts_still"))
        yield from (line(f"  {option}") for option in still)
    alone = [doubt.reading.id for doubt in found.doubts if not doubt.alternatives]
    if alone:
        yield line(text("commands.doubts_alone", {"readings": listed(alone)}), "dim")
    yield footing(found.standings.basis)


def _option(doubt: Doubt, alternative: Alternative, titles: Titles) -> str:
    """An option that changes no rank, and how many scores it changes, if any."""
    reading = titles.reading(doubt.reading.id, alternative.option)
    return text("commands.scores_only", {"reading": reading, "count": alternative.scores}) if alternative.scores else reading


def _ranked(found: Doubts, moving: Numbered) -> Table:
    rows = found.standings.rows
    ranks = [name for name in ("rank", "class_rank") if any(getattr(row, name) for row in rows)]
    table = columns(
        None,
        *((text(f"commands.head_{name}"), "right") for name in ranks),
        (text("commands.head_unit"), "left"),
        (text("commands.head_class"), "left"),
        (text("commands.head_score"), "right"),
        (text("commands.head_between"), "right"),
        *((f"[{at}]", "right") for at in range(1, len(moving) + 1)),
    )
    table.columns[len(ranks)].max_width = _UNIT_WIDTH
    then = [{shift.before.unit_id: shift.after for shift in alternative.shifts} for _, alternative in moving]
    for row in rows:
        places = [line(str(getattr(row, name) or "")) for name in ranks]
        others = [_rank(row, after.get(row.unit_id)) for after in then]
        table.add_row(*places, line(row.unit), line(row.class_), line(amount(row.score)), _between(found, row), *others)
    return table


def _rank(row: Row, then: Row | None) -> Text:
    """The rank under an option, where it is another; in brackets, where only that in the class is."""
    if then is None:
        return line()
    return line(str(then.rank)) if row.rank != then.rank else line(f"({then.class_rank})")


def _between(found: Doubts, row: Row) -> Text:
    """From the best to the worst rank, for a unit whose rank is in doubt; over all, or else within the class."""
    over_all, within = found.ranks(row), found.class_ranks(row)
    if over_all and over_all[0] != over_all[1]:
        return line(_range(over_all), "yellow")
    return line(f"({_range(within)})", "yellow") if within and within[0] != within[1] else line()


def _range(ranks: Range) -> str:
    return f"{ranks[0]}–{ranks[1]}"


def _firsts(found: Doubts, moving: Numbered) -> Iterator[RenderableType]:
    """Who is first as it stands, and under each option that moves anybody."""
    table = columns(
        text("commands.doubts_first"),
        ("", "right"),
        (text("commands.head_reading"), "left"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_moves"), "right"),
        (text("commands.head_first"), "left"),
    )
    now = {first.class_: first.units for first in found.firsts}
    table.add_row(line(), line(text("commands.as_it_stands")), line(), line(), stacked(*(line(_first(first)) for first in found.firsts)))
    for at, (doubt, alternative) in enumerate(moving, 1):
        option = text("commands.option_other", {"option": alternative.option, "words": alternative.words})
        words = [line(doubt.reading.id), line(option, "dim")]
        moves, first = line(str(len(alternative.shifts))), _changed(alternative.firsts, now)
        table.add_row(line(f"[{at}]"), stacked(*words), line(doubt.reading.clause), moves, first)
    yield table


def _changed(firsts: Sequence[First], now: Mapping[str | None, Sequence[str]]) -> Text:
    """Those who would be first instead of others; that nobody would is said too."""
    others = [first for first in firsts if now.get(first.class_) != first.units]
    return stacked(*(line(_first(first), "yellow") for first in others)) if others else line(text("commands.first_same"), "dim")


def _first(first: First) -> str:
    where = text("commands.over_all") if first.class_ is None else first.class_
    return text("commands.first_in", {"where": where, "units": several(first.units)})


def readings_sheet(found: Doubts) -> tuple[Sequence[str], list[Sequence[object]]]:
    """The standings for a spreadsheet, each row with its range of ranks and the readings that they rest on."""
    header, rows = sheet(found.standings.basis, found.standings.rows)
    added = [_sheet_cells(found, row) for row in found.standings.rows]
    return (*header, *_HEADER), [(*cells, *more) for cells, more in zip(rows, added, strict=True)]


def _sheet_cells(found: Doubts, row: Row) -> Sequence[object]:
    ranks = [found.ranks(row) or (None, None), found.class_ranks(row) or (None, None)]
    return (*ranks[0], *ranks[1], " ".join(found.rests_on.get(row.unit_id, ())))
