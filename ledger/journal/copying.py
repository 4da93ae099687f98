"""A ledger moved to another store: every record byte for byte, at its position and with its time, and so with its hash.

Whatever the store keeps beside the records is made from them anew. Names go along, for both are the same office's; each of the two
ledgers then notes the other, so that whoever erases a name is told.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ledger.errors import LogError
from ledger.journal.copies import Copy, note, noted
from ledger.journal.database import Database
from ledger.journal.failures import store_errors
from ledger.journal.journals import making, open_journal
from ledger.journal.names import NameTable
from ledger.journal.places import Place
from ledger.journal.reader import connect
from ledger.journal.rebuild import Rebuilding
from ledger.journal.record import stamp
from ledger.journal.verify import verify
from ledger.journal.writer import Clock

Progress = Callable[[int, int], None]


class Copied(NamedTuple):
    """What was copied: the number of events, and the tree's root in hex, the same in both."""

    events: int
    root: str


def copy(source: Place, target: Place, actor: str, clock: Clock, progress: Progress) -> Copied:
    """Makes ``target`` a new ledger of what the one at ``source`` holds, and verifies it.

    ``progress`` is told the events done, of how many, first as they are copied, then as they are verified. Raises StoreError where
    there is no ledger, where the target is there already or cannot be made; LogError where the log is not what was recorded: no
    target is left then.
    """
    with closing(connect(source)) as db, store_errors(source):
        db.execute("BEGIN")
        with store_errors(target), making(target) as made:
            _fill(made, db, source, progress)
            end = made.execute("SELECT position FROM head").fetchone()[0]
            note(made, Copy(stamp(clock()), "copy", _said(source), actor, end))
    with open_journal(source, clock) as journal, journal.writing(actor) as writer:
        writer.note_copy("copy", _said(target))
    found = verify(target, progress)
    if found.findings:
        raise LogError(*found.findings)
    return Copied(found.events, found.root)


def _fill(made: Database, db: Database, source: Place, progress: Progress) -> None:
    head = "SELECT position, recorded_at, frontier FROM head"
    ended = tuple(db.execute(head).fetchone())
    Rebuilding(made).run(db, ended[0], progress)
    if tuple(made.execute(head).fetchone()) != ended:
        raise LogError.of("journal.not_copied", path=source)
    made.executemany("INSERT INTO person_names VALUES (?, ?, ?)", NameTable(db, source).kept())
    for each in noted(db):
        note(made, each)


def _said(place: Place) -> str:
    """A place as it is noted: it has to be found from anywhere."""
    return str(place.absolute() if isinstance(place, Path) else place)
