"""Receipts: what was appended between two sizes of a log, in a file that anybody can check without the ledger.

From the full subtrees of the tree before and the records appended, the roots before and after follow by hashing. So a
receipt whose checkpoint is a published one proves that these records, and no others, were appended between its sizes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

from ledger.errors import InputError, StoreError, reason
from ledger.journal.merkle import Frontier, hashing
from ledger.journal.reader import LogReader
from ledger.journal.record import leaf_input
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.note import Note
from ledger.proofs.plain import base64, read_hash
from ledger.proofs.prover import Prover

FORMAT = "scoreledger receipt 1"


class _Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: int
    peaks: list[str]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    envelope: str
    body: str


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["scoreledger receipt 1"]
    hash: str
    origin: str
    before: _Before
    records: list[_Record]
    checkpoint: str


_decode = msgspec.json.Decoder(_Written).decode


@dataclass(frozen=True, slots=True)
class Receipt:
    """``records``, envelope and body of each, were appended to the log of ``size`` events, whose tree had these ``peaks``."""

    hash: str
    origin: str
    size: int
    peaks: tuple[bytes, ...]
    records: tuple[tuple[str, str], ...]
    note: Note

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """The receipt of a file's text. Raises InputError for a text that is none."""
        try:
            found = _decode(text)
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            raise InputError.of("proofs.no_receipt", reason=str(error)) from error
        peaks = tuple(read_hash(peak, number) for number, peak in enumerate(found.before.peaks, 1))
        if found.before.size < 0 or len(peaks) != found.before.size.bit_count():
            raise InputError.of("proofs.receipt_peaks", size=found.before.size, count=len(peaks))
        records = tuple((record.envelope, record.body) for record in found.records)
        return cls(found.hash, found.origin, found.before.size, peaks, records, Note.parse(found.checkpoint))

    def check(self) -> Checkpoint:
        """The checkpoint of the log before, recomputed; so is the one after, which has to be the receipt's.

        Raises InputError where it is not, and for a hash or a checkpoint that cannot be read.
        """
        frontier = Frontier(self.size, b"".join(self.peaks), hashing(self.hash))
        before = Checkpoint(self.origin, self.size, frontier.root())
        for envelope, body in self.records:
            frontier.append(frontier.hashing.leaf(leaf_input(envelope.encode(), body.encode())))
        after, said = Checkpoint(self.origin, frontier.size, frontier.root()), Checkpoint.parse(self.note.text)
        if not self.records or said != after:
            raise InputError.of("proofs.receipt_differs", size=after.size, root=after.root.hex(), said=said.size, other=said.root.hex())
        return before


def lines(reader: LogReader, prover: Prover, first: int, last: int) -> Iterator[str]:
    """The text of the receipt for the events from position ``first`` to ``last``, a line a record, so that it can be of any length."""
    checkpoint = prover.checkpoint_at(last)
    before = {"size": first - 1, "peaks": [base64(peak) for peak in prover.peaks(first - 1)]}
    head = {"format": FORMAT, "hash": prover.hashing.name, "origin": prover.origin, "before": before}
    yield f"{_json(head)[:-1]}, "
    separator = '"records": ['
    for envelope, body in reader.stored(first, last):
        yield f"{separator}\n{_json({'envelope': envelope.decode(), 'body': body.decode()})}"
        separator = ","
    yield f"],\n{_json({'checkpoint': checkpoint.text()})[1:]}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class ReceiptFile:
    """The file that a receipt is to go into, which is made before anything is appended; taken away again where nothing was.

    Use it in a ``with`` block. Raises StoreError where there is something already, or no file can be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = False
        try:
            with path.open("xb"):
                pass
        except FileExistsError:
            raise StoreError.of("proofs.receipt_exists", path=path) from None
        except OSError as error:
            raise StoreError.of("proofs.cannot_make", path=path, reason=reason(error)) from error

    def __enter__(self) -> ReceiptFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._written:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def write(self, text: Iterator[str]) -> None:
        """Writes the receipt. Raises StoreError where it cannot: the events are recorded all the same."""
        try:
            with self._path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(text)
        except OSError as error:
            raise StoreError.of("proofs.receipt_unwritten", path=self._path, reason=reason(error)) from error
        self._written = True
