"""What all tests share: the reader's language and the limits of hypothesis do not depend on who runs them."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import Cluster, cluster

for name in ("SCORELEDGER", "SCORELEDGER_LANG", "LC_MESSAGES", "LANG"):
    os.environ.pop(name, None)
os.environ["LC_ALL"] = "C.UTF-8"

# A slow machine is not a failing test.
settings.register_profile("scoreledger", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("scoreledger")


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A PostgreSQL server, started for whoever asks first."""
    with cluster("fsync=off") as made:
        yield made
