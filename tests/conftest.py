"""What all tests share: the reader's language and the limits of hypothesis do not depend on who runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.postgres import Cluster

for name in ("SCORELEDGER", "SCORELEDGER_LANG", "LC_MESSAGES", "LANG"):
    os.environ.pop(name, None)
os.environ["LC_ALL"] = "C.UTF-8"

# A slow machine is not a failing test.
settings.register_profile("scoreledger", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("scoreledger")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: whoever shares the tests with others has short ones left at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/stress/"))


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A PostgreSQL server, started for whoever asks first; its client is loaded only then."""
    from tests.postgres import cluster

    with cluster("fsync=off") as made:
        yield made
