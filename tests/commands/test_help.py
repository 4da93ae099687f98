"""Help pages: every command, every option, both languages; and a start that imports little."""

import re
from collections.abc import Iterator

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commands import cli
from ledger.commands.wrapping import rows
from ledger.messages import LANGUAGES
from ledger.widths import cells
from tests.commands.shell import Shell, process


def contexts(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """A context for a command and for each below it."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from contexts(below, click.Context(below, parent=context, info_name=name, terminal_width=100))


def every() -> list[click.Context]:
    return list(contexts(cli, click.Context(cli, info_name="scoreledger", terminal_width=100)))


def test_an_option_without_which_a_command_is_wrong_usage_is_said_to_be_needed() -> None:
    for context in every():
        needed = [each for each in context.command.get_params(context) if isinstance(each, click.Option) and each.required]
        if needed:  # the fields of a record are judged later, and say it themselves
            assert context.command.get_help(context).count("Needed.") == len(needed), context.command_path


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", [context.command_path for context in every()])
def test_a_help_page_mentions_every_option_and_argument(path: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    (context,) = (context for context in every() if context.command_path == path)
    page = context.command.get_help(context)
    for param in context.command.get_params(context):
        assert all(spelt in page for spelt in (param.opts if isinstance(param, click.Option) else [str(param.metavar)]))
    if isinstance(context.command, click.Group):
        assert all(f"\n  {name} " in page for name in context.command.list_commands(context))
    assert max(map(cells, page.splitlines())) <= 100
    assert (lang == "zh") == bool(re.search("[\u4e00-\u9fff]", page.splitlines()[2]))


def test_the_same_options_are_called_the_same_everywhere() -> None:
    for context in every():
        options = {spelt for param in context.command.get_params(context) for spelt in param.opts}
        if context.info_name == "certify":  # of the ledger's own scheme in its default readings
            assert not options & {"--reading", "--scheme"}
        elif "--as-of" in options:
            assert options >= {"--year", "--known-at", "--reading", "--scheme", "--ledger", "--format"}


@pytest.mark.parametrize("words", [[], ["--help"], ["record"], ["record", "--help"], ["scheme"], ["record", "item_adopted", "--help"]])
def test_help_is_given_on_standard_output_with_status_0(empty: Shell, words: list[str]) -> None:
    done = empty(*words)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: scoreledger")


def test_the_help_of_a_kind_says_what_its_fields_hold(empty: Shell) -> None:
    out = " ".join(empty.good("record", "solicitation_missed", "--help").out.split())
    assert "One of late, none, substandard, plagiarised, similar, duplicate." in out
    assert "--on 2024-09-30 " in out
    assert "--on 2024-09-30T08:15" in empty.good("record", "incident_occurred", "--help").out
    assert "recorded_at" not in out


LEARN = """
import sys
from ledger.commands import main
main({words!r})
print(sorted(name for name in {watched!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "watched"),
    [
        (["--help"], ["rich", "pydantic", "eventsourcing", "msgspec", "yaml", "ledger.application", "ledger.errors", "difflib"]),
        (["standings", "--help"], ["rich", "pydantic", "eventsourcing", "ledger.application"]),
        (["score", "大埔镇", "--as-of", "2024-09-30", "--format", "json"], ["rich", "eventsourcing", "yaml", "ledger.recording"]),
        (["log", "--format", "json"], ["rich", "eventsourcing", "yaml", "ledger.recording"]),
    ],
)
def test_a_command_imports_only_what_it_needs(shell: Shell, words: list[str], watched: list[str]) -> None:
    import subprocess
    import sys

    from tests.commands.shell import ROOT

    program = LEARN.format(words=words, watched=watched)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("lang", "words"), [("en", "Usage: scoreledger"), ("zh", "用法：scoreledger")])
def test_the_module_can_be_run(lang: str, words: str) -> None:
    done = process("--help", SCORELEDGER_LANG=lang)
    assert (done.returncode, done.stdout.splitlines()[0].startswith(words)) == (0, True)


MIXED = st.text(st.sampled_from("ab 1-大埔镇，。（）《》“”"), max_size=60)


@given(MIXED, st.integers(2, 30))
def test_rows_joined_are_the_text_and_none_is_too_wide(words: str, width: int) -> None:
    found = list(rows(words, width))
    assert "".join(found) == words
    assert all(cells(row.rstrip()) <= width for row in found)


def test_no_row_begins_with_a_closing_sign_or_ends_with_an_opening_one() -> None:
    found = list(rows("大埔镇（县内刊物），《秋粮收购》。" * 3, 9))
    assert not any(row[0] in "，。）》" or row[-1] in "（《" for row in found)
