"""Drafts of schemes: a packaged one with some of its words exchanged, as an author would edit the file."""

from __future__ import annotations

from pathlib import Path

from ledger.rules.source import HOME

LATE = (
    "when: {how: late}\n    account: appraisal/solicitations\n    points: -1",
    "when: {how: late}\n    account: appraisal/solicitations\n    points: -3",
)
"""A late answer costs 3 instead of 1, so that only units with one lose by it."""
REGION = ("table: {county: 15, upward: 15, city: 20, region: 30}", "table: {county: 15, upward: 15, city: 20, region: 100}")
"""An adoption by the region is worth 100 adoption points instead of 30."""


def draft(folder: Path, *changes: tuple[str, str], scheme: str = "liucheng-2024", name: str = "draft") -> Path:
    """A scheme file: the packaged one under another id, each first text exchanged for the second."""
    written = (HOME / f"{scheme}.yaml").read_text(encoding="utf-8")
    for old, new in ((f"scheme: {scheme}\n", f"scheme: {name}\n"), *changes):
        assert old in written, old
        written = written.replace(old, new, 1)
    file = folder / f"{name}.yaml"
    file.write_text(written, encoding="utf-8")
    return file
