"""A ledger whose stored words were changed is refused in words, whoever asks, and takes no entry that rests on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.errors import LedgerError, LogError, StoreError
from ledger.messages import LANGUAGES
from ledger.views import Question
from tests.recording.mini import SUBMITTED, written

YEAR_END = Question(as_of=date(2024, 12, 31))
Do = Callable[[Ledger], object]


def _entry(ledger: Ledger) -> object:
    return ledger.record("item_adopted", {"id": "a", "on": "2024-04-05", "item": "N1", "channel": "county"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one item, and a closed quarter."""
    made = tmp_path / "scores.ledger"
    Ledger.create(str(made), written(tmp_path), "clerk")
    with Ledger(str(made), "clerk") as ledger:
        ledger.record("item_submitted", {name: value for name, value in SUBMITTED.items() if name != "kind"})
        ledger.close("2024Q1")
    return made


def change(path: Path, column: str, kind: str, old: str, new: str) -> None:
    """Changes some of what is stored of the events of a kind."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER stored_events_no_update")
        said = f"CAST(replace(CAST({column} AS TEXT), ?, {new}) AS BLOB)"
        assert db.execute(f"UPDATE stored_events SET {column} = {said} WHERE topic = ?", (old, kind)).rowcount


@pytest.mark.parametrize(
    ("column", "kind", "old", "new", "do", "key"),
    [
        ("state", "item_submitted", '"item"', "x'ff'", lambda ledger: [*ledger.log()], "journal.bad_body"),
        ("state", "item_submitted", '"item":', "'\"item\"'", lambda ledger: [*ledger.log()], "journal.bad_body"),
        ("state", "item_submitted", '"item":', "'\"item\"'", _entry, "journal.bad_body"),
        ("state", "item_submitted", "2024", "x'ff'", lambda ledger: ledger.standings(YEAR_END), "journal.bad_body"),
        ("envelope", "item_submitted", '"stream"', "'\"strand\"'", lambda ledger: [*ledger.log()], "journal.bad_body"),
        ("envelope", "item_submitted", '"version":1', "'\"version\":0'", lambda ledger: [*ledger.log()], "journal.newer_version"),
        ("state", "period_closed", '"period"', "'\"perion\"'", _entry, "journal.bad_body"),
        ("state", "period_closed", '"period"', "'\"perion\"'", lambda ledger: ledger.snapshots(), "journal.bad_body"),
        ("state", "scheme_enacted", "每篇5分", "'每篇6分'", lambda ledger: ledger.standings(YEAR_END), "projections.other_scheme"),
        ("state", "scheme_enacted", "每篇5分", "'每篇6分'", _entry, "projections.other_scheme"),
    ],
)  # fmt: skip
def test_what_was_changed_is_refused_with_its_place(path: Path, column: str, kind: str, old: str, new: str, do: Do, key: str) -> None:
    change(path, column, kind, old, new)
    with Ledger(str(path), "clerk") as ledger, pytest.raises(LogError) as refused:
        do(ledger)
    assert refused.value.problem.key == key
    assert all(refused.value.problem.line(lang) for lang in LANGUAGES)


def test_a_table_of_names_that_cannot_be_asked_is_an_error_of_the_store(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TABLE person_names")
    with Ledger(str(path)) as ledger, pytest.raises(LedgerError) as refused:
        ledger._reader.names.every()
    assert refused.value.problem.key == "journal.failed"


def test_a_guard_whose_words_cannot_be_read_lets_nothing_in_and_leaves_nothing_open(path: Path) -> None:
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[whole.index(b"coalesce") + 5] ^= 0x80
    path.write_bytes(damaged)
    with Ledger(str(path), "clerk") as ledger, pytest.raises(StoreError) as refused:
        _entry(ledger)
    assert refused.value.problem.key == "journal.damaged"
    path.write_bytes(whole)
    with Ledger(str(path), "clerk") as ledger:
        _entry(ledger)
