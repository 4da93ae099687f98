"""What a ledger gives out: checkpoints, and proofs that an event is in one."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Unknown, nearest, position_meant
from ledger.journal.reader import LogReader
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.note import Note
from ledger.proofs.prover import Prover
from ledger.proofs.signing import Signer, signed


@dataclass(frozen=True, slots=True)
class Issued:
    """A checkpoint, the name of its tree's hash, and its note, signed or not."""

    checkpoint: Checkpoint
    hash: str
    note: Note

    def as_json(self) -> dict[str, object]:
        """The checkpoint as JSON, its root in hex."""
        found = self.checkpoint
        return {"origin": found.origin, "size": found.size, "root": found.root.hex(), "hash": self.hash}


@dataclass(frozen=True, slots=True)
class Proven:
    """An event in a log: where it stands, its record's two pieces as text, and the proof."""

    position: int
    envelope: str
    body: str
    proof: InclusionProof
    issued: Issued


def checkpoint(prover: Prover, signer: Signer | None, size: int | None = None) -> Issued:
    """The checkpoint of the log's end, or of its first ``size`` events.

    Raises as :meth:`.prover.Prover.checkpoint` and :class:`.signing.Signer`.
    """
    found = prover.checkpoint() if size is None else prover.checkpoint_at(size)
    return Issued(found, prover.hashing.name, signed(found, signer))


def prove(reader: LogReader, prover: Prover, event: str, signer: Signer | None) -> Proven:
    """The proof that an event, by id or ``@N``, is in the log as it ends now. Raises Unknown for one that is not there."""
    position = find(reader, event)
    issued = checkpoint(prover, signer)
    proof = prover.inclusion(position, issued.checkpoint, issued.note)
    ((envelope, body),) = reader.stored(position, position)
    return Proven(position, envelope.decode(), body.decode(), proof, issued)


def find(reader: LogReader, event: str) -> int:
    """The position of an event, by id or ``@N``. Raises Unknown, with the nearest id, where there is none."""
    last = reader.head().position
    number = int(event[1:]) if event.startswith("@") and event[1:].isdecimal() and len(event) < 20 else 0
    if 1 <= number <= last:
        return number
    meant = position_meant(event, last)
    if event.startswith("@") and not meant:
        raise Unknown.of("proofs.no_position", field="event", event=event, last=last)
    position = reader.positions([event]).get(event)
    if position is None:
        close = meant or nearest(event, reader.near_ids(event))
        raise Unknown.of("proofs.no_event", field="event", event=event, nearest=close)
    return position
