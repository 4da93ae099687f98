"""Exports and certificates, by the verifier: whatever is altered in one is found, unless it says nothing of the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from ledger.evidence.certificate import certify
from ledger.evidence.export import export
from ledger.evidence.verify_export import EXACT, MALFORMED, Note, check_export, pretty
from ledger.journal.reader import LogReader
from ledger.views import Question
from tests.evidence.forge import Forge
from tests.stress.fuzzing.county import RECORDS, TODAY, ledger
from tests.stress.fuzzing.mutate import altered, dumped, mutated
from tests.stress.fuzzing.proofs import Quiet, Told, opened, status, told
from tests.stress.fuzzing.target import Target

_CERTIFICATE = "certificate"
_SEALED, _BARE = "sealed", "bare"
_WORDS = [
    *("kind", "position", "on", "id", "body", "named", "sha256", "content", "files", "path", "size", "period_closed", "scheme_enacted"),
    *("change_proposed", "event_reversed", "approves", "events", "target", "checkpoint", "digest", "../x", "scoreledger/a1b2", "sm3"),
]


def _nothing(_done: int, _total: int) -> None:
    """Where nobody wants to be told."""


@contextmanager
def exports() -> Iterator[Target]:
    """Files of an export and a certificate. An input begins with a line that says which file it is, and by which hand.

    A manifest is fitted to a file that is ``sealed``, as a careful cheat would. The reader has kept a checkpoint from before.
    """
    with opened() as (folder, reader), LogReader(ledger(folder / "small.ledger", RECORDS[2:5:2], whole=False)) as small:
        truth, out = told(small), folder / "export"
        export(small, out, None, _nothing, names=True)
        forge = Forge(out)
        forge.file("verify_export.py").unlink()  # its size is most of the folder's, and it is read for its hash alone
        forge.edit("checkpoint.txt", lambda _: truth.note.encode())
        forge.seal()
        given = certify(reader, "甲镇", Question(as_of=TODAY), TODAY, None, _nothing)
        trial = _Trial(out, truth, _Certificate(reader, given.document))
        assert trial.judge(b"README.txt sealed\n" + trial.files["README.txt"]), "what was not altered is all right"
        assert trial.judge(b"certificate\n" + trial.certificate.written)
        yield Target(trial.make, trial.judge)


class _Certificate:
    """A certificate, and the log that it is of."""

    def __init__(self, reader: LogReader, document: Mapping[str, Any]) -> None:
        self.truth = told(reader)
        self.document = {**document, "checkpoint": self.truth.note}
        self.written = dumped(self.document)
        self.records = [[json.loads(part) for part in stored] for stored in reader.stored(1, self.truth.end.size)]

    def make(self, chance: Random) -> bytes:
        """One that was altered."""
        if chance.random() < 0.5:
            return dumped(altered(chance, self.document, _WORDS))
        return mutated(chance, [self.written], [word.encode() for word in _WORDS])

    def judge(self, content: bytes) -> bool:
        """Whether one is all right; its records are then the log's, at their positions, and its checkpoint is."""
        if status(content, self.truth):
            return False
        said = json.loads(content)
        assert Note.read(said["checkpoint"].encode())[:3] == Note.read(self.truth.note.encode())[:3]
        for each in said["records"]:
            parts = [part if isinstance(part, dict) else json.loads(part) for part in (each["envelope"], each["body"])]
            assert parts == self.records[each["position"] - 1], "a record is the log's"
        return True


class _Trial:
    """One export in a folder, of which a file at a time is written over."""

    def __init__(self, folder: Path, truth: Told, certificate: _Certificate) -> None:
        self.folder, self.truth, self.certificate = folder, truth, certificate
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        self.manifest = json.loads(self.files["manifest.json"])
        self.names = [EXACT.decode(line.decode()) for line in self.files["names.jsonl"].splitlines()]
        self.records = [json.loads(line) for line in self.files["log.jsonl"].splitlines()]

    def make(self, chance: Random) -> bytes:
        """An input: a certificate, or a file of the export."""
        if chance.random() < 0.4:
            return _CERTIFICATE.encode() + b"\n" + self.certificate.make(chance)
        name, hand = chance.choice([*self.files, "log.jsonl", "log.jsonl", "manifest.json"]), chance.choice((_SEALED, _SEALED, _BARE))
        return f"{name} {hand}\n".encode() + self._content(chance, name)

    def _content(self, chance: Random, name: str) -> bytes:
        before = self.files[name]
        if chance.random() < 0.5 or name in ("README.txt", "checkpoint.txt"):
            return mutated(chance, [before], [word.encode() for word in _WORDS])
        if name == "log.jsonl":
            lines, at = before.splitlines(keepends=True), chance.randrange(len(self.records))
            lines[at] = dumped(altered(chance, self.records[at], _WORDS)) + b"\n"
            return b"".join(lines)
        if name == "names.jsonl":
            return b"".join(dumped(altered(chance, each, _WORDS)) + b"\n" for each in self.names)
        return _prettily(altered(chance, json.loads(before), _WORDS))

    def status(self, data: bytes) -> int:
        """The exit status on the export with this file in it."""
        name, hand, content = _parted(data)
        written = {name: content}
        if hand == _SEALED and name != "manifest.json":
            written["manifest.json"] = pretty(self._sealed(name, content))
        for each, bytes_ in written.items():
            (self.folder / each).write_bytes(bytes_)
        try:
            report = Quiet("zh" if len(data) & 1 else "en")
            check_export(self.folder, self.truth.trust(data), report)
            return report.end()
        except MALFORMED:
            return 2
        finally:
            for each in written:
                (self.folder / each).write_bytes(self.files[each])

    def _sealed(self, name: str, content: bytes) -> dict[str, Any]:
        entry = {"path": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        return {**self.manifest, "files": [entry if each["path"] == name else each for each in self.manifest["files"]]}

    def judge(self, data: bytes) -> bool:
        """Tries it; what was accepted must say what the log says."""
        name, hand, content = _parted(data)
        if name == _CERTIFICATE:
            return self.certificate.judge(content)
        if self.status(data):
            return False
        if content != self.files[name]:
            assert hand == _SEALED or name == "manifest.json", "a file that the manifest is not of is found"
            _ALLOWED.get(name, _none)(self, content)
        return True

    def demand_names(self, content: bytes) -> None:
        """Names may be left out; those that stand there are the log's."""
        assert all(EXACT.decode(line.decode()) in self.names for line in content.splitlines()), "a name is as it was"

    def demand_checkpoint(self, content: bytes) -> None:
        """Lines of others' may stand in it."""
        assert Note.read(content)[:3] == Note.read(self.files["checkpoint.txt"])[:3], "the checkpoint is the log's"

    def demand_manifest(self, content: bytes) -> None:
        """The version of the program that made it is a remark."""
        assert json.loads(content) | {"program": ""} == self.manifest | {"program": ""}, "the manifest is as it was"


def _none(_trial: _Trial, _content: bytes) -> None:
    raise AssertionError("an altered file was called all right")


_ALLOWED: dict[str, Callable[[_Trial, bytes], None]] = {
    "names.jsonl": _Trial.demand_names,
    "checkpoint.txt": _Trial.demand_checkpoint,
    "manifest.json": _Trial.demand_manifest,
    "README.txt": lambda _trial, _content: None,  # nothing vouches for it, and it says so
}
"""Files that may be another where the manifest is fitted to them, and what they are held to then."""


def _parted(data: bytes) -> tuple[str, str, bytes]:
    head, _, content = data.partition(b"\n")
    name, _, hand = head.decode().partition(" ")
    return name, hand, content


def _prettily(value: Any) -> bytes:
    """As the readable copies and the manifest are written, where what was altered is JSON at all."""
    written = dumped(value)
    try:
        return pretty(json.loads(written))
    except (ValueError, RecursionError):
        return written
