"""The tree and its proofs as RFC 6962, section 2.1, defines them, word by word, over all the leaves."""

from __future__ import annotations

from ledger.journal.merkle import SHA_256, Hashing


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


class Naive:
    """A tree over leaf hashes; ranges that were hashed once are kept."""

    def __init__(self, leaves: list[bytes], hashing: Hashing = SHA_256) -> None:
        self.leaves = leaves
        self.hashing = hashing
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, start: int, end: int) -> bytes:
        if (start, end) not in self._known:
            self._known[start, end] = self._root(start, end)
        return self._known[start, end]

    def _root(self, start: int, end: int) -> bytes:
        if end - start < 2:
            return self.leaves[start] if end > start else self.hashing.empty
        middle = start + split(end - start)
        return self.hashing.node(self.root(start, middle), self.root(middle, end))

    def subtree(self, level: int, index: int) -> bytes:
        assert (index + 1) << level <= len(self.leaves), "only full subtrees are asked for"
        return self.root(index << level, (index + 1) << level)

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        """PATH(m, D[start:end]), with m counted from start."""
        if end - start == 1:
            return []
        k = split(end - start)
        if m < k:
            return [*self.path(m, start, start + k), self.root(start + k, end)]
        return [*self.path(m - k, start + k, end), self.root(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[n])."""
        return self._subproof(m, 0, n, whole=True)

    def _subproof(self, m: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if m == end - start:
            return [] if whole else [self.root(start, end)]
        k = split(end - start)
        if m <= k:
            return [*self._subproof(m, start, start + k, whole=whole), self.root(start + k, end)]
        return [*self._subproof(m - k, start + k, end, whole=False), self.root(start, start + k)]
