"""The tree is RFC 6962's."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.merkle import EMPTY_ROOT, KEPT_LEVEL, Frontier, leaf_hash, node_hash

# The inputs and roots that Certificate Transparency's own tests use.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: list[bytes]) -> bytes:
    """The tree's hash as section 2.1 of the RFC defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive(leaves[:half]), naive(leaves[half:]))


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier


def test_the_known_roots_of_the_known_inputs_come_out() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    roots = []
    for data in INPUTS:
        frontier.append(leaf_hash(data))
        roots.append(frontier.root().hex())
    assert roots == ROOTS


@given(st.integers(0, 700), st.data())
def test_the_frontiers_root_is_the_trees_also_when_it_was_put_away_in_between(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    cut = data.draw(st.integers(0, size))
    before = grown(leaves[:cut])
    after = Frontier(cut, before.to_bytes())
    for leaf in leaves[cut:]:
        after.append(leaf)
    assert after.root() == naive(leaves)
    assert after.size == size


def test_a_kept_node_comes_with_each_256th_leaf_and_is_the_root_over_them() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(1100)]
    frontier = Frontier()
    kept = {number: node for number, leaf in enumerate(leaves, 1) if (node := frontier.append(leaf))}
    assert KEPT_LEVEL == 8
    assert kept == {end: naive(leaves[end - 256 : end]) for end in (256, 512, 768, 1024)}


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="5 leaves"):
        Frontier(5, b"x" * 32)
