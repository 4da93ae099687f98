"""The message catalogues: both languages say the same things, and the code says nothing else."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from ledger.errors import Problem
from ledger.messages import LANGUAGES
from tests.project import sources

HOME = sources.PACKAGE / "locale"
KEY = re.compile(r"[a-z]+\.[a-z][a-z0-9_]*")
FILE_ENDINGS = ("jsonl", "json", "csv", "xlsx", "docx", "html", "pdf", "yaml", "txt", "ledger", "py")
SPOKEN = {"of", "Problem", "Invalid", "text"}
"""The calls whose first argument is a message's key: ``Refused.of``, ``Problem``, ``events.Invalid``, ``messages.text``."""


def no_key_twice(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """A catalogue's object; JSON itself would let the later of two equal keys win."""
    assert len(dict(pairs)) == len(pairs), sorted(name for name, _ in pairs)
    return dict(pairs)


def messages_of(lang: str) -> Mapping[str, str]:
    """Every message of one language by its whole key."""
    return {
        f"{path.stem}.{name}": text
        for path in sorted((HOME / lang).glob("*.json"))
        for name, text in json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_key_twice).items()
    }


def placeholders(text: str) -> set[str]:
    """The names that a message needs to be filled."""
    return {field.partition(".")[0].partition("[")[0] for _, field, _, _ in Formatter().parse(text) if field is not None}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls that name a message by a literal key."""
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Call) and called(node) in SPOKEN and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and KEY.fullmatch(first.value):
                yield first.value, node


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def keys_used() -> Mapping[str, str]:
    """Every literal that is, or looks like, a key of a catalogue that there is: key → a place that uses it."""
    rooms = {path.stem for path in HOME.rglob("*.json")}
    used = {key: sources.place(path, node) for path in sources.files() for key, node in calls(path)}
    for path in sources.files():
        for node in sources.texts(path):
            room, _, name = str(node.value).partition(".")
            part = name.endswith("_")  # the start of a key made from parts, which patterns_used() reads
            if room in rooms and KEY.fullmatch(str(node.value)) and name not in FILE_ENDINGS and not part:
                used.setdefault(str(node.value), sources.place(path, node))
    return used


def patterns_used() -> list[re.Pattern[str]]:
    """Keys made from parts: ``f"commands.help_{name}"`` uses every key that it can spell."""
    rooms = {path.stem for path in HOME.rglob("*.json")}
    return [
        re.compile("".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+" for part in node.values))
        for path in sources.files()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).partition(".")[0] in rooms
        and "." in str(node.values[0].value)
    ]


def test_both_languages_hold_the_same_keys_and_placeholders() -> None:
    english, *others = ({key: placeholders(text) for key, text in messages_of(lang).items()} for lang in LANGUAGES)
    assert english
    for other in others:
        assert other == english


def test_every_message_that_the_code_names_exists() -> None:
    known = messages_of("en")
    missing = [f"{place}: {key}" for key, place in sorted(keys_used().items()) if key not in known]
    assert not missing, "\n".join(missing)


def test_every_message_is_used() -> None:
    used, patterns = keys_used(), patterns_used()
    idle = [key for key in messages_of("en") if key not in used and not any(pattern.fullmatch(key) for pattern in patterns)]
    assert not idle, "\n".join(idle)


def test_a_message_gets_all_that_it_names() -> None:
    known = messages_of("en")
    wrong = [
        f"{sources.place(path, node)}: {key} needs {sorted(lacking)}"
        for path in sources.files()
        for key, node in calls(path)
        if (given := params(node)) is not None and (lacking := placeholders(known.get(key, "")) - given)
    ]
    assert not wrong, "\n".join(wrong)


def params(node: ast.Call) -> set[str] | None:
    """The names that a call of ``of`` or ``Invalid`` gives its message; None where they are not all spelled out."""
    names = [keyword.arg for keyword in node.keywords]
    if called(node) not in {"of", "Invalid"} or None in names:
        return None
    own = {"where"} if called(node) == "of" else set()
    return {name for name in names if name} - own


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_shows_the_beginning_of_what_is_too_long_to_be_read(lang: str) -> None:
    known = {"value": "x" * 100_000, "nearest": ["y"] * 100_000}
    problem = Problem("aggregates.no_such_word", "f" * 100_000, "w" * 100_000, known)
    assert len(problem.line(lang)) < 5000
    assert "…" in problem.text(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_of_half_a_sign_can_be_written_anywhere(lang: str) -> None:
    problem = Problem("aggregates.no_such_word", "f\udc80", "w\udc80", {"value": "\ud800", "nearest": "y"})
    assert "\\ud800" in problem.text(lang)
    assert problem.line(lang).encode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_is_one_plain_line(lang: str) -> None:
    odd = [key for key, text in messages_of(lang).items() if text != text.strip() or "\n" in text or not text]
    assert not odd, odd
