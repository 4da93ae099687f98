"""An empty workbook for a ledger: a sheet a kind, drop-downs of its words and units, dates validated, a page that explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.aggregates.cells import EXTRA
from ledger.aggregates.normalise import choices
from ledger.events import KINDS
from ledger.holdings import Holdings
from ledger.messages import text
from ledger.office.grids import letters
from ledger.office.headings import column, sheet, words
from ledger.office.heads import required
from ledger.office.new_files import demand_new, put
from ledger.office.values import choice_called, shape
from ledger.rules.source import VOCABULARIES
from ledger.widths import cells

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLUMNS: Mapping[str, Sequence[str]] = {
    "item_submitted": ("on", "units", "title", "category", "lead", "author", "item", "note"),
    "item_adopted": ("on", "item.title", "item.units", "channel", "placement", "issue", "item", "note"),
    "item_endorsed": ("on", "item.title", "item.units", "level", "leader", "item", "note"),
    "solicitation_issued": ("on", "topic", "units", "due", "solicitation", "note"),
    "solicitation_fulfilled": ("on", "solicitation.topic", "unit", "item", "solicitation", "note"),
    "solicitation_missed": ("on", "solicitation.topic", "unit", "how", "excused", "solicitation", "note"),
    "feedback_failed": ("on", "unit", "how", "about", "item", "note"),
    "incident_occurred": ("on", "unit", "severity", "phone.on", "written.on", "incident", "note"),
    "training_completed": ("on", "unit", "trainee", "note"),
    "finding_established": ("on", "unit", "finding", "item", "incident", "note"),
    "points_awarded": ("on", "unit", "rule", "points", "officer", "reason"),
    "event_reversed": ("on", "target", "reason"),
}
"""The kinds that a clerk records all year, with the columns of their sheets. The roster's own changes are made one by one."""

_ROWS = 3000
"""Rows below the head that have formats and drop-downs."""
_WIDTHS = {"title": 44, "topic": 36, "units": 26, "unit": 26, "note": 24, "reason": 32, "about": 32, "finding": 36}
_LAST = datetime.fromisoformat("2099-12-31")
_MADE = datetime.fromisoformat("2000-01-01")
"""The day that every template says it was made on, so that its bytes repeat."""
_PAGE, _LINE = 96, 18
"""The page that explains: how many signs are in a line, and how high one is."""
_SEVERAL = frozenset({"units"})


class _Column(NamedTuple):
    """A column of a template: its name, the field that it holds, what that is, the list that it is chosen from, what it is for."""

    name: str
    field: str
    holds: str
    listed: str | None
    needed: bool
    about: str


def write(file: Path, holdings: Holdings, today: date) -> list[str]:
    """Writes the workbook and returns the names of its sheets. Raises InputError where the file is there, or cannot be written."""
    import xlsxwriter

    demand_new(file)
    template, written = _Template(holdings, today), BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE, "title": template.title})
        template.fill(book)
    put(file, written.getvalue())
    return [sheet(kind) for kind in template.kinds]


class _Template:
    """What goes into the workbook of one ledger."""

    def __init__(self, holdings: Holdings, today: date) -> None:
        self._holdings = holdings
        self._source = holdings.sources[-1]
        self._units = [unit.on(today).name for unit in holdings.roster.at(today)] or [
            unit.on(today).name for unit in holdings.roster.units.values()
        ]
        self._awards = [str(rule["id"]) for rule in self._source.data["rules"] if rule.get("match") == "points_awarded"]
        self._lists: dict[str, list[str]] = {"unit": self._units, "yes": [text("commands.yes"), text("commands.no")]}
        self._lists |= {kind: [term.name for term in self._source.terms(kind)] for kind in VOCABULARIES}
        self._lists["rule"] = self._awards
        self.title = text("workbooks.template_title", {"scheme": self._source.name})
        self.kinds = [kind for kind in COLUMNS if self._is_wanted(kind)]

    def _is_wanted(self, kind: str) -> bool:
        """Whether the scheme has what the kind is about."""
        return {"points_awarded": bool(self._awards), "finding_established": bool(self._lists["finding"])}.get(kind, True)

    def columns(self, kind: str) -> Iterator[_Column]:
        """The columns of a kind's sheet, those of the scheme's own fields last."""
        needed = {group[0 if group[0] == "units" else -1] for group in required(kind)}
        for field in COLUMNS[kind]:
            own = field.rpartition(".")[2]
            model = KINDS["incident_reported" if "." in field and own == "on" else kind]
            holds, name = shape(model, own), column(kind, field)
            yield _Column(name, own, holds, self._listed(kind, own, holds), field in needed, text(f"commands.field_{own}"))
        for (of, key), declared in self._holdings.fields.items():
            if of == kind:
                listed = f"{EXTRA}{kind}.{key}" if declared.choices else "yes" if declared.type == "yes_no" else None
                if declared.choices:
                    self._lists[str(listed)] = list(declared.choices.values())
                yield _Column(declared.name, f"{EXTRA}{key}", shape(KINDS[kind], key, declared), listed, declared.required, declared.name)

    def _listed(self, kind: str, field: str, holds: str) -> str | None:
        if holds == "choice":
            key = f"{kind}.{field}"
            self._lists[key] = [choice_called(field, value) for value in choices(KINDS[kind], field)]
            return key
        if holds == "truth":
            return "yes"
        listed = "unit" if field in ("unit", "units", "lead") else field
        return listed if self._lists.get(listed) else None

    def fill(self, book: Workbook) -> None:
        """Writes every sheet: the page that explains, a sheet a kind, and the lists, hidden."""
        formats = _formats(book)
        explains = book.add_worksheet(words("sheets.sheet_explains")[0])
        sheets = {kind: book.add_worksheet(sheet(kind)) for kind in self.kinds}
        columns = {kind: list(self.columns(kind)) for kind in self.kinds}
        ranges = self._write_lists(book.add_worksheet(words("sheets.sheet_lists")[0]))
        for kind, page in sheets.items():
            self._fill(page, columns[kind], ranges, formats)
        self._explain(explains, columns, formats)

    def _write_lists(self, page: Worksheet) -> dict[str, str]:
        """The words to choose from, a column a list; returns where each is."""
        page.hide()
        name_of_lists, ranges = words("sheets.sheet_lists")[0], {}
        for at, (name, listed) in enumerate(self._lists.items()):
            page.write_column(0, at, [name, *listed])
            ranges[name] = f"='{name_of_lists}'!${letters(at)}$2:${letters(at)}${len(listed) + 1}"
        return ranges

    def _fill(self, page: Worksheet, columns: Sequence[_Column], ranges: Mapping[str, str], formats: Mapping[str, Format]) -> None:
        for at, each in enumerate(columns):
            width = max(_WIDTHS.get(each.field, 14), 2 * len(each.name) + 4)
            page.set_column(at, at, width, formats[each.holds if each.holds in formats else "text"])
            page.write_string(0, at, f"{each.name}{'*' if each.needed else ''}", formats["needed" if each.needed else "head"])
            page.data_validation(1, at, _ROWS, at, self._validation(each, ranges))
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, _ROWS, len(columns) - 1)
        page.set_row(0, 24)
        _printed(page)
        page.repeat_rows(0)

    def _validation(self, each: _Column, ranges: Mapping[str, str]) -> dict[str, Any]:
        said = {"input_title": each.name[:32], "input_message": each.about[:255], "error_title": each.name[:32]}
        if each.listed:
            several = each.field in _SEVERAL
            wrong = text("workbooks.template_several" if several else "workbooks.template_listed")
            kind = "information" if several else "stop"
            return {**said, "validate": "list", "source": ranges[each.listed], "error_type": kind, "error_message": wrong}
        if each.holds in ("day", "moment"):
            first = datetime.combine(self._holdings.sources[0].effective, datetime.min.time())
            wrong = text(f"workbooks.template_{each.holds}", {"first": first.date()})
            return {**said, "validate": "date", "criteria": "between", "minimum": first, "maximum": _LAST, "error_message": wrong}
        return {**said, "validate": "any"}

    def _explain(self, page: Worksheet, columns: Mapping[str, Sequence[_Column]], formats: Mapping[str, Format]) -> None:
        page.set_column(0, 0, 18, formats["wrapped"])
        page.set_column(1, 1, _PAGE, formats["wrapped"])
        page.merge_range(0, 0, 0, 1, self.title, formats["title"])
        page.set_row(0, 34)
        row = 1
        for number, key in enumerate(_EXPLAINED, 1):
            page.write_number(row, 0, number, formats["wrapped"])
            _write_wrapped(page, row, text(f"workbooks.explain_{key}"), formats["wrapped"])
            row += 1
        page.write_row(row + 1, 0, [text("workbooks.explain_sheet"), text("workbooks.explain_columns")], formats["head"])
        for kind, each in columns.items():
            row += 1
            page.write_string(row + 1, 0, sheet(kind), formats["wrapped"])
            between = text("commands.and_next", {"row": "", "word": ""})
            _write_wrapped(page, row + 1, between.join(f"{one.name}{'*' if one.needed else ''}" for one in each), formats["wrapped"])
        _printed(page)
        page.activate()


_EXPLAINED = ("rows", "choices", "several", "days", "numbers", "passed", "again", "names", "import")
"""The points of the page that explains, in order."""


def _write_wrapped(page: Worksheet, row: int, words_: str, wrapped: Format) -> None:
    """A text with a row as high as it needs: nobody measures it when the file is opened."""
    page.set_row(row, _LINE * (1 + cells(words_) // (_PAGE - 6)))
    page.write_string(row, 1, words_, wrapped)


def _printed(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _formats(book: Workbook) -> dict[str, Format]:
    font = {"font_name": text("workbooks.template_font"), "font_size": 11, "valign": "vcenter"}
    ruled = {**font, "border": 1, "border_color": "#BFBFBF"}
    head = {**ruled, "bold": True, "align": "center", "bg_color": "#DDEBF7", "text_wrap": True, "num_format": "@"}
    return {
        "head": book.add_format(head),
        "needed": book.add_format({**head, "bg_color": "#FCE4D6"}),
        "title": book.add_format({**font, "bold": True, "font_size": 16, "align": "center"}),
        "wrapped": book.add_format({**font, "text_wrap": True, "align": "left"}),
        "day": book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "center"}),
        "moment": book.add_format({**font, "num_format": "yyyy-mm-dd hh:mm", "align": "center"}),
        "number": book.add_format({**font, "num_format": "0.##"}),
        "text": book.add_format({**font, "num_format": "@"}),
    }
