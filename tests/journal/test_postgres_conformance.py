"""eventsourcing's own suites, on our recorder for PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

import pytest
from eventsourcing import postgres as library_postgres
from eventsourcing.tests import application as library_application
from eventsourcing.tests import persistence as library
from eventsourcing.utils import get_topic

from ledger.journal.places import Address, place
from ledger.journal.postgres import JournalDatastore, PostgresJournalRecorder
from tests.postgres import Cluster


@pytest.fixture(autouse=True)
def unused(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a new schema, whose address the suites' own set-up finds in the environment."""
    monkeypatch.setenv("UNUSED_LEDGER", server.location(server.unused()))


def made() -> PostgresJournalRecorder:
    """The recorder of a new ledger."""
    address = place(os.environ["UNUSED_LEDGER"])
    assert isinstance(address, Address)
    recorder = PostgresJournalRecorder(JournalDatastore(address, originator_id_type="uuid"))
    recorder.create_table()
    return recorder


class _OnAServer(library.RecorderTestCase):
    def create_recorder(self) -> PostgresJournalRecorder:
        recorder = made()
        self.addCleanup(recorder.datastore.close)
        return recorder


class TestApplicationRecorder(_OnAServer, library.ApplicationRecorderTestCase[PostgresJournalRecorder]):
    """The suite for application recorders."""


class TestNonInterleaving(_OnAServer, library.NonInterleavingNotificationIDsBaseCase):
    """The suite for positions of concurrent appends."""


class JournalFactory(library_postgres.PostgresFactory):
    """The library's factory with our recorder. Snapshots, which our ledgers have none of, stay in tables of the library's own."""

    def application_recorder(self) -> Any:
        self.recorder = made()
        return self.recorder

    def close(self) -> None:
        self.recorder.datastore.close()
        super().close()


class TestExampleApplication(library_application.ExampleApplicationTestCase):
    """The suite for a whole application."""

    expected_factory_topic = get_topic(JournalFactory)

    def setUp(self) -> None:
        address = place(os.environ["UNUSED_LEDGER"])
        assert isinstance(address, Address)
        settings = {
            "PERSISTENCE_MODULE": __name__, "POSTGRES_DBNAME": address.database, "POSTGRES_HOST": address.host,
            "POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "none",
        }  # fmt: skip
        for name, value in settings.items():
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
