"""Proofs are RFC 6962's: known answers, a tree done word by word, and nothing false is taken."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.merkle import HASHES, SHA_256, Frontier, hashing
from ledger.proofs import tree
from tests.proofs.naive import Naive

VECTORS = json.loads(Path(__file__).with_name("rfc6962_vectors.json").read_text(encoding="utf-8"))
HASH = [b64decode(text) for text in VECTORS["hashes"]]
MOST = 1000


def cases(family: str) -> list[Any]:
    return [pytest.param(*values, id=name) for name, *values in VECTORS[family]]


@pytest.mark.parametrize(("index", "size", "root", "leaf", "proof", "wrong"), cases("inclusion"))
def test_the_known_proofs_of_inclusion_are_taken_or_refused(
    index: int, size: int, root: int, leaf: int, proof: list[int], wrong: bool
) -> None:
    assert tree.is_included(SHA_256, HASH[leaf], index, size, [HASH[each] for each in proof], HASH[root]) is not wrong


@pytest.mark.parametrize(("old", "new", "before", "after", "proof", "wrong"), cases("consistency"))
def test_the_known_proofs_of_consistency_are_taken_or_refused(
    old: int, new: int, before: int, after: int, proof: list[int], wrong: bool
) -> None:
    assert tree.extends(SHA_256, old, new, [HASH[each] for each in proof], HASH[before], HASH[after]) is not wrong


def test_there_are_known_answers_of_both_sorts() -> None:
    for family in ("inclusion", "consistency"):
        assert {wrong for *_, wrong in VECTORS[family]} == {True, False}
        assert len(VECTORS[family]) > 90


@cache
def grown(name: str = "sha-256") -> Naive:
    h = hashing(name)
    return Naive([h.leaf(b"%d" % number) for number in range(MOST)], h)


def test_every_tree_of_up_to_1000_leaves_has_the_naive_root_and_peaks() -> None:
    naive, frontier = grown(), Frontier()
    assert tree.root(SHA_256, naive.subtree, 0) == SHA_256.empty
    for size, leaf in enumerate(naive.leaves, 1):
        frontier.append(leaf)
        assert tree.root(SHA_256, naive.subtree, size) == naive.root(0, size)
        assert b"".join(tree.peaks(naive.subtree, size)) == frontier.to_bytes()


def test_inclusion_in_every_tree_of_up_to_1000_leaves_is_the_naive_proof_and_taken() -> None:
    naive = grown()
    for size in range(1, MOST + 1):
        for index in {0, size // 3, size // 2, tree._split(size + 1) - 1, size - 2, size - 1} & set(range(size)):
            proof = tree.inclusion(SHA_256, naive.subtree, index, size)
            assert proof == naive.path(index, 0, size)
            assert tree.is_included(SHA_256, naive.leaves[index], index, size, proof, naive.root(0, size))


def test_consistency_of_every_tree_of_up_to_1000_leaves_is_the_naive_proof_and_taken() -> None:
    naive = grown()
    for new in range(1, MOST + 1):
        for old in {1, new // 3, new // 2, new // 2 + 1, new - 1, new} - {0}:
            proof = tree.consistency(SHA_256, naive.subtree, old, new)
            assert proof == naive.proof(old, new)
            assert tree.extends(SHA_256, old, new, proof, naive.root(0, old), naive.root(0, new))


def test_every_leaf_and_every_older_tree_of_a_small_one_is_proved() -> None:
    naive = grown()
    for size in range(1, 40):
        for each in range(size):
            proof = tree.inclusion(SHA_256, naive.subtree, each, size)
            assert proof == naive.path(each, 0, size)
            others = [at for at in range(size) if tree.is_included(SHA_256, naive.leaves[each], at, size, proof, naive.root(0, size))]
            assert others == [each]
            assert tree.consistency(SHA_256, naive.subtree, each + 1, size) == naive.proof(each + 1, size)


def changed(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with one thing about it changed."""
    how = data.draw(st.sampled_from(["flip", "drop", "add", "swap"] if proof else ["add"]))
    at = data.draw(st.integers(0, len(proof) - (how != "add")))
    if how == "add":
        return [*proof[:at], data.draw(st.sampled_from([*proof, b"\0" * 32])), *proof[at:]]
    if how == "drop":
        return proof[:at] + proof[at + 1 :]
    if how == "swap":
        moved = [*proof[:at], *proof[at + 1 :], proof[at]]
        return moved if moved != proof else [*proof, proof[-1]]
    bit = data.draw(st.integers(0, 255))
    value = int.from_bytes(proof[at], "big") ^ 1 << bit
    return [*proof[:at], value.to_bytes(32, "big"), *proof[at + 1 :]]


@given(st.data(), st.sampled_from(HASHES))
def test_a_proof_of_inclusion_with_anything_changed_is_refused(data: st.DataObject, name: str) -> None:
    naive = grown(name)
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = tree.inclusion(naive.hashing, naive.subtree, index, size), naive.root(0, size), naive.leaves[index]
    assert tree.is_included(naive.hashing, leaf, index, size, proof, root)
    assert not tree.is_included(naive.hashing, leaf, index, size, changed(data, proof), root)
    assert not tree.is_included(naive.hashing, naive.hashing.leaf(b"other"), index, size, proof, root)
    assert not tree.is_included(naive.hashing, leaf, index, size, proof, naive.hashing.leaf(root))
    assert not tree.is_included(naive.hashing, leaf, size, size, proof, root)
    assert not tree.is_included(naive.hashing, leaf, -1, size, proof, root)


@given(st.data(), st.sampled_from(HASHES))
def test_a_proof_of_consistency_with_anything_changed_is_refused(data: st.DataObject, name: str) -> None:
    naive = grown(name)
    new = data.draw(st.integers(1, MOST))
    old = data.draw(st.integers(1, new))
    proof = tree.consistency(naive.hashing, naive.subtree, old, new)
    before, after = naive.root(0, old), naive.root(0, new)
    assert tree.extends(naive.hashing, old, new, proof, before, after)
    assert not tree.extends(naive.hashing, old, new, changed(data, proof), before, after)
    assert not tree.extends(naive.hashing, old, new, proof, naive.hashing.leaf(before), after)
    assert not tree.extends(naive.hashing, old, new, proof, before, naive.hashing.leaf(after))
    assert not tree.extends(naive.hashing, new + 1, new, proof, before, after)
    assert not tree.extends(naive.hashing, 0, new, proof, before, after)


def test_a_proof_in_one_hash_is_none_in_the_other() -> None:
    naive, sm3 = grown(), hashing("sm3")
    assert not tree.is_included(sm3, naive.leaves[4], 4, 9, naive.path(4, 0, 9), naive.root(0, 9))
