"""An export: the whole log as open text, readable copies of its schemes and snapshots, and the file that checks them.

``docs/explanation/export-format.md`` describes the folder. What is exported is the log as it stood when the export
began. The folder appears whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from secrets import token_hex

from ledger import __version__
from ledger.errors import LogError, StoreError
from ledger.evidence import verify_export
from ledger.evidence.verify_export import EXPORT, copy_of, pretty
from ledger.journal.merkle import Frontier
from ledger.journal.reader import LogReader
from ledger.journal.record import canonical, leaf_input, read_envelope
from ledger.messages import LANGUAGES, text
from ledger.proofs.checkpoint import Checkpoint, origin
from ledger.proofs.signing import Signer, signed
from ledger.views import ledger_id

VERIFIER = "verify_export.py"
_STEP = 1000
_COPIED = (b'{"kind":"scheme_enacted"', b'{"kind":"period_closed"')


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: the folder, the number of events, the tree's root in hex, and how many names of persons went along."""

    folder: Path
    events: int
    root: str
    names: int

    def as_json(self) -> dict[str, object]:
        """The export as JSON."""
        return {"folder": str(self.folder), "events": self.events, "root": self.root, "names": self.names}


def export(reader: LogReader, out: Path, signer: Signer | None, progress: Callable[[int, int], None], *, names: bool) -> Exported:
    """Writes the log to the folder ``out``, its checkpoint signed where there is a ``signer``; with ``names`` names of persons too.

    ``progress`` is called now and then with the events done and the events there are. Raises StoreError where ``out`` is
    anything but a new or an empty folder, LogError for a log that does not have the root that is kept beside it.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StoreError.of("evidence.not_empty", field="out", folder=out)
    with _whole(out) as folder, reader.snapshot():
        return _Export(reader, folder, progress).run(out, signer, names=names)


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` that takes its place at the end, or leaves nothing."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = out.with_name(f".{out.name}-{token_hex(4)}")
    folder.mkdir()
    try:
        yield folder
        if out.exists():
            out.rmdir()
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class _Export:
    """One export: the files written so far, each with its size and hash, and the tree over the log."""

    def __init__(self, reader: LogReader, folder: Path, progress: Callable[[int, int], None]) -> None:
        self._reader = reader
        self._folder = folder
        self._progress = progress
        self._files: list[dict[str, object]] = []
        self._head = reader.head()
        self._copied: list[tuple[int, bytes, bytes]] = []
        self._tree = Frontier(hashing=reader.hashing())

    def run(self, out: Path, signer: Signer | None, *, names: bool) -> Exported:
        """Writes every file, the manifest last."""
        self._write("log.jsonl", self._log())
        if self._tree.root().hex() != self._head.root:
            raise LogError.of("evidence.other_root", position=self._head.position)
        for copied in self._copied:
            self._copy(*copied)
        ledger, name = ledger_id(self._reader), self._tree.hashing.name
        checkpoint = Checkpoint(origin(ledger, name), self._tree.size, self._tree.root())
        self._write("checkpoint.txt", [signed(checkpoint, signer).format().encode()])
        named = list(self._names()) if names else []
        if names:
            self._write("names.jsonl", named)
        self._write("README.txt", [readme(names=names)])
        self._write(VERIFIER, [Path(verify_export.__file__).read_bytes()])
        manifest = {
            "format": EXPORT,
            "program": __version__,
            "ledger": ledger,
            "origin": checkpoint.origin,
            "hash": name,
            "events": self._head.position,
            "root": self._head.root,
            "files": sorted(self._files, key=itemgetter("path")),
        }
        self._write("manifest.json", [pretty(manifest)])
        return Exported(out, self._head.position, self._head.root, len(named))

    def _write(self, name: str, chunks: Iterable[bytes]) -> None:
        """One file, and its line of the manifest."""
        path, size, digest = self._folder / name, 0, sha256()
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self._files.append({"path": name, "size": size, "sha256": digest.hexdigest()})

    def _log(self) -> Iterator[bytes]:
        """The lines of the log. Notes on the way what is worth a readable copy."""
        leaf = self._tree.hashing.leaf
        for position, (envelope, body) in enumerate(self._reader.stored(1, self._head.position), 1):
            self._tree.append(leaf(leaf_input(envelope, body)))
            yield b"[%b,%b]\n" % (envelope, body)
            if envelope.startswith(_COPIED):
                self._copied.append((position, envelope, body))
            if position % _STEP == 0:
                self._progress(position, self._head.position)
        self._progress(self._head.position, self._head.position)

    def _copy(self, position: int, envelope: bytes, body: bytes) -> None:
        """The readable copy of a scheme or of a period's snapshot."""
        fields = json.loads(body)
        if read_envelope(envelope).kind == "scheme_enacted":
            self._write(copy_of("schemes", fields["scheme"], position), [pretty(fields["content"])])
        else:
            self._write(copy_of("snapshots", fields["period"], position), [pretty(fields)])

    def _names(self) -> Iterator[bytes]:
        for person, name, salt in self._reader.names.kept():
            yield canonical({"person": person, "name": name, "salt": salt.hex()}) + b"\n"


def readme(*, names: bool) -> bytes:
    """What a reader of the folder has to know, in both languages."""
    keys = ("what", "files", "points", "names" if names else "no_names", "check", "trust")
    paragraphs = (text(f"evidence.readme_{key}", lang=lang) for lang in reversed(LANGUAGES) for key in keys)
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).encode()
