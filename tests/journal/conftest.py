"""Ledgers to test on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.journal import writer
from ledger.journal.places import Place, place
from ledger.journal.sqlite import Journal
from tests.journal.making import empty, event, records, sample, submissions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made."""
    return tmp_path / "a.ledger"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """An empty ledger."""
    empty(path).close()
    with Journal.open(path) as made:
        yield made


@pytest.fixture
def written(path: Path) -> Path:
    """A closed ledger of the sample and 600 more events, with a person's name."""
    fill(path)
    return path


def fill(where: Place) -> None:
    with empty(where) as journal, journal.writing("clerk") as writing:
        person, commitment = writing.names.person("张三")
        named = event("training_completed", "E8", unit="dapu", trainee=person, named={person: commitment})
        writing.append(records([*sample(), named]))
        writing.append(submissions(1, 600))


@pytest.fixture(params=["file", "server"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a ledger may be made, in either store."""
    if request.param == "file":
        return tmp_path / "a.ledger"
    server = request.getfixturevalue("server")
    return place(server.location(server.unused()))


@pytest.fixture
def book(anywhere: Place) -> Iterator[writer.Journal]:
    """An empty ledger in either store."""
    with empty(anywhere) as made:
        yield made


@pytest.fixture
def filled(anywhere: Place) -> Place:
    """``written``, in either store."""
    fill(anywhere)
    return anywhere
