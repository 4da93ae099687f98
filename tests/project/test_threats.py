"""The page of threats names tests that are there."""

from __future__ import annotations

import ast
import re

from tests.project.sources import ROOT

PAGE = ROOT / "docs" / "threats.md"
ASKED = (
    "Back-dating", "An edited row", "A deleted tail", "A replaced file", "A rewritten history with a new key", "A clock set back",
    "A scheme changed afterwards", "A forged import", "A repeated import", "An approver who approves his own correction",
    "Report code altered",
)  # fmt: skip


def rows() -> list[list[str]]:
    """The cells of each row."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| **")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_threat_is_answered_and_shown() -> None:
    assert {title for title in ASKED if not any(f"**{title}.**" in row[0] for row in rows())} == set()
    for who, answer, remains, shown in rows():
        assert all((who, answer, remains)), who
        assert re.search(r"`tests/[\w/]+\.py::test_\w+`", shown), who


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 25
    for file, test in named:
        functions = {
            node.name for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
        }
        assert test in functions, f"{file}::{test}"
