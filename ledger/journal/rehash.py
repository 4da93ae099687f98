"""Hashing a log again: its leaves, its tree, and what SQLite itself finds wrong with the file.

This is the half of :mod:`.verify` that looks at bytes alone. It goes on beside the other half, in a process of its own
where the log is worth one: both are bound by Python, which uses one core a process.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from ledger.journal.failures import primary_code
from ledger.journal.merkle import Frontier, hashing
from ledger.journal.reader import connect
from ledger.journal.record import leaf_input

WORTH_A_PROCESS = 50_000
"""Events: to start a process takes as long as to verify so many."""

_BATCH = 1024
_ROWS = "SELECT rowid, envelope, state, leaf FROM stored_events WHERE rowid <= ? ORDER BY rowid"

Stored = tuple[Any, ...]
"""A row of the log. Nothing of it is trusted, its types included: SQLite keeps what somebody else's program gave a column."""


class Rehashed(NamedTuple):
    """What came out: the tree's size and full subtrees, its nodes of the kept level, positions whose leaf is another, damage."""

    size: int
    peaks: bytes
    nodes: list[bytes]
    wrong: list[int]
    damage: list[str]


def rehash(path: Path, last: int, hash_name: str) -> Rehashed:
    """Hashes the events up to position ``last`` again, and has SQLite check the file.

    It has a snapshot of its own. In a log that is only added to, those events are the same in any later one.
    """
    method = hashing(hash_name)
    leaf_hash, empty, frontier = method.leaf, method.empty, Frontier(hashing=method)
    nodes: list[bytes] = []
    wrong: list[int] = []
    with closing(connect(path)) as db:
        damage = _damage(db)
        try:
            for batch in batches(db.execute(_ROWS, (last,))):
                leaves = [
                    leaf_hash(leaf_input(sealed, body)) if type(sealed) is type(body) is bytes else empty for _, sealed, body, _ in batch
                ]
                if [kept for *_, kept in batch] != leaves:
                    wrong += [position for (position, *_, kept), leaf in zip(batch, leaves, strict=True) if kept != leaf]
                nodes += frontier.extend(leaves)
        except sqlite3.DatabaseError as error:
            damage.append(str(demand_damage(error)))
    return Rehashed(frontier.size, frontier.to_bytes(), nodes, wrong, damage)


def _damage(db: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with its pages, its tables, and the indexes over them."""
    try:
        return [line for (line,) in db.execute("PRAGMA integrity_check(10)") if line != "ok"]
    except sqlite3.DatabaseError as error:
        return [str(demand_damage(error))]


def demand_damage(error: sqlite3.DatabaseError) -> sqlite3.DatabaseError:
    """The error, where it is the file that is wrong; raises it otherwise."""
    if primary_code(error) != sqlite3.SQLITE_CORRUPT:
        raise error
    return error


def batches(rows: Iterable[Stored]) -> Iterator[list[Stored]]:
    """The rows by the batch; those before a place that cannot be read come before its error."""
    batch: list[Stored] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except sqlite3.DatabaseError:
        yield batch
        raise
    yield batch


def beside(events: int) -> Executor:
    """What runs :func:`rehash` for a log of so many events beside its caller."""
    if events < WORTH_A_PROCESS or os.cpu_count() == 1:
        return ThreadPoolExecutor(1)
    # "spawn" on every system: a fork would take over whatever threads of a server held at that moment
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=_let_parent_stop)


def _let_parent_stop() -> None:
    """Ctrl-C reaches every process of a terminal; only the one that was called answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
