"""The words of the messages, kept in catalogues beside the code: ``locale/<lang>/<room>.json``.

A key is ``room.name``; its text is a format string. Both languages hold the same keys, which a test keeps.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache, reduce
from pathlib import Path

LANGUAGES = ("en", "zh")
_HOME = Path(__file__).parent / "locale"


_asked: list[str] = []


def speak(lang: str | None) -> None:
    """From here on this language is spoken, whatever the environment says; with None, what it says."""
    _asked[:] = [lang] if lang in LANGUAGES else []


def language() -> str:
    """The reader's language: what :func:`speak` was told, ``SCORELEDGER_LANG``, the terminal's locale, or else English."""
    asked = _asked[0] if _asked else os.environ.get("SCORELEDGER_LANG", "")
    if asked in LANGUAGES:
        return asked
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


@cache
def catalogue(lang: str, room: str) -> Mapping[str, str]:
    """The messages of one room in one language, by name."""
    loaded: dict[str, str] = json.loads((_HOME / lang / f"{room}.json").read_text(encoding="utf-8"))
    return loaded


def text(key: str, params: Mapping[str, object] | None = None, lang: str | None = None) -> str:
    """The message of ``key`` with ``params`` filled in."""
    room, _, name = key.partition(".")
    return printable(catalogue(lang or language(), room)[name].format(**(params or {})))


def word(key: str, otherwise: str) -> str:
    """A word of ours; ``otherwise`` for what the catalogue does not have, such as a scheme's own flag."""
    room, _, name = key.partition(".")
    return catalogue(language(), room).get(name, otherwise)


def listed(words: Iterable[str], by: str = "next") -> str:
    """Words in a row, or by ``besides`` whole phrases, which Chinese parts by another mark; nothing for none."""
    each = list(words)
    return reduce(lambda row, word: text(f"commands.and_{by}", {"row": row, "word": word}), each) if each else ""


def printable(said: str) -> str:
    """A text that can be written anywhere: half of a surrogate pair, which JSON and names of files can hold, as its escape."""
    return said.encode(errors="backslashreplace").decode()
