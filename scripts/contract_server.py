"""The contract check with every ledger on a PostgreSQL server: ``python -m scripts.contract_server CHECK [OPTION]…``.

The check names its ledgers by files. So the command that it is given is this module again, which makes a schema's name of the file's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from ledger.commands import main
from tests.postgres import cluster

_SERVER = "CONTRACT_SERVER"


def check(program: str, *options: str) -> int:
    """Runs the check on a server of its own; returns its exit status."""
    with cluster("fsync=off") as server:
        words = [sys.executable, program, "--command", f"{sys.executable} -m scripts.contract_server", *options]
        return subprocess.run(words, env={**os.environ, _SERVER: server.location("")}, check=False).returncode  # noqa: S603 - the check


def command(words: list[str]) -> int:
    """Runs one command, on the server, in the schema that stands for the file."""
    schema = re.sub(r"\W", "_", Path(os.environ["SCORELEDGER"]).stem.lower(), flags=re.ASCII)
    os.environ["SCORELEDGER"] = os.environ[_SERVER] + schema
    return main(words)


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]) if _SERVER in os.environ else check(*sys.argv[1:]))
