"""Verifying a ledger: its hashes, what was recorded, and the checkpoints that somebody kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ledger.journal.places import Place
from ledger.journal.reader import LogReader
from ledger.journal.verify import verify as verify_log
from ledger.proofs.checking import Verified, compare
from ledger.proofs.note import Note, VerifierKey
from ledger.proofs.prover import Prover
from ledger.recording.audit import audit


def verify(
    place: Place,
    reader: LogReader,
    prover: Callable[[], Prover],
    progress: Callable[[int, int], None],
    checkpoints: Mapping[str, Note],
    keys: Sequence[VerifierKey],
) -> Verified:
    """Recompute every hash of the log and compare every copy; findings, not exceptions, say what is wrong.

    With ``checkpoints``, by the names of their files, also whether the log extends them, and whether each pinned key has
    signed them. Raises InputError for a note that is no checkpoint.
    """
    found = verify_log(place, progress)
    if not found.findings:  # what is not what was recorded is not worth judging
        found = replace(found, findings=tuple(audit(reader)))
    if not checkpoints:
        return Verified(found.events, found.root, found.findings)
    return compare(found, prover, checkpoints, keys)
