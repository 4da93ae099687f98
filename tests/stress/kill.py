"""Processes that record are ended by ``kill -9``, several at once, at any moment; and so is PostgreSQL's own server."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import count, islice
from random import Random
from typing import NamedTuple

import psycopg

from ledger.aggregates.normalise import Incoming
from ledger.application import Ledger
from ledger.times import now
from tests.postgres import Cluster
from tests.stress import county
from tests.stress.county import Held
from tests.stress.forked import GAVE_UP, Child, Say, forked, left
from tests.stress.report import Progress, Report, quiet

TOGETHER = 4
ENTRIES = 30
"""A process is ended in the time in which a handful makes so many entries together, if they are left alone."""
HANDFULS = 4
"""What a ledger sees before there is a new one."""
BATCH = 40
KILLS_A_SERVER = 10
"""For so many processes ended, one server is."""
PATIENCE = 120.0
"""Seconds in which a process that was not ended has said what became of its server, and a server has come back."""
WORK = ("appends", "imports", "keeps", "appends")
NOT_RECORDED = frozenset({"journal.lost", "journal.unreachable"})
"""What is said where nothing was recorded. Where nobody can know, ``journal.unanswered`` is."""


class Clerk(NamedTuple):
    """A process that records, what it does, and what its events are called."""

    child: Child
    does: str
    name: str

    def positions(self) -> list[int]:
        """Where it was told that its events are, in turn; of a file, the last."""
        return [int(line) for line in self.child.lines() if not line.startswith(GAVE_UP)]

    def gave_up(self) -> str:
        """Why it could not go on; nothing, where it was ended."""
        return next((line.removeprefix(GAVE_UP).strip() for line in self.child.lines() if line.startswith(GAVE_UP)), "")

    def ids(self, number: int) -> list[str]:
        """The ids of what it records at a time."""
        return ids(self.does, f"{self.name}-{number}")


def ids(does: str, entry: str) -> list[str]:
    """The ids of an entry's events."""
    return [f"{entry}-{row}" for row in range(BATCH)] if does == "imports" else [entry]


def work(does: str, location: str, name: str) -> Callable[[Say], None]:
    """Records one entry after another, and says the position that it is told. Who ``keeps`` a ledger open does not open it for each."""

    def entry(ledger: Ledger, names: Sequence[str]) -> int:
        if does != "imports":
            return ledger.record("item_submitted", submitted(names[0])).position
        done = ledger.import_rows([Incoming(each, {"kind": "item_submitted", **submitted(each)}) for each in names], name)
        assert done.appended == len(names)
        return done.position

    def record(say: Say) -> None:
        with ExitStack() as stack:
            kept = stack.enter_context(Held(location, name, now)) if does == "keeps" else None
            for number in count():
                names = ids(does, f"{name}-{number}")
                if kept:
                    say(entry(kept, names))
                    continue
                with Ledger(location, name) as ledger:
                    position = entry(ledger, names)
                say(position)

    return record


def submitted(own_id: str) -> dict[str, str]:
    """An item of its own."""
    return {"id": own_id, "on": "2024-02-01", "item": own_id, "unit": "jia", "title": "春耕备耕" * 20}


class Killing:
    """One subject's kills: ledgers one after another, what is wrong with them, and what was counted."""

    def __init__(self, scheme: str, new: Callable[[], str], chance: Random, progress: Progress) -> None:
        self._scheme, self._new, self._chance, self._progress = scheme, new, chance, progress
        self.faults: list[str] = []
        self.counted: Counter[str] = Counter()
        self._numbers = count()
        self._renew()

    def _renew(self) -> None:
        self.location = self._new()
        self.position = Ledger.create(self.location, self._scheme, "setup").position

    def clerks(self, number: int) -> list[Clerk]:
        """So many processes that begin to record."""
        made = []
        for _, does in zip(range(number), self._chance.sample(WORK, len(WORK)), strict=False):
            name = f"c{next(self._numbers)}"
            made.append(Clerk(forked(work(does, self.location, name)), does, name))
        return made

    def latest(self) -> float:
        """The seconds in which a handful of processes makes a few entries, here and now."""
        begun, clerks = time.monotonic(), self.clerks(TOGETHER)
        while sum(len(clerk.positions()) for clerk in clerks) < ENTRIES and time.monotonic() < begun + PATIENCE:
            time.sleep(0.001)
        took = time.monotonic() - begun
        for clerk in clerks:
            clerk.child.end()
        self._look(clerks, "to begin with")
        return took

    def processes(self, kills: int) -> None:
        """Ends so many processes, a handful at a time, each at a moment of its own."""
        latest = self.latest()
        for handful, number in enumerate(range(0, kills, TOGETHER), 1):
            moments = sorted(self._chance.uniform(0, latest) for _ in range(min(TOGETHER, kills - number)))
            begun, clerks = time.monotonic(), self.clerks(len(moments))
            for clerk, moment in zip(clerks, moments, strict=True):
                time.sleep(max(0.0, begun + moment - time.monotonic()))
                clerk.child.end()
            for clerk in clerks:
                if clerk.gave_up():
                    self.faults.append(f"{clerk.name} {clerk.does}: {clerk.gave_up()}")
            self._look(clerks, f"handful {handful}")
            self._progress(number + len(moments), kills)
            if handful % HANDFULS == 0:
                self._renew()

    def server(self, kills: int, server: Cluster) -> None:
        """Ends the server so often while processes record: all of it, or only one of its own processes, which it gets over by itself."""
        for number in range(1, kills + 1):
            whole = number % 2 == 1
            clerks = self.clerks(TOGETHER)
            time.sleep(self._chance.uniform(0.02, 0.6))
            if whole:
                server.kill()
            else:
                os.kill(self._chance.choice(server.processes()), signal.SIGKILL)
                _answering(server)
            patience = PATIENCE if whole else 0.3  # one that opens the ledger for each entry may have noticed nothing
            hung = list(left([clerk.child for clerk in clerks], patience))
            if whole:
                server.start()
                self.faults += [f"server {number}: {clerk.name} {clerk.does} hangs" for clerk in clerks if clerk.child in hung]
            for clerk in clerks:
                self._lost(clerk, f"server {number}", ended=clerk.child in hung)
            self._look(clerks, f"server {number}")
            self._progress(number, kills)
            if number % HANDFULS == 0:
                self._renew()

    def _lost(self, clerk: Clerk, when: str, *, ended: bool) -> None:
        """One whose server went away has said so in words; and that nothing was recorded, only where that is so."""
        why = clerk.gave_up()
        if ended and not why:
            return
        self.counted[why] += 1
        if why not in {*NOT_RECORDED, "journal.unanswered"}:
            self.faults.append(f"{when}: {clerk.name} {clerk.does} said {why!r}")
        with Ledger(self.location) as ledger:
            there = bool(list(ledger.log(ids=clerk.ids(len(clerk.positions())))))
        if there and why == "journal.unanswered":
            self.counted["of these, recorded"] += 1
        elif there:
            self.faults.append(f"{when}: {clerk.name} {clerk.does} said {why!r}, and yet it was recorded")

    def _look(self, clerks: Sequence[Clerk], when: str) -> None:
        """The last that is done with some who were ended."""
        try:
            self.faults += [f"{when}: {fault}" for fault in self._wrong(clerks)]
        except Exception as error:  # noqa: BLE001 - whatever keeps the next one from recording or reading is a fault
            self.faults.append(f"{when}: {type(error).__name__}: {error}")
        finally:
            for clerk in clerks:
                clerk.child.said.close()

    def _wrong(self, clerks: Sequence[Clerk]) -> Iterator[str]:
        """What is wrong after some were ended: the next one records, nothing acknowledged is missing, no file is there in part."""
        with Ledger(self.location, "next") as ledger:
            last = ledger.record("item_submitted", submitted(f"next-{next(self._numbers)}")).position
            log = list(ledger.log(since=self.position))
            places = {event.id: event.position for event in log}
            if [event.position for event in log] != list(range(self.position + 1, self.position + len(log) + 1)) or len(places) != len(log):
                yield "the positions have a gap, or an event is there twice"
            yield from (found.text("en") for found in ledger.verify(quiet).findings)
        self.position += len(log)
        self.counted["events"] += len(log)
        if last not in places.values():
            yield f"the next one was told @{last}, which is not there"
        for clerk in clerks:
            told = clerk.positions()
            self.counted["acknowledged"] += len(told)
            for number, position in enumerate(told):
                if places.get(clerk.ids(number)[-1]) != position:
                    yield f"{clerk.name} {clerk.does} was told @{position}, and it is not there"
            there = [own_id for number in islice(count(), len(told) + 1) for own_id in clerk.ids(number) if own_id in places]
            if len(there) % len(clerk.ids(0)):
                yield f"{clerk.name}: a file is there in part"
        if "://" not in self.location:
            yield from (f"doctor: {check.found.text('en')}" for check in Ledger.doctor(self.location) if check.state == "wrong")


def _answering(server: Cluster) -> None:
    """Waits until the server has got over it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            server.execute("SELECT 1")
            return
        time.sleep(0.02)


def stress(count: int, seed: int, only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """So many processes ended on each store, and a tenth as many servers."""
    for subject in (*county.SUBJECTS, "postmaster"):
        if only and subject not in only:
            continue
        kills = count if subject in county.SUBJECTS else max(1, count // KILLS_A_SERVER)
        with county.places("server" if subject == "postmaster" else subject, durable=True) as site:
            killing = Killing(site.scheme, site.new, Random(seed), progress)
            if site.server and subject == "postmaster":
                killing.server(kills, site.server)
            else:
                killing.processes(kills)
        yield Report(subject, kills, tuple(killing.faults), dict(sorted(killing.counted.items())))
