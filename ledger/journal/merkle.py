"""The tree over the log: RFC 6962, section 2.1, with SHA-256.

A leaf is hashed with a 0 byte before it and a node with a 1 byte, so that neither passes for the other. The
:class:`Frontier` is all that an append needs of the tree: the roots of the full subtrees along its right edge.
"""

from __future__ import annotations

from hashlib import sha256

HASH_SIZE = 32
KEPT_LEVEL = 8
"""Nodes of this level, one for each 256 leaves, are kept beside the log, so that a proof reads few leaves."""
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The full subtrees of a tree of ``size`` leaves, largest first: one for each 1 in ``size`` written in binary."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        """The frontier of ``size`` leaves from :meth:`to_bytes`. Raises ValueError where they do not fit."""
        if len(peaks) != HASH_SIZE * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees")
        self.size = size
        self._peaks = peaks

    def append(self, leaf: bytes) -> bytes | None:
        """Adds a leaf hash. Returns the node of :data:`KEPT_LEVEL` that it completed, if it did."""
        node, peaks, rest, level, kept = leaf, self._peaks, self.size, 0, None
        while rest & 1:
            node = sha256(b"\x01" + peaks[-HASH_SIZE:] + node).digest()
            peaks = peaks[:-HASH_SIZE]
            rest >>= 1
            level += 1
            if level == KEPT_LEVEL:
                kept = node
        self._peaks = peaks + node
        self.size += 1
        return kept

    def root(self) -> bytes:
        """The tree's hash."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-HASH_SIZE:]
        for end in range(len(self._peaks) - HASH_SIZE, 0, -HASH_SIZE):
            root = node_hash(self._peaks[end - HASH_SIZE : end], root)
        return root

    def to_bytes(self) -> bytes:
        """The hashes one after another; the size is kept beside them."""
        return self._peaks
