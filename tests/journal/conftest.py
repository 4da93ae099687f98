"""Ledgers to test on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.journal.sqlite import Journal
from tests.journal.making import event, records, sample, submissions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made."""
    return tmp_path / "a.ledger"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """An empty ledger."""
    with Journal.create(path) as made:
        yield made


@pytest.fixture
def written(path: Path) -> Path:
    """A closed ledger of the sample and 600 more events, with a person's name."""
    with Journal.create(path) as journal, journal.writing("clerk") as writer:
        person, commitment = writer.names.person("张三")
        named = event("training_completed", "E8", unit="dapu", trainee=person, named={person: commitment})
        writer.append(records([*sample(), named]))
        writer.append(submissions(1, 600))
    return path
