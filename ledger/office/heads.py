"""The head of a sheet: in which row it stands, what kind the sheet records, and which column holds which field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ledger.errors import Problem, nearest
from ledger.events import FROM_FILES, KINDS
from ledger.holdings import Holdings
from ledger.office.grids import Cell, Sheet, letters
from ledger.office.headings import FOUND_BY, IGNORED, KIND, column, heads, kind_called, kind_of_sheet, plain, sheet, title_of, words
from ledger.rules.source import OwnField

_LOOKED_AT = 20
"""Rows from the top among which the head is looked for: titles, units and dates of a report stand above it."""
_FEWEST = 2
_VAGUE = frozenset({"on", "unit", "units", "reason"})
"""Fields that say nothing of what a sheet records."""


@dataclass(slots=True)
class Head:
    """The head of a sheet: its row, the kind of its rows where they are all of one, and the columns that are read.

    ``names`` are the columns with a name, by number; ``kinds``, the column that names the kind of each row; ``passed``, those
    that are not read.
    """

    row: int
    kind: str | None
    names: Mapping[int, str]
    kinds: int | None
    own: Mapping[tuple[str, str], OwnField]
    passed: frozenset[int] = frozenset()
    _columns: dict[str, Mapping[int, str]] = field(default_factory=dict)

    def columns(self, kind: str) -> Mapping[int, str]:
        """By its number, the field that a column holds in rows of a kind."""
        if kind not in self._columns:
            known = heads(kind, _own(self.own, kind))
            found = {at: known.get(plain(name)) for at, name in self.names.items() if at not in self.passed and at != self.kinds}
            self._columns[kind] = {at: name for at, name in found.items() if name is not None}
        return self._columns[kind]


def _own(fields: Mapping[tuple[str, str], OwnField], kind: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, each.name) for (of, key), each in fields.items() if of == kind)


def required(kind: str) -> Iterator[tuple[str, ...]]:
    """What every row of a kind has to say: one at least of each group of fields."""
    model, family = KINDS[kind], FOUND_BY.get(kind, ("", ""))[0]
    for name, info in model.model_fields.items():
        said = info.alias or name
        if said == _OPENED.get(kind):
            if title_of(said):
                yield (said, title_of(said))
        elif said == family:
            yield (said, f"{family}.{title_of(family)}")
        elif info.is_required() and said != "id" and (kind, said) != ("event_reversed", "on"):
            yield (said,)
    if kind == "item_submitted":
        yield ("units", "unit")


_OPENED = {"item_submitted": "item", "solicitation_issued": "solicitation", "incident_occurred": "incident"}
"""What a kind opens, whose number may be made: then the title is needed, where there is one."""


def found(sheet_: Sheet, holdings: Holdings) -> Head | Problem | None:
    """The head of a sheet; None for a sheet without any content, a problem where it, or what it records, is not clear."""
    if not any(cell != "" for row in sheet_.rows for cell in row):
        return None
    named = kind_of_sheet(PurePath(sheet_.name).stem if sheet_.name.lower().endswith(".csv") else sheet_.name)
    own = holdings.fields
    row = _row(sheet_, named, own)
    if row is None:
        examples = ", ".join(column(named or "item_submitted", name) for name in ("on", "units", "title"))
        known = {"columns": examples, "passed": words("sheets.sheet_explains")[0]}
        return Problem("workbooks.no_header", where=sheet_.at(0, 0), params=known)
    names = {at: str(cell).strip() for at, cell in enumerate(sheet_.rows[row]) if str(cell).strip()}
    kinds = _column_of_kinds(sheet_.rows[row + 1 :], names)
    head = Head(row, None if kinds is not None else named, names, kinds, own)
    if kinds is None and named is None:
        fitting = _fitting(names, own)
        if len(fitting) != 1:
            return _unclear(sheet_, row, fitting)
        head.kind = fitting[0]
    head.passed = frozenset(at for at, name in names.items() if at != kinds and _is_passed(name, head))
    return head


def _row(sheet_: Sheet, kind: str | None, own: Mapping[tuple[str, str], OwnField]) -> int | None:
    known = set(_passed_heads()) | set(map(plain, words(f"sheets.head_{KIND}")))
    for each in [kind] if kind else [model.kind for model in FROM_FILES]:
        known |= heads(each, _own(own, each)).keys()
    for number, cells in enumerate(sheet_.rows[:_LOOKED_AT]):
        said = [plain(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
        hits = len({each for each in said if each in known})
        if hits >= _FEWEST and hits * 2 >= len(said):
            return number
    return None


def _column_of_kinds(rows: Sequence[Sequence[Cell]], names: Mapping[int, str]) -> int | None:
    """The column that names kinds: called so, and most of its cells do."""
    called = set(map(plain, words(f"sheets.head_{KIND}")))
    for at, name in names.items():
        if plain(name) == KIND:
            return at
        if plain(name) in called:
            cells = [str(row[at]) for row in rows if at < len(row) and str(row[at]).strip()]
            if sum(kind_called(cell) is not None for cell in cells) * 2 > len(cells):
                return at
    return None


def _passed_heads() -> set[str]:
    return set(map(plain, words("sheets.passed_heads")))


def _is_passed(name: str, head: Head) -> bool:
    if name.startswith(IGNORED):
        return True
    known = head.kind is not None and plain(name) in heads(head.kind, _own(head.own, head.kind))
    return plain(name) in _passed_heads() and not known


def _fitting(names: Mapping[int, str], own: Mapping[tuple[str, str], OwnField]) -> list[str]:
    """The kinds whose rows these columns can tell, all of them and nothing else."""
    said = {plain(name) for name in names.values() if not name.startswith(IGNORED)}
    fitting = []
    for kind in (model.kind for model in FROM_FILES):
        known = heads(kind, _own(own, kind))
        fields = {known[each] for each in said if each in known}
        rest = said - known.keys() - _passed_heads()
        telling = {name for group in required(kind) for name in group} - _VAGUE
        if not rest and fields & telling and all(fields & {*group} for group in required(kind)):
            fitting.append(kind)
    return fitting


def _unclear(sheet_: Sheet, row: int, fitting: Sequence[str]) -> Problem:
    """What a sheet records is said neither by its name nor by its columns."""
    said = {"sheet": sheet_.name, "column": words(f"sheets.head_{KIND}")[0]}
    if fitting:
        return Problem("workbooks.several_kinds", where=sheet_.at(row, 0), params={**said, "kinds": ", ".join(map(sheet, fitting))})
    names = ", ".join(sheet(model.kind) for model in FROM_FILES[:6])
    return Problem("workbooks.kind_unknown", where=sheet_.at(row, 0), params={**said, "names": f"{names}…"})


def problems(sheet_: Sheet, head: Head, filled: set[int]) -> Iterator[Problem]:
    """What is wrong with a head, where ``filled`` are the columns in which its rows say something."""
    if head.kind is None:
        return
    columns = head.columns(head.kind)
    seen: dict[str, int] = {}
    for at, name in head.names.items():
        where = sheet_.at(head.row, at)
        if at in columns:
            other = seen.setdefault(columns[at], at)
            if other != at:
                said = {"column": name, "other": letters(other), "field": column(head.kind, columns[at])}
                yield Problem("workbooks.column_twice", columns[at], where, said)
        elif at in filled and at not in head.passed:
            known = [column(head.kind, each) for each in dict.fromkeys(heads(head.kind, _own(head.own, head.kind)).values())]
            yield Problem("workbooks.column_unknown", None, where, {"column": name, "nearest": nearest(name, known)})
    lacking = [group for group in required(head.kind) if not {*group} & {*columns.values()}]
    if lacking:
        named = ", ".join(column(head.kind, group[0 if group[0] == "units" else -1]) for group in lacking)
        yield Problem("workbooks.columns_missing", lacking[0][0], sheet_.at(head.row, 0), {"sheet": sheet_.name, "columns": named})
