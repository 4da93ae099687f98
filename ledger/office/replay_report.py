"""A replay's report for an audit's records: JSON for programs, HTML to read and to print."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ledger import __version__, times
from ledger.messages import language, text
from ledger.office.new_files import put
from ledger.projections.replays import Replay, Replayed

Measures = Mapping[str, Callable[[str], str]]
"""By the hash of a scheme, what it calls a measure."""


def write(file: Path, found: Replay, measures: Measures | None = None) -> None:
    """Writes the report in the form that the file's ending says, ``.json`` or ``.html``. Raises InputError where that cannot be.

    In JSON, and without ``measures``, a measure goes by its id.
    """
    written = page(found, measures) if file.suffix == ".html" else json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n"
    put(file, written.encode())


def page(found: Replay, measures: Measures | None = None) -> str:
    """The report as one page of HTML, which needs nothing beside it, in the reader's language."""
    environment = Environment(loader=PackageLoader("ledger.office"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    shown = {"t": _said, "plain": _plain, "broken": _broken, "moment": _moment, "called": partial(_called, measures or {})}
    said = {**shown, "lang": language(), "version": __version__}
    made = _moment(times.now().isoformat())
    return environment.get_template("replay.html").render(found=found, made=made, **said)


def _said(name: str, **params: object) -> str:
    return text(f"office.{name}", params)


def _called(measures: Measures, scheme: str, field: str) -> str:
    """A figure's name; a measure's is the scheme's."""
    name, _, measure = field.partition(".")
    return measures.get(scheme, str)(measure) if measure else _said(f"replay_figure_{name}")


def _moment(written: str) -> str:
    """A recorded time to the second, as the clock on the wall shows it."""
    return written[:19].replace("T", " ")


def _plain(value: Any) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _broken(each: Replayed, name: str) -> str:
    """What was recorded, and what came out."""
    pairs = {
        "basis": (each.unscored.text() if each.unscored else "",),
        "scheme": (each.snapshot.scheme_hash, each.scheme_hash),
        "checkpoint": (each.published_root, each.root),
        "digest": (each.snapshot.digest, each.digest),
    }
    return " → ".join(pairs[name])
