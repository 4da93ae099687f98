"""What people and files give as records: JSON lines, tables, ``NAME=VALUE``, and the values in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from random import Random
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from ledger import points
from ledger.aggregates.cells import typed
from ledger.aggregates.normalise import Incoming, normalise
from ledger.commands import options
from ledger.errors import LedgerError, Problem
from ledger.events import FROM_FILES
from ledger.journal.record import canonical
from ledger.journal.verify import _kind
from ledger.office.rows import json_lines
from ledger.office.tables import csv_rows
from ledger.recording.importing import Row
from ledger.recording.intake import entry_of
from ledger.rules.calendar import Calendar
from ledger.rules.conditions import threshold
from ledger.rules.parts import factor
from ledger.values import Day, Invalid, Moment, hundredths, matching_key
from tests.stress.fuzzing.county import MORE, RECORDS, surroundings
from tests.stress.fuzzing.mutate import NUMBERS, altered, dumped, mutated
from tests.stress.fuzzing.target import Target, refused, said

_SAID = (*RECORDS, *MORE)
_KINDS = [model.kind for model in FROM_FILES]
_FIELDS = sorted({name for record in _SAID for name in record})
_VALUES = ["甲镇", "乙镇", "jia", "镇", "N1", "县内刊物", "county", "2024-03-01", "2024-03-01T10:00", "yes", "否", "3:2", "a=1、b=2", "@1"]
_WORDS = [*_KINDS, *_FIELDS, *_VALUES]


@contextmanager
def events() -> Iterator[Target]:
    """Rows of JSON, as ``import`` reads them."""
    lines = [dumped(record) + b"\n" for record in _SAID]
    files = [*lines, b"".join(lines[:4]), b"\xef\xbb\xbf" + lines[3] + b"\n" + lines[4]]
    words = [word.encode() for word in _WORDS]

    def make(chance: Random) -> bytes:
        if chance.random() < 0.4:
            return mutated(chance, files, words)
        record: Any = chance.choice(_SAID)
        for _ in range(1 + min(int(chance.expovariate(0.8)), 4)):
            record = altered(chance, record, _WORDS)
        return dumped(record) + b"\n"

    yield Target(make, lambda data: _all_taken(json_lines(BytesIO(data), "fuzz.jsonl")))


@contextmanager
def tables() -> Iterator[Target]:
    """Tables in CSV, as ``import`` reads them."""
    whole = [_table([record]) for record in _SAID]
    texts = [*whole, *(_table([record, RECORDS[-1]]) for record in _SAID[:6]), _table(_SAID)]
    files = [*(text.encode() for text in texts), *(text.encode("gb18030") for text in texts[:8]), b"\xef\xbb\xbf" + texts[3].encode()]
    words = [
        *(word.encode() for word in _WORDS),
        b",",
        b'"',
        b"\n",
        b"\r\n",
        b'""',
        b",,,",
        b"extra.post",
        b"extra.",
        "张三".encode("gb18030"),
    ]

    def judge(data: bytes) -> bool:
        try:
            rows = list(csv_rows(data, "fuzz.csv"))
        except LedgerError as error:
            return refused(error)
        places = [row.where for row in rows]
        assert len({*places}) == len(places), "a row comes once"
        return _all_taken(rows)

    yield Target(lambda chance: mutated(chance, files, words), judge)


def _table(records: Any) -> str:
    """The table that says records, a field a column."""
    columns = [*dict.fromkeys(key for record in records for key in _flat(record))]
    lines = [columns, *([str(_flat(record).get(column, "")) for column in columns] for record in records)]
    return "".join(",".join(cells) + "\n" for cells in lines)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    plain = {key: _cell(value) for key, value in record.items() if key != "extra"}
    return plain | {f"extra.{key}": value for key, value in record.get("extra", {}).items()}


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "、".join(f"{key}={each}" for key, each in value.items()) if isinstance(value, dict) else value


@contextmanager
def arguments() -> Iterator[Target]:
    """``NAME=VALUE`` as ``correct --set`` takes it: the kind, and an argument a line."""
    texts = ["\n".join([record["kind"], *(f"{key}={value}" for key, value in _flat(record).items() if key != "kind")]) for record in _SAID]
    files, words = [text.encode() for text in texts], [word.encode() for word in _WORDS]

    def judge(data: bytes) -> bool:
        kind, *given = data.decode(errors="surrogateescape").split("\n")
        if "\0" in data.decode(errors="surrogateescape"):
            return False  # no argument holds it
        try:
            changes = options.pairs(None, click.Option(["--set"], metavar="NAME=VALUE"), given)  # type: ignore[arg-type]  # it is not looked at
        except click.BadParameter as error:
            error.message.encode(errors="surrogateescape")
            return False
        return _taken(Incoming("set", {**typed(kind, changes), "kind": kind}))

    yield Target(lambda chance: mutated(chance, files, words), judge)


def _all_taken(rows: Iterable[Row]) -> bool:
    taken = [_taken(row) for row in rows]  # every one is tried
    return all(taken)


def _taken(row: Row) -> bool:
    """Whether a row becomes an event; one that does is the same after it was stored."""
    if isinstance(row, Problem):
        said(row)
        return False
    try:
        event = normalise(row.record, surroundings(), "-")
        stored = entry_of(event).record.state
    except LedgerError as error:
        return refused(error)
    fields = json.loads(stored)
    assert canonical(fields) == stored, "canonical JSON reads as itself"
    fact = _kind(event.kind).read(stored)
    assert all(getattr(fact, name) == value for name, value in vars(event).items()), "what is stored is the event"
    return True


_CALENDAR = Calendar.model_validate({"begins": "12-01", "of": "previous", "divisions": {"term": ["12-01", "05-26", "10-26"]}})
_DAYS = (
    "2024-09-30", "2024-02-29", "2024", "2024Q3", "2024H1", "2024W01", "2024-09", "2024term2", "@980", "2024-09-30T10:00",
    "2024-09-30 10:00:00+08:00",
)  # fmt: skip
_SIGNS = ("-", "Q", "T", ":", "+08:00", "Z", "W53", "29", "60", "24:00", ".5", "0")
_TYPES: list[TypeAdapter[Any]] = [TypeAdapter(Day), TypeAdapter(Moment)]


@contextmanager
def days() -> Iterator[Target]:
    """Days, moments, years, positions and names of periods."""
    corpus, words = [text.encode() for text in _DAYS], [text.encode() for text in _SIGNS]
    readers: list[Callable[[str], object]] = [options.day, options.year, options.known_at, options.position]

    def judge(data: bytes) -> bool:
        text = data.decode(errors="surrogateescape")
        found = [_or_none(reader, text) for reader in readers]
        assert found[0] is None or str(found[0]) == text, "a day reads as itself"
        assert found[1] is None or 1900 <= int(str(found[1])) < 3000, "a year is one of those that there are"
        for adapter in _TYPES:
            try:
                read: date | datetime = adapter.validate_python(text)
            except ValidationError:
                continue
            assert adapter.validate_python(read.isoformat()) == read, "a moment reads as itself"
        period = _CALENDAR.period(text)
        assert period is None or period[1].name == text
        return period is not None or any(each is not None for each in found)

    yield Target(lambda chance: mutated(chance, corpus, words), judge)


def _or_none(reader: Callable[[str], object], text: str) -> object:
    try:
        return reader(text)
    except click.BadParameter:
        return None


@contextmanager
def numbers() -> Iterator[Target]:
    """Points, thresholds, spans and factors."""
    corpus = [text.encode() for text in (*NUMBERS, "62.5", "-30", "20min", "48h", "2d", "75%", "1/3", "+2.50")]

    def judge(data: bytes) -> bool:
        text = data.decode(errors="surrogateescape")
        found = _number(hundredths, text)
        assert found is None or points.parse(points.text(found)) == found, "points read as themselves"
        assert found is None or points.parse(points.number(found)) == found
        matching_key(text)
        return any(each is not None for each in (found, _number(threshold, text), _number(factor, text)))

    yield Target(lambda chance: mutated(chance, corpus, [b"e", b".", b"/", b"_", b"%", b"min", b"h", b"d", b"-", b" "]), judge)


def _number(reader: Callable[[object], Any], text: str) -> Any:
    """What a reader makes of a text, or None; a refusal can be put in words."""
    try:
        return reader(text)
    except Invalid as error:
        said(Problem(error.key, "points", None, error.params))
        return None
