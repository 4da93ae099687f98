"""Events and records to write a ledger with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.bench.peers import EVENTS
from ledger.events import KINDS, Event
from ledger.journal.journals import making, open_journal
from ledger.journal.places import Place
from ledger.journal.reader import connect
from ledger.journal.record import Record, record, stream_of
from ledger.journal.writer import Clock, Journal, Warn, say
from ledger.times import now


def empty(where: Place, clock: Clock = now, warn: Warn = say) -> Journal:
    """A new ledger with nothing in it, open for writing."""
    with making(where):
        pass
    return open_journal(where, clock, warn)


def event(kind: str, id: str, on: str = "2024-03-05", **fields: Any) -> Event:
    """An event as a file would give it."""
    return KINDS[kind].model_validate({"id": id, "on": on, **fields})


def opened() -> Event:
    """The first event of a ledger."""
    return event("ledger_opened", "E0", ledger="a1b2", hash="sha-256", format=1)


def sample() -> list[Event]:
    """A unit, an item of two units, an incident and a finding, after the opening."""
    return [
        opened(),
        event("unit_enrolled", "E1", unit_id="dapu", unit="大埔镇", **{"class": "一类"}, targets={"year": 60}),
        event("item_submitted", "E2", item="OK1", units=["dapu", "taiping"], lead="dapu", title="春耕"),
        event("item_adopted", "E3", "2024-03-08", item="OK1", channel="county", placement="brief"),
        event("incident_occurred", "E4", "2024-03-06T08:00:00", incident="I1", unit="dapu", severity="major"),
        event("finding_established", "E5", unit="dapu", finding="mechanism_unsound", item="OK1", incident="I1"),
        event("solicitation_issued", "E6", solicitation="S1", topic="防汛", units=["dapu"], due="2024-03-10"),
        event("order_settled", "E7", "2024-12-31", units=["dapu", "taiping"], reason="ruling"),
    ]


def records(events: Sequence[Event]) -> list[Record]:
    """The records of events of a new ledger, each in its place in its stream."""
    versions: dict[str, int] = {}
    made = []
    for each in events:
        stream = stream_of(each)
        versions[stream] = versions.get(stream, 0) + 1
        made.append(record(each, versions[stream]))
    return made


def submissions(first: int, count: int) -> list[Record]:
    """``count`` items of one unit, numbered from ``first``."""
    return records([event("item_submitted", f"X{n}", item=f"N{n}", unit="dapu") for n in range(first, first + count)])


def stored(where: Place) -> list[list[Any]]:
    """All that is kept of a log, column by column."""
    db = connect(where)
    asked = (
        f"SELECT {EVENTS} FROM stored_events ORDER BY rowid",
        "SELECT subject, position FROM event_mentions ORDER BY subject, position",
        "SELECT level, idx, hash FROM tree_nodes ORDER BY level, idx",
        "SELECT position, recorded_at, frontier FROM head",
    )
    try:
        return [db.execute(each).fetchall() for each in asked]
    finally:
        db.close()


def fill(where: Place) -> None:
    with empty(where) as journal, journal.writing("clerk") as writing:
        person, commitment = writing.names.person("张三")
        named = event("training_completed", "E8", unit="dapu", trainee=person, named={person: commitment})
        writing.append(records([*sample(), named]))
        writing.append(submissions(1, 600))
