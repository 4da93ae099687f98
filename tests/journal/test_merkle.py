"""The tree is RFC 6962's."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.journal.merkle import HASHES, KEPT_LEVEL, SHA_256, Frontier, hashing

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
    return SHA_256.node(naive(leaves[:half]), naive(leaves[half:]))


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier


def test_the_known_roots_of_the_known_inputs_come_out() -> None:
    frontier = Frontier()
    assert frontier.root() == SHA_256.empty
    roots = []
    for data in INPUTS:
        frontier.append(SHA_256.leaf(data))
        roots.append(frontier.root().hex())
    assert roots == ROOTS


@given(st.integers(0, 700), st.data())
def test_the_frontiers_root_is_the_trees_also_when_it_was_put_away_in_between(size: int, data: st.DataObject) -> None:
    leaves = [SHA_256.leaf(str(number).encode()) for number in range(size)]
    cut = data.draw(st.integers(0, size))
    before = grown(leaves[:cut])
    after = Frontier(cut, before.to_bytes())
    for leaf in leaves[cut:]:
        after.append(leaf)
    assert after.root() == naive(leaves)
    assert after.size == size


@given(st.integers(0, 700), st.integers(0, 1500), st.sampled_from(HASHES))
def test_many_leaves_at_once_make_the_tree_that_they_make_one_by_one(before: int, size: int, name: str) -> None:
    method = hashing(name)
    leaves = [method.leaf(str(number).encode()) for number in range(before + size)]
    one, many = Frontier(hashing=method), Frontier(hashing=method)
    nodes = [node for node in map(one.append, leaves) if node]
    assert [*many.extend(leaves[:before]), *many.extend(leaves[before:])] == nodes
    assert (many.size, many.to_bytes()) == (one.size, one.to_bytes())


def test_a_kept_node_comes_with_each_256th_leaf_and_is_the_root_over_them() -> None:
    leaves = [SHA_256.leaf(str(number).encode()) for number in range(1100)]
    frontier = Frontier()
    kept = {number: node for number, leaf in enumerate(leaves, 1) if (node := frontier.append(leaf))}
    assert KEPT_LEVEL == 8
    assert kept == {end: naive(leaves[end - 256 : end]) for end in (256, 512, 768, 1024)}


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="5 leaves"):
        Frontier(5, b"x" * 32)


def test_sm3_is_the_hash_of_its_standards_example() -> None:
    # GB/T 32905-2016, annex A.1.
    assert hashing("sm3").new(b"abc").digest().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("name", HASHES)
def test_leaf_and_node_have_a_byte_before_them_whichever_hash_it_is(name: str) -> None:
    tree = hashing(name)
    assert tree.name == name
    assert tree.leaf(b"x") == tree.new(b"\x00x").digest()
    assert tree.node(b"l" * 32, b"r" * 32) == tree.new(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert Frontier(hashing=tree).root() == tree.empty == tree.new(b"").digest()


def test_a_frontier_hashes_by_what_it_was_given() -> None:
    tree = hashing("sm3")
    frontier = Frontier(hashing=tree)
    for data in (b"a", b"b", b"c"):
        frontier.append(tree.leaf(data))
    assert frontier.root() == tree.node(tree.node(tree.leaf(b"a"), tree.leaf(b"b")), tree.leaf(b"c"))


def test_a_hash_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError) as refused:
        hashing("sha256")
    assert refused.value.problem.params == {"hash": "sha256", "nearest": "sha-256"}
