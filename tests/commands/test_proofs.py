"""The commands that prove: keygen, checkpoint, prove, verify against checkpoints, and receipts."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.journal.merkle import HASHES, hashing
from ledger.journal.record import leaf_input
from ledger.proofs import tree
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.inclusion import InclusionProof
from ledger.proofs.note import Note, VerifierKey
from ledger.proofs.receipt import Receipt
from tests.commands.shell import SCHEME, YEAR, Shell, lines_of, process

SUBMIT = ("record", "item_submitted", "--id", "n7", "--on", "2024-09-10", "--item", "N7", "--unit", "大埔镇")


def made(shell: Shell, *words: str) -> str:
    """A new key's verifier key."""
    return str(shell.good("keygen", "k.pem", "--format", "json", *words).json["verifier_key"])


def saved(shell: Shell, *words: str, to: str = "old.checkpoint") -> str:
    Path(to).write_text(shell.good("checkpoint", *words).out, encoding="utf-8")
    return to


def test_keygen_makes_a_key_and_prints_what_verifies_it(shell: Shell) -> None:
    done = shell.good("keygen", "k.pem")
    printed = done.out.splitlines()[-1].removeprefix("Verifier key: ")
    assert VerifierKey.parse(printed).name == shell.good("checkpoint", "--format", "json").json["origin"]
    assert stat.S_IMODE(Path("k.pem").stat().st_mode) == 0o600
    again = shell("keygen", "k.pem")
    assert (again.status, again.out) == (1, "")
    assert "never written over" in again.err


def test_keygen_without_a_ledger_makes_nothing(empty: Shell) -> None:
    assert empty("keygen", "k.pem").status == 1
    assert not Path("k.pem").exists()


def test_a_checkpoint_is_three_lines_of_the_ledgers_own(shell: Shell) -> None:
    done = shell.good("checkpoint")
    said = shell.good("checkpoint", "--format", "json").json
    found = Checkpoint.parse(done.out)
    assert said == {
        "origin": found.origin, "size": 63, "root": found.root.hex(), "hash": "sha-256", "note": done.out, "verifier_key": None,
    }  # fmt: skip
    assert shell.good("verify", "--format", "json").json["root"] == found.root.hex()
    assert done.err == ""


def test_a_signed_checkpoint_goes_out_and_its_key_beside_it(shell: Shell) -> None:
    key = made(shell)
    done = shell.good("checkpoint", "--key", "k.pem")
    assert VerifierKey.parse(key).verify(Note.parse(done.out))
    assert done.err == f"Verifier key: {key}\n"
    assert shell.good("checkpoint", "--key", "k.pem", "--format", "json").json["verifier_key"] == key


def test_a_note_is_utf_8_whatever_the_terminal_is(shell: Shell) -> None:
    made(shell)
    done = process("checkpoint", "--key", str(Path("k.pem").absolute()), SCORELEDGER=str(shell.ledger), PYTHONIOENCODING="ascii")
    assert "\n— scoreledger/" in done.stdout


def test_key_and_signer_together_are_wrong_usage(shell: Shell) -> None:
    for words in (("checkpoint",), ("prove", "@1")):
        done = shell(*words, "--key", "k.pem", "--signer", "sign")
        assert (done.status, done.out) == (2, "")
        assert "not both" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--key", "none.pem"), "none.pem cannot be read"),
        (("--key", "ledgers/year.jsonl"), "no Ed25519 private key"),
        (("--signer", "/nowhere/sign"), "cannot be run"),
        (("--signer", "false"), "ended with status 1"),
        (("--signer", "echo signed"), "not a signature line"),
    ],
)
def test_a_checkpoint_that_cannot_be_signed_is_not_printed(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell("checkpoint", *words)
    assert (done.status, done.out) == (1, "")
    assert said in done.err


def test_a_proof_is_text_that_proves_itself(shell: Shell) -> None:
    key = made(shell)
    proof = InclusionProof.parse(shell.good("prove", "n2-city", "--key", "k.pem").out)
    found, said = Checkpoint.parse(proof.note.text), shell.good("prove", "n2-city", "--format", "json").json
    h = hashing("sha-256")
    assert tree.is_included(h, h.leaf(proof.extra), proof.index, found.size, proof.hashes, found.root)
    assert VerifierKey.parse(key).verify(proof.note)
    assert proof.extra == leaf_input(said["envelope"].encode(), said["body"].encode())
    assert json.loads(said["body"])["id"] == "n2-city"
    assert (said["position"], said["size"], said["verifier_key"]) == (proof.index + 1, 63, None)
    assert shell.good("prove", f"@{said['position']}", "--format", "json").json == said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("n2-citty", "nearest: n2-city"),
        ("@64", "last is @63"),
        ("@0", "last is @63"),
        ("62", "nearest: @62"),
        ("@ 62", "nearest: @62"),
        ("\uff20\uff16\uff12", "nearest: @62"),
        ("99", "nearest: "),
        ("\u00b2", "nearest: "),
    ],
)
def test_what_is_not_there_cannot_be_proved(shell: Shell, event: str, said: str) -> None:
    done = shell("prove", event)
    assert (done.status, done.out) == (1, "")
    assert said in done.err


def test_a_log_that_grew_extends_its_checkpoint(shell: Shell) -> None:
    key = made(shell)
    old = saved(shell, "--key", "k.pem")
    shell.good(*SUBMIT)
    done = shell.good("verify", "--checkpoint", old, "--public-key", key)
    assert "old.checkpoint: the log extends this checkpoint of 63 events." in done.out
    assert "old.checkpoint: signed by scoreledger/" in done.out
    said = shell.good("verify", "--checkpoint", old, "--public-key", key, "--format", "json").json
    assert said.keys() == {"events", "root", "intact", "findings", "checkpoints"}
    (checked,) = said["checkpoints"]
    assert (checked["size"], checked["extends"], said["intact"]) == (63, True, True)
    assert [signature["verified"] for signature in checked["signatures"]] == [True]


def test_without_a_pinned_key_it_says_that_no_signature_was_checked(shell: Shell) -> None:
    made(shell)
    old = saved(shell, "--key", "k.pem")
    assert "No signature was checked" in shell.good("verify", "--checkpoint", old).out
    assert "没有核对任何签名" in shell.speak("zh").good("verify", "--checkpoint", old).out
    (checked,) = shell.good("verify", "--checkpoint", old, "--format", "json").json["checkpoints"]
    assert [signature["verified"] for signature in checked["signatures"]] == [False]
    assert shell.good("verify", "--format", "json").json.keys() == {"events", "root", "intact", "findings"}


def test_a_pinned_key_that_has_not_signed_is_a_finding(shell: Shell) -> None:
    key = made(shell)
    done = shell("verify", "--checkpoint", saved(shell), "--public-key", key)
    assert done.status == 1
    assert f"old.checkpoint: The key {key} has not signed it." in done.out
    forged = saved(shell, "--key", "k.pem").replace("old", "forged")
    Path(forged).write_text(Path("old.checkpoint").read_text().replace("\n63\n", "\n62\n"))
    done = shell("verify", "--checkpoint", forged, "--public-key", key)
    assert done.status == 1
    assert "does not fit the text" in done.out
    assert "not those of the checkpoint" in done.out


def rewritten(ledger: Path, to: Path) -> None:
    """A copy of the ledger with its last event taken out, everything else made to fit."""
    shutil.copy(ledger, to)
    with closing(sqlite3.connect(to)) as db, db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        (last,) = db.execute("SELECT max(rowid) FROM stored_events").fetchone()
        db.execute("DELETE FROM stored_events WHERE rowid = ?", (last,))
        db.execute("DELETE FROM event_mentions WHERE position = ?", (last,))
        db.execute("UPDATE sqlite_sequence SET seq = ?", (last - 1,))
        (before,) = db.execute("SELECT recorded_at FROM stored_events WHERE rowid = ?", (last - 1,)).fetchone()
        # 62 leaves, from 63: the peak of the last leaf goes, the others stay.
        db.execute("UPDATE head SET position = ?, recorded_at = ?, frontier = substr(frontier, 1, 160)", (last - 1, before))


def test_a_log_that_was_cut_and_made_to_fit_is_found_by_a_checkpoint_alone(shell: Shell) -> None:
    old = saved(shell)
    rewritten(shell.ledger, Path("cut.ledger"))
    assert shell.good("verify", "--ledger", "cut.ledger").out.startswith("Intact")
    done = shell("verify", "--ledger", "cut.ledger", "--checkpoint", old)
    assert done.status == 1
    assert "its end was cut off" in done.out
    shell.good(*SUBMIT, "--ledger", "cut.ledger")
    done = shell("verify", "--ledger", "cut.ledger", "--checkpoint", old, "--format", "json")
    assert (done.status, done.json["intact"], done.json["checkpoints"][0]["extends"]) == (1, False, False)
    assert done.json["findings"][0]["where"] == "old.checkpoint"


def test_a_checkpoint_of_another_ledger_is_not_this_ones(shell: Shell) -> None:
    shell.good("init", "--scheme", SCHEME, "--ledger", "other.ledger")
    done = shell("verify", "--checkpoint", saved(shell, "--ledger", "other.ledger"))
    assert done.status == 1
    assert "the ledger is scoreledger/" in done.out
    assert "the 63 events fit their hashes, but not all checkpoints hold (1 findings)" in done.out
    assert "Not intact" not in done.out


@pytest.mark.parametrize("altered", [lambda note: b"\xef\xbb\xbf" + note, lambda note: note.replace(b"\n", b"\r\n")])
def test_what_windows_adds_to_a_checkpoint_is_no_part_of_it(shell: Shell, altered: Callable[[bytes], bytes]) -> None:
    key = made(shell)
    file = Path(saved(shell, "--key", "k.pem"))
    file.write_bytes(altered(file.read_bytes()))
    out = shell.good("verify", "--checkpoint", str(file), "--public-key", f" {key}\n").out
    assert "signed by" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "nothing in it"),
        (b"\xff\n", "UTF-8"),
        (b"one\n", "3 lines"),
        (b"a\nb\nc\n", "whole number"),
        (b"a\n1\nc\n", "base64"),
        (b"a \n1\n" + b"A" * 43 + b"=\n", "ends with a space"),
    ],
)
def test_a_file_that_is_no_checkpoint_is_refused_by_name(shell: Shell, content: bytes | None, said: str) -> None:
    if content is not None:
        Path("bad.txt").write_bytes(content)
    done = shell("verify", "--checkpoint", "bad.txt")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("bad.txt")
    assert said in done.err


def test_why_the_system_would_not_is_said_in_the_reader_s_language(shell: Shell) -> None:
    Path("folder").mkdir()
    chinese = shell.speak("zh")
    assert chinese("verify", "--checkpoint", "nowhere").err == "nowhere 无法读取：没有这个文件或文件夹。\n"
    assert chinese("verify", "--checkpoint", "folder").err == "folder 无法读取：这是文件夹。\n"
    assert chinese("export", "--out", "/proc/out").err.endswith("：没有这个文件或文件夹。\n")


def test_a_private_key_given_by_mistake_is_not_shown(shell: Shell) -> None:
    made(shell)
    secret = Path("k.pem").read_text().splitlines()[1]
    assert secret[22:40] not in shell("verify", "--checkpoint", "k.pem").err
    assert secret[22:40] not in shell("verify", "--public-key", secret, "--checkpoint", "k.pem").err


@pytest.mark.parametrize("words", [("--public-key", "x+y+z", "--checkpoint", "f"), ("--public-key", "KEY")])
def test_a_key_that_is_none_or_stands_alone_is_wrong_usage(shell: Shell, words: tuple[str, ...]) -> None:
    key = made(shell)
    done = shell("verify", *[key if word == "KEY" else word for word in words])
    assert (done.status, done.out) == (2, "")


def receipt(file: str = "r.json") -> Receipt:
    return Receipt.parse(Path(file).read_text(encoding="utf-8"))


def test_record_import_and_correct_give_receipts_that_follow_on_each_other(shell: Shell) -> None:
    old = Checkpoint.parse(shell.good("checkpoint").out)
    assert "receipt for 1 event" in shell.good(*SUBMIT, "--receipt", "1.json").err
    more = [{"kind": "item_submitted", "on": "2024-09-11", "item": f"M{n}", "unit": "大埔镇"} for n in range(300)]
    Path("more.jsonl").write_text(lines_of(more), encoding="utf-8")
    shell.good("import", "more.jsonl", "--receipt", "2.json")
    shell.good("correct", "n7", "--reason", "wrong day", "--set", "on=2024-09-09", "--receipt", "3.json")
    for file, count in (("1.json", 1), ("2.json", 300), ("3.json", 2)):
        given = receipt(file)
        assert given.check() == old
        assert len(given.records) == count
        old = Checkpoint.parse(given.note.text)
    assert old == Checkpoint.parse(shell.good("checkpoint").out)


def test_where_nothing_is_appended_there_is_no_receipt(shell: Shell) -> None:
    shell.good(*SUBMIT)
    Path("year.jsonl").write_text(lines_of(YEAR), encoding="utf-8")
    Path("more.jsonl").write_text(
        lines_of([{"kind": "item_submitted", "on": "2024-09-11", "item": "M", "unit": "大埔镇"}]), encoding="utf-8"
    )
    Path("bad.jsonl").write_text('{"kind": "nothing"}\n', encoding="utf-8")
    for words in (SUBMIT, ("import", "year.jsonl"), ("import", "more.jsonl", "--dry-run"), ("import", "bad.jsonl")):
        assert "there is no receipt" in shell(*words, "--receipt", "r.json").err
        assert not Path("r.json").exists()
    assert shell("correct", "nobody", "--reason", "x", "--receipt", "r.json").status == 1
    assert not Path("r.json").exists()


def test_a_receipt_that_is_there_already_keeps_everything_from_being_recorded(shell: Shell) -> None:
    Path("r.json").write_text("old")
    for words in (SUBMIT, ("import", "ledgers/year.jsonl"), ("correct", "n1", "--reason", "x")):
        done = shell(*words, "--receipt", "r.json")
        assert (done.status, done.out) == (1, "")
        assert "Nothing was recorded" in done.err
    assert Path("r.json").read_text() == "old"
    assert shell.head() == 63


@pytest.mark.parametrize("name", HASHES)
def test_a_ledger_of_either_hash_is_made_written_verified_and_proved(empty: Shell, name: str) -> None:
    empty.good("init", "--scheme", SCHEME, "--hash", name)
    empty.good(*SUBMIT, "--receipt", "r.json")
    key, said = made(empty), empty.good("checkpoint", "--format", "json").json
    assert said["hash"] == name
    assert said["origin"].startswith("scoreledger-sm3/" if name == "sm3" else "scoreledger/")
    old = saved(empty, "--key", "k.pem")
    assert empty.good("verify", "--checkpoint", old, "--public-key", key, "--format", "json").json["root"] == said["root"]
    proof, h = InclusionProof.parse(empty.good("prove", "n7").out), hashing(name)
    assert tree.is_included(h, h.leaf(proof.extra), proof.index, said["size"], proof.hashes, bytes.fromhex(said["root"]))
    assert receipt().hash == name
    assert receipt().check().size == said["size"] - 1


def test_a_hash_that_is_none_is_wrong_usage_with_the_nearest(empty: Shell) -> None:
    done = empty("init", "--scheme", SCHEME, "--hash", "sha256")
    assert (done.status, empty.ledger.exists()) == (2, False)
    assert "sha-256" in done.err


WITHOUT = """\
openssl_conf = init
[init]
providers = providers
[providers]
base = base
[base]
activate = 1
"""
"""A configuration of OpenSSL with no provider of algorithms; Python computes SHA-256 by itself then."""


def test_where_python_has_no_sm3_it_says_so_and_makes_nothing(empty: Shell) -> None:
    empty.good("init", "--scheme", SCHEME, "--hash", "sm3", "--ledger", "sm3.ledger")
    Path("openssl.cnf").write_text(WITHOUT)
    lacking = {"OPENSSL_CONF": str(Path("openssl.cnf").absolute()), "SCORELEDGER_LANG": "en"}
    for words in (("init", "--scheme", SCHEME, "--hash", "sm3"), ("verify", "--ledger", str(Path("sm3.ledger").absolute()))):
        done = process(*words, SCORELEDGER=str(empty.ledger), **lacking)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("This Python cannot compute SM3")
    assert not empty.ledger.exists()
