"""eventsourcing's own suites, on our recorder."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eventsourcing import sqlite as library_sqlite
from eventsourcing.tests import application as library_application
from eventsourcing.tests import persistence as library
from eventsourcing.utils import get_topic

from ledger.journal.datastore import JournalDatastore
from ledger.journal.sqlite import SQLiteJournalRecorder


class _OnAFile(library.RecorderTestCase):
    """Each test has a new file."""

    def setUp(self) -> None:
        self._folder = TemporaryDirectory()
        self._before = set(threading.enumerate())
        self.addCleanup(self._folder.cleanup)

    def _wait_for_readers(self) -> None:
        """The suite leaves threads in the middle of a query, and a connection must not be closed under one."""
        for thread in set(threading.enumerate()) - self._before:
            thread.join()

    def create_recorder(self) -> SQLiteJournalRecorder:
        path = Path(self._folder.name) / "a.ledger"
        path.touch()
        datastore = JournalDatastore(path, originator_id_type="uuid")
        self.addCleanup(datastore.close)
        self.addCleanup(self._wait_for_readers)
        recorder = SQLiteJournalRecorder(datastore)
        recorder.create_table()
        return recorder


class TestApplicationRecorder(_OnAFile, library.ApplicationRecorderTestCase[SQLiteJournalRecorder]):
    """The suite for application recorders."""


class TestNonInterleaving(_OnAFile, library.NonInterleavingNotificationIDsBaseCase):
    """The suite for positions of concurrent appends."""


class JournalFactory(library_sqlite.SQLiteFactory):
    """The library's factory with our recorder."""

    application_recorder_class = SQLiteJournalRecorder  # type: ignore[assignment]  # it wants our datastore, which this factory makes

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        path = Path(self.datastore.pool.db_name)
        path.touch()
        self.datastore = JournalDatastore(path, originator_id_type="uuid")


class TestExampleApplication(library_application.ExampleApplicationTestCase):
    """The suite for a whole application."""

    expected_factory_topic = get_topic(JournalFactory)

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = {"PERSISTENCE_MODULE": __name__, "SQLITE_DBNAME": f"{folder.name}/a.ledger"}
        for name, value in settings.items():
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
