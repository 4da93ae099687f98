"""Every way to tamper with a log that leaves it readable is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import StoreError
from ledger.journal import rehash
from ledger.journal.merkle import SHA_256
from ledger.journal.record import leaf_input
from ledger.journal.sqlite import Journal
from ledger.journal.verify import MOST_FINDINGS, verify
from tests.journal.making import submissions


def findings(path: Path) -> set[str]:
    """The keys of what is found, in short."""
    return {found.key.removeprefix("journal.found_") for found in verify(path, lambda _done, _total: None).findings}


def tamper(path: Path, *statements: str) -> None:
    """What somebody with the file and another program might do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.create_function("leaf_of", 2, lambda sealed, body: SHA_256.leaf(leaf_input(sealed, body)))
        for statement in statements:
            assert db.execute(statement).rowcount, statement


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('"item":7', {"journal.bad_body"}),
        ('"item":[7]', {"journal.bad_body"}),
        ('"item":"N1","named":7', {"journal.bad_body"}),
        ('"item":"N1","named":["p"]', {"journal.bad_body"}),
        ('"extra":' + "[" * 3000 + "]" * 3000, {"journal.bad_body"}),
        ('"item":"N1","unit":{"a":1}', {"mention"}),
    ],
)
def test_a_body_of_other_types_is_a_finding(written: Path, said: str, expected: set[str]) -> None:
    body = f'{{"id":"X18","on":"2024-03-05",{said}}}'
    tamper(written, f"UPDATE stored_events SET state = CAST('{body}' AS BLOB) WHERE rowid = 20")
    assert findings(written) >= expected


def test_an_envelope_of_a_version_that_never_was_is_a_finding(written: Path) -> None:
    old, new = '"version":1}', '"version":0}'
    tamper(written, f"UPDATE stored_events SET envelope = CAST(replace(CAST(envelope AS TEXT), '{old}', '{new}') AS BLOB) WHERE rowid = 20")
    assert "journal.newer_version" in findings(written)


def test_a_log_as_it_was_recorded_has_no_findings(written: Path) -> None:
    seen: list[tuple[int, int]] = []
    result = verify(written, lambda done, total: seen.append((done, total)))
    assert (result.events, result.findings) == (609, ())
    assert seen[-1] == (609, 609)


SWAP = "UPDATE stored_events SET rowid = CASE rowid WHEN 20 THEN -21 WHEN 21 THEN -20 END WHERE rowid IN (20, 21)"
FORGED = "UPDATE stored_events SET state = replace(CAST(state AS TEXT), 'N1\"', 'N0\"') WHERE rowid = 10"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE stored_events SET originator_id = 'item:other' WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET originator_version = 2 WHERE rowid = 20"], {"column", "version"}),
        (["UPDATE stored_events SET topic = 'item_adopted' WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET event_id = 'other' WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET event_id = NULL WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET recorded_by = 'other' WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET recorded_at = '2020' WHERE rowid = 20"], {"column", "time"}),
        (["UPDATE stored_events SET business_date = '2020-01-01' WHERE rowid = 20"], {"column"}),
        (
            ["UPDATE stored_events SET state = replace(CAST(state AS TEXT), 'dapu', 'dapo') WHERE rowid = 20"],
            {"leaf", "head", "nodes", "mention"},
        ),
        (
            ["UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'dapu', 'dapo') AS BLOB) WHERE rowid = 20"],
            {"leaf", "head", "nodes", "mention"},
        ),
        (["UPDATE stored_events SET state = x'00' WHERE rowid = 20"], {"leaf", "head", "nodes", "mention", "journal.bad_body"}),
        (
            ["UPDATE stored_events SET envelope = CAST(replace(CAST(envelope AS TEXT), 'clerk', 'other') AS BLOB) WHERE rowid = 20"],
            {"leaf", "head", "nodes", "column"},
        ),
        (
            ["UPDATE stored_events SET state = x'7b226964223a22ff227d' WHERE rowid = 20"],
            {"leaf", "head", "nodes", "mention", "journal.bad_body"},
        ),
        (["UPDATE stored_events SET originator_id = CAST(originator_id AS BLOB) WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET recorded_by = CAST(recorded_by AS BLOB) WHERE rowid = 20"], {"column"}),
        (["UPDATE stored_events SET recorded_at = CAST(recorded_at AS BLOB) WHERE rowid = 609"], {"column", "head"}),
        (["UPDATE stored_events SET originator_version = 'one' WHERE rowid = 20"], {"column", "version"}),
        (["UPDATE stored_events SET envelope = CAST(envelope AS TEXT) WHERE rowid = 20"], {"leaf", "head", "nodes"}),
        (["UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 20"], {"leaf"}),
        (["DELETE FROM stored_events WHERE rowid = 20"], {"missing", "head", "nodes", "mention"}),
        (["DELETE FROM stored_events WHERE rowid BETWEEN 20 AND 29"], {"missing", "head", "nodes", "mention"}),
        (["DELETE FROM stored_events WHERE rowid = 1"], {"missing", "head", "nodes"}),
        (["DELETE FROM stored_events WHERE rowid > 600"], {"tail", "head", "mention"}),
        ([SWAP, "UPDATE stored_events SET rowid = -rowid WHERE rowid < 0"], {"column", "head", "nodes"}),
        (["UPDATE event_mentions SET subject = 'unit:other' WHERE position = 20"], {"mention"}),
        (["DELETE FROM event_mentions WHERE position = 20"], {"mention"}),
        (["INSERT INTO event_mentions VALUES ('unit:other', 20)"], {"mention"}),
        (["INSERT INTO event_mentions VALUES ('unit:other', 9999)"], {"mention"}),
        (["UPDATE event_mentions SET position = 'there' WHERE position = 20"], {"mention"}),
        (["UPDATE head SET position = 608"], {"head"}),
        (["UPDATE head SET recorded_at = '2020'"], {"head"}),
        (["UPDATE head SET frontier = zeroblob(length(frontier))"], {"head"}),
        (["DELETE FROM head"], {"head"}),
        (["UPDATE tree_nodes SET hash = zeroblob(32) WHERE idx = 1"], {"nodes"}),
        (["DELETE FROM tree_nodes WHERE idx = 0"], {"nodes"}),
        (["UPDATE person_names SET name = '李四'"], {"name"}),
        (["UPDATE person_names SET salt = zeroblob(32)"], {"name"}),
    ],
)
def test_tampering_is_found(written: Path, statements: list[str], expected: set[str]) -> None:
    tamper(written, *statements)
    assert findings(written) == expected


def test_a_change_that_was_hashed_again_is_found_by_the_tree(written: Path) -> None:
    tamper(
        written,
        'UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), \'"id"\', \'"note":"x","id"\') AS BLOB) WHERE rowid = 20',
        "UPDATE stored_events SET leaf = leaf_of(envelope, state) WHERE rowid = 20",
    )
    assert findings(written) == {"head", "nodes"}


def test_a_ledger_begins_with_its_opening(journal: Journal) -> None:
    with journal.writing("clerk") as writer:
        writer.append(submissions(1, 2))
    assert findings(journal.path) == {"first"}


def test_a_log_that_is_wrong_everywhere_is_not_a_line_an_event(written: Path) -> None:
    tamper(written, "UPDATE stored_events SET recorded_by = 'other'")
    result = verify(written, lambda _done, _total: None)
    assert len(result.findings) == MOST_FINDINGS + 1
    assert result.findings[-1].params == {"count": 609 - MOST_FINDINGS}


def test_a_damaged_page_is_a_finding(written: Path) -> None:
    content = bytearray(written.read_bytes())
    content[20 * 4096 : 22 * 4096] = b"\xff" * (2 * 4096)
    written.write_bytes(content)
    assert "damage" in findings(written)


def test_what_stands_before_a_damaged_page_is_read(written: Path) -> None:
    tamper(written, "UPDATE stored_events SET recorded_by = 'other' WHERE rowid = 1")
    content = bytearray(written.read_bytes())
    at = content.index(b'"id":"X300"') // 4096 * 4096
    content[at : at + 4096] = b"\xff" * 4096
    written.write_bytes(content)
    result = verify(written, lambda _done, _total: None)
    assert {found.key for found in result.findings} == {"journal.found_damage", "journal.found_column"}
    assert 0 < result.events < 609


def test_a_log_that_is_worth_a_process_of_its_own_is_verified_alike(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(written, "UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 20")
    alone = verify(written, lambda _done, _total: None)
    monkeypatch.setattr(rehash, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert verify(written, lambda _done, _total: None) == alone


def test_a_file_that_is_no_ledger_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        verify(tmp_path / "none", lambda _done, _total: None)


def test_findings_name_the_position_and_what_was_recorded(written: Path) -> None:
    tamper(written, "UPDATE stored_events SET recorded_by = 'other' WHERE rowid = 20")
    (found,) = verify(written, lambda _done, _total: None).findings
    assert found.params == {"position": 20, "column": "recorded_by", "stored": "other", "recorded": "clerk"}
    assert "20" in found.text("en")
    assert "20" in found.text("zh")


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
def test_where_no_process_can_do_it_the_log_is_verified_here(written: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    alone = verify(written, lambda _done, _total: None)
    monkeypatch.setattr(rehash, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sys.executable", program)
    assert verify(written, lambda _done, _total: None) == alone
