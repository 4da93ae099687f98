"""One unit's year as an account statement: postings with their clauses and running balance, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger import points
from ledger.projections.cut import Basis
from ledger.projections.standings import Row, called
from ledger.rules.calendar import Period
from ledger.rules.facts import Entry
from ledger.rules.model import Assess
from ledger.rules.plan import Plan, within
from ledger.rules.walk import UnitYear


@dataclass(frozen=True, slots=True)
class Posting:
    """A change of an account of a unit or a person, in hundredths, from one rule and the events behind it.

    ``period`` is ``2024Q3`` or ``2024``; ``balance`` the scored account's after it; ``scored`` whether it is part of it.
    """

    unit: str
    unit_id: str
    account: str
    rule: str
    clause: str
    text: str
    period: str
    on: date
    points: int
    events: tuple[str, ...]
    note: str | None
    balance: int
    scored: bool
    person: bool = False

    def as_json(self) -> dict[str, object]:
        """The posting in the contract's words."""
        return {
            **called(self.unit, self.unit_id, person=self.person),
            "account": self.account,
            "rule": self.rule,
            "clause": self.clause,
            "period": self.period,
            "on": self.on.isoformat(),
            "points": points.number(self.points),
            "events": list(self.events),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Reversed:
    """An entry that a correction voided: what it had posted (nothing: no account and clause), and why it no longer counts."""

    event: str
    on: date
    account: str | None
    clause: str | None
    points: int
    reversal: str
    reason: str

    def as_json(self) -> dict[str, object]:
        """The reversed entry as JSON."""
        return {
            "event": self.event,
            "on": self.on.isoformat(),
            "account": self.account,
            "clause": self.clause,
            "points": points.number(self.points),
            "reversed_by": self.reversal,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Pending:
    """A part not yet judged: its period, the last day, and the most it can give."""

    rule: str
    clause: str
    text: str
    period: str
    due: date
    worth: int

    def as_json(self) -> dict[str, object]:
        """The part as JSON."""
        return {
            "rule": self.rule,
            "clause": self.clause,
            "period": self.period,
            "due": self.due.isoformat(),
            "worth": points.number(self.worth),
        }


@dataclass(frozen=True, slots=True)
class Rested:
    """A reading that the score rests on: the clause, the question, and the option taken."""

    id: str
    clause: str
    question: str
    option: str
    words: str

    def as_json(self) -> dict[str, object]:
        """The reading as JSON."""
        return {"id": self.id, "clause": self.clause, "option": self.option, "words": self.words}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event behind a posting: its kind and decoded fields, for the edge to describe."""

    id: str
    position: int
    kind: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Statement:
    """A unit's row, and everything behind it.

    ``events`` are those named by postings and reversed entries, by id; ``accounts`` and ``vocabulary`` the scheme's names,
    ``units`` those of all units, by id.
    """

    basis: Basis
    row: Row
    postings: tuple[Posting, ...]
    reversed: tuple[Reversed, ...]
    pending: tuple[Pending, ...]
    readings: tuple[Rested, ...]
    unpriced: tuple[str, ...]
    events: Mapping[str, Happened]
    accounts: Mapping[str, str]
    vocabulary: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """The document in the contract's words: the row, its basis and the postings."""
        return {
            **self.basis.as_json(),
            **self.row.as_json(),
            "postings": [posting.as_json() for posting in self.postings],
            "reversed": [entry.as_json() for entry in self.reversed],
            "pending_parts": [part.as_json() for part in self.pending],
            "rests_on": [reading.as_json() for reading in self.readings],
            "unpriced": list(self.unpriced),
        }


def postings(plan: Plan, row: Row, entries: Iterable[Entry], ids: Mapping[int, str], basis: Basis) -> tuple[Posting, ...]:
    """The entries of a row that are postings, with words, ids and the scored account's running balance."""
    found, balance = [], 0
    scored, periods = basis.scored_account, plan.year(basis.year).names
    for day, place, change, cell, positions, note in entries:
        rule, account = plan.scheme.rules[place], plan.account(place)
        counts = within(account, scored)
        balance += change if counts else 0
        found.append(
            Posting(
                unit=row.unit,
                unit_id=row.unit_id,
                account=account,
                rule=rule.id,
                clause=rule.clause,
                text=rule.text,
                period=periods[cell],
                on=date.fromordinal(day),
                points=change,
                events=tuple(ids[position] for position in positions if position in ids),
                note=note,
                balance=balance,
                scored=counts,
                person=row.person,
            )
        )
    return tuple(found)


def reversed_entries(posted: Iterable[Posting], voided: Mapping[str, date], reversal: str, reason: str) -> Iterator[Reversed]:
    """What one reversal took away: from the postings before it, the entries of the ``voided`` events, by id and day."""
    silent = dict(voided)
    for posting in posted:
        for event in posting.events:
            silent.pop(event, None)
            yield Reversed(event, posting.on, posting.account, posting.clause, posting.points, reversal, reason)
    for event, day in silent.items():
        yield Reversed(event, date(day.year, day.month, day.day), None, None, 0, reversal, reason)


def open_parts(plan: Plan, year: int, row: UnitYear) -> tuple[Pending, ...]:
    """The parts of a unit that are pending: what its pending figure is the sum of."""
    periods, found = plan.year(year).periods, []
    for place, slot in row.open:
        rule = plan.scheme.rules[place]
        assert isinstance(rule, Assess)
        found.append(_part(rule, periods[slot]))
    return tuple(found)


def _part(rule: Assess, part: Period) -> Pending:
    return Pending(rule.id, rule.clause, rule.text, part.name, date.fromordinal(part.last), rule.worth)


def rested(plan: Plan, rules: Iterable[str]) -> tuple[Rested, ...]:
    """The readings that these rules rest on, in the scheme's order. A rank rule always takes part."""
    used = set(rules) | ({plan.scheme_rank.id} if plan.scheme_rank else set())
    found = []
    for key, reading in plan.scheme.readings.items():
        if used & set(reading.rules):
            option = plan.readings[key]
            found.append(Rested(key, reading.clause, reading.question, option, reading.options[option]))
    return tuple(found)
