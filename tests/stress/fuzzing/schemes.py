"""Schemes: as files, and below YAML as a log holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from ledger.canonical import encoded
from ledger.errors import LedgerError
from ledger.events import FROM_FILES
from ledger.recording.context import terms
from ledger.rules.advice import advise
from ledger.rules.check import found
from ledger.rules.readings import resolve, settle
from ledger.rules.scheme import build
from ledger.rules.source import Source, parsed, walk
from tests.gallery.pages import examples
from tests.stress.fuzzing.county import scheme
from tests.stress.fuzzing.mutate import altered, dumped, mutated
from tests.stress.fuzzing.target import Target, refused, said

_NAME = "fuzz.yaml"
_TEXTS = (
    "a: {b: [c, d]}\ne: 'f'\n", "scheme: x\nunits:\n  a: {name: 甲, class: 镇}\n", "- a\n- b: c\n  d: |\n    e\n",
    "a: &x [1, 2]\nb: *x\n",
    '"a\\u4e00": "\\x41"\n? k\n: v\n', "a: # b\n  >-\n  c\n\n  d\n", "%YAML 1.1\n---\na: !!str b\n...\n",
    "{rules: [{id: a, kind: award}]}",
    "classes: {镇: {}}\nvocabulary: {finding: {x: {name: y}}}\n", "readings:\n  r: {clause: a, rules: [b], options: {c: d}}\n",
)  # fmt: skip
_WORDS = (
    "&x ", "*x", "<<: *x", "!!map ", "!!int ", "!x ", "? ", "- ", ": ", "{", "}", "[", "]", "|2-\n", ">+\n", "#", "---\n", "...\n",
    "  ", "\t",
    "'", '"', "\\U0010FFFF", "\\ud800",
)  # fmt: skip

_PARTS = ("rules", "rules", "rules", "rules", "groups", "readings", "calendar", "targets", "fields", "persons")
"""Where most of a scheme's words are said: these are changed more often than the rest."""


@contextmanager
def schemes() -> Iterator[Target]:
    """Short texts as YAML, and small schemes with something in them changed."""
    corpus, words = [text.encode() for text in _TEXTS], [word.encode() for word in _WORDS]
    small = [_narrowed(each.scheme) for each in examples()] + [scheme().data]
    names = sorted({name for each in small for name in _names(each)} | {model.kind for model in FROM_FILES})

    def make(chance: Random) -> bytes:
        if chance.random() < 0.5:
            return mutated(chance, corpus, words)
        data: Any = chance.choice(small)
        for _ in range(1 + min(int(chance.expovariate(1)), 3)):
            part = chance.choice(_PARTS)
            inside = isinstance(data, dict) and part in data
            data = {**data, part: altered(chance, data[part], names, texts=True)} if inside else altered(chance, data, names, texts=True)
        return dumped(data)

    yield Target(make, _judge)


def _narrowed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same scheme with few units, only the words that its rules use, and no remarks: what is said of more takes longer to say."""
    kept = {key: value for key, value in data.items() if key not in ("clauses", "uncited", "explained", "supersedes")}
    used = {*_names([data[key] for key in ("rules", "groups", "scored_account", "persons") if key in data])}
    kept["accounts"] = {name: said for name, said in data["accounts"].items() if name in used}
    for kind, words in data["vocabulary"].items():
        found = {word: said for word, said in words.items() if {word, said.get("group")} & used}
        kept["vocabulary"] = {**kept["vocabulary"], kind: found}
    return {**kept, "units": dict(list(data["units"].items())[:2])}


def _names(value: Any) -> Iterator[str]:
    for _, node in walk(value):
        if isinstance(node, Mapping):
            yield from node
        elif isinstance(node, str) and len(node) < 30:
            yield node


def _judge(data: bytes) -> bool:
    try:
        source = _source(data)
        if source is None:
            return False
        problems = found(source)
        for problem in problems:
            said(problem)
        _same(source)
        if problems:
            return False
        for problem in advise(source).warnings:
            said(problem)
        terms(source)
        assert build(resolve(source.data, settle(source, {}))).scheme == source.id
    except LedgerError as error:
        return refused(error)
    return True


def _source(data: bytes) -> Source | None:
    """The scheme of an input: what begins as an object is one below YAML."""
    if data.startswith(b'{"'):
        try:
            read = json.loads(data)
        except (ValueError, RecursionError):
            return None
        return Source(read) if isinstance(read, dict) else None
    try:
        return parsed(data.decode(), _NAME)
    except UnicodeDecodeError:
        return None  # ``load`` says so of a file


def _same(source: Source) -> None:
    """A scheme is all text, and the same when it was recorded and read again."""
    assert all(isinstance(node, str | list | dict) for _, node in walk(source.data)), "text, lists and names alone"
    again = Source(json.loads(encoded(source.data)))
    assert again == source
    assert again.sha256 == source.sha256
    assert again.data == source.data
