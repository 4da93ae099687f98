"""What a target of made-up inputs is, and what every refusal is held to."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from ledger.errors import LedgerError, Problem
from ledger.messages import LANGUAGES

_LONGEST = 20_000
"""Bytes of a message: it names what is wrong, and is not as long as a file may be."""


Judge = Callable[[bytes], bool]
"""Reads an input and says whether it was accepted. Raises where a promise is broken."""


class Target(NamedTuple):
    """``make`` gives an input, ``judge`` tries it."""

    make: Callable[[Random], bytes]
    judge: Judge


def said(problem: Problem) -> None:
    """A problem is put in words in both languages, which can be printed anywhere."""
    for lang in LANGUAGES:
        line = problem.line(lang)
        assert len(line.encode()) < _LONGEST, "a message is to be read"


def refused(error: LedgerError) -> bool:
    """That an input was refused, as a person is told of it."""
    assert error.problems
    for problem in error.problems:
        said(problem)
    return False
