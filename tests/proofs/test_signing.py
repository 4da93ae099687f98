"""Checkpoints are signed by a key in a file or by a command, and what goes wrong is said."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.errors import InputError, LedgerError, StoreError
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.note import Note, VerifierKey
from ledger.proofs.signing import CommandSigner, KeySigner, make_key, signed

FOUND = Checkpoint("scoreledger/a1b2", 3, b"r" * 32)
PYTHON = sys.executable
OPENSSL = shutil.which("openssl")


def key_of(error: pytest.ExceptionInfo[LedgerError]) -> str:
    return error.value.problem.key.removeprefix("proofs.")


def openssl(*words: str, cwd: Path) -> bytes:
    return subprocess.run([str(OPENSSL), *words], cwd=cwd, capture_output=True, check=True).stdout


def test_a_key_of_ours_signs_and_its_verifier_key_verifies(tmp_path: Path) -> None:
    signer = make_key(tmp_path / "k.pem")
    note = Note.parse(signed(FOUND, signer).format())
    key = VerifierKey.parse(signer.verifier_key(FOUND.origin).text())
    assert note.text == FOUND.text()
    assert key.verify(note)
    assert not key.verify(Note(Checkpoint(FOUND.origin, 4, FOUND.root).text(), note.signatures))
    assert KeySigner(tmp_path / "k.pem").verifier_key(FOUND.origin) == key
    assert not make_key(tmp_path / "other.pem").verifier_key(FOUND.origin).verify(note)


def test_a_key_of_ours_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    make_key(path)
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(StoreError) as refused:
        make_key(path)
    assert key_of(refused) == "key_exists"
    assert path.read_bytes() == before
    with pytest.raises(StoreError) as refused:
        make_key(tmp_path / "nowhere" / "k.pem")
    assert key_of(refused) == "cannot_make"


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl command here")
def test_openssls_keys_sign_and_openssl_reads_ours(tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "ed25519", "-out", "o.pem", cwd=tmp_path)
    signer = KeySigner(tmp_path / "o.pem")
    assert signer.verifier_key(FOUND.origin).verify(signed(FOUND, signer))
    make_key(tmp_path / "k.pem")
    public = openssl("pkey", "-in", "k.pem", "-pubout", "-outform", "DER", cwd=tmp_path)
    assert public[-32:] == KeySigner(tmp_path / "k.pem").verifier_key("name").public


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl command here")
def test_a_key_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "ed448", "-out", "other.pem", cwd=tmp_path)
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", "locked.pem", cwd=tmp_path)
    (tmp_path / "text.pem").write_text("no key")
    for name, key in {"other.pem": "no_key", "locked.pem": "locked_key", "text.pem": "no_key", "none.pem": "cannot_read"}.items():
        with pytest.raises(InputError) as refused:
            KeySigner(tmp_path / name)
        assert key_of(refused) == key


def command(code: str) -> str:
    return f"{PYTHON} -c '{code}'"


def test_a_command_gets_the_text_and_gives_whole_signature_lines() -> None:
    line = 'print("\\u2014", n, b.b64encode(n[:4].encode() + t).decode())'
    code = f'import sys, base64 as b; t = sys.stdin.buffer.read(); [{line} for n in ("sm2.example", "hsm.example")]'
    made = signed(FOUND, CommandSigner(f"env PYTHONUTF8=1 {command(code)}"))
    assert [(each.name, each.key_id) for each in made.signatures] == [("sm2.example", b"sm2."), ("hsm.example", b"hsm.")]
    assert {each.raw for each in made.signatures} == {FOUND.text().encode()}
    assert Note.parse(made.format()) == made


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "signer_words"),
        ("sign 'half", "signer_words"),
        ("/nowhere/sign", "signer_not_run"),
        ("/", "signer_not_run"),
        (command("raise SystemExit(3)"), "signer_failed"),
        (command("import time; time.sleep(30)"), "signer_late"),
        (command("pass"), "signer_lines"),
        (command("print()"), "signer_lines"),
        (command('print("x\\n" * 101)'), "signer_lines"),
        (command('print("signed")'), "not_a_signature"),
        (command('import sys; sys.stdout.buffer.write(b"\\xff")'), "not_utf8"),
    ],
)
def test_a_command_that_does_not_sign_is_an_error(words: str, key: str) -> None:
    with pytest.raises(LedgerError) as refused:
        signed(FOUND, CommandSigner(words, patience=0.5 if key == "signer_late" else 60))
    assert key_of(refused) == key
