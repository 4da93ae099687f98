"""The whole bench: every measurement in a scratch folder that is gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.bench import measure
from ledger.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to measure with, in events: appended one by one, imported and replayed, behind one unit, for memory."""

    appends: int = 300
    events: int = 100_000
    unit: int = 25_000
    memory: int = 1_000_000


def run(sizes: Sizes, progress: Callable[[str], None]) -> Iterator[Figure]:
    """The figures as they are measured; ``progress`` is told the key of each measurement as it begins."""
    steps: tuple[tuple[str, Callable[[Path, int], Iterator[Figure]], int], ...] = (
        ("append", measure.appends, sizes.appends),
        ("import", measure.imports, sizes.events),
        ("replay", measure.replays, sizes.events),
        ("constructs", measure.constructs, sizes.events),
        ("one_unit", measure.queries, sizes.unit),
        ("memory", measure.memory, sizes.memory),
    )
    with TemporaryDirectory(prefix="scoreledger-bench-") as scratch:
        for key, step, size in steps:
            progress(key)
            folder = Path(scratch) / ("main" if key in ("import", "replay") else key)
            folder.mkdir(exist_ok=True)
            yield from step(folder, size)
