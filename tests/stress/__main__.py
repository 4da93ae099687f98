"""The stress runs as commands: ``scripts/stress crash --count 20000 --seed 1``. docs/reliability.md says what each does and found.

The tests beside them run the same code, bounded. Without ``--count`` a command is the long run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

import click

from tests.stress.report import Progress, Report

Stress = Callable[[int, int, frozenset[str], Progress], Iterator[Report]]
"""Takes how often, a seed, the subjects that are wanted (none: all) and who is told of progress; one report a subject."""


class Run(NamedTuple):
    """A stress run: what is counted, how many of them the long run has, and what it is for."""

    unit: str
    long: int
    help: str


RUNS = {
    "crash": Run("states", 20_000, "power lost at every point: unsynced writes lost, kept or torn"),
    "kill": Run("kills", 300, "processes, and the server, ended by kill -9 while they record"),
    "full": Run("points", 100, "a disk that is full, and a file that may not grow, at as many points"),
    "flips": Run("flips", 20_000, "one bit changed anywhere in the file"),
    "writers": Run("events", 10_000, "eight processes that record at once, on each store"),
    "fuzz": Run("inputs", 1_000_000, "made-up inputs for every parser"),
    "model": Run("runs", 2_000, "the ledger against a plain dictionary, fifty steps a run, on each store"),
}
"""Each is a module beside this one with a function ``stress`` (:data:`Stress`)."""


def _shown(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total}")
        sys.stderr.flush()


@click.command()
@click.argument("name", type=click.Choice([*RUNS]))
@click.option("--count", type=click.IntRange(1), help="How often; by default that of the long run.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same run, where no clock takes part.")
@click.option("--only", multiple=True, help="A subject to run alone; may be repeated.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def main(name: str, count: int | None, seed: int, only: tuple[str, ...], form: str) -> None:
    """Try to break a ledger. Exit status 1 when something broke."""
    started, broken = time.monotonic(), False
    stress: Stress = import_module(f"tests.stress.{name}").stress
    for report in stress(count or RUNS[name].long, seed, frozenset(only), _shown):
        broken = broken or bool(report.faults)
        if sys.stderr.isatty():
            sys.stderr.write("\r")
        said = [json.dumps(report.as_json(), ensure_ascii=False)] if form == "json" else report.lines()
        click.echo("\n".join(said))
    click.echo(f"{time.monotonic() - started:.0f} s", err=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
