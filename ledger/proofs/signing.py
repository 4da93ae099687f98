"""Signing checkpoints: with an Ed25519 key in a file, or by an external command that holds the key itself.

A certified hardware key or an SM2 tool signs by the command; what it signs with, we need not know.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ledger.errors import InputError, StoreError, reason
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.note import MOST_SIGNATURES, Note, Signature, VerifierKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PATIENCE = 60.0
"""Seconds that an external command has."""


class Signer(Protocol):
    """What signs checkpoints."""

    def sign(self, checkpoint: Checkpoint) -> tuple[Signature, ...]:
        """One signature or more of a checkpoint's text. Raises an error of the tree where there is none."""


def signed(checkpoint: Checkpoint, signer: Signer | None) -> Note:
    """The note of a checkpoint, signed where there is a signer."""
    return Note(checkpoint.text(), () if signer is None else signer.sign(checkpoint))


class KeySigner:
    """Signs with the Ed25519 key of a file in PEM (PKCS #8), as :func:`make_key` and ``openssl genpkey -algorithm ed25519`` make it."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that cannot be read or holds no such key."""
        self._key = _read(path)

    def verifier_key(self, name: str) -> VerifierKey:
        """What checks the signatures that are made under this name."""
        return VerifierKey(name, self._key.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint) -> tuple[Signature, ...]:
        """The signature, under the name that the checkpoint's origin is."""
        key_id = self.verifier_key(checkpoint.origin).key_id
        return (Signature(checkpoint.origin, key_id, self._key.sign(checkpoint.text().encode())),)


def make_key(path: Path) -> KeySigner:
    """A new key in a new file that only its owner can read. Raises StoreError where there is something already."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        raise StoreError.of("proofs.key_exists", path=path) from None
    except OSError as error:
        raise StoreError.of("proofs.cannot_make", path=path, reason=reason(error)) from error
    return KeySigner(path)


def _read(path: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise InputError.of("proofs.cannot_read", path=path, reason=reason(error)) from error
    except TypeError as error:
        raise InputError.of("proofs.locked_key", path=path) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError.of("proofs.no_key", path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError.of("proofs.no_key", path=path)
    return key


class CommandSigner:
    """Signs by a command, which reads the text from standard input and prints signature lines: ``— NAME BASE64``.

    It is split into words as a shell would, and run without one. ``patience`` is in seconds.
    """

    def __init__(self, command: str, patience: float = PATIENCE) -> None:
        """Raises InputError for a command that cannot be split into words."""
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise InputError.of("proofs.signer_words", command=command) from error
        if not self._words:
            raise InputError.of("proofs.signer_words", command=command)
        self._command = command
        self._patience = patience

    def sign(self, checkpoint: Checkpoint) -> tuple[Signature, ...]:
        """The signatures that the command prints.

        Raises StoreError for a command that cannot be run, fails or takes too long, InputError for what is no signature.
        """
        printed = self._run(checkpoint.text().encode())
        lines = printed.removesuffix("\n").split("\n") if printed.strip() else []
        if not 1 <= len(lines) <= MOST_SIGNATURES:
            raise InputError.of("proofs.signer_lines", command=self._command, count=len(lines), most=MOST_SIGNATURES)
        try:
            return tuple(Signature.parse(line, number) for number, line in enumerate(lines, 1))
        except InputError as error:
            raise InputError(*(problem.at(self._command) for problem in error.problems)) from error

    def _run(self, text: bytes) -> str:
        """What the command prints. What it says on standard error goes to the person, whom it may ask for a PIN."""
        try:
            done = subprocess.run(self._words, input=text, stdout=subprocess.PIPE, timeout=self._patience, check=False)  # noqa: S603 - the caller's own command, run without a shell
        except OSError as error:
            raise StoreError.of("proofs.signer_not_run", command=self._command, reason=reason(error)) from error
        except subprocess.TimeoutExpired as error:
            raise StoreError.of("proofs.signer_late", command=self._command, seconds=round(self._patience)) from error
        if done.returncode:
            raise StoreError.of("proofs.signer_failed", command=self._command, status=done.returncode)
        try:
            return done.stdout.decode()
        except UnicodeDecodeError as error:
            raise InputError.of("proofs.not_utf8", where=self._command) from error
