"""A proof that an event is in a log, as a text (C2SP, tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import InputError
from ledger.proofs.note import Note
from ledger.proofs.plain import base64, demand_text, read_hash, read_number, short, unbase64

HEADER = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That leaf ``index`` (from 0) is in the tree of the checkpoint ``note``.

    ``hashes`` go from the leaf's sibling up. ``extra`` is the leaf's input where we made the proof, or empty: nothing vouches
    for it until its hash is found in the tree.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def format(self) -> str:
        """The text as it is sent and kept."""
        extra = [f"extra {base64(self.extra)}"] if self.extra else []
        return "\n".join([HEADER, *extra, f"index {self.index}", *map(base64, self.hashes), "", self.note.format()])

    @classmethod
    def parse(cls, text: str) -> InclusionProof:
        """The proof of such a text. Raises InputError, which names the line, for a text that is none."""
        demand_text(text)
        above, blank, note = text.partition("\n\n")
        lines = above.split("\n")
        if lines[0] != HEADER:
            raise InputError.of("proofs.other_proof", line=1, value=short(lines[0]), header=HEADER)
        if not blank or not note:
            raise InputError.of("proofs.no_checkpoint", line=len(lines) + 1)
        extra = unbase64(lines[1][6:], 2) if len(lines) > 1 and lines[1].startswith("extra ") else b""
        at = 2 if extra else 1
        if len(lines) <= at or not lines[at].startswith("index "):
            raise InputError.of("proofs.no_index", line=at + 1)
        if len(lines) - at - 1 > _MOST_HASHES:
            raise InputError.of("proofs.many_hashes", count=len(lines) - at - 1, most=_MOST_HASHES)
        hashes = tuple(read_hash(line, number) for number, line in enumerate(lines[at + 1 :], at + 2))
        return cls(read_number(lines[at][6:], at + 1), hashes, Note.parse(note), extra)
