"""The reference of the commands is what the commands say."""

import click
import pytest

from ledger import commands
from scripts import reference


def test_the_reference_of_commands_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "en")
    assert reference.PAGE.read_text(encoding="utf-8") == reference.render(), "stale: run scripts/docs"


def test_the_schema_of_scheme_files_is_fresh() -> None:
    assert reference.SCHEMA.read_text(encoding="utf-8") == reference.render_schema(), "stale: run scripts/docs"


def test_every_command_is_in_the_reference() -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    names = commands.cli.list_commands(click.Context(commands.cli))
    assert names
    assert [name for name in names if f"\n## scoreledger {name}\n" not in page] == []
