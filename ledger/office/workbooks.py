"""Tables by hand: workbooks, and CSV with names of columns, as rows to import. Taken as meant, or named: nothing is guessed.

What keeps a row from being read is a problem at its cell, and the rest of the row is judged all the same, so that one import
says everything. See docs/howto/workbooks.md, and docs/decisions/0006 for how items without numbers are known again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.aggregates.cells import EXTRA, typed
from ledger.aggregates.normalise import Incoming
from ledger.errors import Problem
from ledger.holdings import Holdings
from ledger.office import grids, heads
from ledger.office.drafts import Draft, Reading
from ledger.office.headings import IGNORED, is_named
from ledger.office.referring import numbered
from ledger.office.tables import csv_rows, in_order, is_of_fields

_EVEN_SO = frozenset(
    f"aggregates.{name}"
    for name in (
        *("no_such_word", "ambiguous", "too_long", "unprintable", "not_a_number", "not_whole", "not_yes_or_no"),
        *("not_a_ratio", "not_words", "not_a_choice"),
    )
) | {"events.bad_points", "events.unit_twice"}
"""What is worth saying of a row of which a cell could not be read: what else is wrong with its words."""


_UNREAD_SHEET = frozenset({"workbooks.columns_missing", "workbooks.kind_unknown", "workbooks.several_kinds", "workbooks.no_header"})


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows: what to import, what was passed over, and what :meth:`settled` needs to word what is refused."""

    rows: Sequence[Incoming | Problem]
    passed: Sequence[Problem] = ()
    sheets: Sequence[str] = ()
    _broken: frozenset[tuple[str, int]] = frozenset()
    _made: frozenset[str] = frozenset()

    def settled(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems of an import, each cell's once, in the order of the file; one that only follows from another left out."""
        own = [each for each in self.rows if isinstance(each, Problem)]
        read, places = {id(each) for each in own}, {each.where for each in own}
        told = (each for each in problems if id(each) in read or self._tells(each, places))
        kept = {(each.key, each.field, each.where): self._worded(each) for each in told}
        order = {name: number for number, name in enumerate(self.sheets)}

        def place(problem: Problem) -> tuple[int, int, int]:
            at = grids.place(problem.where or "")
            return (order.get(at[0], len(order)), at[1], at[2]) if at else (len(order), 0, 0)

        return sorted(kept.values(), key=place)

    def _tells(self, problem: Problem, places: Container[str | None]) -> bool:
        """Whether what is refused of a row is worth saying: of one that could not be read, only what is wrong with its other cells."""
        at = grids.place(problem.where or "")
        if at is None or (at[0], at[1]) not in self._broken:
            return True
        lacks_own = problem.key == "aggregates.missing" and str(problem.field).startswith(EXTRA)
        return (problem.key in _EVEN_SO or lacks_own) and problem.where not in places

    def _worded(self, problem: Problem) -> Problem:
        """Of an item with a made number that is there already, what that means for a row."""
        if problem.key == "aggregates.item_twice" and problem.params["item"] in self._made:
            return replace(problem, key="workbooks.item_changed")
        return problem


def load(path: Path, holdings: Holdings | None = None) -> Table:
    """A file's rows, read against what a ledger holds. Raises InputError, OSError for a file that cannot be read."""
    if path.suffix.lower() != ".csv":
        return _read(grids.sheets(path), holdings or Holdings())
    written = path.read_bytes()
    if not is_of_fields(written, path.name):
        (sheet,) = grids.sheets(path)
        if isinstance(heads.found(sheet, holdings or Holdings()), heads.Head):
            return _read([sheet], holdings or Holdings())
    return Table(list(csv_rows(written, path.name)))


def _read(sheets: Sequence[grids.Sheet], holdings: Holdings) -> Table:
    drafts: list[Draft] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    for sheet in sheets:
        _of_sheet(sheet, holdings, drafts, problems, passed)
    numbers = numbered(drafts, holdings)
    if not any(problem.key in _UNREAD_SHEET for problem in problems):
        problems += numbers.problems  # else what is not found may well be in the sheet that could not be read
    records = [(number, _incoming(draft)) for number, draft in enumerate(drafts)]
    broken = frozenset(at[:2] for draft in drafts if draft.wrong and (at := grids.place(draft.where)))
    return Table([*problems, *in_order(records)], passed, [sheet.name for sheet in sheets], broken, numbers.made)


def _passed(sheet: grids.Sheet, head: heads.Head | Problem) -> str | None:
    """Why a sheet is passed over: it is hidden; or it is called an explanation or sums, and nothing in it says what it records."""
    if sheet.hidden:
        return "workbooks.passed_hidden"
    unclear = isinstance(head, Problem) and head.key in ("workbooks.no_header", "workbooks.kind_unknown")
    if unclear and any(is_named(sheet.name, key) for key in ("sheets.sheet_explains", "sheets.sheet_sums")):
        return "workbooks.passed_sheet"
    return None


def _of_sheet(sheet: grids.Sheet, holdings: Holdings, drafts: list[Draft], problems: list[Problem], passed: list[Problem]) -> None:
    head = None if sheet.hidden and is_named(sheet.name, "sheets.sheet_lists") else heads.found(sheet, holdings)
    if head is None:
        return
    why = _passed(sheet, head)
    if why:
        passed.append(Problem(why, where=sheet.at(0, 0)))
        return
    if isinstance(head, Problem):
        problems.append(head)
        return
    found = Reading(sheet, head, holdings).read()
    wrong = list(heads.problems(sheet, head, found.filled))
    if not found.filled and any(each.key == "workbooks.columns_missing" for each in wrong):
        return  # a sheet without a row needs no column
    problems += wrong
    if any(each.key == "workbooks.columns_missing" for each in wrong):
        return  # every row would say the same
    problems += found.problems
    drafts += found.drafts
    passed += [*_columns_passed(sheet, head), *found.passed]


def _columns_passed(sheet: grids.Sheet, head: heads.Head) -> Iterator[Problem]:
    for at in sorted(head.passed):
        filled = any(at < len(row) and str(row[at]).strip() for row in sheet.rows[head.row + 1 :])
        if filled and not head.names[at].startswith(IGNORED):
            yield Problem("workbooks.passed_column", where=sheet.at(head.row, at), params={"column": head.names[at]})


def _incoming(draft: Draft) -> Incoming:
    own = {name: said for name, said in draft.said.items() if "." not in name or name.startswith(EXTRA)}
    return Incoming(draft.where, {"kind": draft.kind, **typed(draft.kind, own)}, draft.cells)
