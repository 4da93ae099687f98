"""The fields of a bulletin: its figures as finished texts in the reader's language, under the names that templates use.

See :mod:`ledger.office.bulletin.names` for every name. Numbers are texts without trailing zeros, days as the language writes
them; what is not there is None, or an empty list or text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger import points
from ledger.messages import language, listed, text, word
from ledger.office.bulletin.drawn import pictures
from ledger.office.bulletin.periods import day, in_words, short
from ledger.projections.bulletin import (
    CRITICISED,
    INELIGIBLE,
    RULING,
    UNMET,
    VETOED,
    Adopted,
    Bulletin,
    Earlier,
    Group,
    Line,
    Missed,
    Reached,
    Solicited,
    Vetoed,
)
from ledger.projections.restatements import Restatement, score
from ledger.projections.snapshots import Difference

Fields = dict[str, Any]
_OWN_MARKS = frozenset({CRITICISED, INELIGIBLE, RULING, UNMET, VETOED})
_MOST_RATES = 2
"""Goals whose rates have columns of their own; with more, a table is too wide for a page."""
_RANKS = frozenset({"rank", "class_rank"})


@dataclass(frozen=True, slots=True)
class Issued:
    """What a bulletin says beside its figures: its number (文号), whom it goes to, and the command line that makes it."""

    number: str = ""
    recipients: tuple[str, ...] = ()
    command: str = ""


def fields(bulletin: Bulletin, titled: Callable[[str], str], issued: Issued) -> Fields:
    """The fields of a bulletin; ``titled`` gives the scheme's word for a measure."""
    return {**_head(bulletin, issued), **_proof(bulletin), **_figures(bulletin, titled), **_events(bulletin, titled)}


def _head(bulletin: Bulletin, issued: Issued) -> Fields:
    """What stands on the first page around the text."""
    agency, period = bulletin.names.issuer, in_words(bulletin.period.name)
    return {
        "agency": agency,
        "red_header": text("bulletin.red_header", {"agency": agency}),
        "number": issued.number,
        "title": text("bulletin.title", {"agency": agency, "period": period}),
        "recipients": listed(issued.recipients),
        "period": period,
        "period_short": short(bulletin.period.name),
        "period_before": _earlier(bulletin.before),
        "period_last_year": _earlier(bulletin.last_year),
        "division": bulletin.period.division,
        "year": bulletin.basis.year,
        "first_day": day(bulletin.first),
        "last_day": day(bulletin.last),
        "as_of": day(bulletin.basis.cut.as_of),
        "dated": day(bulletin.dated),
        "draft": bulletin.closed is None,
        "closed": bulletin.closed is not None,
        "over": bulletin.is_over,
        "monthly": bulletin.period.division == "month",
        "command": issued.command,
        "appeal_days": None,
        "copies": "",
        "printer": agency,
        "printed_on": day(bulletin.dated),
    }


def _proof(bulletin: Bulletin) -> Fields:
    """On what the figures rest, and how to check them."""
    basis = bulletin.basis
    known = {"position": basis.cut.position, "time": basis.cut.time[:19].replace("T", " ")}
    return {
        "known_at": text("bulletin.known_at", known),
        "scheme": bulletin.names.scheme,
        "scheme_hash": basis.scheme_hash,
        "readings": listed(f"{key}={option}" for key, option in bulletin.readings.items()),
        "ledger_id": basis.ledger_id,
        "digest": bulletin.closed or "",
        "checkpoint": bulletin.checkpoint.splitlines(),
        "qr": None,
    }


def _figures(bulletin: Bulletin, titled: Callable[[str], str]) -> Fields:
    """The numbers, the table of standings, and what is said of units."""
    others = dict.fromkeys(flag for line in bulletin.lines for flag in line.row.flags if flag not in _OWN_MARKS)
    leading = ((group, group.leaders) for group in bulletin.groups)
    return {
        "scored": _account(bulletin, bulletin.basis.scored_account),
        "counted": _account(bulletin, bulletin.account),
        "has_targets": bulletin.completes,
        "totals": {
            "now": _texts(bulletin.totals.as_json()),
            "before": _texts(bulletin.before.totals.as_json()) if bulletin.before else None,
            "last_year": _texts(bulletin.last_year.totals.as_json()) if bulletin.last_year else None,
            "changes": {"before": _changes(bulletin, bulletin.before), "last_year": _changes(bulletin, bulletin.last_year)},
        },
        "channels": [{"channel": name, "adopted": str(count)} for name, count in bulletin.channels],
        "columns": columns(bulletin, titled),
        "groups": [_group(bulletin, each) for each in bulletin.groups],
        "leaders": [
            {"class": group.name, "first": [line.row.unit for line in first], "score": points.text(first[0].row.score)}
            for group, first in leading
            if first
        ],
        "ahead": [{"unit": each.row.unit, "on": _day(each.completed_on)} for each in bulletin.ahead],
        "sent_nothing": list(bulletin.sent_nothing),
        "adopted_nothing": list(bulletin.adopted_nothing),
        "criticised": bulletin.marked(CRITICISED),
        "ineligible": bulletin.marked(INELIGIBLE),
        "ruling_needed": bulletin.ruling_needed,
        "unmet": bulletin.marked(UNMET),
        "marks": [{"mark": word(f"commands.flag_{flag}", flag), "units": bulletin.marked(flag)} for flag in others],
        "vetoed": [_vetoed(each) for each in bulletin.vetoed],
        "pictures": pictures(bulletin, titled),
    }


def _events(bulletin: Bulletin, titled: Callable[[str], str]) -> Fields:
    """What is listed event by event."""
    return {
        "misses": [_missed(each) for each in bulletin.misses],
        "restatements": [_restated(each, titled) for each in bulletin.restatements],
        "unknown_restatements": [str(each.where) for each in bulletin.problems],
        "adopted": [_adopted(number, each) for number, each in enumerate(bulletin.adopted, 1)],
        "solicitations": [_solicited(number, each) for number, each in enumerate(bulletin.solicitations, 1)],
    }


def columns(bulletin: Bulletin, titled: Callable[[str], str]) -> dict[str, str]:
    """The columns of the table of standings that have something to say: their names in a row, with their headings, in order."""
    rows = [line.row for line in bulletin.lines]
    goals: dict[str, str] = {}
    for number, goal in enumerate(bulletin.goals, 1):
        period = short(goal.period.name)
        title = period if goal.account == bulletin.account else titled(goal.measure)
        goals[f"goal_{number}"] = text("bulletin.column_goal", {"title": title})
        if len(bulletin.goals) <= _MOST_RATES:
            goals[f"rate_{number}"] = text("bulletin.column_rate", {"period": period})
    current, scored = _account(bulletin, bulletin.account), _account(bulletin, bulletin.basis.scored_account)
    whole = bulletin.period.division == "year" and bulletin.account == bulletin.basis.scored_account  # then the two are one
    said = {
        "rank": (True, text("bulletin.column_rank")),
        "unit": (True, text("bulletin.column_unit")),
        "current": (not whole, text("bulletin.column_current", {"account": current, "period": short(bulletin.period.name)})),
        **{name: (True, heading) for name, heading in goals.items()},
        "completed_on": (any(line.completed_on for line in bulletin.lines), text("bulletin.column_completed_on")),
        "score": (True, text("bulletin.column_score", {"account": scored})),
        "pending": (any(row.pending for row in rows), text("bulletin.column_pending")),
        "if_closed": (any(row.if_closed != row.score for row in rows), text("bulletin.column_if_closed")),
        "flags": (any(row.flags for row in rows), text("bulletin.column_flags")),
    }
    return {name: heading for name, (used, heading) in said.items() if used}


def _group(bulletin: Bulletin, group: Group) -> Fields:
    return {"name": group.name, "units": str(len(group.lines)), "rows": [_row(bulletin, line) for line in group.lines]}


def _row(bulletin: Bulletin, line: Line) -> Fields:
    row, goals = line.row, list(zip(bulletin.goals, line.reached, strict=True))
    near = next((each for goal, each in goals if goal.period.division != "year"), None)
    yearly = next((each for goal, each in goals if goal.period.division == "year"), None)
    numbered = enumerate(line.reached, 1)
    return {
        "rank": "" if line.rank is None else str(line.rank),
        "overall": "" if row.rank is None else str(row.rank),
        "unit": row.unit,
        "current": points.text(line.current),
        "score": points.text(row.score),
        "pending": points.text(row.pending),
        "if_closed": points.text(row.if_closed),
        **_goal(near or yearly, ""),
        **_goal(yearly, "_year"),
        "completed": line.completed,
        "completed_on": _day(line.completed_on),
        "flags": listed(word(f"commands.flag_{flag}", flag) for flag in row.flags),
        **{name: value for number, each in numbered for name, value in _numbered(number, each).items()},
    }


def _goal(reached: Reached | None, ending: str) -> Fields:
    """How far a goal is reached; None three times where there is none."""
    if reached is None:
        return dict.fromkeys((f"reached{ending}", f"target{ending}", f"rate{ending}"))
    value, target, rate = _said(reached)
    return {f"reached{ending}": value, f"target{ending}": target, f"rate{ending}": rate}


def _numbered(number: int, reached: Reached) -> Fields:
    value, target, rate = _said(reached)
    return {f"goal_{number}": f"{value}/{target}", f"rate_{number}": rate}


def _said(reached: Reached) -> tuple[str, str, str]:
    none = text("bulletin.none")
    value = none if reached.value is None else points.text(reached.value)
    rate = none if reached.rate is None else f"{points.text(reached.rate)}%"
    return value, points.text(points.rounded(reached.target)), rate


def _changes(bulletin: Bulletin, earlier: Earlier | None) -> Fields | None:
    """By how much each number differs from an earlier period's: with its sign, without it, and in a word."""
    found = bulletin.changes(earlier)
    if found is None:
        return None
    trends = {name: "increase" if change > 0 else "decrease" if change < 0 else "level" for name, change in found.items()}
    return {
        **{name: f"{change:+}" if change else "0" for name, change in found.items()},
        "by": {name: str(abs(change)) for name, change in found.items()},
        "trend": {name: text(f"bulletin.trend_{trend}") for name, trend in trends.items()},
    }


def _missed(each: Missed) -> Fields:
    said = {
        "unit": each.unit,
        "topic": each.topic,
        "how": word(f"commands.how_{each.how}", each.how),
        "excused": each.excused,
        "on": day(each.on),
    }
    return {**said, "event": f"@{each.event.position}", "event_id": each.event.id}


def _vetoed(each: Vetoed) -> Fields:
    why = (text("bulletin.clause", {"clause": clause, "words": words}) for clause, words in zip(each.clauses, each.texts, strict=True))
    return {"unit": each.unit, "why": listed(why, "besides"), "on": _day(each.on)}


def _restated(each: Restatement, titled: Callable[[str], str]) -> Fields:
    steps = [effect.step for effect in each.effects]
    return {
        "period": in_words(each.snapshot.period),
        "unit": each.unit,
        "published": points.text(score(each.published)),
        "current": points.text(score(each.current)),
        "figures": [_moved(figure, titled) for figure in each.figures if figure.field not in _RANKS],
        "events": [f"@{step.position}" for step in steps if step.position],
        "reasons": list(dict.fromkeys(step.reason for step in steps if step.reason)),
    }


def _moved(figure: Difference, titled: Callable[[str], str]) -> str:
    """A figure in words, with what it was and what it is."""
    name, _, measure = figure.field.partition(".")
    said = {"figure": titled(measure) if measure else text(f"office.replay_figure_{name}")}
    return text("bulletin.moved", {**said, "before": _value(figure.before), "after": _value(figure.after)})


def _value(value: Any) -> str:
    """A recorded figure as text: hundredths, a day, marks, or nothing."""
    if isinstance(value, list):
        return listed(word(f"commands.flag_{each}", each) for each in value) or text("bulletin.none")
    return text("bulletin.none") if value is None else points.text(value) if isinstance(value, int) else str(value)


def _adopted(number: int, each: Adopted) -> Fields:
    alike = each.given[:1] if len({*each.given}) == 1 else each.given
    return {
        "no": str(number),
        "on": day(each.on),
        "title": each.title or text("bulletin.untitled", {"item": each.item}),
        "units": list(each.units),
        "channel": each.channel,
        "placement": "" if each.placement == "regular" else word(f"commands.placement_{each.placement}", each.placement),
        "issue": each.issue or "",
        "points": listed(map(points.text, alike)),
        "event": f"@{each.event.position}",
        "event_id": each.event.id,
    }


def _solicited(number: int, each: Solicited) -> Fields:
    units = {"asked": each.asked, "answered": each.answered, "missed": each.missed}
    return {
        "no": str(number),
        "topic": each.topic,
        "issued": day(each.issued),
        "due": day(each.due),
        **{name: str(len(those)) for name, those in units.items()},
        **{f"{name}_units": list(those) for name, those in units.items()},
        "event": f"@{each.event.position}",
        "event_id": each.event.id,
    }


def _account(bulletin: Bulletin, path: str) -> str:
    """An account's name: the scheme's for a Chinese reader, its path for another."""
    return bulletin.names.accounts.get(path, path) if language() == "zh" else path


def _earlier(earlier: Earlier | None) -> str:
    return in_words(earlier.period.name) if earlier else ""


def _day(on: date | None) -> str:
    return "" if on is None else day(on)


def _texts(numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}
