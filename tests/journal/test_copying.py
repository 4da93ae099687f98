"""A ledger moves between a file and a server, and stays what it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger import times
from ledger.errors import LogError, StoreError
from ledger.journal.copies import noted
from ledger.journal.copying import copy
from ledger.journal.journals import open_journal
from ledger.journal.places import Address, Place, place
from ledger.journal.reader import LogReader, connect
from ledger.journal.verify import verify
from tests.journal.making import fill, stored, submissions
from tests.postgres import Cluster


@pytest.fixture
def address(server: Cluster) -> Address:
    found = place(server.location(server.unused()))
    assert isinstance(found, Address)
    return found


def copied(source: Place, target: Place) -> None:
    seen: list[tuple[int, int]] = []
    done = copy(source, target, "clerk", times.now, lambda done, total: seen.append((done, total)))
    with LogReader(source) as log:
        assert (done.events, done.root) == (log.head().position, log.head().root)
    assert seen[-1] == (done.events, done.events)


def copies(where: Place) -> list[tuple[str, str]]:
    with closing(connect(where)) as db:
        return [(each.what, each.place) for each in noted(db)]


def test_a_ledger_goes_to_a_server_and_back_with_every_byte(path: Path, tmp_path: Path, address: Address) -> None:
    fill(path)
    back = tmp_path / "back.ledger"
    copied(path, address)
    copied(address, back)
    assert stored(path) == stored(address) == stored(back)
    with LogReader(path) as first, LogReader(address) as second, LogReader(back) as third:
        assert first.names.kept() == second.names.kept() == third.names.kept() != []
    assert copies(path) == [("copy", str(address))]
    assert copies(address) == [("copy", str(path)), ("copy", str(back))]
    assert copies(back) == [("copy", str(path)), ("copy", str(address))]


def test_a_copy_is_written_on_with_its_guards(path: Path, address: Address, tmp_path: Path) -> None:
    fill(path)
    for position, source, target in ((610, path, address), (611, address, tmp_path / "back.ledger")):
        copied(source, target)
        with open_journal(target) as journal, journal.writing("clerk") as writer:
            assert writer.append(submissions(position, 1)) == [position]
        assert verify(target, lambda *_: None).findings == ()


def test_nothing_is_copied_over_what_is_there(path: Path, address: Address) -> None:
    fill(path)
    fill(address)
    before = stored(path), stored(address)
    for source, target in ((path, address), (address, path)):
        with pytest.raises(StoreError) as refused:
            copied(source, target)
        assert refused.value.problem.key == "journal.exists"
        assert copies(source) == [], "nothing was begun"
    assert (stored(path), stored(address)) == before


def test_a_log_that_is_not_what_was_recorded_is_not_copied_and_nothing_is_left(path: Path, tmp_path: Path, address: Address) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER stored_events_no_update")
        db.execute("UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'N7\"', 'N0\"') AS BLOB) WHERE event_id = 'X7'")
    target = tmp_path / "other.ledger"
    for where in (target, address):
        with pytest.raises(LogError) as refused:
            copied(path, where)
        assert refused.value.problem.key == "journal.not_copied"
    assert not target.exists()
    with pytest.raises(StoreError) as missing:
        LogReader(address)
    assert missing.value.problem.key == "journal.missing"
