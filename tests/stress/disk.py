"""A disk that may lose, keep or tear whatever was written since it was last told to sync, and what may be on it after the power failed.

What was synced is there. Of what was not, each write, truncation and change of a folder is there, is not, or, if a write, is there in
part: some of its sectors, or the first bytes of one. Where a later write is kept and an earlier one that made the file longer is not, the
gap holds zeros or rubbish. One thing is taken for granted, as SQLite does (https://sqlite.org/psow.html): bytes beside those that are
written stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from random import Random

from tests.stress.layer import Step

Files = Mapping[str, bytes]
"""What is on a disk: the content of each file, by its path."""

_SECTOR = 512
_FIRST = ((1.0, 0.0), (0.0, 0.0))
_LOST, _TORN = (0.1, 0.5, 0.9), (0.0, 0.3, 0.8)
"""How likely a write is to be lost, and one that is not, to be torn."""
_OF_FOLDERS = frozenset({"create", "link", "rename", "remove"})


class _Content:
    """A file, whatever it is called: what is safe, and what was done to it since."""

    def __init__(self, safe: bytes = b"") -> None:
        self.safe = safe
        self.since: list[Step] = []

    def sync(self) -> None:
        self.safe = self.survived(Random(0), lost=0, torn=0)
        self.since = []

    def survived(self, random: Random, lost: float, torn: float) -> bytes:
        """What there is if each write since is lost, or torn, with these probabilities."""
        data = bytearray(self.safe)
        for step in self.since:
            if random.random() < lost:
                continue
            size = step.offset if step.kind == "truncate" else max(len(data), step.offset)
            if size > len(data):
                data.extend(random.randbytes(size - len(data)) if torn and random.random() < 0.5 else bytes(size - len(data)))
            del data[size:]
            for start, end in _kept(len(step.data), random, torn):
                piece, at = step.data[start:end], step.offset + start
                data.extend(bytes(max(0, at - len(data))))
                data[at : at + len(piece)] = piece
        return bytes(data)


def _kept(size: int, random: Random, torn: float) -> Iterator[tuple[int, int]]:
    """The spans of a write of ``size`` bytes that reach the disk."""
    if random.random() >= torn:
        yield 0, size
        return
    for start in range(0, size, _SECTOR):
        if random.random() < 0.5:
            end = min(size, start + _SECTOR)
            yield start, end if random.random() < 0.8 else random.randint(start, end)


class Disk:
    """A disk on which steps are taken one by one."""

    def __init__(self, files: Files) -> None:
        self._safe = {path: _Content(data) for path, data in files.items()}
        self._names = dict(self._safe)
        self._since: list[tuple[Step, _Content | None]] = []

    def take(self, step: Step) -> None:
        """One more step is taken."""
        if step.kind in _OF_FOLDERS:
            made = _Content() if step.kind == "create" else None
            self._since.append((step, made))
            _rename(self._names, step, made)
        elif step.kind == "sync":
            self._names[step.path].sync()
        elif step.kind == "sync_folder":
            self._safe = dict(self._names)
            self._since = []
        elif step.kind in {"write", "truncate"}:
            self._names[step.path].since.append(step)

    def survived(self, random: Random, lost: float, torn: float) -> Files:
        """What may be on it when the power fails now."""
        names = dict(self._safe)
        for step, made in self._since:
            if random.random() >= lost:
                _rename(names, step, made)
        contents = {id(each): each.survived(random, lost, torn) for each in names.values()}
        return {path: contents[id(each)] for path, each in sorted(names.items())}


def _rename(names: dict[str, _Content], step: Step, made: _Content | None) -> None:
    """What a change of a folder does to its names, if what it is about is there."""
    if made is not None:
        names[step.path] = made
    elif step.path in names:
        content = names[step.path] if step.kind == "link" else names.pop(step.path)
        if step.kind != "remove":
            names[step.other] = content


def states(files: Files, steps: Sequence[Step], count: int, seed: int) -> Iterator[tuple[int, Files]]:
    """Up to ``count`` different states of a disk that held ``files``, when the power failed amid ``steps``; each with the steps taken then.

    They go through all points again and again: first all that is not safe is lost, then it is kept, then each piece has its own fate.
    """
    seen: set[bytes] = set()
    for turn in range(2 * count):
        disk, before, acked = Disk(files), len(seen), 0
        for taken in range(len(steps) + 1):
            if taken:
                disk.take(steps[taken - 1])
                acked += steps[taken - 1].kind == "done"
            random = Random(f"{seed} {turn} {taken}")
            lost, torn = _FIRST[turn] if turn < len(_FIRST) else (random.choice(_LOST), random.choice(_TORN))
            found = disk.survived(random, lost, torn)
            mark = _mark(found, acked)
            if mark not in seen:
                seen.add(mark)
                yield taken, found
            if len(seen) >= count:
                return
        if turn > 20 and len(seen) == before:
            return


def _mark(files: Files, acked: int) -> bytes:
    """The same disk after one acknowledgement more is another state."""
    return sha256(repr([acked, *((path, sha256(data).digest()) for path, data in files.items())]).encode()).digest()
