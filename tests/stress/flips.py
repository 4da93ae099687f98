"""One bit changed anywhere in a ledger's file: it is found, or it changes no answer.

The file is the whole ledger once nobody has it open. What ``verify`` finds is noticed. A file that it calls intact has to answer every
question as the ledger itself does. And whatever a file says, a question to it is answered or refused in words.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ledger.application import Ledger
from ledger.errors import LedgerError, Problem
from ledger.messages import LANGUAGES
from ledger.office.rows import read
from ledger.views import Question
from tests.stress.deeds import LEDGER, begun, in_memory, opened
from tests.stress.report import Progress, Report, quiet

YEAR_END = Question(as_of=date(2024, 12, 31))
PATIENCE = 5.0
"""Seconds in which a file of this size is verified, or asked, whatever it says."""
_EVERY = 50
"""Flips between two looks at the file as it was."""
_FIRST_PAGE = 4096
"""Every tenth flip is in it: it holds SQLite's header and the list of tables."""


ASKED: dict[str, Callable[[Ledger], object]] = {
    "log": lambda ledger: [*ledger.log()],
    "log of a unit": lambda ledger: [*ledger.log(unit="jia")],
    "standings": lambda ledger: ledger.standings(YEAR_END),
    "score": lambda ledger: ledger.score("jia", YEAR_END),
    "statement": lambda ledger: ledger.statement("yi", YEAR_END),
    "schemes": lambda ledger: ledger.schemes(),
    "snapshots": lambda ledger: ledger.snapshots(),
    "restatements": lambda ledger: ledger.restatements(None, quiet),
    "checkpoint": lambda ledger: ledger.checkpoint(),
    "proof": lambda ledger: ledger.prove("@4"),
}
"""What a ledger is asked."""
DONE: dict[str, Callable[[Ledger], object]] = {
    "entry": lambda ledger: ledger.record("item_adopted", {"id": "x", "on": "2024-04-05", "item": "b1", "channel": "county"}).position,
    "correction": lambda ledger: ledger.correct("b1", "查证有误", {}, cascade=True).position,
}
"""What is done to it. Where a guard's own definition was changed, the log is intact and takes nothing more: that is refused."""


def stress(count: int, seed: int, _only: frozenset[str], progress: Progress) -> Iterator[Report]:
    """``count`` flips of one file."""
    with TemporaryDirectory(prefix="sl-flips-", dir=in_memory()) as folder:
        path = a_year(Path(folder))
        yield flips(path, count, Random(seed), progress)


def a_year(folder: Path) -> Path:
    """The file of a ledger in which everything has happened once."""
    begun(folder)
    with opened(folder) as ledger:
        ledger.import_rows(islice(read(folder / "year.jsonl"), 40), "year.jsonl")
        ledger.record("item_endorsed", {"on": "2024-02-05", "item": "b1", "level": "county", "extra": {"post": "mayor"}})
        said = {"on": "2024-03-05", "unit": "yi", "rule": "merit", "points": "3", "officer": "王主任", "reason": "特殊贡献"}
        ledger.record("points_awarded", said)
        ledger.close("2024Q1")
        ledger.correct("b2", "查证有误", {})
        ledger.set_policy(["schemes"], "两人审核")
    return folder / LEDGER


def flips(path: Path, count: int, random: Random, progress: Progress) -> Report:
    """Flips one bit at a time, looks, and puts it back."""
    whole, faults, counted = path.read_bytes(), list[str](), Counter[str]()
    answers = {name: _answer(path, whole, name)[0] for name in (*ASKED, *DONE)}
    for number in range(count):
        bit = random.randrange(8 * (_FIRST_PAGE if number % 10 == 0 else len(whole)))
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        started = time.monotonic()
        found, problem = _verified(path, bytes(flipped))
        counted[found] += 1
        asked = answers if found == "unnoticed" else [random.choice([*answers])]
        problems = [problem, *(_compared(path, bytes(flipped), name, answers[name] if found == "unnoticed" else None) for name in asked)]
        if time.monotonic() - started > PATIENCE:
            problems.append("it took too long")
        if number % _EVERY == 0 and _verified(path, whole) != ("unnoticed", ""):
            problems.append("afterwards the file as it was is no longer read: something is still open")
        faults += [f"bit {bit}: {each}" for each in problems if each]
        progress(number + 1, count)
    return Report("flips", count, tuple(faults), counted)


def _compared(path: Path, flipped: bytes, name: str, answer: str | None) -> str:
    """What is wrong with an answer of a file that was changed; ``answer`` is what it has to be, where nothing was found."""
    said, problem = _answer(path, flipped, name)
    refused = name in DONE and said.startswith("refused")
    if problem or answer is None or said == answer or refused:
        return problem
    return f"{name} is another, and nothing is found"


def _laid(path: Path, data: bytes) -> None:
    """Has a file say this, and nothing beside it say more: a new one, for SQLite remembers of an open one what it was.

    One stays open for a while where an error's frames still hold on to a question.
    """
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
    path.write_bytes(data)


def _verified(path: Path, flipped: bytes) -> tuple[str, str]:
    """Whether a flip is noticed, and what went wrong with looking."""
    _laid(path, flipped)
    try:
        with Ledger(str(path)) as ledger:
            findings = ledger.verify(quiet).findings
    except LedgerError as error:
        return "refused", _unsaid(*error.problems)
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return "failed", f"verify: {error!r}"
    return ("found", _unsaid(*findings)) if findings else ("unnoticed", "")


def _unsaid(*problems: Problem) -> str:
    """What cannot be put in words."""
    return "" if all(problem.line(lang) for problem in problems for lang in LANGUAGES) else "nothing is said"


def _answer(path: Path, data: bytes, name: str) -> tuple[str, str]:
    """The answer to a question to a file of these bytes, or how it was refused; and what went wrong with asking."""
    _laid(path, data)
    try:
        with Ledger(str(path)) as ledger:
            return repr((ASKED | DONE)[name](ledger)), ""
    except LedgerError as error:
        return f"refused: {error}", _unsaid(*error.problems)
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return "failed", f"{name}: {error!r}"
