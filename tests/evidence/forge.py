"""A second hand that writes exports: what a cheat would do, from a byte changed to a whole history made anew."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.evidence import verify_export
from ledger.journal.record import canonical

VERIFIER = Path(verify_export.__file__)
Fields = dict[str, Any]


def checked(path: Path, *words: str, lang: str = "en") -> tuple[int, str]:
    """Exit status and result of the verifier on a bare Python, started elsewhere."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(path), *words],
        cwd=os.sep,
        env={"PATH": os.defpath, "SCORELEDGER_LANG": lang},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def root(records: list[tuple[Fields, Fields]]) -> bytes:
    """The root of RFC 6962, 2.1, as the RFC defines it: by halves."""
    return _root([hashlib.sha256(b"\0" + leaf_input(*record)).digest() for record in records])


def leaf_input(envelope: Fields, body: Fields) -> bytes:
    """What a leaf hashes."""
    head = canonical(envelope)
    return len(head).to_bytes(8, "big") + head + canonical(body)


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:half]) + _root(leaves[half:])).digest()


class Forge:
    """One export in a folder, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        """One of its files."""
        return self.folder / name

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Changes the bytes of a file."""
        self.file(name).write_bytes(change(self.file(name).read_bytes()))

    def manifest(self, change: Callable[[Fields], object]) -> None:
        """Changes the manifest."""
        found = json.loads(self.file("manifest.json").read_bytes())
        change(found)
        self.file("manifest.json").write_bytes(verify_export.pretty(found))

    def lines(self, change: Callable[[list[bytes]], object]) -> None:
        """Changes lines of the log, and hashes the files again but not the tree."""
        found = self.file("log.jsonl").read_bytes().splitlines(keepends=True)
        change(found)
        self.file("log.jsonl").write_bytes(b"".join(found))
        self.seal()

    def seal(self) -> None:
        """A manifest that fits the files."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file() and path.name != "manifest.json")
        files = [
            {
                "path": path.relative_to(self.folder).as_posix(),
                "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in paths
        ]
        self.manifest(lambda found: found.update(files=files))

    @property
    def records(self) -> list[tuple[Fields, Fields]]:
        """Envelope and body of every event."""
        return [tuple(json.loads(line)) for line in self.file("log.jsonl").read_bytes().splitlines()]

    @property
    def origin(self) -> str:
        """Whose checkpoints these are."""
        return str(json.loads(self.file("manifest.json").read_bytes())["origin"])

    def checkpoint(self, records: list[tuple[Fields, Fields]]) -> str:
        """The text of the checkpoint over some events."""
        return f"{self.origin}\n{len(records)}\n{base64.b64encode(root(records)).decode()}\n"

    def rewrite(self, records: list[tuple[Fields, Fields]], key: Key | None = None) -> None:
        """Writes a history, with every hash that follows from it."""
        self.file("log.jsonl").write_bytes(b"".join(b"[%b,%b]\n" % (canonical(one), canonical(two)) for one, two in records))
        text = self.checkpoint(records)
        self.file("checkpoint.txt").write_text(key.sign(text) if key else text, encoding="utf-8")
        self.manifest(lambda found: found.update(events=len(records), root=root(records).hex()))
        self.seal()

    def change(self, change: Callable[[list[tuple[Fields, Fields]]], object]) -> None:
        """Changes the history and rewrites everything that follows from it."""
        records = self.records
        change(records)
        self.rewrite(records)


def add(records: list[tuple[Fields, Fields]], kind: str, body: Fields, **envelope: Any) -> None:
    """Appends an event."""
    stream = envelope.get("stream", f"made:{len(records)}")
    version = sum(each["stream"] == stream for each, _ in records) + 1
    records.append(
        (
            {
                "kind": kind,
                "on": "2025-01-10",
                "position": len(records) + 1,
                "recorded_at": records[-1][0]["recorded_at"],
                "recorded_by": "clerk",
                "stream": stream,
                "stream_version": version,
                "version": 1,
                **envelope,
            },
            {"id": f"made-{len(records)}", "on": envelope.get("on", "2025-01-10"), **body},
        )
    )


class Key:
    """An Ed25519 key that signs notes, as C2SP's signed-note describes it."""

    def __init__(self, name: str, seed: bytes = b"\7" * 32) -> None:
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = b"\1" + self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.number = hashlib.sha256(name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def verifier(self) -> str:
        """The key as it is given to a verifier."""
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(self.public).decode()}"

    def sign(self, text: str) -> str:
        """A note of one signature."""
        signature = base64.b64encode(self.number + self.private.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {self.name} {signature}\n"
