"""A bulletin as a workbook: its annexes with figures as numbers, what it rests on below each, and native pictures of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ledger import points
from ledger.messages import listed, text, word
from ledger.office.bulletin.drawn import monthly
from ledger.office.bulletin.fields import Fields
from ledger.office.bulletin.periods import month
from ledger.office.charts import Chart, Value
from ledger.office.workbook import Column, Kind, Sheet, Words, workbook
from ledger.projections.bulletin import Bulletin, Line, Reached

_WHOLE: Mapping[str, Kind] = dict.fromkeys(("rank", "current", "score", "pending", "if_closed"), "number")


Titled = Callable[[str], str]


def book(bulletin: Bulletin, made: Fields, titled: Titled) -> bytes:
    """The workbook of a bulletin whose fields are ``made``; ``titled`` gives the scheme's word for a measure.

    The same bulletin gives the same bytes.
    """
    sheets = [
        _totals(bulletin, made),
        *_standings(bulletin, made, titled),
        _channels(bulletin, made),
        _adopted(bulletin, made),
        _solicitations(bulletin, made),
        _restated(made),
    ]
    words = Words(page=text("commands.book_page"), charts=text("commands.book_charts"))
    return workbook([sheet for sheet in sheets if sheet.rows], datetime.fromisoformat(bulletin.basis.cut.time), words)


def _sheet(made: Fields, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]], charts: Sequence[Chart] = ()) -> Sheet:
    title = text("bulletin.sheet_draft", made) if made["draft"] else made["title"]
    cut = text("commands.bulletin_cut", made)
    return Sheet(name, title, cut, columns, rows, list(_notes(made)), text("commands.total"), charts)


def _notes(made: Fields) -> Iterator[tuple[str, str]]:
    """On what the figures rest, and how to appeal."""
    yield text("commands.book_cut"), made["known_at"]
    yield text("commands.head_scheme"), f"{made['scheme']} (SHA-256 {made['scheme_hash']})"
    yield text("commands.book_readings"), made["readings"]
    yield text("commands.book_ledger"), made["ledger_id"]
    yield text("commands.book_checkpoint"), "\n".join(made["checkpoint"])
    if made["digest"]:
        yield text("bulletin.sheet_digest"), made["digest"]
    yield text("commands.book_command"), made["command"]
    yield text("bulletin.sheet_appeal"), text("bulletin.sheet_appeal_words")


def _totals(bulletin: Bulletin, made: Fields) -> Sheet:
    """What happened, beside the period before and the same one a year before, where there are any."""
    beside = [(each, made[f"period_{name}"]) for name, each in (("before", bulletin.before), ("last_year", bulletin.last_year)) if each]
    columns = [Column(text("bulletin.sheet_what")), Column(made["period"], "number")]
    for _, period in beside:
        columns += [Column(period, "number"), Column(text("bulletin.sheet_change", {"period": period}), "number")]
    rows: list[list[Value]] = []
    for name, now in bulletin.totals.as_json().items():
        was = [each.totals.as_json()[name] for each, _ in beside]
        rows.append([text(f"bulletin.count_{name}"), now, *(figure for each in was for figure in (each, now - each))])
    return _sheet(made, text("bulletin.sheet_totals"), columns, rows)


def _standings(bulletin: Bulletin, made: Fields, titled: Titled) -> Iterator[Sheet]:
    """Annex 1, a sheet for each class, drawn."""
    goals = {f"goal_{number}": titled(goal.measure) for number, goal in enumerate(bulletin.goals, 1)}
    heads = {name: goals.get(name, head) for name, head in made["columns"].items()}
    for group in bulletin.groups:
        cells = [list(_cells(name, head)) for name, head in heads.items()]
        flat = [each for several in cells for each in several]
        columns = [column for column, _ in flat]
        names, score = _at(heads, cells, "unit"), _at(heads, cells, "score")
        charts = [Chart(text("bulletin.picture_standings", {"period": made["period"]}), "bars", names, (score,))]
        if bulletin.goals:
            goal = _at(heads, cells, "goal_1")
            charts.append(Chart(columns[goal].head, "bars", names, (goal, goal + 1)))
        name = text("bulletin.sheet_standings", {"class": group.name})
        yield _sheet(made, name, columns, [[cell(line) for _, cell in flat] for line in group.lines], charts)


def _at(heads: Mapping[str, str], cells: Sequence[Sequence[Any]], name: str) -> int:
    """The number of the first column of a field."""
    return sum(map(len, cells[: list(heads).index(name)]))


def _cells(name: str, head: str) -> Iterator[tuple[Column, Callable[[Line], Value]]]:
    """The columns of a field of the table, with their cells; a goal has what is reached and the target."""
    kind, _, number = name.partition("_")
    if kind in ("goal", "rate"):
        yield from _goal(kind, int(number) - 1, head)
    elif name == "completed_on":
        yield Column(head, "date"), lambda line: line.completed_on
    else:
        yield Column(head, _WHOLE.get(name, "text")), lambda line: _figure(name, line)


def _goal(kind: str, at: int, head: str) -> Iterator[tuple[Column, Callable[[Line], Value]]]:
    if kind == "rate":
        yield Column(head, "percent", bars=True), lambda line: _rate(line.reached[at])
        return
    yield Column(head, "number"), lambda line: _points(line.reached[at].value)
    yield Column(text("commands.book_target"), "number"), lambda line: _points(points.rounded(line.reached[at].target))


def _rate(reached: Reached) -> float | None:
    """What is reached as a part of the target: 1 is all of it. Cut below, so that what reads 100% has reached it."""
    return None if reached.rate is None else reached.rate / (100 * points.ONE)


def _figure(name: str, line: Line) -> Value:
    row = line.row
    match name:
        case "rank":
            return line.rank
        case "unit":
            return row.unit
        case "flags":
            return listed(word(f"commands.flag_{flag}", flag) for flag in row.flags)
        case "current":
            return points.number(line.current)
        case _:
            return _points(getattr(row, name))


def _points(hundredths: int | None) -> int | float | None:
    return None if hundredths is None else points.number(hundredths)


def _channels(bulletin: Bulletin, made: Fields) -> Sheet:
    """The adoptions by channel over the months."""
    months, counts = monthly(bulletin)
    columns = [Column(text("bulletin.sheet_month")), *(Column(channel, "number", total=True) for channel in counts)]
    rows: list[list[Value]] = [[month(*each), *(several[at] for several in counts.values())] for at, each in enumerate(months)]
    title = text("bulletin.picture_channels", {"period": made["period"]})
    chart = Chart(title, "stacks", 0, tuple(range(1, len(columns))))
    return _sheet(made, text("bulletin.sheet_channels"), columns, rows if counts else [], [chart])


def _adopted(bulletin: Bulletin, made: Fields) -> Sheet:
    """Annex 2: an adoption a row for each of its units, so that what each got is a number."""
    heads = ("on", "title", "unit", "channel", "placement", "issue", "points", "event")
    kinds: Mapping[str, Kind] = {"on": "date", "points": "number"}
    columns = [Column(text(f"bulletin.sheet_head_{head}"), kinds.get(head, "text"), total=head == "points") for head in heads]
    rows: list[list[Value]] = [
        [each.on, said["title"], unit, each.channel, said["placement"], said["issue"], points.number(given), said["event"]]
        for each, said in zip(bulletin.adopted, made["adopted"], strict=True)
        for unit, given in zip(each.units, each.given, strict=True)
    ]
    return _sheet(made, text("bulletin.sheet_adopted"), columns, rows)


def _solicitations(bulletin: Bulletin, made: Fields) -> Sheet:
    """Annex 3."""
    heads = ("topic", "issued", "due", "asked", "answered", "missed", "event")
    kinds: Mapping[str, Kind] = {"issued": "date", "due": "date"}
    columns = [Column(text(f"bulletin.sheet_head_{head}"), kinds.get(head, "text")) for head in heads]
    rows: list[list[Value]] = [
        [each.topic, each.issued, each.due, *(listed(units) for units in (each.asked, each.answered, each.missed)), said["event"]]
        for each, said in zip(bulletin.solicitations, made["solicitations"], strict=True)
    ]
    return _sheet(made, text("bulletin.sheet_solicitations"), columns, rows)


def _restated(made: Fields) -> Sheet:
    """What has changed of earlier bulletins."""
    heads = ("period", "unit", "what", "event", "reason")
    columns = [Column(text(f"bulletin.sheet_head_{head}")) for head in heads]
    rows: list[list[Value]] = [
        [each["period"], each["unit"], "\n".join(each["figures"]), " ".join(each["events"]), "\n".join(each["reasons"])]
        for each in made["restatements"]
    ]
    return _sheet(made, text("bulletin.sheet_restated"), columns, rows)
