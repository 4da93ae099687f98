"""Rows of a log that somebody changed, as ``verify`` and the readers meet them: findings and our own errors, nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from random import Random
from typing import Any

from ledger.errors import LedgerError
from ledger.events import KINDS
from ledger.journal.decode import decoder, fields_of
from ledger.journal.reader import _decoded
from ledger.journal.rows import Row
from ledger.journal.verify import _COLUMNS, _Check
from tests.stress.fuzzing.mutate import NUMBERS, altered, dumped, mutated
from tests.stress.fuzzing.proofs import opened
from tests.stress.fuzzing.target import Target, refused, said

_ODD = (None, 0, -1, 2**62, 1.5, "", "x", "unit:jia", "item_submitted", "2024-02-30", [0, 255], "\x00", "9" * 30, *NUMBERS[:6])
_CHANGED = 8
"""The columns before body and envelope; the first of them is a rowid, which SQLite keeps a number."""
_WORDS = [*KINDS, "item", "unit", "units", "named", "id", "on", "extra", "content", "rows", "kind", "position", "version", "stream"]


@contextmanager
def stored() -> Iterator[Target]:
    """A row, body and envelope and now and then one more column changed: a list of JSON, the bytes in it as Latin-1."""
    with opened() as (folder, _), closing(sqlite3.connect(folder / "county.ledger")) as db:
        rows = db.execute(f"SELECT {_COLUMNS} FROM stored_events ORDER BY rowid").fetchall()
    words = [word.encode() for word in _WORDS]

    def make(chance: Random) -> bytes:
        at = chance.randrange(len(rows))
        body, envelope = rows[at][-2:]
        if chance.random() < 0.9:
            body = _changed(chance, body, words)
        if chance.random() < 0.4:
            envelope = _changed(chance, envelope, words)
        column = chance.randrange(1, _CHANGED) if chance.random() < 0.2 else -1
        return json.dumps([at, column, chance.choice(_ODD), body.decode("latin-1"), envelope.decode("latin-1")]).encode()

    with closing(sqlite3.connect(":memory:")) as nowhere:
        yield Target(make, lambda data: _judge(data, rows, nowhere))


def _changed(chance: Random, piece: bytes, words: list[bytes]) -> bytes:
    if chance.random() < 0.4:
        return mutated(chance, [piece], words)
    return dumped(altered(chance, json.loads(piece), _WORDS))


def _judge(data: bytes, rows: list[tuple[Any, ...]], nowhere: sqlite3.Connection) -> bool:
    at, column, odd, body, envelope = json.loads(data)
    row = [*rows[at][:-2], body.encode("latin-1"), envelope.encode("latin-1")]
    if column >= 0:
        row[column] = bytes(odd) if isinstance(odd, list) else odd
    check = _Check(nowhere)
    check._position = at
    check._rows([tuple(row)])
    for finding in check._findings:
        said(finding)
    position, kind = rows[at][0], rows[at][3]
    try:
        list(_decoded([(position, kind, row[-2])], {kind: decoder(kind, 1)}))
        fields_of(Row(position, "", 1, kind, 1, "", "", "", "", row[-2]))
    except LedgerError as error:
        return refused(error)
    return not check._findings
