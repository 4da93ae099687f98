"""A receipt proves that its records, and no others, were appended between two sizes."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import InputError, StoreError
from ledger.journal.merkle import HASHES
from ledger.journal.reader import LogReader
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.prover import Prover
from ledger.proofs.receipt import Receipt, ReceiptFile, lines
from tests.proofs.conftest import EVENTS


def written(path: Path, first: int, last: int) -> str:
    with LogReader(path) as reader:
        return "".join(lines(reader, Prover(reader, "a1b2"), first, last))


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, EVENTS), (2, 300), (257, 512), (EVENTS, EVENTS)])
def test_a_receipt_leads_from_the_checkpoint_before_to_the_one_after(logs: dict[str, Path], name: str, first: int, last: int) -> None:
    text = written(logs[name], first, last)
    receipt = Receipt.parse(text)
    with LogReader(logs[name]) as reader:
        prover = Prover(reader, "a1b2")
        assert receipt.check() == Checkpoint(prover.origin, first - 1, prover.root(first - 1))
        assert Checkpoint.parse(receipt.note.text) == Checkpoint(prover.origin, last, prover.root(last))
    assert list(json.loads(text)) == ["format", "hash", "origin", "before", "records", "checkpoint"]
    assert len(receipt.records) == last - first + 1
    assert receipt.hash == name


def _other_body(said: dict[str, Any]) -> None:
    said["records"][0]["body"] = said["records"][0]["body"].replace("N", "M")


def _moved(said: dict[str, Any]) -> None:
    record = said["records"][0]
    record["envelope"], record["body"] = record["envelope"] + record["body"][:1], record["body"][1:]


def _peak(said: dict[str, Any]) -> None:
    said["before"]["peaks"][0] = b64encode(b"\0" * 32).decode()


@pytest.mark.parametrize(
    "change",
    [
        _other_body,
        _moved,
        _peak,
        lambda said: said["records"].pop(),
        lambda said: said["records"].append(said["records"][0]),
        lambda said: said["records"].reverse(),
        lambda said: said.update(records=[]),
        lambda said: said.update(hash="sm3"),
        lambda said: said.update(hash="md5"),
        lambda said: said.update(origin="scoreledger/other"),
        lambda said: said.update(checkpoint=said["checkpoint"].replace("\n40\n", "\n41\n")),
        lambda said: said.update(format="scoreledger receipt 2"),
        lambda said: said.update(more=1),
        lambda said: said["before"].update(size=said["before"]["size"] + 8),
        lambda said: said["before"].update(size=-20),
        lambda said: said["before"]["peaks"].pop(),
    ],
)
def test_a_receipt_with_anything_changed_is_refused(logs: dict[str, Path], change: Callable[[dict[str, Any]], object]) -> None:
    said = json.loads(written(logs["sha-256"], 21, 40))
    change(said)
    with pytest.raises(InputError):
        Receipt.parse(json.dumps(said)).check()


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"format": "\\ud800"}'])
def test_a_text_that_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Receipt.parse(text)


def test_a_receipts_file_is_kept_only_where_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    with ReceiptFile(path):
        assert path.exists(), "from before the append, so that nobody else takes the place"
    assert not path.exists()
    with ReceiptFile(path) as file:
        file.write(iter(["a", "b"]))
    assert path.read_text() == "ab"
    with pytest.raises(StoreError):
        ReceiptFile(path)
    with pytest.raises(StoreError):
        ReceiptFile(tmp_path / "nowhere" / "r.json")
    assert path.read_text() == "ab"
