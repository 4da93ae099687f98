"""Ledgers to test on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.journal import writer
from ledger.journal.places import Address, Place, place
from ledger.journal.sqlite import Journal
from tests.journal.making import empty, fill
from tests.journal.servers import made
from tests.postgres import Cluster


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


@pytest.fixture
def county(server: Cluster) -> Address:
    return made(server)


@pytest.fixture
def bare(server: Cluster) -> Address:
    """An empty ledger."""
    found = place(server.location(server.unused()))
    assert isinstance(found, Address)
    empty(found).close()
    return found


@pytest.fixture(scope="module")
def unchanged(server: Cluster) -> Address:
    """One for all who only look."""
    return made(server)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A place for a backup, in a folder of its own."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy.ledger"
