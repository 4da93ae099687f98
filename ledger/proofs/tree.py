"""Proofs of RFC 9162, 2.1.3 and 2.1.4 (RFC 6962's, unchanged): made from a tree's full subtrees, and checked without the tree.

Leaves are counted from 0 here, as in the RFCs; a ledger's positions begin at 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger.journal.merkle import HASH_SIZE, Hashing

Subtree = Callable[[int, int], bytes]
"""The root of a full subtree: of the ``2**level`` leaves that begin at ``index * 2**level``, by level and index."""


def peaks(subtree: Subtree, size: int) -> list[bytes]:
    """The roots of the full subtrees that the first ``size`` leaves are made of, largest first, as a frontier keeps them."""
    return [subtree(level, (size >> level) - 1) for level in reversed(range(size.bit_length())) if size >> level & 1]


def root(hashing: Hashing, subtree: Subtree, size: int) -> bytes:
    """The tree's hash over the first ``size`` leaves."""
    return joined(hashing, peaks(subtree, size))


def joined(hashing: Hashing, full: Sequence[bytes]) -> bytes:
    """The tree's hash from its :func:`peaks`."""
    if not full:
        return hashing.empty
    *rest, found = full
    for peak in reversed(rest):
        found = hashing.node(peak, found)
    return found


def inclusion(hashing: Hashing, subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The proof that leaf ``index`` is in the tree of the first ``size``: its sibling, and so on up. Needs index < size."""
    return list(_path(hashing, subtree, index, 0, size))[::-1]


def consistency(hashing: Hashing, subtree: Subtree, old: int, new: int) -> list[bytes]:
    """The proof that the tree of the first ``new`` leaves extends that of the first ``old``. Needs 0 < old <= new."""
    return list(_subproof(hashing, subtree, old, new))[::-1]


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _over(hashing: Hashing, subtree: Subtree, start: int, end: int) -> bytes:
    """The hash over the leaves from ``start`` to before ``end``: a range that the RFC's recursion comes to."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    middle = start + _split(size)
    return hashing.node(_over(hashing, subtree, start, middle), _over(hashing, subtree, middle, end))


def _path(hashing: Hashing, subtree: Subtree, index: int, start: int, end: int) -> Iterator[bytes]:
    """The siblings on the way to a leaf, from the top down."""
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            yield _over(hashing, subtree, middle, end)
            end = middle
        else:
            yield _over(hashing, subtree, start, middle)
            start = middle


def _subproof(hashing: Hashing, subtree: Subtree, old: int, new: int) -> Iterator[bytes]:
    """RFC 9162, 2.1.4.1: what stands beside the way to where the old tree ends, from the top down."""
    start, end, whole = 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            yield _over(hashing, subtree, middle, end)
            end = middle
        else:
            yield _over(hashing, subtree, start, middle)
            start, whole = middle, False
    if not whole:
        yield _over(hashing, subtree, start, end)


def is_included(hashing: Hashing, leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree: bytes) -> bool:
    """Whether the proof shows that leaf ``index`` of the tree of ``size`` leaves and hash ``tree`` is ``leaf`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_SIZE:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = hashing.node(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashing.node(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == tree


def extends(hashing: Hashing, old: int, new: int, proof: Sequence[bytes], before: bytes, after: bytes) -> bool:
    """Whether the proof shows that the tree of ``new`` leaves and hash ``after`` extends that of ``old`` (RFC 9162, 2.1.4.2).

    Of the empty tree there is no proof, and none is taken. Sizes are compared before hashes.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and before == after
    if not proof:
        return False
    first, *rest = (before, *proof) if old & (old - 1) == 0 else proof
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    smaller = larger = first
    for node in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            smaller, larger = hashing.node(node, smaller), hashing.node(node, larger)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            larger = hashing.node(larger, node)
        at, last = at >> 1, last >> 1
    return last == 0 and smaller == before and larger == after
