"""Replay: a year made again from the raw log alone, beside what was published of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from ledger.closing import Closing
from ledger.errors import BasisError, InputError, Problem, SchemeError
from ledger.journal.decode import fields_of
from ledger.journal.reader import LogReader
from ledger.journal.rebuild import Rebuilt, rebuild
from ledger.journal.record import digest
from ledger.projections.replays import Replay, Replayed, compared
from ledger.projections.snapshots import Snapshot
from ledger.proofs.checkpoint import Checkpoint
from ledger.rules.evaluate import VERSION
from ledger.views import ledger_id

Progress = Callable[[int, int], None]


def replay(reader: LogReader, year: int, today: Callable[[], date], progress: Progress) -> Replay:
    """Rebuilds the log in a scratch file from envelopes and bodies, and scores every snapshot of a year again there.

    Nothing that the ledger keeps beside what is hashed takes part: no column, index or read model. ``progress`` is told the
    events done, of how many. Raises as :func:`ledger.journal.rebuild.rebuild`.
    """
    begun, head = perf_counter(), reader.head()
    with TemporaryDirectory(prefix="scoreledger-replay-") as folder:
        scratch = Path(folder) / "replay.ledger"
        made = rebuild(reader.path, scratch, progress)
        with LogReader(scratch) as raw:
            closing = Closing(raw, today)
            chosen = [each for each in closing.snapshots() if each.year == year]
            found = tuple(_replayed(closing, raw, each, made, reader) for each in chosen)
            return Replay(ledger_id(raw), year, made.events, perf_counter() - begun, made.root, head.root, VERSION, found)


def _replayed(closing: Closing, raw: LogReader, snapshot: Snapshot, made: Rebuilt, names: LogReader) -> Replayed:
    unscored: Problem | None = None
    try:
        rows, persons, scheme_hash = closing.again(snapshot)
    except (BasisError, SchemeError) as error:  # what it says that it stands on was altered
        rows, persons, scheme_hash, unscored = snapshot.rows, snapshot.persons, snapshot.scheme_hash, error.problem
    known = names.names.names(str(line["person_id"]) for line in (*snapshot.persons, *persons))
    lines = (*compared(snapshot.rows, rows, {}), *compared(snapshot.persons, persons, known))
    (row,) = raw.rows(since=snapshot.at - 1, upto=snapshot.at)
    root = made.before_closing[snapshot.at]
    return Replayed(snapshot, lines, scheme_hash, root, _published_root(snapshot), digest(fields_of(row)), unscored)


def _published_root(snapshot: Snapshot) -> str:
    """The root that a snapshot's checkpoint states, in hex; an empty text where it is no checkpoint of the snapshot's position."""
    try:
        checkpoint = Checkpoint.parse(snapshot.checkpoint)
    except InputError:
        return ""
    return checkpoint.root.hex() if checkpoint.size == snapshot.position else ""
