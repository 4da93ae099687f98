"""The examples of docs/gallery, and what each comes to in a real ledger.

An example is a section of a page with three fenced blocks: ``yaml`` (keys laid over the base scheme), ``jsonl`` (events) and
``postings`` (what the words of the rule mean by them). docs/gallery/index.md says what lines the last may have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ledger import points, times
from ledger.application import Ledger
from ledger.errors import LedgerError
from ledger.journal.reader import LogReader
from ledger.office.rows import json_lines
from ledger.projections.standings import plain
from ledger.projections.statement import Statement
from ledger.views import Question, View
from tests.project import sources

GALLERY = sources.ROOT / "docs" / "gallery"
BLOCKS = ("yaml", "jsonl", "postings")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"(as of|year) (\S+)")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One section of a page: where it stands, the scheme and events it makes, when it asks, and the lines it expects.

    ``says`` are pieces of a unit's explained statement that a reader has to find there, each with the unit.
    """

    page: str
    line: int
    title: str
    scheme: Mapping[str, Any]
    events: str
    question: Question
    lines: tuple[str, ...]
    says: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def examples() -> tuple[Example, ...]:
    """Every example of every page."""
    pages = (path for path in sorted(GALLERY.glob("*.md")) if path.name != "index.md")
    return tuple(example for path in pages for example in of_page(path.name, path.read_text(encoding="utf-8")))


def of_page(name: str, page: str) -> Iterator[Example]:
    """The examples of a page, in order. Raises ValueError for a section that does not have the three blocks."""
    starts = list(_SECTION.finditer(page))
    for start, after in zip(starts, [*(each.start() for each in starts[1:]), len(page)], strict=True):
        blocks = _BLOCK.findall(page, start.end(), after)
        if tuple(language for language, _ in blocks) != BLOCKS:
            raise ValueError(f"{name}: {start[1]}: has the blocks {[language for language, _ in blocks]} and not {BLOCKS}")
        own, events, lines = (text for _, text in blocks)
        place = page.count("\n", 0, start.start()) + 1
        yield Example(name, place, start[1], {**_read((GALLERY / "base.yaml").read_text("utf-8")), **_read(own)}, events, *_asked(lines))


@cache
def _read(written: str) -> Mapping[str, Any]:
    """YAML with every scalar kept as text, as a scheme file is read."""
    data: Mapping[str, Any] = yaml.load(written, yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and mappings
    return data


def _asked(written: str) -> tuple[Question, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """When an example asks (the end of 2024 if it does not say), what it expects, and what a statement has to say."""
    lines = [" | ".join(part.strip() for part in line.split("|")).rstrip(" |") for line in written.splitlines() if line.strip()]
    when = {said[1]: said[2] for line in lines if (said := _ASKED.fullmatch(line))}
    question = Question(as_of=times.day(when.get("as of", "2024-12-31")), year=int(when["year"]) if "year" in when else None)
    says = tuple((line.split()[1], line.split(maxsplit=2)[2]) for line in lines if line.startswith("explain "))
    expected = tuple(line for line in lines if not _ASKED.fullmatch(line) and not line.startswith("explain "))
    return question, expected, says


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an example came to: why it was refused, or every unit's statement in the roster's order and every person's.

    ``unpriced`` are the events that no rule prices.
    """

    ledger: Path
    refused: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    persons: tuple[Statement, ...] = ()
    unpriced: tuple[str, ...] = ()


def outcome(example: Example, folder: Path) -> Outcome:
    """Makes a ledger under the example's scheme in a folder, imports its events and asks for every unit's statement."""
    scheme, path = folder / "scheme.yaml", folder / "example.ledger"
    scheme.write_text(json.dumps(example.scheme, ensure_ascii=False), encoding="utf-8")
    try:
        Ledger.create(str(path), str(scheme), "gallery")
        with Ledger(str(path), "clerk") as ledger:
            done = ledger.import_rows(json_lines(example.events.encode().splitlines(), "events.jsonl"), "events.jsonl")
            if done.problems:
                return Outcome(path, tuple(problem.key for problem in done.problems))
            question = example.question
            statements = tuple(ledger.statement(unit, question) for unit in _units(path, question))
            rows = ledger.persons(question).rows if "persons" in example.scheme else ()
            persons = tuple(ledger.statement(row.unit, question) for row in rows)
            return Outcome(path, (), statements, persons, ledger.standings(question).unpriced)
    except LedgerError as error:
        return Outcome(path, tuple(problem.key for problem in error.problems))


def _units(path: Path, question: Question) -> list[str]:
    """The units that have a standing, in the roster's order."""
    reader = LogReader(path)
    found = list(View(reader, question, question.as_of or date.max).evaluation.standings)
    reader.close()
    return found


def expected(example: Example) -> list[str]:
    """An example's lines: the postings in their order, and then the rest, whose order says nothing."""
    return [*(line for line in example.lines if "|" in line), *sorted(line for line in example.lines if "|" not in line)]


def came_to(example: Example, found: Outcome) -> list[str]:
    """The lines it should have: every posting, flag, person and unpriced event, and whatever else it asks about."""
    if found.refused:
        return [f"refused {key}" for key in found.refused]
    by_name = {statement.row.unit: statement for statement in found.statements}
    asked = [_answered(line, by_name) for line in example.lines if line.split()[0] in _ANSWERS]
    flags = [f"flag {name} {flag}" for name, statement in by_name.items() for flag in statement.row.flags]
    persons = [f"person {statement.row.unit} {points.text(statement.row.score)}" for statement in found.persons]
    unpriced = [f"unpriced {event}" for event in found.unpriced]
    return [*_postings(found.statements), *sorted([*asked, *flags, *persons, *unpriced])]


def _postings(statements: Sequence[Statement]) -> Iterator[str]:
    for statement in statements:
        for each in statement.postings:
            events = " ".join(each.events)
            yield f"{each.on} | {each.unit} | {each.account} | {each.rule} | {points.text(each.points)} | {events}".rstrip(" |")


def _answered(line: str, statements: Mapping[str, Statement]) -> str:
    """A line with the value that it should have: a word, a unit, for a measure its name, and the value."""
    *asked, _ = line.split()
    return f"{' '.join(asked)} {_ANSWERS[asked[0]](statements[asked[1]], asked[-1])}"


_ANSWERS: Mapping[str, Callable[[Statement, str], Any]] = {
    "score": lambda statement, _: points.text(statement.row.score),
    "pending": lambda statement, _: points.text(statement.row.pending),
    "rank": lambda statement, _: statement.row.rank or "–",
    "class_rank": lambda statement, _: statement.row.class_rank or "–",
    "measure": lambda statement, name: "–" if (value := plain(statement.row.measures[name])) is None else value,
}
"""What may be asked of a unit's statement; what has no value is a dash."""
