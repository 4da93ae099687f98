"""Proofs about one ledger's log, from its leaf hashes and the nodes kept beside it.

A full subtree below the kept level is made of at most 128 leaves, one above it of kept nodes alone; so a proof reads some
255 leaves, however long the log is.
"""

from __future__ import annotations

from ledger.errors import LogError
from ledger.journal.merkle import KEPT_LEVEL
from ledger.journal.reader import LogReader
from ledger.journal.record import leaf_input
from ledger.proofs import tree
from ledger.proofs.checkpoint import Checkpoint, origin
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.note import Note


class Prover:
    """What can be shown of the log of ``reader``, whose ledger has the id ``ledger_id``.

    Everything is of the log's first ``size`` events, for any size up to its end. Raises LogError where the stored hashes
    are not of one tree, InputError or StoreError where this program cannot compute the ledger's hash.
    """

    def __init__(self, reader: LogReader, ledger_id: str) -> None:
        self._reader = reader
        self.hashing = reader.hashing()
        self.origin = origin(ledger_id, self.hashing.name)

    def subtree(self, level: int, index: int) -> bytes:
        """The root of a full subtree. See :data:`ledger.proofs.tree.Subtree`."""
        above = max(level - KEPT_LEVEL, 0)
        read, wide = (self._reader.kept_nodes, above) if level >= KEPT_LEVEL else (self._reader.leaves, level)
        row = read(index << wide, 1 << wide)
        if len(row) != 1 << wide:
            raise LogError.of("proofs.no_subtree", level=level, index=index)
        while len(row) > 1:
            row = [self.hashing.node(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    def peaks(self, size: int) -> list[bytes]:
        """The full subtrees that the tree of the first ``size`` events is made of, largest first."""
        return tree.peaks(self.subtree, size)

    def root(self, size: int) -> bytes:
        """The hash of the tree of the first ``size`` events."""
        return tree.joined(self.hashing, self.peaks(size))

    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the log's end.

        What the head says is made again from leaves and nodes: a log must sign nothing that does not extend what it signed
        before, and those are what its proofs will be made of. That the leaves are the events' is for verify to say.
        """
        head = self._reader.head()
        found = self.root(head.position)
        if found.hex() != head.root:
            raise LogError.of("proofs.head_differs", position=head.position)
        return Checkpoint(self.origin, head.position, found)

    def checkpoint_at(self, size: int) -> Checkpoint:
        """The checkpoint of the first ``size`` events; of the log's end, with what :meth:`checkpoint` looks at."""
        end = self.checkpoint()
        return end if end.size == size else Checkpoint(self.origin, size, self.root(size))

    def inclusion(self, position: int, checkpoint: Checkpoint, note: Note) -> InclusionProof:
        """The proof that the event at ``position`` is in the log of a checkpoint of ours, as it stands in ``note``.

        Raises LogError where it is not there, or is not what was hashed.
        """
        index = position - 1
        data = next((leaf_input(*stored) for stored in self._reader.stored(position, position)), None)
        if data is None:
            raise LogError.of("journal.no_event", position=position)
        hashes = tree.inclusion(self.hashing, self.subtree, index, checkpoint.size)
        if not tree.is_included(self.hashing, self.hashing.leaf(data), index, checkpoint.size, hashes, checkpoint.root):
            raise LogError.of("proofs.leaf_differs", position=position)
        return InclusionProof(index, tuple(hashes), note, data)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of the first ``new`` events extends that of the first ``old`` (0 < old <= new)."""
        return tree.consistency(self.hashing, self.subtree, old, new)
