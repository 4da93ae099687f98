"""The text of a proof of inclusion has the shape of C2SP's example (tlog-proof), and no other is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.note import Note
from tests.proofs.test_note import CHECKPOINT

# The specification's own example has parts left out ("hI2DJw[...]1roloI="), so its note is that of tlog-checkpoint here.
EXAMPLE = f"""\
c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

{CHECKPOINT}"""


def test_the_specifications_shape_is_read_and_written_back() -> None:
    proof = InclusionProof.parse(EXAMPLE)
    assert (proof.index, len(proof.hashes), proof.extra[:11]) == (73894, 5, b"age-v1.2.1-")
    assert proof.note == Note.parse(CHECKPOINT)
    assert proof.format() == EXAMPLE


def without(line: str) -> str:
    return "\n".join(each for each in EXAMPLE.split("\n") if not each.startswith(line))


def test_extra_data_may_be_left_out_and_a_tree_of_one_has_no_hashes() -> None:
    assert InclusionProof.parse(without("extra")).extra == b""
    alone = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{CHECKPOINT}"
    assert InclusionProof.parse(alone).hashes == ()
    assert InclusionProof.parse(alone).format() == alone


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (EXAMPLE[:-1], "no_newline"),
        (EXAMPLE.replace("@v1", "@v2"), "other_proof"),
        (f"\n{EXAMPLE}", "other_proof"),
        (EXAMPLE.replace("\n", "\r\n"), "control"),
        (without("index"), "no_index"),
        (EXAMPLE.replace("index 73894", "index  73894"), "not_a_number"),
        (EXAMPLE.replace("index 73894", "index 073894"), "not_a_number"),
        (EXAMPLE.replace("index 73894", "index -1"), "not_a_number"),
        (EXAMPLE.replace("extra ", "extra  "), "not_base64"),
        (EXAMPLE.replace("extra YWdl", "extra YWd"), "not_base64"),
        (EXAMPLE.replace("B95l", "B95"), "not_base64"),
        (EXAMPLE.replace("B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=", "B95lDa8R"), "not_a_hash"),
        (EXAMPLE.partition("\n\n")[0] + "\n", "no_checkpoint"),
        (EXAMPLE.partition("\n\n")[0] + "\n\n", "no_checkpoint"),
        (EXAMPLE.replace("AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=", "\n".join([f"{'A' * 43}="] * 60)), "many_hashes"),
    ],
)
def test_a_text_of_another_shape_is_refused(text: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        InclusionProof.parse(text)
    assert refused.value.problem.key == f"proofs.{key}"


hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)


@given(st.integers(0, 10**18 - 1), hashes, st.binary(max_size=99))
def test_a_proof_comes_back_from_its_text(index: int, hashes: tuple[bytes, ...], extra: bytes) -> None:
    proof = InclusionProof(index, hashes, Note.parse(CHECKPOINT), extra)
    assert InclusionProof.parse(proof.format()) == proof
