"""Eight processes record at once, each in its own way, while others read: one log comes of it, and everybody was told the truth."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import count as numbers
from random import Random
from typing import NamedTuple

from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.listing import LoggedEvent
from ledger.times import now
from ledger.views import Question
from tests.stress import county
from tests.stress.county import Held
from tests.stress.forked import GAVE_UP, Child, Say, forked, left
from tests.stress.report import Progress, Report, quiet

WRITERS = ("appends", "keeps", "appends", "keeps", "appends", "keeps", "imports", "corrects")
READERS = ("opens", "stays")
BATCH = 20
PATIENCE = 900.0
"""Seconds after which somebody who has not finished hangs."""
YEAR = date(2024, 12, 31)


class Told(NamedTuple):
    """What a call told: the first and last position of what it recorded, and how long it took, in milliseconds."""

    first: int
    last: int
    took: int


def awarded(own_id: str, number: int) -> dict[str, object]:
    """A point for a unit, by one of a few officers: whoever is named first is named by several at once."""
    unit, officer = ("jia", "yi")[number % 2], f"韦{number // 50}"
    return {"id": own_id, "on": "2024-02-01", "unit": unit, "rule": "merit", "points": 1, "officer": officer, "reason": "r"}


def append(ledger: Ledger, own_id: str, number: int) -> tuple[int, int]:
    """One event."""
    position = ledger.record("points_awarded", awarded(own_id, number)).position
    return position, position


def bring(ledger: Ledger, own_id: str, number: int) -> tuple[int, int]:
    """A file of some."""
    rows = [Incoming(own_id, {"kind": "points_awarded", **awarded(f"{own_id}-{row}", number + row)}) for row in range(BATCH)]
    done = ledger.import_rows(rows, own_id)
    assert done.appended == BATCH, done.problems
    return done.position - BATCH + 1, done.position


def correct(ledger: Ledger, own_id: str, number: int) -> tuple[int, int]:
    """One event, at first; then, with a number that is no more even, what is to stand instead of the last one."""
    if number % 2 == 0:
        return append(ledger, own_id, number)
    before = f"{own_id.rpartition('-')[0]}-{number - 1}"
    position = ledger.correct(before, "查证有误", {"points": "2"}).position
    return position - 1, position


DEEDS: Mapping[str, Callable[[Ledger, str, int], tuple[int, int]]] = {
    "appends": append,
    "keeps": append,
    "imports": bring,
    "corrects": correct,
}


def writes(does: str, location: str, name: str, events: int) -> Callable[[Say], None]:
    """Records so many events, or a few more, and says what it is told of each call."""

    def work(say: Say) -> None:
        kept, recorded = (Held(location, name, now) if does == "keeps" else None), 0
        for number in numbers():
            if recorded >= events:
                break
            begun = time.monotonic()
            if kept:
                first, last = DEEDS[does](kept, f"{name}-{number}", number)
            else:
                with Ledger(location, name) as ledger:
                    first, last = DEEDS[does](ledger, f"{name}-{number}", number)
            recorded += last - first + 1
            say(f"{first} {last} {(time.monotonic() - begun) * 1000:.0f}")
        if kept:
            kept.__exit__(None, None, None)

    return work


def reads(how: str, location: str) -> Callable[[Say], None]:
    """Reads the log and the table again and again, and says how far the log went and what was in it."""

    def work(say: Say) -> None:
        stays = Ledger(location) if how == "stays" else None
        while True:
            ledger = stays or Ledger(location)
            log = list(ledger.log())
            table = ledger.standings(Question(YEAR, known_at=f"@{len(log)}"))
            assert {row.unit_id: row.score for row in table.rows} == points(log), f"the table of @{len(log)} is not that of its log"
            say(f"{len(log)} {digest(log)}")
            if stays is None:
                ledger.__exit__(None, None, None)

    return work


def points(log: list[LoggedEvent]) -> dict[str, int]:
    """What the points in a log come to."""
    live = [each.fields for each in log if each.kind == "points_awarded" and each.reversed_by is None]
    return {unit: sum(100 * fields["points"] for fields in live if fields["unit"] == unit) for unit in ("jia", "yi")}


def digest(log: list[LoggedEvent]) -> str:
    """What tells one log from another: who recorded what, in which place."""
    return sha256("\n".join(f"{each.position} {each.id} {each.recorded_by}" for each in log).encode()).hexdigest()


def told(child: Child) -> Iterator[Told]:
    """What a writer was told, call by call."""
    return (Told(*map(int, line.split())) for line in child.lines() if not line.startswith(GAVE_UP))


def wrong(location: str, writers: Mapping[str, Child], readers: Mapping[str, Child]) -> Iterator[str]:
    """What is wrong once all have finished."""
    for name, child in {**writers, **readers}.items():
        yield from (f"{name} gave up: {line.removeprefix(GAVE_UP)}" for line in child.lines() if line.startswith(GAVE_UP))
    with Ledger(location) as ledger:
        log = list(ledger.log())
        yield from (found.text("en") for found in ledger.verify(quiet).findings)
    if [event.position for event in log] != list(range(1, len(log) + 1)) or len({event.id for event in log}) != len(log):
        yield "the positions have a gap, or an event is there twice"
    for name, child in writers.items():
        own = [position for call in told(child) for position in range(call.first, call.last + 1)]
        if own != [event.position for event in log if event.recorded_by == name]:
            yield f"{name} was told other positions than its events have, or in another order"
    for name, child in readers.items():
        seen = [line.split() for line in child.lines() if not line.startswith(GAVE_UP)]
        if [int(size) for size, _ in seen] != sorted(int(size) for size, _ in seen):
            yield f"{name} saw the log grow shorter"
        yield from (f"{name} saw another log at @{size}" for size, found in seen if digest(log[: int(size)]) != found)


def tried(location: str, events: int, chance: Random) -> Report:
    """What comes of it on one ledger; ``chance`` is who begins when."""
    readers = {f"reader {how}": forked(reads(how, location)) for how in READERS}
    names = {f"w{number} {does}": does for number, does in enumerate(WRITERS)}
    writers = {}
    for name in chance.sample([*names], len(names)):
        writers[name] = forked(writes(names[name], location, name, events // len(names)))
        time.sleep(chance.uniform(0, 0.02))
    faults = [f"{child.process} hung" for child in left([*writers.values()], PATIENCE)]
    for child in readers.values():
        child.end()
    faults += wrong(location, writers, readers)
    calls = [call for child in writers.values() for call in told(child)]
    counted = Counter({"events": sum(call.last - call.first + 1 for call in calls), "calls": len(calls)})
    counted["readings"] = sum(len(child.lines()) for child in readers.values())
    counted["ms the longest call took"] = max((call.took for call in calls), default=0)
    for child in (*writers.values(), *readers.values()):
        child.said.close()
    return Report("", counted["events"], tuple(faults), dict(counted))


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """So many events on each store."""
    for subject in county.SUBJECTS:
        if not only or subject in only:
            with county.places(subject, durable=True) as site:
                location = site.new()
                Ledger.create(location, site.scheme, "setup")
                with Ledger(location, "setup") as ledger:  # loads what all of them need
                    ledger.record("points_awarded", awarded("first", 0))
                    ledger.standings(Question(YEAR))
                report = tried(location, count, Random(seed))
            progress(count, count)
            yield Report(subject, report.tried, report.faults, report.counted)
