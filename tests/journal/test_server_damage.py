"""Damage inside a server is a finding, and a connection that is lost is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import StoreError
from ledger.journal.copying import copy
from ledger.journal.places import Address
from ledger.journal.reader import LogReader
from ledger.journal.server_schema import LOG_TABLES
from ledger.journal.verify import verify
from ledger.times import now
from tests.journal.servers import (
    backup,
    change,
    file_of,
    findings,
    made,
    quiet,
    seen,
    spoil,
)
from tests.postgres import Cluster, cluster


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        ("UPDATE heads SET frontier = '\\x00' WHERE position = 9", ["journal.found_heads"]),
        ("UPDATE heads SET recorded_at = '2020' WHERE position = 9", ["journal.found_heads"]),
        ("UPDATE heads SET recorded_at = '2020' WHERE position = 0", ["journal.found_heads"]),
        ("UPDATE heads SET frontier = '\\x00' WHERE position = 0", ["journal.found_heads"]),
        ("UPDATE heads SET position = 10 WHERE position = 9", ["journal.found_heads"]),
        ("INSERT INTO heads VALUES (300, '2020', '')", ["journal.found_heads"]),
        ("INSERT INTO heads VALUES (-1, '', '')", ["journal.found_heads"]),
    ],
)
def test_every_head_of_before_is_accounted_for(server: Cluster, county: Address, harm: str, expected: list[str]) -> None:
    change(server, county, "SET session_replication_role = replica", harm, user="postgres")
    assert findings(county) == expected


@pytest.fixture(scope="module")
def damaged() -> Iterator[tuple[Cluster, dict[str, Address]]]:
    """A server on which a page of one table of each ledger was spoilt while it was stopped, by the name of the table."""
    with cluster("fsync=off", checksums=True) as server:
        ledgers = {table: made(server) for table in (*LOG_TABLES[:4], "file", "text")}
        paths = {name: file_of(server, where, "stored_events" if name in ("file", "text") else name) for name, where in ledgers.items()}
        server.stop()
        paths.pop("file").unlink()
        spoil(paths.pop("text"), b'"id":"X200"', b'"id":"X2\xff\xff"')
        for path in paths.values():
            page = path.read_bytes()[:8192]
            spoil(path, page, page[:-4] + bytes(each ^ 255 for each in page[-4:]))
        server.start()
        yield server, ledgers


@pytest.mark.parametrize("table", [*LOG_TABLES[:4], "file"])
def test_a_page_that_a_server_cannot_read_is_a_finding(damaged: tuple[Cluster, dict[str, Address]], table: str) -> None:
    where = damaged[1][table]
    found = verify(where, quiet).findings
    assert "journal.found_damage" in {each.key for each in found}
    assert "\n" not in found[0].text("en")


def test_nothing_else_fails_on_a_damaged_page_but_with_what_to_do(damaged: tuple[Cluster, dict[str, Address]], out: Path) -> None:
    where = damaged[1]["stored_events"]
    assert ("tail", "wrong", "doctor.unreadable") in seen(where)

    def read() -> None:
        with LogReader(where) as log:
            list(log.rows())

    for doing in (lambda: backup(where, out), lambda: copy(where, out, "clerk", now, quiet), read):
        with pytest.raises(StoreError) as refused:
            doing()
        assert refused.value.problem.key == "journal.server_damaged"
    assert list(out.parent.iterdir()) == []


def test_a_page_that_a_server_reads_all_the_same_is_found_by_what_stands_in_it(damaged: tuple[Cluster, dict[str, Address]]) -> None:
    server, ledgers = damaged
    server.execute("ALTER DATABASE ledgers SET ignore_checksum_failure = on")
    assert set(findings(ledgers["text"])) > {"journal.found_leaf", "journal.bad_body"}
    assert "journal.found_damage" not in findings(ledgers["text"])
    server.execute("ALTER DATABASE ledgers RESET ignore_checksum_failure")


def test_a_connection_that_is_lost_is_no_finding(server: Cluster, county: Address) -> None:
    def let_go(_done: int, _total: int) -> None:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreledger'")

    with pytest.raises(StoreError) as lost:
        verify(county, let_go)
    assert lost.value.problem.key == "journal.lost"
