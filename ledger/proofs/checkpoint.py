"""Checkpoints: the log's size and root as a text that a person can read (C2SP, tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ledger.errors import InputError, LogError
from ledger.proofs.plain import base64, demand_text, read_hash, read_number, short

_LINES = 3
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


def origin(ledger_id: str, tree_hash: Literal["sha-256", "sm3"]) -> str:
    """The name under which a ledger's checkpoints are known.

    A tree of SM3 is no tree of RFC 6962, so its origin says what it is and cannot be taken for one. Raises LogError for an
    id that no program of ours gave, which could say something else in a checkpoint.
    """
    if not _ID.fullmatch(ledger_id):
        raise LogError.of("proofs.odd_ledger", ledger=short(ledger_id))
    return f"{'scoreledger' if tree_hash == 'sha-256' else f'scoreledger-{tree_hash}'}/{ledger_id}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``size`` events of the log ``origin`` have the tree hash ``root``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text of the note: three lines."""
        return f"{self.origin}\n{self.size}\n{base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint of a note's text. Lines after the third are opaque by the specification, and passed over.

        Raises InputError, which names the line, for a text that is none.
        """
        demand_text(text)
        lines = text[:-1].split("\n")
        for number, line in enumerate(lines, 1):
            if not line:
                raise InputError.of("proofs.blank_line", line=number)
        if len(lines) < _LINES:
            raise InputError.of("proofs.short_checkpoint", count=len(lines), lines=_LINES)
        if lines[0] != lines[0].strip():  # by mistake when copied; it would be taken for another log's name
            raise InputError.of("proofs.spaced", line=1)
        return cls(lines[0], read_number(lines[1], 2), read_hash(lines[2], 3))
