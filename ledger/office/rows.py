"""Reading files of events: each row a record with its place, or the problem that keeps it from being one."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.aggregates.normalise import Incoming
from ledger.errors import InputError, LedgerError, Problem, reason

if TYPE_CHECKING:
    from ledger.holdings import Holdings
    from ledger.office.workbooks import Table
    from ledger.recording.importing import Row

STANDARD_INPUT = "-"
_LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".xlsx", ".xls", ".ods")
_DEEPEST = 32
"""Steps from a row to the deepest value that it may hold: the fields of an event have three."""


def read(location: str | Path) -> Iterator[Row]:
    """The rows of a file of events; ``-`` is JSONL from standard input. Of a table, those of :func:`table`.

    Raises InputError for a file that cannot be read, or has an ending that is none of them.
    """
    path = Path(location)
    if str(location) == STANDARD_INPUT:
        return json_lines(sys.stdin.buffer, STANDARD_INPUT)
    ending = path.suffix.lower()
    if ending in TABLES:
        return iter(table(path).rows)
    if ending not in _LINES:
        raise InputError.of("office.ending", file=path.name, known=", ".join((*_LINES, *TABLES)))
    return _json_file(path)


def is_table(location: str | Path) -> bool:
    """Whether a file is a table, by its ending."""
    return Path(location).suffix.lower() in TABLES


def table(path: Path, holdings: Holdings | None = None) -> Table:
    """A table of events, read against what a ledger holds. Raises InputError for one that cannot be read."""
    from ledger.office.workbooks import load

    with _readable(path):
        return load(path, holdings)


def _json_file(path: Path) -> Iterator[Row]:
    with _readable(path), path.open("rb") as lines:
        yield from json_lines(lines, path.name)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError.of("office.cannot_read", file=str(path), reason=reason(error)) from error


def json_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """The rows of JSON lines in UTF-8, one object a line. Blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]  # noqa: PLW2901 - a byte order mark is no part of the line
        if not line.isspace():
            yield _json_line(line, f"{name}:{number}")


def _json_line(line: bytes, where: str) -> Row:
    try:
        record = _decode(line.decode())
    except LedgerError as error:
        return error.problem.at(where)
    except json.JSONDecodeError as error:
        return Problem("office.not_json", where=where, params={"column": error.colno, "detail": error.msg})
    except UnicodeDecodeError as error:
        return Problem("office.not_utf8", where=where, params={"byte": error.start + 1})
    except (ValueError, RecursionError) as error:
        return Problem("office.not_json", where=where, params={"column": 1, "detail": str(error)})
    if not isinstance(record, dict):
        return Problem("office.not_an_object", where=where)
    if line.count(b"[") + line.count(b"{") > _DEEPEST and _is_deeper(record, _DEEPEST):
        return Problem("office.too_deep", where=where, params={"most": _DEEPEST})
    return Incoming(where, record)


def _is_deeper(value: object, steps: int) -> bool:
    """Whether something stands more than so many steps inside a value: what reads on calls itself at each."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return steps < 0 or any(_is_deeper(each, steps - 1) for each in inner)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise InputError.of("office.field_twice", field=twice, name=twice)
    return found


def _fraction(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation as error:  # its power of ten is beyond what anything can hold
        raise InputError.of("office.not_a_number", value=written) from error


def _constant(written: str) -> None:
    raise InputError.of("office.not_a_number", value=written)


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_fraction, parse_constant=_constant).decode
