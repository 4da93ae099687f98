"""What is proved of a log is what its events come to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from ledger.errors import LogError, Unknown
from ledger.journal.merkle import HASHES, hashing
from ledger.journal.reader import LogReader
from ledger.journal.record import leaf_input
from ledger.journal.verify import Verification, verify
from ledger.proofs import tree
from ledger.proofs.checking import compare
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.issuing import checkpoint, prove
from ledger.proofs.note import Note
from ledger.proofs.prover import Prover
from tests.proofs.conftest import EVENTS
from tests.proofs.naive import Naive


@pytest.fixture(params=HASHES)
def path(request: pytest.FixtureRequest, logs: dict[str, Path]) -> Path:
    return logs[request.param]


@pytest.fixture
def reader(path: Path) -> Iterator[LogReader]:
    with LogReader(path) as opened:
        yield opened


@pytest.fixture
def prover(reader: LogReader) -> Prover:
    return Prover(reader, "a1b2")


@pytest.fixture
def naive(path: Path, reader: LogReader) -> Naive:
    """The tree over the records as they are stored."""
    tree_hash = hashing(path.stem)
    return Naive([tree_hash.leaf(leaf_input(*stored)) for stored in reader.stored(1, EVENTS)], tree_hash)


def test_the_root_of_every_size_is_that_of_its_events(prover: Prover, naive: Naive) -> None:
    assert [prover.root(size) for size in range(EVENTS + 1)] == [naive.root(0, size) for size in range(EVENTS + 1)]


def test_proofs_at_every_sort_of_place_are_the_naive_ones(prover: Prover, naive: Naive) -> None:
    for size in (1, 2, 3, 255, 256, 257, 511, 512, 513, 600, EVENTS):
        found = Checkpoint(prover.origin, size, naive.root(0, size))
        for index in {0, 1, 255, 256, 300, 511, 512, size - 1} & set(range(size)):
            proof = prover.inclusion(index + 1, found, Note(found.text()))
            assert list(proof.hashes) == naive.path(index, 0, size)
            assert prover.consistency(index + 1, size) == naive.proof(index + 1, size)


def test_a_proof_is_checked_with_nothing_but_its_own_text(reader: LogReader, prover: Prover) -> None:
    proven = prove(reader, prover, "X41", None)
    proof = InclusionProof.parse(proven.proof.format())
    found = Checkpoint.parse(proof.note.text)
    tree_hash = hashing("sm3" if found.origin.startswith("scoreledger-sm3/") else "sha-256")
    assert proof.extra == leaf_input(proven.envelope.encode(), proven.body.encode())
    assert '"id":"X41"' in proven.body
    assert tree.is_included(tree_hash, tree_hash.leaf(proof.extra), proof.index, found.size, proof.hashes, found.root)
    assert (proven.position, proof.index, found.size) == (42, 41, EVENTS)


def test_an_event_is_found_by_id_and_by_position(reader: LogReader, prover: Prover) -> None:
    assert prove(reader, prover, "X41", None) == prove(reader, prover, "@42", None)


@pytest.mark.parametrize("event", ["X4199", "", "@0", "@701", "@", "@-1", "@x", f"@{'9' * 40}"])
def test_an_event_that_is_not_there_is_unknown(reader: LogReader, prover: Prover, event: str) -> None:
    with pytest.raises(Unknown):
        prove(reader, prover, event, None)


def test_the_nearest_id_is_named(reader: LogReader, prover: Prover) -> None:
    with pytest.raises(Unknown) as unknown:
        prove(reader, prover, "X6999", None)
    assert str(unknown.value.problem.params["nearest"]).startswith("X699")


def wrong(found: Verification, prover: Prover, note: str) -> list[str]:
    return [problem.key.removeprefix("proofs.") for problem in compare(found, lambda: prover, {"a": Note.parse(note)}, ()).findings]


def test_a_log_extends_its_own_checkpoints_of_every_size_and_no_others(path: Path, prover: Prover, naive: Naive) -> None:
    found = verify(path, lambda *_: None)
    for size in (0, 1, 255, 256, 257, 512, EVENTS):
        assert wrong(found, prover, Checkpoint(prover.origin, size, naive.root(0, size)).text()) == []
        assert wrong(found, prover, Checkpoint(prover.origin, size, naive.root(0, size - 1 if size else 1)).text()) == ["other_root"]
    assert wrong(found, prover, Checkpoint(prover.origin, EVENTS + 1, naive.root(0, EVENTS)).text()) == ["past_end"]
    assert wrong(found, prover, Checkpoint("scoreledger/other", 1, naive.root(0, 1)).text()) == ["other_origin"]


def tampered(path: Path, folder: Path, *statements: str) -> Path:
    copy = folder / path.name
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as db, db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)
    return copy


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 700",
        "UPDATE tree_nodes SET hash = zeroblob(32) WHERE idx = 1",
        "DELETE FROM tree_nodes WHERE idx = 1",
        "DELETE FROM stored_events WHERE rowid = 699",
        "UPDATE head SET position = 699, frontier = substr(frontier, 1, 32 * 6)",
    ],
)
def test_no_checkpoint_is_made_of_a_head_that_does_not_fit_the_tree(path: Path, tmp_path: Path, statement: str) -> None:
    with LogReader(tampered(path, tmp_path, statement)) as reader, pytest.raises(LogError):
        checkpoint(Prover(reader, "a1b2"), None)


def test_no_proof_is_made_of_a_record_that_is_not_the_one_hashed(path: Path, tmp_path: Path) -> None:
    changed = tampered(path, tmp_path, "UPDATE stored_events SET state = CAST('{}' AS BLOB) WHERE rowid = 42")
    with LogReader(changed) as reader, pytest.raises(LogError) as refused:
        prove(reader, Prover(reader, "a1b2"), "@42", None)
    assert refused.value.problem.key == "proofs.leaf_differs"


def test_a_missing_node_is_a_finding_of_the_checkpoint_and_no_failure(path: Path, tmp_path: Path) -> None:
    with LogReader(path) as reader:
        note = checkpoint(Prover(reader, "a1b2"), None).note.format()
    changed = tampered(path, tmp_path, "DELETE FROM tree_nodes WHERE idx = 1")
    with LogReader(changed) as reader:
        found = wrong(verify(changed, lambda *_: None), Prover(reader, "a1b2"), note)
    assert found == ["journal.found_nodes", "no_subtree"]


def test_a_first_event_that_names_an_unknown_hash_is_a_finding_of_the_checkpoint_and_no_failure(path: Path, tmp_path: Path) -> None:
    with LogReader(path) as reader:
        note = checkpoint(Prover(reader, "a1b2"), None).note
    other = "UPDATE stored_events SET state = CAST(replace(state, 'hash\":\"s', 'hash\":\"x') AS BLOB) WHERE rowid = 1"
    changed = tampered(path, tmp_path, other)
    with LogReader(changed) as reader:
        found = compare(verify(changed, lambda *_: None), partial(Prover, reader, "a1b2"), {"a": note}, ())
    assert [problem.key for problem in found.checkpoints[0].findings] == ["journal.unknown_hash"]
    assert not found.checkpoints[0].extends
    assert len(found.findings) > 1
