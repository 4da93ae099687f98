"""Ed25519 in the verifier's own arithmetic, against RFC 8032's vectors and against the library."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.evidence.verify_export import ORDER, ed25519

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""RFC 8032, 7.1, tests 1 to 3: public key, message, signature."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_signatures_of_the_rfc_are_good(public: str, message: str, signature: str) -> None:
    assert ed25519(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not ed25519(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(max_examples=60)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=99), at=st.integers(0, 95), bit=st.integers(0, 7))
def test_it_says_what_the_library_says(seed: bytes, message: bytes, at: int, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    good = public + private.sign(message)
    assert ed25519(public, message, good[32:])
    bad = bytearray(good)
    bad[at] ^= 1 << bit
    assert ed25519(bytes(bad[:32]), message, bytes(bad[32:])) == library(bytes(bad[:32]), message, bytes(bad[32:]))


def library(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize("size", [0, 31, 32, 63, 65])
def test_a_signature_of_another_length_is_none(size: int) -> None:
    public, message, signature = (bytes.fromhex(each) for each in VECTORS[0])
    assert not ed25519(public, message, (signature + b"\0\0")[:size])
    assert not ed25519(public[:31], message, signature)


def test_a_number_beyond_the_order_is_refused_as_in_the_rfc() -> None:
    public, message, signature = (bytes.fromhex(each) for each in VECTORS[0])
    beyond = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519(public, message, signature[:32] + beyond.to_bytes(32, "little"))
