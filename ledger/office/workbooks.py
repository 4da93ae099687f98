"""Tables by hand: workbooks, and CSV with names of columns, as rows to import. Taken as meant, or named: nothing is guessed.

What keeps a row from being read is a problem at its cell, and the rest of the row is judged all the same, so that one import
says everything. See docs/howto/workbooks.md, and docs/decisions/0006 for how items without numbers are known again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.aggregates.cells import EXTRA, typed
from ledger.aggregates.normalise import Incoming
from ledger.errors import Problem
from ledger.holdings import Holdings
from ledger.office import grids, heads
from ledger.office.drafts import Draft, Reading
from ledger.office.headings import IGNORED, is_named, kind_of_sheet
from ledger.office.referring import numbered
from ledger.office.tables import csv_rows, in_order, is_of_fields

_EVEN_SO = frozenset({"aggregates.no_such_word", "aggregates.ambiguous", "aggregates.too_long", "aggregates.unprintable"})
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
        own = {id(each) for each in self.rows if isinstance(each, Problem)}
        kept = {(each.key, each.field, each.where): self._worded(each) for each in problems if id(each) in own or self._tells(each)}
        order = {name: number for number, name in enumerate(self.sheets)}

        def place(problem: Problem) -> tuple[int, int, int]:
            at = grids.place(problem.where or "")
            return (order.get(at[0], len(order)), at[1], at[2]) if at else (len(order), 0, 0)

        return sorted(kept.values(), key=place)

    def _tells(self, problem: Problem) -> bool:
        """Whether what is refused of a row is worth saying: of one that could not be read, only what else is wrong with its words."""
        at = grids.place(problem.where or "")
        return at is None or (at[0], at[1]) not in self._broken or problem.key in _EVEN_SO

    def _worded(self, problem: Problem) -> Problem:
        """Of an item with a made number that is there already, what that means for a row."""
        if problem.key == "aggregates.item_twice" and problem.params["item"] in self._made:
            return replace(problem, key="workbooks.item_changed")
        return problem


def load(path: Path, holdings: Holdings | None = None) -> Table:
    """A file's rows, read against what a ledger holds. Raises InputError, OSError for a file that cannot be read."""
    sheets = grids.sheets(path)
    if path.suffix.lower() == ".csv" and not _is_by_hand(sheets[0]):
        return Table(list(csv_rows(path.read_bytes(), path.name)))
    return _read(sheets, holdings or Holdings())


def _is_by_hand(sheet: grids.Sheet) -> bool:
    """Whether a CSV file has a head in words; one whose first row has ``kind`` is the contract's, as is one without any head."""
    return not is_of_fields(sheet.rows) and isinstance(heads.found(sheet, Holdings()), heads.Head)


def _read(sheets: Sequence[grids.Sheet], holdings: Holdings) -> Table:
    drafts: list[Draft] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    for sheet in sheets:
        if not _passed(sheet, passed):
            _of_sheet(sheet, holdings, drafts, problems, passed)
    numbers = numbered(drafts, holdings)
    if not any(problem.key in _UNREAD_SHEET for problem in problems):
        problems += numbers.problems  # else what is not found may well be in the sheet that could not be read
    records = [(number, _incoming(draft)) for number, draft in enumerate(drafts)]
    broken = frozenset(at[:2] for draft in drafts if draft.wrong and (at := grids.place(draft.where)))
    return Table([*problems, *in_order(records)], passed, [sheet.name for sheet in sheets], broken, numbers.made)


def _passed(sheet: grids.Sheet, passed: list[Problem]) -> bool:
    """Whether a sheet is none of records: hidden, or called an explanation, lists or sums. It is said where there is anything in it."""
    if sheet.hidden:
        key = None if is_named(sheet.name, "sheets.sheet_lists") else "workbooks.passed_hidden"
    elif is_named(sheet.name, "sheets.sheet_explains") or (is_named(sheet.name, "sheets.sheet_sums") and not kind_of_sheet(sheet.name)):
        key = "workbooks.passed_sheet"
    else:
        return False
    if key and sheet.rows:
        passed.append(Problem(key, where=sheet.at(0, 0)))
    return True


def _of_sheet(sheet: grids.Sheet, holdings: Holdings, drafts: list[Draft], problems: list[Problem], passed: list[Problem]) -> None:
    head = heads.found(sheet, holdings)
    if head is None:
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
