"""A unit's statement: what was posted, by what clause, for what, and what it comes to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger import points
from ledger.commands.show_standings import BASIS_HEADER, basis_cells, footing, heading, summary
from ledger.commands.tables import columns, line, stacked, struck
from ledger.commands.words import Titles, Words, amount, period
from ledger.messages import listed, text, word
from ledger.projections.statement import Posting, Reversed, Statement

_GENERATED = re.compile(r"[a-z]+-[0-9a-f]{16,24}", re.ASCII)
_CLAUSE_WIDTH = 20
_WORDS_WIDTH = 48
_HEADER = ("unit", "on", "period", "account", "clause", "rule", "what", "points", "balance", "events", "note", "text")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account; ``void`` says who reversed it and why."""

    on: date
    clause: str
    what: str
    events: str
    points: int
    void: str | None = None


class Book:
    """A statement and what puts it into words. ``by`` gives the recorder of each reversal, by id."""

    def __init__(self, statement: Statement, titles: Titles, by: Mapping[str, str]) -> None:
        self.statement = statement
        self._by = by
        self._titles = titles
        rules = {(event, posting.rule) for posting in statement.postings for event in posting.events}
        times = Counter(event for event, _ in rules)
        # Of an event that several rules pay, the rule's words say which line is which.
        self._several = {event for event, count in times.items() if count > 1}
        self._words = Words(statement.vocabulary, statement.units, titles.fields)

    def accounts(self) -> list[str]:
        """The accounts that add up by themselves: the scored one first, then every other topmost one that was posted to."""
        scored = self.statement.basis.scored_account
        used = [
            *(entry.account for entry in self.statement.postings),
            *(entry.account for entry in self.statement.reversed if entry.account),
        ]
        return list(dict.fromkeys([scored, *(account.split("/")[0] for account in used if not _within(account, scored))]))

    def lines(self, account: str) -> list[Line]:
        """The lines of an account and all below it, by day; reversed entries behind what counts."""
        posted = [self._posted(each) for each in self.statement.postings if self._belongs(each.account, account)]
        void = [self._void(each) for each in self.statement.reversed if self._belongs(each.account, account)]
        return sorted([*posted, *void], key=lambda each: each.on)

    def _belongs(self, account: str | None, to: str) -> bool:
        """Whether an entry is shown under an account; one that posted nothing is shown under the scored one."""
        scored = self.statement.basis.scored_account
        return _within(scored if account is None else account, to) and (to == scored or account is None or not _within(account, scored))

    def _posted(self, posting: Posting) -> Line:
        events = " ".join(self._named(event) for event in posting.events)
        return Line(posting.on, posting.clause, self.what(posting), events, posting.points)

    def _void(self, entry: Reversed) -> Line:
        by = {"by": self._by.get(entry.reversal, ""), "reversal": entry.reversal, "reason": entry.reason}
        void = text("commands.reversed_by", by)
        return Line(entry.on, entry.clause or "", self._deed(entry.event), self._named(entry.event), entry.points, void)

    def what(self, posting: Posting) -> str:
        """What happened: the events, or the judgement and what it was made of, or else the words of the clause."""
        note = word(f"commands.note_{posting.note}", posting.note) if posting.note else ""
        if posting.events:
            note = note or (posting.text if self._several.intersection(posting.events) else "")
            deeds = listed(self._deed(event) for event in posting.events)
            return text("commands.noted", {"what": deeds, "note": note}) if note else deeds
        if not note:
            return posting.text
        said = {"period": period(posting.period), "note": note}
        if self._titles.is_limit(posting.rule):
            return text("commands.limited", {"what": posting.text, **said})
        return text("commands.judged", {"what": self._titles.judged(posting.rule) or posting.text, **said})

    def _deed(self, event: str) -> str:
        happened = self.statement.events.get(event)
        return self._words.deed(happened.kind, happened.fields) if happened else event

    def _named(self, event: str) -> str:
        """An event by position, and by id where somebody gave it one."""
        happened = self.statement.events.get(event)
        position = f"@{happened.position}" if happened else ""
        return position if position and _GENERATED.fullmatch(event) else f"{position} {event}".strip()


def _within(account: str, above: str) -> bool:
    return account == above or account.startswith(f"{above}/")


def statement(shown: Statement, titles: Titles, by: Mapping[str, str]) -> Iterator[RenderableType]:
    """The whole statement."""
    book = Book(shown, titles, by)
    yield from heading(shown.basis, titles)
    yield line()
    yield from summary(shown.row)
    yield line()
    for account in book.accounts():
        yield _account(book, account)
    if shown.pending:
        yield _pending(shown)
        yield line(text("commands.if_closed_today", {"if_closed": amount(shown.row.if_closed)}))
        yield line()
    if shown.unpriced:
        yield line(text("commands.unpriced_here", {"count": len(shown.unpriced), "events": listed(shown.unpriced)}), "yellow")
        yield line()
    if shown.readings:
        yield _readings(shown)
    yield footing(shown.basis)


def _account(book: Book, account: str) -> Table:
    lines = book.lines(account)
    total = sum(each.points for each in lines if each.void is None)
    scored = account == book.statement.basis.scored_account
    name = {"account": book.statement.accounts.get(account, account)}
    table = columns(
        text("commands.account_scored" if scored else "commands.account_beside", name),
        (text("commands.head_on"), "left"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_what"), "left"),
        (text("commands.head_event"), "left"),
        (text("commands.head_points"), "right"),
        (text("commands.head_balance"), "right"),
        footer=("", "", text("commands.total"), "", "", amount(total)),
    )
    for at in (0, 4, 5):
        table.columns[at].no_wrap = True
    table.columns[1].max_width = _CLAUSE_WIDTH
    balance = 0
    for each in lines:
        balance += each.points if each.void is None else 0
        table.add_row(*_cells(each, balance))
    return table


def _cells(each: Line, balance: int) -> Sequence[Text]:
    first = [line(each.on.isoformat()), line(each.clause)]
    if each.void is None:
        return [*first, line(each.what), line(each.events), line(amount(each.points, signed=True)), line(amount(balance))]
    what = stacked(struck(each.what), line(each.void))
    return [*first, what, line(each.events), struck(amount(each.points, signed=True)), line()]


def _pending(shown: Statement) -> Table:
    total = sum(part.worth for part in shown.pending)
    table = columns(
        text("commands.pending"),
        (text("commands.head_period"), "left"),
        (text("commands.head_due"), "left"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_words"), "left"),
        (text("commands.head_worth"), "right"),
        footer=("", "", "", text("commands.total"), amount(total)),
    )
    for at in (0, 1, 4):
        table.columns[at].no_wrap = True
    table.columns[2].max_width = _CLAUSE_WIDTH
    for part in shown.pending:
        words = line(part.text)
        words.truncate(_WORDS_WIDTH, overflow="ellipsis")  # enough to know the rule by; the clause says where the rest stands
        table.add_row(line(period(part.period)), line(part.due.isoformat()), line(part.clause), words, line(amount(part.worth)))
    return table


def _readings(shown: Statement) -> Table:
    table = columns(
        text("commands.rests_on"),
        (text("commands.head_clause"), "left"),
        (text("commands.head_question"), "left"),
        (text("commands.head_taken"), "left"),
        (text("commands.head_reading"), "left"),
    )
    for each in shown.readings:
        table.add_row(line(each.clause), line(each.question), line(each.words), line(f"{each.id}={each.option}"))
    return table


def sheet(shown: Statement, titles: Titles) -> tuple[Sequence[str], list[Sequence[object]]]:
    """The postings for a spreadsheet, under the contract's names; each carries its date and its cut."""
    book = Book(shown, titles, {})
    return (*_HEADER, *BASIS_HEADER), [_sheet_row(book, posting) for posting in shown.postings]


def _sheet_row(book: Book, posting: Posting) -> Sequence[object]:
    where = (book.statement.row.unit, posting.on, posting.period, posting.account, posting.clause, posting.rule, book.what(posting))
    figures = (points.number(posting.points), points.number(posting.balance) if posting.scored else None)
    return (*where, *figures, " ".join(posting.events), posting.note, posting.text, *basis_cells(book.statement.basis))
