"""A connection that is lost: what is said of what was to be recorded is true, or is said not to be known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import pytest

from ledger.errors import StoreError
from ledger.journal.journals import open_journal
from ledger.journal.places import Address
from ledger.journal.reader import LogReader
from tests.journal.making import fill, submissions
from tests.journal.test_postgres import address, key
from tests.postgres import Cluster

ENDED = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE "


@pytest.fixture
def county(server: Cluster) -> Address:
    """A ledger of 609 events."""
    made = address(server)
    fill(made)
    return made


def let_go(server: Cluster) -> None:
    """The server ends every connection of the program, waiting until they are gone."""
    server.execute(f"{ENDED} application_name = 'scoreledger'")


def test_a_connection_lost_before_the_end_is_said_and_nothing_recorded(server: Cluster, county: Address) -> None:
    def write() -> None:
        with journal.writing("clerk") as writer:
            writer.append(submissions(900, 1))
            let_go(server)
            writer.by_id(["X900"])

    with open_journal(county) as journal:
        with pytest.raises(StoreError) as lost:
            write()
        assert key(lost) == "journal.lost"
        with pytest.raises(StoreError) as still:
            write()
        assert key(still) == "journal.lost"
    with LogReader(county) as log:
        assert log.head().position == 609


def test_what_became_of_a_commit_without_an_answer_is_not_claimed_to_be_known(server: Cluster, county: Address) -> None:
    def write() -> None:
        with journal.writing("clerk") as writer:
            writer.append(submissions(900, 1))
            let_go(server)

    with open_journal(county) as journal:
        with pytest.raises(StoreError) as lost:
            write()
        assert key(lost) == "journal.unanswered"


def test_a_reader_that_loses_its_connection_says_so(server: Cluster, county: Address) -> None:
    with LogReader(county) as log:
        let_go(server)
        with pytest.raises(StoreError) as lost:
            log.head()
    assert key(lost) == "journal.lost"


@contextmanager
def waiting_after_commit(server: Cluster) -> Iterator[None]:
    """What is committed is not answered: the server waits for a standby that there is not, and ends the connection then."""

    def end() -> None:
        with server.connect() as connection:
            while not connection.execute(f"{ENDED} wait_event = 'SyncRep'".encode()).fetchall():
                sleep(0.01)

    server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    ending = Thread(target=end, daemon=True)
    ending.start()
    try:
        yield
        ending.join()
    finally:
        server.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")


def test_what_was_committed_and_not_answered_is_not_said_to_have_failed(server: Cluster, county: Address) -> None:
    with open_journal(county) as journal, waiting_after_commit(server):
        with pytest.raises(StoreError) as lost, journal.writing("clerk") as writer:
            writer.append(submissions(900, 1))
        assert key(lost) == "journal.unanswered"
    with LogReader(county) as log:
        assert log.head().position == 610


def test_a_ledger_that_was_made_without_an_answer_is_not_said_to_have_failed(server: Cluster) -> None:
    made = address(server)
    with waiting_after_commit(server):
        with pytest.raises(StoreError) as lost:
            fill(made)
        assert key(lost) == "journal.unanswered"
    with LogReader(made) as log:
        assert log.head().position == 0
