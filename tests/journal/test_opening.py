"""The first event fixes the hash of the tree."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.journal.merkle import SHA_256, Frontier, hashing
from ledger.journal.opening import hashing_by
from ledger.journal.reader import LogReader
from ledger.journal.record import leaf_input
from ledger.journal.sqlite import Journal
from ledger.journal.verify import verify
from tests.journal.making import empty, event, records, sample, submissions


@pytest.fixture
def in_sm3(path: Path) -> Path:
    """A closed ledger whose tree is of SM3, written in several transactions and by two openings of the file."""
    opened = event("ledger_opened", "E0", ledger="a1b2", hash="sm3", format=1)
    with empty(path) as journal:
        with journal.writing("clerk") as writer:
            writer.append(records([opened, *sample()[1:]]))
        with journal.writing("clerk") as writer:
            writer.append(submissions(1, 300))
    with Journal.open(path) as journal, journal.writing("clerk") as writer:
        writer.append(submissions(301, 300))
    return path


def test_a_log_that_says_sm3_is_hashed_with_it_and_verifies(in_sm3: Path) -> None:
    found = verify(in_sm3, lambda *_: None)
    assert found.findings == ()
    tree = hashing("sm3")
    frontier = Frontier(hashing=tree)
    with closing(sqlite3.connect(in_sm3)) as db:
        for sealed, body in db.execute("SELECT envelope, state FROM stored_events ORDER BY rowid"):
            frontier.append(tree.leaf(leaf_input(sealed, body)))
    with LogReader(in_sm3) as reader:
        assert reader.head().root == found.root == frontier.root().hex()
        assert reader.hashing() is tree


def test_a_first_event_that_is_made_to_name_another_hash_is_found(in_sm3: Path) -> None:
    for said in ("sha-256", "sha-1"):
        with closing(sqlite3.connect(in_sm3)) as db, db:
            db.execute("DROP TRIGGER IF EXISTS stored_events_no_update")
            (body,) = db.execute("SELECT state FROM stored_events WHERE rowid = 1").fetchone()
            old = next(name for name in ("sm3", "sha-256") if f'"{name}"'.encode() in body)
            db.execute("UPDATE stored_events SET state = ? WHERE rowid = 1", (body.replace(old.encode(), said.encode()),))
        assert verify(in_sm3, lambda *_: None).findings


@pytest.mark.parametrize("body", [b"{}", b"no json", b'{"hash":5}', '{"hash":"sm3"}', None])
def test_a_first_event_that_says_no_hash_leaves_it_at_sha_256(body: object) -> None:
    assert hashing_by("ledger_opened", body) is SHA_256


def test_a_log_that_begins_with_another_event_has_sha_256() -> None:
    assert hashing_by("item_submitted", b'{"hash":"sm3"}') is SHA_256


def test_a_hash_of_a_later_program_is_refused_by_name() -> None:
    with pytest.raises(InputError) as refused:
        hashing_by("ledger_opened", b'{"hash":"sha-512"}')
    assert refused.value.problem.key == "journal.unknown_hash"
