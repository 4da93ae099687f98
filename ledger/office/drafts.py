"""The rows of one sheet, as drafts: what each says in the texts of fields, where each stands, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ledger import times
from ledger.aggregates.cells import EXTRA
from ledger.aggregates.extra import shown
from ledger.errors import Problem, nearest
from ledger.events import KINDS
from ledger.holdings import Holdings
from ledger.office import grids
from ledger.office.grids import Cell, Sheet
from ledger.office.headings import FOLLOWERS, Follower, column, kind_called, kinds_called, words
from ledger.office.heads import Head, required
from ledger.office.passing import Passing
from ledger.office.values import Around, Unread, shape, written


@dataclass(slots=True)
class Draft:
    """One record to be. ``said`` are its texts by field, ``cells`` the places of its fields; ``of`` is the row's own record, where
    this is one that follows it; ``wrong``, that something in it could not be read.
    """

    kind: str
    where: str
    said: dict[str, str]
    cells: dict[str, str]
    of: Draft | None = None
    wrong: bool = False

    @property
    def on(self) -> date:
        """Its business date."""
        return date.fromisoformat(self.said["on"][:10])


class Column(NamedTuple):
    """A column in rows of a kind: its number, its field, what that holds, and how it is to be read."""

    at: int
    field: str
    holds: str
    name: str
    kind: str
    of: str


@dataclass(slots=True)
class Rows:
    """What was found in the rows of a sheet."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed: list[Problem] = field(default_factory=list)
    filled: set[int] = field(default_factory=set)


class Reading:
    """Reads the rows of one sheet, from the head down."""

    def __init__(self, sheet: Sheet, head: Head, holdings: Holdings) -> None:
        self._sheet, self._head = sheet, head
        self._columns: dict[str, list[Column]] = {}
        self._above: dict[int, Cell] = {}
        self._near = max((source.effective for source in holdings.sources), default=times.now().date())
        self.found = Rows()

    def read(self) -> Rows:
        """Every row: a draft, problems, or passed over."""
        dated = (
            frozenset(at for at, name in self._head.columns(self._head.kind).items() if name == "on") if self._head.kind else frozenset()
        )
        passing = Passing(self._sheet, self._head, dated)
        failed = {row for row, _ in self._sheet.failed}
        for number in range(self._head.row + 1, len(self._sheet.rows)):
            row = self._sheet.rows[number]
            filled = [(at, cell) for at, cell in enumerate(row) if cell != "" and (not isinstance(cell, str) or cell.strip())]
            over = passing.over(number, filled) if filled else None
            if over:
                self.found.passed.append(over)
            elif any(at not in self._head.passed for at, _ in filled) or number in failed:
                self._row(number, filled)
        return self.found

    def _row(self, number: int, filled: Sequence[tuple[int, Cell]]) -> None:
        kind = self._kind(number)
        if kind is None:
            return
        columns = self._of(kind)
        known = {each.at for each in columns}
        self.found.filled.update(at for at, _ in filled)
        strays = [(at, cell) for at, cell in filled if at not in known and at not in self._head.passed and at != self._head.kinds]
        if len(filled) == 1 and self._head.kinds is None:
            at, cell = filled[0]
            said = {"value": shown(str(cell).strip()), "word": words("sheets.passed_notes")[0]}
            self._problem("workbooks.stray_row", None, self._sheet.at(number, at), said)
            return
        for at, cell in strays:
            self._stray(number, at, cell, kind)
        self._drafted(kind, number, columns)

    def _stray(self, number: int, at: int, cell: Cell, kind: str) -> None:
        """A filled cell in no column of the kind: a column that nobody knows is named once, at its head."""
        where, value = self._sheet.at(number, at), shown(str(cell).strip())
        if at not in self._head.names:
            self._problem("workbooks.stray_cell", None, where, {"value": value})
        elif self._head.kinds is not None:
            said = {"column": self._head.names[at], "kind": _called(kind), "value": value}
            self._problem("workbooks.column_of_other_kind", self._head.names[at], where, said)

    def _kind(self, number: int) -> str | None:
        if self._head.kinds is None:
            return self._head.kind
        row = self._sheet.rows[number]
        said = str(row[self._head.kinds]).strip() if self._head.kinds < len(row) else ""
        kind = kind_called(said) if said else None
        if kind is None:
            where = self._sheet.at(number, self._head.kinds)
            if said:
                self._problem("workbooks.no_choice", "kind", where, {"value": shown(said), "nearest": nearest(said, kinds_called())})
            else:
                self._problem("workbooks.blank", "kind", where, {"column": self._head.names[self._head.kinds], "sheet": self._sheet.name})
        return kind

    def _of(self, kind: str) -> list[Column]:
        if kind not in self._columns:
            self._columns[kind] = [self._column(kind, at, name) for at, name in self._head.columns(kind).items()]
        return self._columns[kind]

    def _column(self, kind: str, at: int, name: str) -> Column:
        follower = next((each for each in FOLLOWERS.get(kind, ()) if name in each.columns), None)
        of, own = (follower.kind, follower.columns[name]) if follower else (kind, name)
        declared = self._head.own.get((kind, name.removeprefix(EXTRA))) if name.startswith(EXTRA) else None
        return Column(at, name, shape(KINDS[of], own, declared), self._head.names[at], of, own)

    def _drafted(self, kind: str, number: int, columns: Sequence[Column]) -> None:
        """The record of a row, and those that follow it, as far as the row says anything of them."""
        first = self._sheet.at(number, columns[0].at if columns else 0)
        draft = Draft(kind, first, {}, {})
        following = [(each, Draft(each.kind, first, dict(each.fixed), {}, draft)) for each in FOLLOWERS.get(kind, ())]
        of = {name: made for follower, made in following for name in follower.columns}
        for each in columns:
            whose = of.get(each.field, draft)
            whose.cells[each.of] = where = self._sheet.at(number, each.at)
            self._cell(number, each, whose, where)
        told = [(follower, made) for follower, made in following if _tells(follower, made)]
        if not (draft.said or draft.wrong or told):
            return
        self._complete(draft, required(kind))
        self.found.drafts.append(draft)
        for follower, made in told:
            self._complete(made, ((name,) for name in follower.columns.values() if name in _NEEDED))
            made.wrong |= draft.wrong
            self.found.drafts.append(made)

    def _cell(self, number: int, each: Column, whose: Draft, where: str) -> None:
        """Reads one cell into the draft that it belongs to."""
        row = self._sheet.rows[number]
        cell: Cell = row[each.at] if each.at < len(row) else ""
        if (number, each.at) in self._sheet.failed:
            whose.wrong = True
            self._problem("workbooks.cell_error", each.field, where, {})
            return
        if isinstance(cell, str):
            if cell.strip() in words("sheets.cell_ditto"):
                cell = self._above.get(each.at, "")
            elif whose.of is not None and cell.strip() in words("sheets.cell_none"):
                return
        self._above[each.at] = cell
        around = Around(each.name, self._near, self._sheet.since_1904)
        try:
            said = written(cell, each.holds, around, KINDS[each.kind], each.of)
        except Unread as unread:
            whose.wrong = True
            self._problem(unread.problem.key, each.of, where, unread.problem.params)
            return
        if said:
            whose.said[each.of] = said
            if each.of == "on" and whose.of is None:
                self._near = date.fromisoformat(said[:10])

    def _complete(self, draft: Draft, needed: Iterable[tuple[str, ...]]) -> None:
        """Names what a record has to say and does not. A day that cannot be read is stood in for, so that the rest is judged."""
        for group in needed:
            if any(name in draft.said for name in group) or (draft.wrong and any(self._named(draft, name) for name in group)):
                continue
            draft.wrong = True
            where = next((draft.cells[name] for name in reversed(group) if name in draft.cells), draft.where)
            names = [self._called(draft, name) for name in group]
            if len(group) > 1 and group[0] != "units":
                self._problem("workbooks.blank_by_title", group[-1], where, {"column": names[-1], "other": names[0]})
            else:
                self._problem("workbooks.blank", group[0], where, {"column": names[0], "sheet": _called(draft.kind)})
        if draft.wrong and "on" not in draft.said:
            timed = shape(KINDS[draft.kind], "on") == "moment"
            draft.said["on"] = f"{self._near.isoformat()}T00:00" if timed else self._near.isoformat()

    def _called(self, draft: Draft, name: str) -> str:
        """What the column of a field is called: here, or where there is none, by us."""
        at = grids.place(draft.cells.get(name, ""))
        return self._head.names[at[2]] if at else column(draft.kind, name)

    def _named(self, draft: Draft, name: str) -> bool:
        """Whether a problem of this field's cell has been named already."""
        where = draft.cells.get(name)
        return where is not None and any(problem.where == where for problem in self.found.problems[-8:])

    def _problem(self, key: str, name: str | None, where: str, params: Mapping[str, object]) -> None:
        self.found.problems.append(Problem(key, name, where, params))


_NEEDED = frozenset({"on", "channel", "level"})
"""What a record that follows another has to say, of what a column may hold."""


def _tells(follower: Follower, draft: Draft) -> bool:
    """Whether a row tells of a record that follows its own."""
    return draft.wrong or len(draft.said) > len(follower.fixed)


def _called(kind: str) -> str:
    return words(f"sheets.sheet_{kind}")[0]
