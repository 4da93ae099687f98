"""What we are measured against: raw SQLite with the same rows and indexes, and hledger; :mod:`.stock` is the third."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any

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


def raw_hash(ledger: Path) -> str:
    """Read envelope and body of every row of a log in order and hash them into the tree of RFC 6962; its root in hex.

    The most direct way: the leaf is hashed from its frame and its two parts, and the full subtrees stand on a stack.
    Nothing else is looked at but the head beside the log, whose root has to be the same.
    """
    stack: list[bytes] = []
    with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT rowid, envelope, state FROM stored_events ORDER BY rowid")
        for before, (_, sealed, body) in enumerate(rows):
            node = sha256(b"\x00" + len(sealed).to_bytes(8, "big") + sealed + body).digest()
            while before & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                before >>= 1  # noqa: PLW2901 - the next 1 of the number of leaves is the next full subtree
            stack.append(node)
        (frontier,) = db.execute("SELECT frontier FROM head").fetchone()
    assert b"".join(stack) == frontier
    return reduce(lambda right, left: sha256(b"\x01" + left + right).digest(), reversed(stack)).hex()


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
