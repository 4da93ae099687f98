"""Files of events: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.normalise import Incoming
from ledger.errors import InputError, Problem
from ledger.messages import LANGUAGES
from ledger.office.rows import read
from tests.recording.book import START, Book, reversal


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(said: list[dict[str, Any]]) -> str:
    fields = list(dict.fromkeys(name for each in said for name in each))
    out = io.StringIO()
    rows = csv.DictWriter(out, fields)
    rows.writeheader()
    rows.writerows({name: "、".join(value) if isinstance(value, list) else value for name, value in each.items()} for each in said)
    return out.getvalue()


def jsonl(said: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in said)


def records(path: Path) -> list[Incoming]:
    rows = list(read(path))
    assert all(isinstance(row, Incoming) for row in rows)
    return [row for row in rows if isinstance(row, Incoming)]


def test_json_lines_keep_their_order_and_say_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "events.jsonl", b'\xef\xbb\xbf{"kind": "b", "points": 62.50}\n\n  \r\n{"kind": "a"}')
    assert records(path) == [
        Incoming("events.jsonl:1", {"kind": "b", "points": Decimal("62.50")}),
        Incoming("events.jsonl:4", {"kind": "a"}),
    ]
    assert str(records(path)[0].record["points"]) == "62.50"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b'{"kind": "a"', "not_json"),
        (b'{"kind": "a"} {}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"n": ' + b"9" * 5000 + b"}", "not_json"),
        (b'["a"]', "not_an_object"),
        (b"7", "not_an_object"),
        (b'{"kind": "a", "on": "x", "kind": "b"}', "field_twice"),
        (b'{"targets": {"a": 1, "a": 2}}', "field_twice"),
        (b"{" + b"".join(b'"f%d": 0, ' % number for number in range(60_000)) + b'"f59999": 1}', "field_twice"),
        (b'{"extra": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
        (b'{"extra": ' + b'{"a": [' * 300 + b"]}" * 300 + b"}", "too_deep"),
        (b'{"points": 1e9999999999999999999}', "not_a_number"),
        (b'{"points": NaN}', "not_a_number"),
        (b'{"points": -Infinity}', "not_a_number"),
        (b'{"kind": "\xd6\xd0"}', "not_utf8"),
    ],
)
def test_a_line_that_is_no_record_is_a_problem_and_the_rest_is_read(tmp_path: Path, line: bytes, key: str) -> None:
    path = write(tmp_path / "events.ndjson", b'{"kind": "a"}\n' + line + b'\n{"kind": "c"}\n')
    first, problem, last = read(path)
    assert isinstance(problem, Problem)
    assert (problem.key, problem.where) == (f"office.{key}", "events.ndjson:2")
    assert all(problem.text(lang) for lang in LANGUAGES)
    assert isinstance(first, Incoming)
    assert isinstance(last, Incoming)


def test_a_hyphen_is_json_lines_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"kind": "a"}\n')))
    assert list(read("-")) == [Incoming("-:1", {"kind": "a"})]


@pytest.mark.parametrize(
    ("name", "key"), [("events.docx", "ending"), ("events", "ending"), ("none.jsonl", "cannot_read"), ("none.csv", "cannot_read")]
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        list(read(tmp_path / name))
    assert refused.value.problem.key == f"office.{key}"
    assert name in refused.value.problem.text("en")
    assert key != "ending" or ".jsonl, .ndjson, .csv, .xlsx" in refused.value.problem.text("zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_says_the_same_as_json_lines(book: Book, tmp_path: Path, encoding: str) -> None:
    said = [{**each, "id": f"e{number}"} for number, each in enumerate(START)]
    said.append(
        {
            "kind": "solicitation_missed",
            "id": "m",
            "on": "2024-02-11",
            "solicitation": "S1",
            "unit": "大埔镇",
            "how": "none",
            "excused": "是",
        }
    )
    path = write(tmp_path / "events.csv", table(said).encode(encoding))
    assert book.recording.import_file(read(path), path.name, "clerk").problems == ()
    said[-1]["excused"] = True
    assert book.bring(*said).skipped == len(said)


def test_rows_go_by_date_then_openers_first_then_line(tmp_path: Path) -> None:
    said = [
        {"kind": "item_adopted", "id": "d", "on": "2024-02-02", "item": "A"},
        {"kind": "item_submitted", "id": "c", "on": "2024-02-02", "item": "A"},
        {"kind": "unit_enrolled", "id": "b", "on": "2024-02-02"},
        {"kind": "incident_reported", "id": "f", "on": "2024-02-02T23:00Z", "item": ""},
        {"kind": "item_endorsed", "id": "e", "on": "2024-02-02", "item": "A"},
        {"kind": "training_completed", "id": "a", "on": "2024-02-01"},
    ]
    rows = records(write(tmp_path / "t.csv", table(said)))
    assert [row.record["id"] for row in rows] == ["a", "b", "c", "d", "e", "f"]
    assert [row.where for row in rows] == ["t.csv:7", "t.csv:4", "t.csv:3", "t.csv:2", "t.csv:6", "t.csv:5"]


def test_a_reversal_comes_after_its_target_and_before_what_takes_its_place(tmp_path: Path) -> None:
    said = [
        reversal("r1", id="r2", on="2024-01-01"),
        reversal("x", id="r1", on="2024-01-01"),
        {"kind": "item_submitted", "id": "x", "on": "2024-02-02", "item": "A"},
        {"kind": "item_submitted", "id": "y", "on": "2024-02-02", "item": "A"},
        reversal("old", id="r3", on="2024-02-02"),
        {"kind": "event_reversed", "target": "old2", "id": "r4", "reason": "r"},
        reversal("r6", id="r5", on="2024-03-01"),
        reversal("r5", id="r6", on="2024-03-01"),
    ]
    rows = records(write(tmp_path / "t.csv", table(said)))
    order = [str(row.record["id"]) for row in rows]
    assert order[:5] == ["r3", "x", "r1", "r2", "y"]
    assert order[-1] == "r4"
    assert set(order) == {str(each["id"]) for each in said}


def test_many_reversals_of_one_another_are_put_in_order_as_fast_as_few(tmp_path: Path) -> None:
    """A chain was once gone along from each of its links: some thousands took hours."""
    count = 5000
    said = [reversal(f"r{number - 1}", id=f"r{number}", on="2024-02-02") for number in range(count, 0, -1)]
    rows = records(write(tmp_path / "t.csv", table([*said, {"kind": "item_submitted", "id": "r0", "on": "2024-03-01", "item": "A"}])))
    assert [row.record["id"] for row in rows] == [f"r{number}" for number in range(count + 1)]


def test_brackets_in_a_text_are_no_depth(tmp_path: Path) -> None:
    (row,) = records(write(tmp_path / "events.jsonl", jsonl([{"kind": "a", "title": "[" * 1000 + "{" * 1000}])))
    assert row.record["title"] == "[" * 1000 + "{" * 1000


def test_a_line_is_where_a_row_begins_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    text = 'kind,on,title\r\nitem_submitted,2024-01-01,"two\nlines"\r\n,,\r\n\r\nitem_submitted,2024-01-02\r\n'
    rows = records(write(tmp_path / "t.csv", text))
    assert [(row.where, row.record.get("title")) for row in rows] == [("t.csv:2", "two\nlines"), ("t.csv:6", None)]


def test_extra_cells_are_a_problem_of_their_row(tmp_path: Path) -> None:
    problem, row = read(write(tmp_path / "t.csv", "kind,on\na,b,c\na,b\n"))
    assert isinstance(problem, Problem)
    assert (problem.key, problem.where) == ("office.extra_cells", "t.csv:2")
    assert isinstance(row, Incoming)


@pytest.mark.parametrize(
    ("text", "key", "where"),
    [
        (b"", "no_header", "t.csv:1"),
        (b",,\n", "no_header", "t.csv:1"),
        (b"kind,,on\n", "blank_header", "t.csv:1"),
        (b"kind,on, kind\n", "header_twice", "t.csv:1"),
        (b'kind,on\na,"b\n', "not_csv", "t.csv:2"),
        (b'kind\n"a"b\n', "not_csv", "t.csv:2"),
        (b"kind\n\xff\xff\n", "neither_encoding", "t.csv"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, text: bytes, key: str, where: str) -> None:
    with pytest.raises(InputError) as refused:
        list(read(write(tmp_path / "t.csv", text)))
    assert (refused.value.problem.key, refused.value.problem.where) == (f"office.{key}", where)
    assert all(refused.value.problem.text(lang) for lang in LANGUAGES)
