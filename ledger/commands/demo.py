"""``demo``: a walk through a sample year, by the commands that a person would type."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from ledger.commands.options import one_of
from ledger.commands.worded import Command
from ledger.messages import text

SAMPLES = Path(__file__).parent.parent / "samples"
_NEEDS_QUOTES = re.compile(r"[^\w@%+=:,./~-]")
TOURS: Mapping[str, Mapping[str, Any]] = json.loads((SAMPLES / "tours.json").read_text(encoding="utf-8"))

PARAMS: list[click.Parameter] = [
    click.Option(["--scheme", "sample"], metavar="|".join(TOURS), type=one_of(tuple(TOURS)), default=next(iter(TOURS))),
    click.Option(["--keep"], metavar="FILE"),
]


@click.command("demo", cls=Command, params=PARAMS)
def command(sample: str, keep: str | None) -> None:
    """Shows a sample year: standings, a statement, a correction, and the score before, after and as it was known."""
    with _ledger(keep) as ledger:
        for key, words in steps(TOURS[sample], sample, str(ledger)):
            _step(key, words, ledger)
    click.echo("\n" + text("demo.kept" if keep else "demo.gone", {"ledger": keep}))


@contextmanager
def _ledger(keep: str | None) -> Iterator[Path]:
    """Where the tour's ledger is made: the file to keep, or a folder that is gone afterwards."""
    if keep is not None:
        yield Path(keep)
    else:
        with TemporaryDirectory(prefix="scoreledger-demo-") as folder:
            yield Path(folder) / "demo.ledger"


def steps(tour: Mapping[str, Any], scheme: str, ledger: str) -> Iterator[tuple[str, list[str]]]:
    """Each step: the key of what is said about it, and the command."""
    unit, end = tour["unit"], ["--as-of", tour["year_end"]]
    changes = [word for name, value in tour["set"].items() for word in ("--set", f"{name}={value}")]
    yield "demo.init", ["init", "--scheme", scheme]
    yield "demo.import", ["import", str(SAMPLES / f"{scheme}.jsonl")]
    yield "demo.standings", ["standings", "--as-of", tour["quarter_end"], "--class", tour["class"]]
    yield "demo.explain", ["score", unit, *end, "--explain"]
    before = _position(ledger)
    yield "demo.before", ["score", unit, *end]
    yield "demo.correct", ["correct", tour["mistake"], "--reason", tour["reason"], *changes]
    yield "demo.after", ["score", unit, *end]
    yield "demo.known", ["score", unit, *end, "--known-at", f"@{before}"]
    yield "demo.verify", ["verify"]


def _position(ledger: str) -> int:
    """Where the log ends now."""
    from ledger.application import Ledger

    with Ledger(ledger) as opened:
        return opened.position


def _step(key: str, words: list[str], ledger: Path) -> None:
    """Say what comes, show the command as it would be typed, and run it."""
    from ledger.commands import cli

    typed = [Path(word).name if Path(word).parent == SAMPLES else word for word in words]
    shown = " ".join(shlex.quote(word) if _NEEDS_QUOTES.search(word) else word for word in typed)
    click.secho(f"\n{text(key)}", bold=True)
    click.secho(f"$ scoreledger {shown}", fg="cyan")
    cli.main([*words, "--ledger", str(ledger)], prog_name="scoreledger", standalone_mode=False)
