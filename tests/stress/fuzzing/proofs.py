"""What is given out of a log: checkpoints, keys, proofs and receipts, held against the log that they are of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.evidence.verify_export import MALFORMED, Note, Report, Trust, check_file, pinned
from ledger.journal.merkle import SHA_256
from ledger.journal.reader import LogReader
from ledger.journal.record import leaf_input
from ledger.proofs import note as notes
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.note import VerifierKey
from ledger.proofs.prover import Prover
from ledger.proofs.receipt import Receipt, lines
from ledger.proofs.tree import is_included
from tests.evidence.forge import Key
from tests.stress.fuzzing.county import LEDGER, ledger
from tests.stress.fuzzing.mutate import altered, dumped, mutated
from tests.stress.fuzzing.target import Target, refused

KEY, OTHER = Key("clerk"), Key("other", b"\5" * 32)
_SELDOM = 61
"""Of so many inputs one is checked with a pinned key as well: that takes Python some milliseconds."""
_WORDS = [
    *("\n", "\n\n", "— ", "clerk ", "+", "index ", "extra ", "scoreledger/", "scoreledger-sm3/", "c2sp.org/tlog-proof@v1\n"),
    *("=", "A" * 43 + "=", "0", "1"),
]


class Quiet(Report):
    """A report that is not printed."""

    def say(self, line: str) -> None:
        """Only that it can be."""
        line.encode()


class Told(NamedTuple):
    """What is true of the log: the input of each leaf, the root at each size, the signed note of its end."""

    leaves: tuple[bytes, ...]
    roots: tuple[bytes, ...]
    note: str

    @property
    def end(self) -> Checkpoint:
        """The checkpoint of its end."""
        return Checkpoint.parse(notes.Note.parse(self.note).text)

    def trust(self, data: bytes) -> Trust:
        """What a reader brings along: the checkpoint of the log's end, and for few inputs a key."""
        keys = [pinned(KEY.verifier)] if len(data) % _SELDOM == 0 else []
        return Trust([("kept", Note.read(self.note.encode()))], keys)


def told(reader: LogReader) -> Told:
    """What is true of a log."""
    prover, last = Prover(reader, LEDGER), reader.head().position
    leaves = tuple(leaf_input(*stored) for stored in reader.stored(1, last))
    return Told(leaves, tuple(prover.root(size) for size in range(last + 1)), KEY.sign(prover.checkpoint().text()))


def status(data: bytes, truth: Told) -> int:
    """The exit status with which the verifier ends on a file, as its ``main`` says it."""
    report = Quiet("zh" if len(data) & 1 else "en")
    try:
        return report.end() if check_file(data, truth.trust(data), report) else 2
    except MALFORMED:
        return 2


@contextmanager
def opened() -> Iterator[tuple[Path, LogReader]]:
    """A folder, and the county's ledger in it."""
    with TemporaryDirectory(dir=shared()) as folder, LogReader(ledger(Path(folder) / "county.ledger")) as reader:
        yield Path(folder), reader


def shared() -> Path | None:
    """A folder in memory, where there is one."""
    memory = Path("/dev/shm")  # noqa: S108 - only what makes it fast; the folder below has a name of its own
    return memory if memory.is_dir() else None


@contextmanager
def checkpoints() -> Iterator[Target]:
    """Signed notes, the checkpoints in them, and verifier keys."""
    with opened() as (_, reader):
        truth = told(reader)
    own, key = truth.end.text(), VerifierKey.parse(KEY.verifier)
    both = truth.note + OTHER.sign(own).rpartition("\n\n")[2]
    texts = [truth.note, own, both, KEY.verifier, OTHER.verifier, f"{own}more\nlines\n", KEY.sign(f"{own}more\n")]
    corpus, words = [text.encode() for text in texts], [word.encode() for word in _WORDS]

    def judge(data: bytes) -> bool:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return False  # ``read_note`` says so of a file
        try:
            if "\n" not in text:
                assert VerifierKey.parse(text).text() == text, "a key reads as itself"
                return True
            note = notes.Note.parse(text)
            assert note.format() == text, "a note reads as itself"
            assert not key.verify(note) or note.text in (own, f"{own}more\n"), "a key signed what it signed"
            found = Checkpoint.parse(note.text)
        except LedgerError as error:
            return refused(error)
        assert note.text.startswith(found.text()), "a checkpoint reads as itself"
        if found.size < 10**16:
            assert Note.read(data)[:3] == (found.origin, found.size, found.root), "the verifier reads the same"
        return True

    yield Target(lambda chance: mutated(chance, corpus, words), judge)


@contextmanager
def proofs() -> Iterator[Target]:
    """Proofs of inclusion and receipts, by our own readers and by the verifier."""
    with opened() as (_, reader):
        truth, prover = told(reader), Prover(reader, LEDGER)
        note, last = notes.Note.parse(truth.note), reader.head().position
        proven = [prover.inclusion(position, truth.end, note).format().encode() for position in (1, 3, 7, last)]
        receipts = ["".join(lines(reader, prover, first, last)).encode() for first in (1, 5, last - 1)]
    corpus, words = [*proven, *receipts, *proven], [word.encode() for word in _WORDS]
    written = [json.loads(receipt) for receipt in receipts]

    def make(chance: Random) -> bytes:
        if chance.random() < 0.75:
            return mutated(chance, corpus, words)
        return dumped(altered(chance, chance.choice(written), _WORDS))

    def judge(data: bytes) -> bool:
        accepted = status(data, truth) == 0
        if accepted:
            _holds(data, truth)
        try:
            _read(data.decode(), truth)
        except UnicodeDecodeError:
            return False
        except LedgerError as error:
            return refused(error)
        return accepted

    yield Target(make, judge)


def _read(text: str, truth: Told) -> None:
    """Our own readers take it, print it as it was, and are not deceived."""
    if text.startswith("{"):
        receipt = Receipt.parse(text)
        before = receipt.check()
        if Checkpoint.parse(receipt.note.text) == truth.end:
            assert before.root == truth.roots[before.size], "the tree before is the log's"
            _demand_leaves(before.size, [(one.encode(), two.encode()) for one, two in receipt.records], truth)
        return
    proof = InclusionProof.parse(text)
    assert proof.format() == text, "a proof reads as itself"
    found = Checkpoint.parse(proof.note.text)
    leaf = SHA_256.leaf(proof.extra)
    if found == truth.end and is_included(SHA_256, leaf, proof.index, found.size, proof.hashes, found.root):
        assert truth.leaves[proof.index] == proof.extra, "what is proved is in the log"


def _holds(data: bytes, truth: Told) -> None:
    """What the verifier took, beside a checkpoint kept from before, says only what is in the log."""
    if data.startswith(b"{"):
        said = json.loads(data)
        parts = [(each["envelope"].encode(), each["body"].encode()) for each in said["records"]]
        return _demand_leaves(said["before"]["size"], parts, truth)
    proof = InclusionProof.parse(data.decode())
    assert truth.leaves[proof.index] == proof.extra, "what is proved is in the log"
    return None


def _demand_leaves(before: int, parts: list[tuple[bytes, bytes]], truth: Told) -> None:
    assert tuple(leaf_input(*part) for part in parts) == truth.leaves[before:], "the records are the log's, and all of them"
