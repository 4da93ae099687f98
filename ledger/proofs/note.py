"""Signed notes: a text, and lines of signatures under it (C2SP, signed-note).

A note proves something only to somebody who knows a key beforehand, the *pinned* key, and finds its signature there;
signatures of other keys say nothing, and are kept as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import InputError
from ledger.proofs.plain import BRIEF, base64, demand_text, short, unbase64

MOST_SIGNATURES = 100
"""A note with more is refused; the specification asks for at least 16."""

_ED25519 = b"\x01"
_ID_SIZE, _PUBLIC_SIZE = 4, 32
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the key's name, the four bytes of its id, and what the key's algorithm made."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """The line of a note, without its newline."""
        return f"— {self.name} {base64(self.key_id + self.raw)}"

    @classmethod
    def parse(cls, line: str, number: int) -> Signature:
        """The signature of a line, which is the ``number``-th. Raises InputError for a line that is none."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not _is_name(name) or not encoded:
            raise InputError.of("proofs.not_a_signature", line=number, value=short(line))
        data = unbase64(encoded, number)
        if len(data) <= _ID_SIZE:
            raise InputError.of("proofs.short_signature", line=number)
        return cls(name, data[:_ID_SIZE], data[_ID_SIZE:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and its signatures. One without any is the text alone: it is not signed."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def format(self) -> str:
        """The note as it is sent and kept."""
        if not self.signatures:
            return self.text
        return "\n".join([self.text, *(signature.line() for signature in self.signatures), ""])

    @classmethod
    def parse(cls, note: str) -> Note:
        """The note of such a text. One without an empty line is taken as not signed.

        Raises InputError, which names the line, for a text that is no note.
        """
        demand_text(note)
        text, blank, tail = note.rpartition("\n\n")
        if not blank:
            return cls(note)
        lines, first = tail[:-1].split("\n"), text.count("\n") + 3
        if len(lines) > MOST_SIGNATURES:
            raise InputError.of("proofs.many_signatures", count=len(lines), most=MOST_SIGNATURES)
        return cls(f"{text}\n", tuple(Signature.parse(line, number) for number, line in enumerate(lines, first)))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of an Ed25519 key, with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the SHA-256 of name, newline, type and key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_SIZE]

    def text(self) -> str:
        """The key as it is printed and pinned: ``name+id+base64``."""
        return f"{self.name}+{self.key_id.hex()}+{base64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of such a text. Raises InputError for one that is none, is of another type, or does not fit its id."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        if not _is_name(name) or not _ID.fullmatch(key_id) or not encoded:
            raise InputError.of("proofs.not_a_key", key=short(text, BRIEF))
        material = unbase64(encoded, 1)
        if material[:1] != _ED25519 or len(material) != 1 + _PUBLIC_SIZE:
            raise InputError.of("proofs.other_key", key=short(text), type=material[0])
        key = cls(name, material[1:])
        if key.key_id.hex() != key_id:
            raise InputError.of("proofs.key_id", key=short(text), said=key_id, computed=key.key_id.hex())
        return key

    def of(self, note: Note) -> tuple[Signature, ...]:
        """The signatures that claim to be this key's: those of its name and its id."""
        return tuple(each for each in note.signatures if (each.name, each.key_id) == (self.name, self.key_id))

    def verify(self, note: Note) -> bool:
        """Whether this key signed the note: some signature claims to be its own, and every one that does so fits the text."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        own = self.of(note)
        try:
            public = Ed25519PublicKey.from_public_bytes(self.public)
            for signature in own:
                public.verify(signature.raw, note.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return bool(own)


def _is_name(name: str) -> bool:
    return bool(name) and not any(sign == "+" or sign.isspace() for sign in name)
