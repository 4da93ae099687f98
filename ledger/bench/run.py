"""The whole bench: every measurement in a scratch folder that is gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.bench import measure, tables
from ledger.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to measure with, in events: appended one by one, imported and replayed, behind one unit, in a workbook, for memory."""

    appends: int = 300
    events: int = 100_000
    unit: int = 25_000
    rows: int = 20_000
    memory: int = 1_000_000


_BULLETIN = 1_000
"""Events of a year whose bulletin is measured: those of the sample."""
_Step = tuple[str, Callable[[Path, int], Iterator[Figure]], int]


def run(sizes: Sizes, progress: Callable[[str], None]) -> Iterator[Figure]:
    """The figures as they are measured; ``progress`` is told the key of each measurement as it begins."""
    steps: tuple[_Step, ...] = (
        ("append", measure.appends, sizes.appends),
        ("import", measure.imports, sizes.events),
        ("replay", measure.replays, sizes.events),
        ("constructs", measure.constructs, sizes.events),
        ("one_unit", measure.queries, sizes.unit),
        ("import_table", tables.workbook, sizes.rows),
        ("bulletin", measure.bulletins, min(sizes.unit, _BULLETIN)),
        ("memory", measure.memory, sizes.memory),
    )
    yield from _measured(steps, progress)


def run_server(location: str, sizes: Sizes, progress: Callable[[str], None]) -> Iterator[Figure]:
    """The figures of a PostgreSQL server, in schemas whose names begin as the address's. Raises StoreError where it cannot be used."""
    from ledger.bench import server

    address = server.address_of(location)
    steps: tuple[_Step, ...] = (
        ("server_append", partial(server.appends, address), sizes.appends),
        ("server_replay", partial(server.replays, address), sizes.events),
        ("server_writers", partial(server.writers, address), sizes.appends * server.WRITERS),
    )
    yield from _measured(steps, progress)


def _measured(steps: Sequence[_Step], progress: Callable[[str], None]) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="scoreledger-bench-") as scratch:
        for key, step, size in steps:
            progress(key)
            folder = Path(scratch) / ("main" if key in ("import", "replay") else key)
            folder.mkdir(exist_ok=True)
            yield from step(folder, size)
