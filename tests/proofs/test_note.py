"""Signed notes, verifier keys and checkpoints, held to the examples of C2SP's own specifications (signed-note, tlog-checkpoint)."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError, LogError
from ledger.proofs.checkpoint import Checkpoint, origin
from ledger.proofs.note import MOST_SIGNATURES, Note, Signature, VerifierKey

POEM = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
MESSAGE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
CHECKPOINT = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
STRANGER = Signature("example.com/foo", b"\0\1\2\3", b"of another key with the same name")


def problem(text: str) -> str:
    with pytest.raises(InputError) as refused:
        Note.parse(text)
    return refused.value.problem.key.removeprefix("proofs.")


def checkpoint_problem(text: str) -> str:
    with pytest.raises(InputError) as refused:
        Checkpoint.parse(text)
    return refused.value.problem.key.removeprefix("proofs.")


def test_the_specifications_key_verifies_its_note_and_no_other() -> None:
    key = VerifierKey.parse(KEY)
    assert (key.name, key.key_id.hex(), key.text()) == ("example.com/foo", "530d903a", KEY)
    note = Note.parse(MESSAGE)
    assert note.text == "This is an example message.\n"
    assert key.verify(note)
    assert not key.verify(Note.parse(MESSAGE.replace("example message", "Example message")))
    assert not key.verify(Note.parse(POEM))


def test_a_text_with_empty_lines_is_parted_from_its_signatures_at_the_last() -> None:
    note = Note.parse(POEM)
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [(each.name, each.key_id.hex(), len(each.raw)) for each in note.signatures] == [("quasimodo.example/salvatore", "367ba04b", 64)]
    assert note.format() == POEM


def test_the_specifications_checkpoint_is_read_and_written_back() -> None:
    note = Note.parse(CHECKPOINT)
    found = Checkpoint.parse(note.text)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert b64encode(found.root) == b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert found.text() == note.text
    assert note.format() == CHECKPOINT


def test_signatures_of_unknown_keys_are_passed_over_and_kept() -> None:
    key, known = VerifierKey.parse(KEY), Note.parse(MESSAGE)
    cosigned = Note(known.text, (STRANGER, *known.signatures, Signature("else.example", key.key_id, b"the same id")))
    assert key.verify(cosigned)
    assert Note.parse(cosigned.format()) == cosigned
    assert key.of(Note(known.text, (STRANGER,))) == ()
    assert not key.verify(Note(known.text, (STRANGER,)))


def test_a_known_keys_bad_signature_spoils_the_note_beside_a_good_one() -> None:
    key, known = VerifierKey.parse(KEY), Note.parse(MESSAGE)
    bad = Signature(key.name, key.key_id, b"\0" * 64)
    assert not key.verify(Note(known.text, (bad, *known.signatures)))
    assert not key.verify(Note(known.text, (*known.signatures, Signature(key.name, key.key_id, b"short"))))


def test_sixteen_signatures_and_more_are_read_up_to_a_maximum() -> None:
    for count in (16, MOST_SIGNATURES):
        note = Note("text\n", (STRANGER,) * count)
        assert len(Note.parse(note.format()).signatures) == count
    assert problem(Note("text\n", (STRANGER,) * (MOST_SIGNATURES + 1)).format()) == "many_signatures"


def test_a_text_alone_is_a_note_that_is_not_signed() -> None:
    note = Note.parse("a\nb\n")
    assert note == Note("a\nb\n")
    assert note.format() == "a\nb\n"
    assert not VerifierKey.parse(KEY).verify(note)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"),
        ("text", "no_newline"),
        (MESSAGE[:-1], "no_newline"),
        (MESSAGE.replace("\n", "\r\n"), "control"),
        (MESSAGE.replace("This", "\tThis"), "control"),
        (MESSAGE.replace("This", "\0This"), "control"),
        (MESSAGE.replace("This", "\udc80This"), "control"),
        ("text\n\n", "not_a_signature"),
        (f"{MESSAGE}\n", "not_a_signature"),
        (f"{MESSAGE}more\n", "not_a_signature"),
        (MESSAGE.replace("— ", "- "), "not_a_signature"),
        (MESSAGE.replace("— ", "—"), "not_a_signature"),
        (MESSAGE.replace("— ", "—  "), "not_a_signature"),
        (MESSAGE.replace("foo ", "foo+ "), "not_a_signature"),
        (MESSAGE.replace("foo ", "f\u00a0oo "), "not_a_signature"),
        (MESSAGE.replace("foo Uw2", "foo  Uw2"), "not_base64"),
        (MESSAGE.replace("aQM=", "aQM"), "not_base64"),
        (MESSAGE.replace("aQM=", "aQN="), "not_base64"),
        (MESSAGE.replace("aQM=", "a-M="), "not_base64"),
        ("text\n\n— foo Uw2QOg==\n", "short_signature"),
    ],
)
def test_a_text_that_is_no_note_is_refused(text: str, key: str) -> None:
    assert problem(text) == key


def test_what_is_wrong_is_said_with_its_line() -> None:
    with pytest.raises(InputError) as refused:
        Note.parse(MESSAGE.replace("aQM=", "aQM"))
    assert refused.value.problem.params["line"] == 3


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "not_a_key"),
        ("example.com/foo", "not_a_key"),
        (KEY.replace("example.com/foo", ""), "not_a_key"),
        (KEY.replace("foo", "f oo"), "not_a_key"),
        (KEY.replace("530d903a", "530D903A"), "not_a_key"),
        (KEY.replace("530d903a", "530d903"), "not_a_key"),
        (KEY.replace("530d903a", "530d903b"), "key_id"),
        (KEY.replace("foo", "bar"), "key_id"),
        (KEY.replace("AekyeRrm", "AukyeRrm"), "other_key"),
        (f"{KEY[:-4]}", "other_key"),
        (f"{KEY[:-1]}", "not_base64"),
    ],
)
def test_a_text_that_is_no_verifier_key_is_refused(text: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        VerifierKey.parse(text)
    assert refused.value.problem.key == f"proofs.{key}"


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"log\n5\n{ROOT}", "no_newline"),
        ("log\n5\n", "short_checkpoint"),
        (f"\n5\n{ROOT}\n", "blank_line"),
        (f"log\n\n{ROOT}\n", "blank_line"),
        (f"log\n5\n{ROOT}\n\n", "blank_line"),
        (f"log\n05\n{ROOT}\n", "not_a_number"),
        (f"log\n+5\n{ROOT}\n", "not_a_number"),
        (f"log\n-5\n{ROOT}\n", "not_a_number"),
        (f"log\n5 \n{ROOT}\n", "not_a_number"),
        (f"log\n５\n{ROOT}\n", "not_a_number"),
        (f"log\n{'9' * 5000}\n{ROOT}\n", "not_a_number"),
        (f"log\n5\n{ROOT[:-1]}\n", "not_base64"),
        (f"log\n5\n{ROOT} \n", "not_base64"),
        ("log\n5\nCsUYag==\n", "not_a_hash"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str, key: str) -> None:
    assert checkpoint_problem(text) == key


def test_lines_after_the_third_are_opaque() -> None:
    assert Checkpoint.parse(f"log\n5\n{ROOT}\nextension\n") == Checkpoint.parse(f"log\n5\n{ROOT}\n")


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_comes_back_from_its_text(size: int, root: bytes) -> None:
    found = Checkpoint(origin("a1b2", "sha-256"), size, root)
    assert Checkpoint.parse(found.text()) == found


names = st.text(st.characters(exclude_categories=("Z", "C"), exclude_characters="+"), min_size=1, max_size=9)
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=70))
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=40).map(lambda text: f"{text}\n")


@given(texts, st.lists(signatures, min_size=1, max_size=16))
def test_a_note_comes_back_from_its_text(text: str, signed: list[Signature]) -> None:
    note = Note(text, tuple(signed))
    assert Note.parse(note.format()) == note


def test_the_origin_says_which_hash_the_tree_is_of() -> None:
    assert origin("a1b2", "sha-256") == "scoreledger/a1b2"
    assert origin("a1b2", "sm3") == "scoreledger-sm3/a1b2"


@pytest.mark.parametrize("ledger", ["", "a b", "a+b", "a\n5\nb", "x" * 65, "账本"])
def test_an_id_that_could_say_something_else_makes_no_origin(ledger: str) -> None:
    with pytest.raises(LogError):
        origin(ledger, "sha-256")
