"""The reference of the commands is what the commands say."""

import re
from collections.abc import Iterator
from typing import get_args

import click
import pytest

from ledger import commands
from ledger.rules import conditions
from ledger.rules.model import Scheme
from ledger.rules.parts import Part
from scripts import reference, scheme_page


def test_the_reference_of_commands_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "en")
    assert reference.PAGE.read_text(encoding="utf-8") == reference.render(), "stale: run scripts/docs"


def test_the_schema_of_scheme_files_is_fresh() -> None:
    assert reference.SCHEMA.read_text(encoding="utf-8") == reference.render_schema(), "stale: run scripts/docs"


def test_the_reference_of_the_scheme_file_is_fresh() -> None:
    assert reference.SCHEME.read_text(encoding="utf-8") == scheme_page.render(), "stale: run scripts/docs"


def test_the_reference_of_a_bulletin_s_fields_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", "en")
    assert reference.FIELDS_PAGE.read_text(encoding="utf-8") == reference.render_fields(), "stale: run scripts/docs"


def parts(part: type[Part] = Part) -> Iterator[type[Part]]:
    """Every model that a scheme file is made of."""
    for each in part.__subclasses__():
        yield each
        yield from parts(each)


def test_every_part_of_a_scheme_is_in_the_reference() -> None:
    shown = [each for _, models in scheme_page.SECTIONS for each in models]
    assert Scheme in shown
    assert {*parts()} - {*shown} == set()
    assert {each for _, each, _ in scheme_page.CONDITIONS} == {*get_args(conditions.Condition)}


@pytest.mark.parametrize("part", [*dict.fromkeys(parts())], ids=str)
def test_every_key_says_what_it_means_and_its_default(part: type[Part]) -> None:
    assert part.__doc__
    assert [name for name, info in part.model_fields.items() if not (info.description or "").endswith(".")] == []
    plain = {name: str(info.default).lower() for name, info in part.model_fields.items() if isinstance(info.default, str | bool | int)}
    said = {name: f"Default: `{value}`." if value else "Default: none." for name, value in plain.items()}
    assert [name for name, words in said.items() if words not in str(part.model_fields[name].description)] == []


def test_a_link_inside_the_page_leads_to_a_heading() -> None:
    page = reference.SCHEME.read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
    assert {*re.findall(r"\]\(#([^)]+)\)", page)} <= headings


def test_the_reference_names_every_order() -> None:
    page = reference.SCHEME.read_text(encoding="utf-8")
    assert [order for order in conditions._ORDERS if f"`{order}`" not in page] == []


def test_every_command_is_in_the_reference() -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    names = commands.cli.list_commands(click.Context(commands.cli))
    assert names
    assert [name for name in names if f"\n## scoreledger {name}\n" not in page] == []
