"""Hashing a log again: its leaves, its tree, and what SQLite itself finds wrong with the file.

This is the half of :mod:`.verify` that looks at bytes alone. It goes on beside the other half, in a process of its own
where the log is worth one: both are bound by Python, which uses one core a process.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import msgspec

from ledger.journal.database import Database, streamed
from ledger.journal.failures import demand_damage, faults
from ledger.journal.merkle import Frontier, hashing
from ledger.journal.places import Place, place
from ledger.journal.reader import connect
from ledger.journal.record import leaf_input
from ledger.journal.schema import HASHED

WORTH_A_PROCESS = 50_000
"""Events: to start a process takes as long as to verify so many."""

_BATCH = 1024
Stored = tuple[Any, ...]
"""A row of the log. Nothing of it is trusted, its types included: SQLite keeps what somebody else's program gave a column."""


class Rehashed(NamedTuple):
    """What came out: the tree's size and full subtrees, its nodes of the kept level, positions whose leaf is another, damage.

    ``heads`` are the positions where the tree was another than is kept of then, as a server does; the last is not looked at here.
    """

    size: int
    peaks: bytes
    nodes: list[bytes]
    wrong: list[int]
    heads: list[int]
    damage: list[str]


def rehash(path: Place, last: int, hash_name: str) -> Rehashed:
    """Hashes the events up to position ``last`` again, and has SQLite check the file.

    It has a snapshot of its own. In a log that is only added to, those events are the same in any later one.
    """
    with closing(connect(path)) as db:
        return rehashed(db, last, hash_name)


def rehashed(db: Database, last: int, hash_name: str) -> Rehashed:
    """Does :func:`rehash` through a connection that is there."""
    method = hashing(hash_name)
    leaf_hash, empty, frontier = method.leaf, method.empty, Frontier(hashing=method)
    nodes: list[bytes] = []
    wrong: list[int] = []
    heads: list[int] = []
    damage = _damage(db)
    try:
        for batch in batches(streamed(db, HASHED, (last,))):
            leaves = [
                leaf_hash(leaf_input(sealed, body)) if type(sealed) is type(body) is bytes else empty for _, sealed, body, _, _ in batch
            ]
            if [kept for _, _, _, kept, _ in batch] != leaves:
                wrong += [position for (position, _, _, kept, _), leaf in zip(batch, leaves, strict=True) if kept != leaf]
            begun = 0
            for end in [end for end, row in enumerate(batch, 1) if row[4] is not None and row[0] != last]:
                nodes += frontier.extend(leaves[begun:end])
                begun, (position, *_, head) = end, batch[end - 1]
                if frontier.to_bytes() != head:
                    heads.append(position)
            nodes += frontier.extend(leaves[begun:])
    except faults() as error:
        damage.append(demand_damage(error))
    return Rehashed(frontier.size, frontier.to_bytes(), nodes, wrong, heads, damage)


def _damage(db: Database) -> list[str]:
    """What SQLite finds wrong with its pages, its tables, and the indexes over them. A server's own are its administrator's to check."""
    if not isinstance(db, sqlite3.Connection):
        return []
    try:
        return [line for (line,) in db.execute("PRAGMA integrity_check(10)") if line != "ok"]
    except faults() as error:
        return [demand_damage(error)]


def batches(rows: Iterable[Stored]) -> Iterator[list[Stored]]:
    """The rows by the batch; those before a place that cannot be read come before its error."""
    batch: list[Stored] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except faults():
        yield batch
        raise
    yield batch


@contextmanager
def beside(path: Place, last: int, hash_name: str) -> Iterator[Callable[[], Rehashed]]:
    """Does :func:`rehash` beside its caller, who gets what waits for the result. Raises as :func:`rehash`."""

    def here() -> Rehashed:
        return rehash(path, last, hash_name)

    process = _begun(path, last, hash_name) if last >= WORTH_A_PROCESS and os.cpu_count() != 1 else None
    try:
        yield here if process is None else lambda: _result(process) or here()
    finally:
        if process is not None:
            process.kill()  # where it is still at it: nobody waits any more
            with process:
                pass  # closes what it wrote to


def _begun(path: Place, last: int, hash_name: str) -> subprocess.Popen[bytes] | None:
    """A process that hashes; None where the system lets none start.

    It is told what to do rather than forked, which would take over whatever threads held, or spawned by multiprocessing,
    which would run the caller's own script again. Ctrl-C is for the one who was called alone.
    """
    program = f"import sys; sys.path[:] = {sys.path!r}; from ledger.journal.rehash import main; main(*sys.argv[1:])"
    words = [sys.executable, "-c", program, str(path), str(last), hash_name]
    quiet = subprocess.DEVNULL
    try:
        return subprocess.Popen(words, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, start_new_session=True)  # noqa: S603 - ourselves
    except OSError:
        return None


def _result(process: subprocess.Popen[bytes]) -> Rehashed | None:
    """What the process found; None where it was ended, or failed, which its caller is to find out for himself."""
    written, _ = process.communicate()
    return msgspec.msgpack.decode(written, type=Rehashed) if process.returncode == 0 else None


def main(path: str, last: str, hash_name: str) -> None:
    """The process's own task: what it found goes to standard output."""
    sys.stdout.buffer.write(msgspec.msgpack.encode(rehash(place(path), int(last), hash_name)))
