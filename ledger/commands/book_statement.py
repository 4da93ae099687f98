"""A statement as a workbook: a sheet for each account that adds up by itself, and one for each thing that stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ledger import points
from ledger.commands.book import figures_notes, titled
from ledger.commands.show_statement import Book, Line
from ledger.commands.words import Titles, period
from ledger.messages import text
from ledger.office.charts import Chart, Value
from ledger.office.workbook import Column, Sheet
from ledger.projections.statement import Statement

if TYPE_CHECKING:
    from ledger.application import Ledger

_SIGNS = str.maketrans("[]:*?/\\", "       ")
"""What the name of a sheet may not hold."""
_LONGEST_NAME = 25


def statement(ledger: Ledger, shown: Statement, titles: Titles, by: Mapping[str, str]) -> list[Sheet]:
    """The sheets of a unit's statement, or a person's. ``by`` gives the recorder of each reversal, by id."""
    return _Statement(ledger, shown, titles, by).sheets()


class _Statement:
    """A statement, with what all its sheets say alike."""

    def __init__(self, ledger: Ledger, shown: Statement, titles: Titles, by: Mapping[str, str]) -> None:
        row = shown.row
        title, self._basis = titled(shown.basis, titles)
        self._shown, self._book = shown, Book(shown, titles, by)
        self._title = f"{title} · {row.unit}"
        figures = {"score": points.text(row.score), "pending": points.text(row.pending), "if_closed": points.text(row.if_closed)}
        self._notes = [(row.unit, text("commands.card_score", figures)), *figures_notes(ledger, shown.basis, titles)]

    def sheets(self) -> list[Sheet]:
        """The accounts, and what else there is."""
        others = [self._reversed(), self._pending(), self._readings(), self._unpriced()]
        return [*map(self._account, self._book.accounts()), *(each for each in others if each.rows)]

    def _sheet(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]], charts: Sequence[Chart] = ()) -> Sheet:
        own = name.translate(_SIGNS)[:_LONGEST_NAME]
        return Sheet(own, self._title, self._basis, columns, rows, self._notes, text("commands.total"), charts)

    def _account(self, account: str) -> Sheet:
        """The postings of an account with its running balance, drawn over the year."""
        balance, rows = 0, []
        for each in self._book.lines(account):
            if each.void is None:
                balance += each.points
                rows.append([*_happened(each), points.number(each.points), points.number(balance)])
        columns = [*_heads(), Column(text("commands.head_points"), "number", total=True), Column(text("commands.head_balance"), "number")]
        name = self._shown.accounts.get(account, account)
        chart = Chart(text("commands.book_chart_balance", {"account": name}), "steps", names=0, values=(len(columns) - 1,))
        return self._sheet(name, columns, rows, [chart])

    def _reversed(self) -> Sheet:
        """The entries that corrections voided, in none of the sums."""
        void = [each for account in self._book.accounts() for each in self._book.lines(account) if each.void is not None]
        rows = [[*_happened(each), points.number(each.points), each.void] for each in void]
        columns = [*_heads(), Column(text("commands.head_points"), "number"), Column(text("commands.head_reversed_by"))]
        return self._sheet(text("commands.book_reversed"), columns, rows)

    def _pending(self) -> Sheet:
        rows = [[period(part.period), part.due, part.clause, part.text, points.number(part.worth)] for part in self._shown.pending]
        columns = [
            Column(text("commands.head_period")),
            Column(text("commands.head_due"), "date"),
            Column(text("commands.head_clause")),
            Column(text("commands.head_words")),
            Column(text("commands.head_worth"), "number", total=True),
        ]
        return self._sheet(text("commands.book_pending"), columns, rows)

    def _readings(self) -> Sheet:
        heads = ("head_clause", "head_question", "head_taken", "head_reading")
        rows = [[each.clause, each.question, each.words, f"{each.id}={each.option}"] for each in self._shown.readings]
        return self._sheet(text("commands.book_readings"), [Column(text(f"commands.{head}")) for head in heads], rows)

    def _unpriced(self) -> Sheet:
        rows = [[event] for event in self._shown.unpriced]
        return self._sheet(text("commands.book_unpriced"), [Column(text("commands.head_event"))], rows)


def _heads() -> list[Column]:
    heads = ("head_clause", "head_what", "head_event")
    return [Column(text("commands.head_on"), "date"), *(Column(text(f"commands.{head}")) for head in heads)]


def _happened(line: Line) -> list[Value]:
    return [line.on, line.clause, line.what, line.events]
