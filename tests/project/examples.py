"""The examples of a page, as a person would type them.

A ``console`` block is a terminal: a line that starts with ``$ `` is a command, lines that start with ``> `` right after
it go on with it (here documents), the lines after that are what it prints, both streams together. In what it prints,
``…`` stands for anything in a line, and a line that is only ``…`` for any number of lines. A command must succeed; one
that is meant to fail says so as in any shell: ``$ scoreledger score nobody; echo "exit $?"``.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ELLIPSIS = "…"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """One command, what the page says it prints, and the line of the page where it stands (from 1)."""

    command: str
    expected: tuple[str, ...]
    line: int


def examples(page: str) -> list[Example]:
    """Every command of a page, in order."""
    return [
        example for block in _BLOCK.finditer(page) for example in _of_block(block[1].splitlines(), page.count("\n", 0, block.start(1)) + 1)
    ]


def _of_block(lines: list[str], first: int) -> list[Example]:
    found: list[Example] = []
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            raise ValueError(f"line {first + at}: a console block starts with a command: {lines[at]!r}")
        start = at
        command = [lines[at][2:]]
        at += 1
        while at < len(lines) and lines[at].startswith("> "):
            command.append(lines[at][2:])
            at += 1
        begun = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        found.append(Example("\n".join(command), tuple(lines[begun:at]), first + start))
    return found


_DONE = r"\d+ (?:of \d+ )?(?:later )?events (?:checked|written|proved|rebuilt|walked)"
_PROGRESS = re.compile(rf"^(?:\d+ rows read|Scored \d+ of \d+ times|{_DONE}) …\n", re.MULTILINE)
"""What a slow machine is told meanwhile; a page does not show it."""


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what the page says; spaces at the ends of lines and blank lines at the end do not count."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == ELLIPSIS else _line(line) for line in expected)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())) is not None


def _line(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.rstrip().split(ELLIPSIS)) + r"\n"


def run(command: str, home: Path, path: str) -> tuple[int, str]:
    """Exit status and output of one command in ``home``, with ``path`` before the system's own."""
    environment = {
        "PATH": f"{path}{os.pathsep}{os.defpath}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "COLUMNS": "120",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return done.returncode, _PROGRESS.sub("", done.stdout)
