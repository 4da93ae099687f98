"""What the first event of a log, ``ledger_opened``, fixes for its life: the hash of its tree."""

from __future__ import annotations

import msgspec

from ledger.events import LedgerOpened
from ledger.journal.database import Database
from ledger.journal.merkle import SHA_256, Hashing, hashing
from ledger.journal.record import UNREADABLE


class _Opening(msgspec.Struct):
    hash: str = SHA_256.name


_opening = msgspec.json.Decoder(_Opening).decode


def hashing_of(db: Database) -> Hashing:
    """The hash of the log in ``db``; SHA-256 where there is no such event. Raises as :func:`hashing_by`."""
    first = db.execute("SELECT topic, state FROM stored_events WHERE rowid = 1").fetchone()
    return hashing_by(*first) if first else SHA_256


def hashing_by(kind: str, body: object) -> Hashing:
    """The hash of a log whose first event is this one; SHA-256 where it is another kind's, or says none that can be read.

    Raises InputError for a hash that this program does not know, StoreError where this Python lacks it.
    """
    if kind != LedgerOpened.kind or not isinstance(body, bytes):
        return SHA_256
    try:
        return hashing(_opening(body).hash)
    except UNREADABLE:  # verify says what is wrong with it
        return SHA_256
