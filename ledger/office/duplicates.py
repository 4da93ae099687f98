"""Items that may be one sent twice: of the same unit, within days, and titles almost alike. Hints to a person; nothing is dropped.

A title of eight signs or more in which one is another has 87 % or more of :func:`rapidfuzz.fuzz.ratio`; the same piece reworded
(春耕备耕 twice, with and without a word, a mark or an ending) had 88 to 97, pieces on other matters by the same unit 72 at most. Titles
that differ in a number alone (第一季度, 第二季度) come near too, which the days keep apart. A week is how long an office takes to send a
piece again; the same matter next month is another piece.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz

from ledger import times
from ledger.aggregates.lexicon import Lexicon
from ledger.aggregates.normalise import Incoming
from ledger.errors import Problem
from ledger.holdings import Holdings
from ledger.values import matching_key

SIMILARITY = 85
"""Percent, from which on two titles are almost alike."""
DAYS = 7


class _Piece(NamedTuple):
    on: date
    order: int
    key: str
    title: str
    where: str
    new: bool


def hints(rows: Iterable[object], holdings: Holdings) -> list[Problem]:
    """A hint for each row whose item is not in the ledger and looks like another, in the file or in the ledger: the likest one."""
    held = {each.number for each in holdings.items}
    of_units: defaultdict[str, list[_Piece]] = defaultdict(list)
    order = 0
    for row in rows:
        if isinstance(row, Incoming) and row.record.get("kind") == "item_submitted" and str(row.record.get("item")) not in held:
            order += 1
            for unit, piece in _pieces(row, order, holdings.units):
                of_units[unit].append(piece)
    for item in holdings.items if of_units else ():
        for unit in item.units & of_units.keys():
            of_units[unit].append(_Piece(item.on, 0, matching_key(item.title), item.title, item.number, new=False))
    found = [each for pieces in of_units.values() for each in _alike(sorted(pieces))]
    best: dict[str | None, Problem] = {}
    for hint in sorted(found, key=lambda hint: hint.params["similarity"], reverse=True):  # type: ignore[arg-type, return-value] # they are numbers
        best.setdefault(hint.where, hint)
    return list(best.values())


def _pieces(row: Incoming, order: int, words: Lexicon) -> Iterator[tuple[str, _Piece]]:
    """The item of a row, for each of its units."""
    record = row.record
    try:
        on = times.day(record.get("on"))
    except ValueError:
        return
    units, title = record.get("units", record.get("unit")), str(record.get("title", ""))
    for unit in units if isinstance(units, list) else [units]:
        owners = words.owners(str(unit))
        if len(owners) == 1 and title:
            yield owners[0], _Piece(on, order, matching_key(title), title, row.place("title"), new=True)


def _alike(pieces: Sequence[_Piece]) -> Iterator[Problem]:
    """The hints among the pieces of one unit, given by day."""
    days = [piece.on for piece in pieces]
    for at, piece in enumerate(pieces):
        for other in pieces[bisect_left(days, piece.on - timedelta(days=DAYS)) : at]:
            if piece.new or other.new:
                similarity = fuzz.ratio(piece.key, other.key, score_cutoff=SIMILARITY)
                if similarity:
                    yield _hint(piece, other, similarity) if piece.new else _hint(other, piece, similarity)


def _hint(piece: _Piece, other: _Piece, similarity: float) -> Problem:
    said = {"other": other.where, "when": other.on, "title": other.title, "days": abs((piece.on - other.on).days)}
    return Problem("workbooks.hint_alike", "title", piece.where, {**said, "similarity": round(similarity)})
