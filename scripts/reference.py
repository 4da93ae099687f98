"""What of docs/reference is made from the code: commands, scheme files, a bulletin's fields. ``scripts/docs`` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from ledger.commands import cli
from ledger.office.bulletin.names import FIELDS, meanings
from ledger.rules.schema import schema
from scripts import scheme_page

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
SCHEMA = PAGE.with_name("scheme.schema.json")
SCHEME = PAGE.with_name("scheme.md")
FIELDS_PAGE = PAGE.with_name("bulletin-fields.md")
_WIDTH = 100
_HEAD = """\
# The commands

<!-- Made by scripts/docs from the commands' own help. Change that, not this page. -->

What follows is what `scoreledger COMMAND --help` prints. Exit status: 0 done; 1 refused or failed, with a message that
says what, where and what to do; 2 wrong usage. A refused command has changed nothing.
"""


def render() -> str:
    """The whole page, in the language that the environment asks for."""
    return "\n".join([_HEAD, *_sections(cli, click.Context(cli, info_name="scoreledger", terminal_width=_WIDTH))])


_FIELDS_HEAD = """\
# The fields of a bulletin

<!-- Made by scripts/docs from ledger/office/bulletin/names.py. Change that, not this page. -->

What a Word template of a bulletin may name: `{{ title }}`, `{{ totals.now.submitted }}`, `{% for each in misses %}`. Every text is
in the reader's language, numbers and days included, so it can be printed as it is; what is not there is None, or an empty list
or text. A template that names anything else is refused.
"""


def render_fields() -> str:
    """The page of a bulletin's fields, in the language that the environment asks for."""
    return "\n".join([_FIELDS_HEAD, *(section for holder in FIELDS for section in _fields_of(holder))])


def _fields_of(holder: str) -> Iterator[str]:
    if holder:
        yield f"## `{holder}`\n"
    yield "| name | what it is |\n|---|---|"
    yield from (f"| `{name}` | {words} |" for name, words in meanings(holder))
    yield ""


def render_schema() -> str:
    """The JSON Schema of scheme files."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """A heading and the help of a command, then those of the commands below it, in the order its help lists them."""
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _sections(below, click.Context(below, parent=context, info_name=name, terminal_width=_WIDTH))


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    SCHEMA.write_text(render_schema(), encoding="utf-8")
    SCHEME.write_text(scheme_page.render(), encoding="utf-8")
    FIELDS_PAGE.write_text(render_fields(), encoding="utf-8")
