"""Holding a log that has been recomputed against checkpoints that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import InputError, LogError, Problem, reason
from ledger.journal.verify import Verification
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.note import Note, VerifierKey
from ledger.proofs.prover import Prover


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature on a checkpoint: the key's name, its id in hex, and whether a pinned key says that it is good."""

    name: str
    key_id: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A checkpoint, whether the log extends it, its signatures, and all that is wrong about it."""

    origin: str
    size: int
    extends: bool
    signatures: tuple[Signed, ...]
    findings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What came out of a log's verification, checkpoints included; ``findings`` holds theirs too."""

    events: int
    root: str
    findings: tuple[Problem, ...]
    checkpoints: tuple[Checked, ...] = ()


def read_note(path: Path) -> Note:
    """The note in a file. Raises InputError, with the file's name, for one that cannot be read or is no note.

    A byte order mark and the line ends of Windows, which mail programs and editors add, are no part of what was signed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InputError.of("proofs.cannot_read", path=path, reason=reason(error)) from error
    except UnicodeDecodeError as error:
        raise InputError.of("proofs.not_utf8", where=str(path)) from error
    with_name = str(path)
    try:
        note = Note.parse(text)
        Checkpoint.parse(note.text)
    except InputError as error:
        raise InputError(*(problem.at(with_name) for problem in error.problems)) from error
    return note


def compare(found: Verification, proving: Callable[[], Prover], notes: Mapping[str, Note], keys: Sequence[VerifierKey]) -> Verified:
    """``found`` with the log held against the checkpoints in ``notes``, by the names of their files, under the pinned ``keys``.

    The hashes are those that are stored: a log whose hashes are not its events' has findings already. A log of which
    ``proving`` makes no prover is a finding too. Raises InputError for a note that is no checkpoint.
    """
    prover: Prover | Problem
    try:
        prover = proving()
    except (InputError, LogError) as error:
        prover = error.problem
    checked = tuple(_checked(found.events, prover, name, note, keys) for name, note in notes.items())
    findings = (*found.findings, *(problem for each in checked for problem in each.findings))
    return Verified(found.events, found.root, findings, checked)


def _checked(events: int, prover: Prover | Problem, name: str, note: Note, keys: Sequence[VerifierKey]) -> Checked:
    checkpoint = Checkpoint.parse(note.text)
    wrong = _difference(checkpoint, events, prover)
    good = [key for key in keys if key.verify(note)]
    signatures = tuple(Signed(each.name, each.key_id.hex(), any(each in key.of(note) for key in good)) for each in note.signatures)
    problems = [*([wrong] if wrong else []), *_unsigned(note, keys, good)]
    return Checked(checkpoint.origin, checkpoint.size, wrong is None, signatures, tuple(problem.at(name) for problem in problems))


def _difference(checkpoint: Checkpoint, events: int, prover: Prover | Problem) -> Problem | None:
    """Why the log does not extend the checkpoint. Sizes are compared before hashes."""
    if isinstance(prover, Problem):
        return prover
    if checkpoint.origin != prover.origin:
        return Problem("proofs.other_origin", params={"origin": checkpoint.origin, "own": prover.origin})
    if checkpoint.size > events:
        return Problem("proofs.past_end", params={"size": checkpoint.size, "events": events})
    try:
        root = prover.root(checkpoint.size)
    except LogError as error:
        return error.problem
    if checkpoint.root != root:
        return Problem("proofs.other_root", params={"size": checkpoint.size, "root": checkpoint.root.hex(), "found": root.hex()})
    return None


def _unsigned(note: Note, keys: Sequence[VerifierKey], good: Sequence[VerifierKey]) -> Iterator[Problem]:
    for key in keys:
        if key not in good:
            yield Problem("proofs.bad_signature" if key.of(note) else "proofs.no_signature", params={"key": key.text()})
