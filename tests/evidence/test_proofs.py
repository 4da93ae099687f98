"""Receipts and inclusion proofs, as the ledger gives them out, under the verifier."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.evidence import verify_export
from tests.evidence.conftest import sample, written
from tests.evidence.forge import checked


@pytest.fixture
def proof(ledger: Path, tmp_path: Path) -> Path:
    """The proof that an event is in the log."""
    file = tmp_path / "event.tlog-proof"
    with Ledger(str(ledger)) as opened:
        file.write_text(opened.prove("@60").proof.format(), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "tail",
    ["\n— a\0 AAAAAAA=\n", "more\rlines\n", "\n— a+b AAAAAAA=\n", "\n— a AAAAAA==\n", "\n— a b AAAAAAA=\n", "\n" + "— a AAAAAAA=\n" * 101],
)
def test_a_checkpoint_in_a_proof_is_read_as_strictly_as_it_is_written(proof: Path, tail: str) -> None:
    good = proof.read_text(encoding="utf-8")
    proof.write_text(f"{good}\n— a AAAAAAA=\n", encoding="utf-8")
    assert checked(proof)[0] == 0, "somebody else's signature"
    proof.write_bytes(f"{good}{tail}".encode())
    status, said = checked(proof)
    assert (status, "file: cannot be read" in said) == (1, True), said


@pytest.fixture
def receipt(ledger: Path, tmp_path: Path) -> Path:
    """The receipt for what was imported."""
    file = tmp_path / "receipt.json"
    with Ledger(str(ledger)) as opened:
        file.write_text("".join(opened.receipt(51, 974)), encoding="utf-8")
    return file


def test_a_proof_is_all_right(proof: Path) -> None:
    status, said = checked(proof)
    assert (status, "1 records are in the tree with the root" in said) == (0, True), said


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("index 59", "index 58", "extra: the position is not"),
        ("index 59", "index x", "file: cannot be read"),
        ("\n974\n", "\n70\n", "extra: the record is not in"),
        ("extra A", "extra B", "file: cannot be read"),
        ("extra A", "extrA A", "file: cannot be read"),
        ("index 59", "index +59", "file: cannot be read"),
        ("index 59", "index 059", "file: cannot be read"),
        ("index 59", "Index 59", "file: cannot be read"),
        ("\n\n", "\n", "file: cannot be read"),
        ("\n974\n", "\n0974\n", "file: cannot be read"),
        ("\n\nscoreledger", "\n\n\0scoreledger", "file: cannot be read"),
    ],
)
def test_a_proof_that_was_changed_is_not(proof: Path, old: str, new: str, place: str) -> None:
    text = proof.read_text(encoding="utf-8")
    assert old in text
    proof.write_text(text.replace(old, new, 1), encoding="utf-8")
    status, said = checked(proof)
    assert (status, place in said) == (1, True), said


def test_a_receipt_is_all_right_and_extends_the_checkpoint_before(receipt: Path, ledger: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    with Ledger(str(ledger)) as opened:
        old.write_text(opened._prover().checkpoint_at(50).text(), encoding="utf-8")
    status, said = checked(receipt, "--checkpoint", str(old))
    assert (status, "followed by exactly these 924 records" in said, "extend the old checkpoint of 50" in said) == (0, True, True), said


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda found: found["records"].pop(), "checkpoint: the number of events"),
        (lambda found: found["records"].pop(7), "records[7]: the position is not"),
        (lambda found: found["records"][7].update(body=found["records"][8]["body"]), "checkpoint: the tree's root"),
        (lambda found: found["records"][7].update(body="{ }"), "records[7]: is not the canonical JSON"),
        (lambda found: found["before"]["peaks"].reverse(), "checkpoint: the tree's root"),
        (lambda found: found["before"].update(size=49), "records[0]: the position is not"),
        (lambda found: found["before"].update(size=51), "file: cannot be read"),
        (lambda found: found.update(origin="scoreledger/f00"), "origin: it is of another ledger"),
        (lambda found: found.update(thanks="yes"), "file: has not the fields"),
        (lambda found: found.pop("records"), "file: has not the fields"),
    ],
)
def test_a_receipt_that_was_changed_is_not(receipt: Path, change: Callable[[Any], object], place: str) -> None:
    found = json.loads(receipt.read_text(encoding="utf-8"))
    change(found)
    receipt.write_text(json.dumps(found), encoding="utf-8")
    status, said = checked(receipt)
    assert (status, place in said) == (1, True), said


def test_a_ledger_of_sm3_is_checked_where_python_has_it_and_said_not_to_be_where_it_lacks_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = sample(tmp_path, "qingshan-2020", tree_hash="sm3")
    out, proof, receipt = written(ledger, tmp_path / "out"), tmp_path / "proof", tmp_path / "receipt.json"
    with Ledger(str(ledger)) as opened:
        proof.write_text(opened.prove("@60").proof.format(), encoding="utf-8")
        receipt.write_text("".join(opened.receipt(41, 60)), encoding="utf-8")
    for made in (out, proof, receipt):
        status, said = checked(made)
        assert (status, "scoreledger-sm3/" in said) == (0, True), said
    real = hashlib.new
    monkeypatch.setattr(hashlib, "new", lambda name, *data: real("none" if name == "sm3" else name, *data))
    for made in (out, proof, receipt):
        assert verify_export.main([str(made), "--lang", "en"]) == 1
        printed = capsys.readouterr().out
        assert "every hash of events: this Python has no sm3" in printed
        assert "1 findings or checks that could not be made" in printed
