"""Packaged schemes with one word changed, and what the checks say of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ledger.errors import Problem, SchemeError
from ledger.messages import LANGUAGES
from ledger.rules.check import demand_sound
from ledger.rules.source import Source
from tests.rules.kit import packaged

Data = dict[str, Any]
Change = Callable[[Data], object]


def rule(data: Data, name: str) -> Any:
    """One rule of a scheme file."""
    return next(each for each in data["rules"] if each["id"] == name)


def put(name: str, *path: Any) -> Change:
    """A change of one value inside a rule: the steps to it, and the value last."""

    def change(data: Data) -> None:
        inside = rule(data, name)
        for step in path[:-2]:
            inside = inside[step]
        inside[path[-2]] = path[-1]

    return change


Path = tuple[str | int, ...]


def nodes(data: Any, path: Path = ()) -> Iterator[Path]:
    """The steps to every node of a scheme's data."""
    for step, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, step)
        yield from nodes(inner, (*path, step))


def put_at(data: Any, path: Path, value: object) -> Any:
    """A copy of a scheme's data with one node replaced."""
    made = inside = copy.deepcopy(data)
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return made


def problems(scheme: str, change: Change) -> tuple[Problem, ...]:
    """What the checks find in a packaged scheme after a change; each reads in both languages."""
    data = copy.deepcopy(dict(packaged(scheme).data))
    change(data)
    with pytest.raises(SchemeError) as caught:
        demand_sound(Source(data))
    assert all(problem.text(lang) for problem in caught.value.problems for lang in LANGUAGES)
    return caught.value.problems
