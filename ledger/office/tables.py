"""Tables of events: the first row names the fields, every other row is a record.

The rows of a table go by date, then by dependency: what opens a life before what follows it, a reversal after its
target. Each keeps the number of its line as its place.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

from ledger import times
from ledger.aggregates.cells import typed
from ledger.aggregates.normalise import Incoming
from ledger.errors import InputError, Problem
from ledger.events import EventReversed, IncidentOccurred, ItemSubmitted, SolicitationIssued, UnitChanged, UnitEnrolled

Key = tuple[str | int, ...]

_ENCODINGS = ("utf-8-sig", "gb18030")
_REVERSAL = EventReversed.kind
_RANKS = {_REVERSAL: 0, UnitEnrolled.kind: 1, UnitChanged.kind: 2}
_RANKS |= dict.fromkeys((ItemSubmitted.kind, SolicitationIssued.kind, IncidentOccurred.kind), 3)
_FOLLOWER = 4


def is_of_fields(rows: Sequence[Sequence[object]]) -> bool:
    """Whether the first row of a table names the fields of the contract: one of them is ``kind``."""
    return bool(rows) and any(isinstance(cell, str) and cell.strip() == "kind" for cell in rows[0])


def csv_rows(written: bytes, name: str) -> Iterator[Incoming | Problem]:
    """The rows of a CSV file, in UTF-8 or GB 18030: first the problems, then the records in their order.

    Raises InputError for a file in neither, or whose header is missing, blank or double in part.
    """
    lines = _lines(written, name)
    _, header = next(lines, (1, []))
    fields = _fields(header, f"{name}:1")
    if "kind" not in fields:
        raise InputError.of("office.no_kind_column", where=f"{name}:1", columns=" | ".join(fields))
    records: list[tuple[int, Incoming]] = []
    for number, cells in lines:
        where = f"{name}:{number}"
        if len(cells) > len(fields):
            yield Problem("office.extra_cells", where=where, params={"cells": len(cells), "fields": len(fields)})
        elif any(cell.strip() for cell in cells):
            said = dict(zip(fields, cells, strict=False))
            records.append((number, Incoming(where, typed(said.get("kind", "").strip(), said))))
    yield from in_order(records)


def csv_grid(written: bytes, name: str) -> list[list[str]]:
    """The rows of a CSV file's cells, whatever they say. Raises InputError for a file in neither encoding, or that is no CSV."""
    return [cells for _, cells in _lines(written, name)]


def places_of_lines(path: Path, where: str, field: str | None) -> tuple[str, int, int] | None:
    """The row and column, from 0, of the place of a record in a table of fields (``events.csv:12``) and of a field of it."""
    name, _, number = where.rpartition(":")
    if name != path.name or not number.isdecimal():
        return None
    try:
        lines = list(_lines(path.read_bytes(), name))
    except InputError:  # it ends where it cannot be read
        return None
    row = next((row for row, (line, _) in enumerate(lines) if line == int(number)), None)
    header = [cell.strip() for cell in lines[0][1]]
    return None if row is None else (name, row, header.index(field) if field in header else 0)


def _lines(written: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of cells, each with the number of its first line."""
    reader = csv.reader(StringIO(_text(written, name), newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError.of("office.not_csv", where=f"{name}:{number}", detail=str(error)) from error


def _text(written: bytes, name: str) -> str:
    for encoding in _ENCODINGS:
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError.of("office.neither_encoding", where=name)


def _fields(header: Sequence[str], where: str) -> list[str]:
    fields = [cell.strip() for cell in header]
    if not any(fields):
        raise InputError.of("office.no_header", where=where)
    for number, field in enumerate(fields, 1):
        if not field:
            raise InputError.of("office.blank_header", where=where, column=number)
        if fields.count(field) > 1:
            raise InputError.of("office.header_twice", field=field, where=where, name=field)
    return fields


def in_order(records: Sequence[tuple[int, Incoming]]) -> list[Incoming]:
    """A table's records by date, then by dependency, then by line."""
    rows, keys = dict(records), {number: _key(number, row.record) for number, row in records}
    lines = {row.record["id"]: number for number, row in reversed(records) if "id" in row.record}
    targets = {number: lines.get(row.record.get("target")) for number, row in records if row.record.get("kind") == _REVERSAL}
    followers, ordered = _followers(keys, targets), []
    followed = {number for each in followers.values() for number in each}
    waiting = sorted(keys.keys() - followed, key=keys.__getitem__, reverse=True)
    while waiting:
        number = waiting.pop()
        ordered.append(rows[number])
        waiting += sorted(followers.get(number, ()), reverse=True)
    return ordered


def _followers(keys: Mapping[int, Key], targets: Mapping[int, int | None]) -> Mapping[int, list[int]]:
    """By its number, the reversals that come right after a record: those dated before it, or on its day, or before what it follows."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    stands: dict[int, Key] = {}  # the key of what a reversal comes after, or its own
    for number in targets:
        for reversal in _chain(number, targets, stands):
            target = targets.get(reversal)
            after = None if target is None else stands.get(target, None if target in targets else keys[target])
            stands[reversal] = keys[reversal]
            if target is not None and after is not None and keys[reversal] < after:
                stands[reversal] = after
                found[target].append(reversal)
    return found


def _chain(number: int, targets: Mapping[int, int | None], known: Container[int]) -> list[int]:
    """A reversal and the reversals that it reverses, one after another, the last of them first, as far as they are not known."""
    chain: dict[int, None] = {}
    at: int | None = number
    while at is not None and at in targets and at not in known and at not in chain:
        chain[at] = None
        at = targets[at]
    return [*chain][::-1]


def _key(number: int, record: Mapping[str, object]) -> Key:
    return (_day(record), _RANKS.get(str(record.get("kind")), _FOLLOWER), number)


def _day(record: Mapping[str, object]) -> str:
    """The business date as text that sorts; what is no date is refused later, wherever it stands."""
    on = record.get("on", times.now().date() if record.get("kind") == _REVERSAL else "")
    for read in (times.day, times.moment):
        try:
            return read(on).isoformat()[:10]
        except (ValueError, OverflowError):
            continue
    return str(on)
