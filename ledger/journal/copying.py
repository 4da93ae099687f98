"""A ledger moved to another store: every record byte for byte, at its position and with its time, and so with its hash.

Whatever the store keeps beside the records is made from them anew. Names go along, for both are the same office's; each of the two
ledgers then notes the other, so that whoever erases a name is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from ledger.errors import LogError, Problem
from ledger.journal.copies import Copy, What, note, noted
from ledger.journal.database import Database
from ledger.journal.failures import store_errors
from ledger.journal.journals import making, open_journal
from ledger.journal.places import Place
from ledger.journal.reader import Head, LogReader
from ledger.journal.rebuild import Rebuilding
from ledger.journal.verify import Verification, verify_made
from ledger.journal.writer import Clock

Progress = Callable[[int, int], None]

_HEAD = "SELECT position, recorded_at, frontier FROM head"


class Copied(NamedTuple):
    """What was copied: the number of events, and the tree's root in hex, the same in both."""

    events: int
    root: str


def copy(source: Place, target: Place, actor: str, clock: Clock, progress: Progress) -> Copied:
    """Makes ``target`` a new ledger of what the one at ``source`` holds, which is there once it has verified, or not at all.

    ``progress`` is told the events done, of how many, first as they are copied, then as they are verified. Raises StoreError where
    there is no ledger, where the target is there already or cannot be made; LogError where the log is not what was recorded.
    """
    with making(target) as made, store_errors(target):
        with moment(source, "copy", place_said(target), clock, actor) as (reader, noting):
            head = reader.head()
            fill(made, reader, noting._replace(place=place_said(source)), progress)
        demand_same(source, verify_made(made, progress), head)
    return Copied(head.position, head.root)


@contextmanager
def moment(place: Place, what: What, target: str, clock: Clock, actor: str) -> Iterator[tuple[LogReader, Copy]]:
    """A ledger as it stands at one moment, and the note that it is copied, at the position where it ends.

    The note is in the ledger before anything is copied: whoever erases a name is told of every copy that may hold it, and at worst of
    one that failed. Raises StoreError where there is no ledger, or none that can be recorded in.
    """
    with open_journal(place, clock) as journal, LogReader(place) as reader, ExitStack() as snapshot:
        with journal.writing(actor) as writer:
            snapshot.enter_context(reader.snapshot())  # nobody else can record now, so its end is the note's position
            made = writer.note_copy(what, target)
        yield reader, made


def fill(made: Database, reader: LogReader, noting: Copy, progress: Progress) -> None:
    """Copies the records into a new ledger, and makes what is kept beside them; then the names and the notes of copies, with this one.

    Raises LogError where what is kept of the end is not what the records come to; what the new ledger's store raises is for its maker.
    """
    with store_errors(reader.path):
        ended = tuple(reader.db.execute(_HEAD).fetchone())
        names, copies = reader.names.kept(), noted(reader.db)
    Rebuilding(made).run(reader.db, reader.path, ended[0], progress)
    if tuple(made.execute(_HEAD).fetchone()) != ended:
        raise LogError.of("journal.not_copied", path=reader.path)
    made.executemany("INSERT INTO person_names VALUES (?, ?, ?)", names)
    for each in (*copies, noting):
        note(made, each)


def demand_same(place: Place, found: Verification, head: Head) -> None:
    """Raises LogError where a copy of the ledger at ``place`` is not intact, or has not the size and the root that it had."""
    findings = list(found.findings)
    if (found.events, found.root) != (head.position, head.root):
        said = {"events": found.events, "root": found.root, "position": head.position, "expected": head.root}
        findings.append(Problem("journal.copy_other_root", params=said))
    if findings:
        raise LogError.of("journal.copy_differs", path=place, count=len(findings), finding=findings[0])


def place_said(place: Place) -> str:
    """A place as it is noted: it has to be found from anywhere."""
    return str(place.absolute() if isinstance(place, Path) else place)
