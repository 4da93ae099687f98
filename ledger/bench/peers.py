"""What we are measured against: raw SQLite with the same rows and indexes, stock eventsourcing, hledger."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec

from ledger import points
from ledger.journal.decode import decoder

EVENTS = "rowid, originator_id, originator_version, topic, state, event_id, recorded_at, recorded_by, business_date, envelope, leaf"
MENTIONS = "subject, position"


def copied(ledger: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of a ledger's log and of its index by unit, to insert again."""
    with sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True) as db:
        rows = db.execute(f"SELECT {EVENTS} FROM stored_events ORDER BY rowid").fetchall()
        return rows, db.execute(f"SELECT {MENTIONS} FROM event_mentions ORDER BY position").fetchall()


def raw_store(path: Path, like: Path) -> sqlite3.Connection:
    """An empty database with the tables and indexes of a ledger, none of its guards, and its durability."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    with sqlite3.connect(f"{like.absolute().as_uri()}?mode=ro", uri=True) as source:
        tables = "SELECT sql FROM sqlite_master WHERE tbl_name IN ('stored_events', 'event_mentions') AND type IN ('table', 'index')"
        for (statement,) in source.execute(f"{tables} AND sql IS NOT NULL ORDER BY type DESC").fetchall():
            db.execute(statement)
    return db


def raw_insert(db: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], mentions: Sequence[tuple[Any, ...]], size: int) -> None:
    """Insert rows, ``size`` a transaction, each with what it mentions."""
    at = 0
    for first in range(0, len(rows), size):
        chunk = rows[first : first + size]
        last, until = chunk[-1][0], at
        while until < len(mentions) and mentions[until][1] <= last:
            until += 1
        db.execute("BEGIN IMMEDIATE")
        db.executemany(f"INSERT INTO stored_events ({EVENTS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", chunk)
        db.executemany(f"INSERT INTO event_mentions ({MENTIONS}) VALUES (?,?)", mentions[at:until])
        db.execute("COMMIT")
        at = until


def raw_scan(ledger: Path) -> int:
    """Read every row of a log and decode its body whole; how many there were."""
    with sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True) as db:
        kinds = [kind for (kind,) in db.execute("SELECT DISTINCT topic FROM stored_events")]
        read = {kind: decoder(kind, 1) for kind in kinds}
        return sum(1 for _ in _facts(db, read))


def _facts(db: sqlite3.Connection, read: Any) -> Iterator[tuple[int, Any]]:
    for position, kind, body in db.execute("SELECT rowid, topic, state FROM stored_events ORDER BY rowid"):
        yield position, read[kind](body)


class Stock:
    """The same facts as eventsourcing's own aggregates, with its own mapper and recorder, one aggregate an item."""

    def __init__(self, path: Path, records: Iterable[dict[str, Any]]) -> None:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event

        class Item(Aggregate):
            @event("Submitted")
            def __init__(self, number: str, on: str, units: list[str]) -> None:
                self.number, self.on, self.units, self.facts = number, on, units, [("", "")]

            @staticmethod
            def create_id(number: str) -> UUID:
                return uuid5(NAMESPACE_OID, number)

            @event("Happened")
            def happened(self, on: str, what: str) -> None:
                self.facts.append((on, what))

        self.items: dict[str, UUID] = {}
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        self._application: Any = Application(env=env)
        open_items: dict[str, Any] = {}
        for record in records:
            number = str(record.get("item", record.get("unit", "ledger")))
            if number not in open_items:
                open_items[number] = Item(number=number, on=record["on"], units=[str(record.get("unit"))])
                self.items[number] = open_items[number].id
            else:
                open_items[number].happened(on=record["on"], what=msgspec.json.encode(record).decode())
        pending = list(open_items.values())
        for first in range(0, len(pending), 500):
            self._application.save(*pending[first : first + 500])

    def replay(self) -> int:
        """Every aggregate again from its events, by the repository; how many."""
        return sum(1 for item in self.items.values() if self._application.repository.get(item))


def hledger_journal(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """A journal of one transaction a record."""
    with path.open("w", encoding="utf-8") as out:
        for number, record in enumerate(records):
            unit = str(record.get("unit") or (record.get("units") or ["item"])[0])
            out.write(f"{record['on']} {record['kind']} {number}\n  adoption:{unit}  {points.text(1500)}\n  source\n\n")


def hledger_balance(path: Path) -> None:
    """What hledger makes of it."""
    command = shutil.which("hledger")
    assert command is not None
    subprocess.run([command, "-f", str(path), "balance"], check=True, capture_output=True)  # noqa: S603 - found on the path just now


def has_hledger() -> bool:
    """Whether hledger is installed here."""
    return shutil.which("hledger") is not None
