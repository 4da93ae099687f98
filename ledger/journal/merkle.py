"""The tree over the log: RFC 6962, section 2.1, with SHA-256, or with SM3 in its place.

A leaf is hashed with a 0 byte before it and a node with a 1 byte, so that neither passes for the other. The
:class:`Frontier` is all that an append needs of the tree: the roots of the full subtrees along its right edge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, Protocol

from ledger.errors import InputError, StoreError, nearest

HASH_SIZE = 32
"""Bytes of a hash: SHA-256 and SM3 have the same length."""
KEPT_LEVEL = 8
"""Nodes of this level, one for each 256 leaves, are kept beside the log, so that a proof reads few leaves."""
_BLOCK = 1 << KEPT_LEVEL
HASHES = ("sha-256", "sm3")
"""The hashes that a ledger may be made with, the usual one first."""


class _Digest(Protocol):
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Hashing:
    """The hash H of a tree.

    ``new`` begins a digest, as hashlib's constructors do. ``leaf`` is H(0x00 ‖ data), ``node`` H(0x01 ‖ left ‖ right), and
    ``empty`` the root of no leaves.
    """

    name: Literal["sha-256", "sm3"]
    new: Callable[[bytes], _Digest]
    leaf: Callable[[bytes], bytes]
    node: Callable[[bytes, bytes], bytes]
    empty: bytes


def _hashing(name: Literal["sha-256", "sm3"], new: Callable[[bytes], _Digest]) -> Hashing:
    # Functions over ``new``, not methods: an append hashes a leaf, and looking it up would cost it a twentieth.
    def leaf(data: bytes) -> bytes:
        return new(b"\x00" + data).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return new(b"\x01" + left + right).digest()

    return Hashing(name, new, leaf, node, new(b"").digest())


SHA_256 = _hashing("sha-256", hashlib.sha256)
"""RFC 6962's own hash."""


@cache
def hashing(name: str) -> Hashing:
    """The hash of this name: ``sha-256``, or ``sm3`` (GB/T 32905-2016).

    Raises InputError for another name, StoreError where this Python's OpenSSL has no SM3.
    """
    if name == SHA_256.name:
        return SHA_256
    if name != "sm3":
        raise InputError.of("journal.unknown_hash", field="hash", hash=name, nearest=nearest(name, HASHES))
    try:
        return _hashing("sm3", partial(hashlib.new, "sm3"))
    except ValueError as error:
        raise StoreError.of("journal.no_sm3") from error


class Frontier:
    """The full subtrees of a tree of ``size`` leaves, largest first: one for each 1 in ``size`` written in binary."""

    __slots__ = ("_new", "_peaks", "hashing", "size")

    def __init__(self, size: int = 0, peaks: bytes = b"", hashing: Hashing = SHA_256) -> None:
        """The frontier of ``size`` leaves from :meth:`to_bytes`. Raises ValueError where they do not fit."""
        if len(peaks) != HASH_SIZE * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees")
        self.size = size
        self.hashing = hashing
        self._new = hashing.new  # at hand, for an append comes here once a node
        self._peaks = peaks

    def append(self, leaf: bytes) -> bytes | None:
        """Adds a leaf hash. Returns the node of :data:`KEPT_LEVEL` that it completed, if it did."""
        return self.join(leaf, 0)

    def extend(self, leaves: Sequence[bytes]) -> list[bytes]:
        """Adds leaf hashes, faster than one by one. Returns the nodes of :data:`KEPT_LEVEL` that they completed."""
        first = min(-self.size % _BLOCK, len(leaves))
        last = len(leaves) - (len(leaves) - first) % _BLOCK
        kept = [self.append(leaf) for leaf in leaves[:first]]
        kept += [self.join(self._full(leaves[start : start + _BLOCK]), KEPT_LEVEL) for start in range(first, last, _BLOCK)]
        kept += [self.append(leaf) for leaf in leaves[last:]]
        return [node for node in kept if node]

    def _full(self, nodes: Sequence[bytes]) -> bytes:
        """The root over a power of two of nodes."""
        new = self._new
        while len(nodes) > 1:
            each = iter(nodes)
            nodes = [new(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=True)]
        return nodes[0]

    def join(self, node: bytes, level: int) -> bytes | None:
        """Adds a full subtree of 2 ** ``level`` leaves; the tree's size is a multiple of that. Returns as :meth:`append`."""
        new, peaks, rest, kept = self._new, self._peaks, self.size >> level, node if level == KEPT_LEVEL else None
        self.size += 1 << level
        while rest & 1:
            node = new(b"\x01" + peaks[-HASH_SIZE:] + node).digest()
            peaks = peaks[:-HASH_SIZE]
            rest >>= 1
            level += 1
            if level == KEPT_LEVEL:
                kept = node
        self._peaks = peaks + node
        return kept

    def root(self) -> bytes:
        """The tree's hash."""
        if not self._peaks:
            return self.hashing.empty
        root = self._peaks[-HASH_SIZE:]
        for end in range(len(self._peaks) - HASH_SIZE, 0, -HASH_SIZE):
            root = self.hashing.node(self._peaks[end - HASH_SIZE : end], root)
        return root

    def to_bytes(self) -> bytes:
        """The hashes one after another; the size is kept beside them."""
        return self._peaks
