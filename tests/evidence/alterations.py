"""Alterations of an export, each with its name and the place that the verifier must name.

Three hands: one that changes files; one that fits the manifest to them; and one that makes the whole tree anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.evidence.forge import Fields, Forge, add

Alteration = Callable[[Forge], object]
Record = tuple[Fields, Fields]


def touched(name: str) -> Alteration:
    """One letter more at the end of a file."""
    return lambda forge: forge.edit(name, lambda data: data + b" ")


def gone(name: str) -> Alteration:
    """A file is taken away."""
    return lambda forge: forge.file(name).unlink()


def new(name: str) -> Alteration:
    """A file is added."""
    return lambda forge: forge.file(name).write_bytes(b"{}\n")


def stated(**fields: Any) -> Alteration:
    """The manifest states something else."""
    return lambda forge: forge.manifest(lambda found: found.update(fields))


def entry(**fields: Any) -> Alteration:
    """The manifest's first file is said to be otherwise."""
    return lambda forge: forge.manifest(lambda found: found["files"][0].update(fields))


BY_HAND: dict[str, tuple[Alteration, str]] = {
    "a byte more in the log": (touched("log.jsonl"), "log.jsonl: its SHA-256"),
    "a byte more in the checkpoint": (touched("checkpoint.txt"), "checkpoint.txt: its size"),
    "a byte more in the readme": (touched("README.txt"), "README.txt: its size"),
    "a byte more in the names": (touched("names.jsonl"), "names.jsonl: its size"),
    "a byte more in the verifier": (touched("verify_export.py"), "verify_export.py: its size"),
    "a byte more in a scheme's copy": (touched("schemes/liucheng-2024@2.json"), "schemes/liucheng-2024@2.json: its size"),
    "a word changed to one as long": (
        lambda forge: forge.edit("README.txt", lambda data: data.replace(b"export", b"EXPORT")),
        "README.txt: its SHA-256",
    ),
    "no log": (gone("log.jsonl"), "log.jsonl: the file is not there"),
    "no checkpoint": (gone("checkpoint.txt"), "checkpoint.txt: the file is not there"),
    "no readme": (gone("README.txt"), "README.txt: the file is not there"),
    "no names where the manifest has them": (gone("names.jsonl"), "names.jsonl: the file is not there"),
    "no copy of a scheme": (gone("schemes/liucheng-2024@2.json"), "schemes/liucheng-2024@2.json: the file is not there"),
    "no manifest": (gone("manifest.json"), "manifest.json: the file is not there"),
    "a file more": (new("extra.txt"), "extra.txt: the manifest does not name"),
    "a scheme more": (new("schemes/other@3.json"), "schemes/other@3.json: the manifest does not name"),
    "a space more in the manifest": (touched("manifest.json"), "manifest.json: is not written as"),
    "a manifest that is no JSON": (lambda forge: forge.edit("manifest.json", lambda data: data + b"]"), "manifest.json: cannot be read"),
    "a manifest cut short": (lambda forge: forge.edit("manifest.json", lambda data: data[:-9]), "manifest.json: cannot be read"),
    "a key twice in the manifest": (
        lambda forge: forge.edit("manifest.json", lambda data: data.replace(b"{", b'{"events": 1, ', 1)),
        "manifest.json: cannot be read",
    ),
    "a field more in the manifest": (stated(more=1), "manifest.json: has not the fields"),
    "another format": (stated(format="scoreledger export 2"), "manifest.json: has not the fields"),
    "another number of events": (stated(events=9), "manifest.json: the number of events"),
    "another root": (stated(root="00" * 32), "manifest.json: the tree's root"),
    "another ledger": (stated(ledger="f00"), "log.jsonl:1: the first event"),
    "another origin": (stated(origin="scoreledger/f00"), "manifest.json: it is of another ledger"),
    "another hash": (stated(hash="sm3"), "log.jsonl:1: the first event"),
    "a hash that there is not": (stated(hash="md5"), "manifest.json: cannot be read"),
    "a number where files are listed": (stated(files=7), "manifest.json: cannot be read"),
    "another size": (entry(size=1), "README.txt: its size"),
    "another SHA-256": (entry(sha256="00" * 32), "README.txt: its SHA-256"),
    "a field more of a file": (entry(more=1), "manifest.json: has not the fields"),
    "another path": (entry(path="../README.txt"), "../README.txt: the file is not there"),
    "a file listed twice": (
        lambda forge: forge.manifest(lambda found: found["files"].append(found["files"][0])),
        "manifest.json: has not the fields",
    ),
    "a file not listed": (lambda forge: forge.manifest(lambda found: found["files"].pop(0)), "README.txt: the manifest does not name"),
}


def line(number: int, change: Callable[[bytes], bytes]) -> Alteration:
    """A line of the log is changed, and the manifest fitted to it."""
    return lambda forge: forge.lines(lambda found: found.__setitem__(number - 1, change(found[number - 1])))


def swapped(old: bytes, new: bytes, number: int = 60) -> Alteration:
    """Bytes of a line are replaced by others."""

    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return line(number, change)


def sealed(name: str, change: Callable[[bytes], bytes]) -> Alteration:
    """A file is changed, and the manifest fitted to it."""

    def alter(forge: Forge) -> None:
        forge.edit(name, change)
        forge.seal()

    return alter


def sealed_after(alteration: Alteration) -> Alteration:
    """The manifest is fitted to what was altered."""

    def alter(forge: Forge) -> None:
        alteration(forge)
        forge.seal()

    return alter


def name(change: Callable[[Fields], object]) -> Alteration:
    """The first line of the names says something else."""

    def edit(data: bytes) -> bytes:
        first, *rest = data.splitlines(keepends=True)
        said = json.loads(first)
        change(said)
        return b"".join([json.dumps(said, ensure_ascii=False).encode() + b"\n", *rest])

    return sealed("names.jsonl", edit)


ROOT, COPY = "the tree's root is not the one stated", "schemes/liucheng-2024@2.json"
SEALED: dict[str, tuple[Alteration, str]] = {
    "a body's value": (swapped(b'"source":"', b'"source":"x'), f"checkpoint.txt: {ROOT}"),
    "an actor": (swapped(b'"recorded_by":"', b'"recorded_by":"x'), f"checkpoint.txt: {ROOT}"),
    "a line taken out": (lambda forge: forge.lines(lambda found: found.pop(60)), "log.jsonl:61: the position"),
    "a line twice": (lambda forge: forge.lines(lambda found: found.insert(60, found[60])), "log.jsonl:62: the position"),
    "two lines in another order": (
        lambda forge: forge.lines(lambda found: found.insert(60, found.pop(61))),
        "log.jsonl:61: the position",
    ),
    "the last line cut off": (lambda forge: forge.lines(lambda found: found.pop()), "checkpoint.txt: the number of events"),
    "a line of nothing": (lambda forge: forge.lines(lambda found: found.insert(60, b"\n")), "log.jsonl:61: cannot be read"),
    "no line at all": (lambda forge: forge.lines(lambda found: found.clear()), "checkpoint.txt: the number of events"),
    "white space in a record": (swapped(b'"kind":', b'"kind": '), "log.jsonl:60: is not the canonical JSON"),
    "white space between the records": (swapped(b"},{", b"}, {"), "log.jsonl:60: cannot be read"),
    "white space at a line's end": (line(60, lambda data: data[:-1] + b" \n"), "log.jsonl:60: cannot be read"),
    "lines as Windows ends them": (line(60, lambda data: data[:-1] + b"\r\n"), "log.jsonl:60: cannot be read"),
    "no newline at a line's end": (lambda forge: forge.lines(lambda found: found.append(found.pop()[:-1])), "cannot be read"),
    "keys in another order": (swapped(b'{"kind":', b'{"zzz":1,"kind":'), "log.jsonl:60: has not the fields"),
    "a key twice": (swapped(b'"source":', b'"source":"y","source":'), "log.jsonl:60: is not the canonical JSON"),
    "a fraction": (swapped(b'"source":', b'"share":1.5,"source":'), "log.jsonl:60: cannot be read"),
    "a number too large to be exact": (swapped(b'"source":', b'"share":9007199254740993,"source":'), "log.jsonl:60: cannot be read"),
    "a number without end": (line(60, lambda _: b'[{"version":' + b"1" * 9999 + b"},{}]\n"), "log.jsonl:60: cannot be read"),
    "a sign written as its escape": (swapped(b'"source":"', b'"source":"\\u0041'), "log.jsonl:60: is not the canonical JSON"),
    "half of a sign": (swapped(b'"source":"', b'"source":"\\ud800'), "log.jsonl:60: cannot be read"),
    "a value that is none": (swapped(b'"source":', b'"share":NaN,"source":'), "log.jsonl:60: cannot be read"),
    "bytes that are no text": (line(60, lambda data: data.replace(b"item", b"\xff\xfe")), "log.jsonl:60: cannot be read"),
    "a line that is no JSON": (line(60, lambda _: b"null\n"), "log.jsonl:60: cannot be read"),
    "a line of other things": (line(60, lambda _: b"[1,2]\n"), "log.jsonl:60: cannot be read"),
    "lists without end": (line(60, lambda _: b"[" * 99_999 + b"\n"), "log.jsonl:60: cannot be read"),
    "a checkpoint of another ledger": (sealed("checkpoint.txt", lambda data: b"x" + data), "checkpoint.txt: it is of another ledger"),
    "a checkpoint of another size": (
        sealed("checkpoint.txt", lambda data: data.replace(b"\n", b"\n9", 1)),
        "checkpoint.txt: the number of events",
    ),
    "a checkpoint of another root": (
        sealed("checkpoint.txt", lambda data: b"\n".join([*data.split(b"\n")[:2], b"A" * 43 + b"=", b""])),
        f"checkpoint.txt: {ROOT}",
    ),
    "a checkpoint that is none": (sealed("checkpoint.txt", lambda _: b"\n\n\n"), "checkpoint.txt: cannot be read"),
    "a checkpoint without an origin": (
        sealed("checkpoint.txt", lambda data: b"\n".join([b"", *data.split(b"\n")[1:]])),
        "checkpoint.txt: cannot be read",
    ),
    "a signature line that is none": (sealed("checkpoint.txt", lambda data: data + b"\nsigned\n"), "checkpoint.txt: cannot be read"),
    "a checkpoint of nothing": (sealed("checkpoint.txt", lambda _: b""), "checkpoint.txt: cannot be read"),
    "a copy with another price": (sealed(COPY, lambda data: data.replace(b'"15"', b'"25"', 1)), f"{COPY}: the readable copy"),
    "a copy away, the manifest too": (sealed_after(gone(COPY)), f"{COPY}: the file is not there"),
    "a copy of nothing": (sealed_after(new("schemes/other@3.json")), "schemes/other@3.json: it is a copy of nothing"),
    "another name": (name(lambda said: said.update(name="Nobody")), "names.jsonl:1: name and salt"),
    "another salt": (name(lambda said: said.update(salt="00" * 32)), "names.jsonl:1: name and salt"),
    "a salt that is none": (name(lambda said: said.update(salt="zz")), "names.jsonl:1: cannot be read"),
    "a person of whom nothing tells": (name(lambda said: said.update(person="p-0")), "names.jsonl:1: no event commits"),
    "a name with more beside it": (name(lambda said: said.update(born=1970)), "names.jsonl:1: has not the fields"),
    "a name twice": (sealed("names.jsonl", lambda data: data + data), "names.jsonl:5: no event commits"),
}


def envelope(number: int, **fields: Any) -> Alteration:
    """An envelope says something else, and every hash is made anew."""
    return lambda forge: forge.change(lambda records: records[number - 1][0].update(fields))


def body(number: int, **fields: Any) -> Alteration:
    """A body says something else, and every hash is made anew."""
    return lambda forge: forge.change(lambda records: records[number - 1][1].update(fields))


def last(number: int, change: Callable[[Record], object]) -> Alteration:
    """The last event, or one before it, says something else, and every hash is made anew."""
    return lambda forge: forge.change(lambda records: change(records[-number]))


def added(kind: str, said: Fields, **envelope: Any) -> Alteration:
    """An event more, and every hash is made anew."""
    return lambda forge: forge.change(lambda records: add(records, kind, said, **envelope))


def checkpoint(change: Callable[[str], str]) -> Alteration:
    """The snapshot's checkpoint is another."""
    return last(3, lambda record: record[1].update(checkpoint=change(record[1]["checkpoint"])))


NOBODY = {"target": "nobody", "reason": "–"}
REMADE: dict[str, tuple[Alteration, str]] = {
    "a position": (envelope(60, position=61), "log.jsonl:60: the position"),
    "a time that goes back": (envelope(60, recorded_at="2020-01-01T00:00:00.000000+08:00"), "log.jsonl:60: the recorded time"),
    "a time that is none": (envelope(60, recorded_at="yesterday"), "log.jsonl:60: the recorded time"),
    "a gap in a stream": (envelope(60, stream_version=7), "log.jsonl:60: the stream's versions"),
    "another stream": (envelope(60, stream="item:other", stream_version=2), "log.jsonl:60: the stream's versions"),
    "another day in the envelope": (envelope(60, on="2023-01-01"), "log.jsonl:60: the envelope's business date"),
    "another day in the body": (body(60, on="2023-01-01"), "log.jsonl:60: the envelope's business date"),
    "a field more in the envelope": (envelope(60, more=1), "log.jsonl:60: has not the fields"),
    "text for a number": (envelope(60, version="1"), "log.jsonl:60: has not the fields"),
    "truth for a number": (envelope(60, version=True), "log.jsonl:60: has not the fields"),
    "no actor": (
        lambda forge: forge.change(lambda records: records[59][0].pop("recorded_by")),
        "log.jsonl:60: has not the fields",
    ),
    "an id used before": (
        lambda forge: forge.change(lambda records: records[60][1].update(id=records[59][1]["id"])),
        "log.jsonl:61: the id has been used",
    ),
    "a first event of another kind": (envelope(1, kind="unit_enrolled"), "log.jsonl:1: the first event"),
    "a first event of another ledger": (body(1, ledger="f00"), "log.jsonl:1: the first event"),
    "another record format": (body(1, format=2), "log.jsonl:1: the first event"),
    "a scheme with another hash": (body(2, sha256="00" * 32), "log.jsonl:2: the scheme's SHA-256"),
    "a scheme with another content": (body(2, content={"scheme": "other"}), "log.jsonl:2: the scheme's SHA-256"),
    "a reversal of nothing": (added("event_reversed", NOBODY), "what is reversed is not an earlier event"),
    "a reversal of itself": (added("event_reversed", {**NOBODY, "id": "nobody"}), "what is reversed is not an earlier event"),
    "an approval of nothing": (last(1, lambda record: record[1].update(approves="x")), "log.jsonl:977: it is not in the earlier"),
    "an approval of something else": (
        last(1, lambda record: record[1].update(four_eyes=[])),
        "log.jsonl:977: it is not in the earlier",
    ),
    "an approval by the proposer": (last(1, lambda record: record[0].update(recorded_by="clerk")), "approved by the one who"),
    "a snapshot's row": (last(3, lambda record: record[1]["rows"][0].update(score=9999)), "the snapshot's digest"),
    "a snapshot's digest": (last(3, lambda record: record[1].update(digest="00" * 32)), "the snapshot's digest"),
    "a snapshot's size": (last(3, lambda record: record[1].update(position=9)), "the snapshot's checkpoint"),
    "a snapshot's root": (checkpoint(lambda text: "\n".join([*text.split("\n")[:2], "A" * 43 + "=", ""])), "the snapshot's checkpoint"),
    "a snapshot of another ledger": (checkpoint(lambda text: "x" + text), "the snapshot's checkpoint"),
    "a snapshot without a checkpoint": (checkpoint(lambda _: ""), "cannot be read"),
    "a snapshot's copy": (
        lambda forge: forge.change(lambda records: records[-3][1].update(note="x")),
        "snapshots/2024@975.json: the readable copy",
    ),
}
ALL = {**BY_HAND, **SEALED, **REMADE}
