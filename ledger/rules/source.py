"""A scheme as its office wrote it: the file's data, its identity, vocabulary and roster.

A source is read from YAML (or from the canonical JSON recorded in a log) with every scalar kept as text, so that
``62.5`` is never a float and the hash does not depend on how a number is typed. Readings are still open here;
:func:`ledger.rules.readings.resolve` settles them before the rules are built.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ledger import times
from ledger.canonical import encoded
from ledger.errors import SchemeError, Unknown, nearest
from ledger.rules import written
from ledger.rules.calendar import Calendar
from ledger.rules.places import Origin

HOME = Path(__file__).parent / "schemes"
VOCABULARIES = ("channel", "level", "category", "finding")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the scheme or a unit of its roster: its id, its name and the other names it goes by."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnField:
    """A typed field of the scheme's own for a kind of event: what it is called, and the names of its choices by id."""

    name: str
    type: str
    choices: Mapping[str, str]
    required: bool


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A unit of the scheme's roster, as it is enrolled at ``init``."""

    id: str
    name: str
    class_: str
    aliases: tuple[str, ...]
    staff: str | None


@dataclass(frozen=True, eq=False)
class Source:
    """A scheme file's data (text, lists and mappings only). Two sources of equal ``sha256`` are the same scheme.

    ``origin`` tells where in its file something stands; a scheme from a log has none.
    """

    data: Mapping[str, Any]
    origin: Origin | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def id(self) -> str:
        """The scheme's id, such as ``liucheng-2024``."""
        return str(self._need("scheme"))

    @property
    def name(self) -> str:
        """The title of the source document."""
        return str(self._need("name"))

    @cached_property
    def effective(self) -> date:
        """The first day in force."""
        return self._day("effective")

    @cached_property
    def calendar(self) -> Calendar:
        """Where the scheme's year begins. Raises SchemeError for a calendar that is none."""
        try:
            return Calendar.model_validate(self.data.get("calendar", {}))
        except ValidationError as error:
            raise SchemeError.of("rules.bad_calendar", field="calendar", detail=str(error.errors()[0]["msg"])) from error

    @cached_property
    def sha256(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of the data."""
        return hashlib.sha256(encoded(self.data)).hexdigest()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of units, in the scheme's order."""
        return tuple(self._need("classes"))

    def terms(self, kind: str) -> tuple[Term, ...]:
        """The words of one vocabulary: ``channel``, ``level``, ``category`` or ``finding``."""
        words = self._need("vocabulary").get(kind) or {}
        return tuple(Term(key, word["name"], tuple(word.get("aliases", ()))) for key, word in words.items())

    @property
    def fields(self) -> Mapping[str, Mapping[str, OwnField]]:
        """The fields of the scheme's own, by kind of event and id."""
        declared = self.data.get("fields", {})
        return {kind: {key: _own_field(entry) for key, entry in entries.items()} for kind, entries in declared.items()}

    @cached_property
    def roster(self) -> tuple[RosterEntry, ...]:
        """The units, in the document's order."""
        return tuple(
            RosterEntry(key, unit["name"], unit["class"], tuple(unit.get("aliases", ())), unit.get("staff"))
            for key, unit in self._need("units").items()
        )

    def _need(self, field: str) -> Any:
        if field not in self.data:
            raise SchemeError.of("rules.missing", field=field)
        return self.data[field]

    def _day(self, field: str) -> date:
        try:
            return times.day(self._need(field))
        except ValueError as error:
            raise SchemeError.of("rules.bad_date", field=field, value=self.data[field]) from error


def _own_field(entry: Mapping[str, Any]) -> OwnField:
    return OwnField(entry["name"], entry["type"], entry.get("choices", {}), entry.get("required") == "true")


def own_fields(sources: Iterable[Source]) -> dict[tuple[str, str], OwnField]:
    """The fields that schemes add, by kind of event and id; where two are called alike, the last scheme's."""
    return {(kind, key): field for source in sources for kind, fields in source.fields.items() for key, field in fields.items()}


def packaged() -> tuple[str, ...]:
    """The ids of the schemes that come with the program."""
    return tuple(sorted(path.stem for path in HOME.glob("*.yaml")))


def load(name: str) -> Source:
    """The source of a packaged scheme, by id, or of a scheme file, by path.

    Raises Unknown when there is neither, SchemeError when the file is not a scheme.
    """
    if name in packaged():
        return _of_ours(name)
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unknown.of("rules.no_scheme", scheme=name, nearest=nearest(name, packaged())) from error
    return parsed(text, path.name)


def is_ours(source: Source) -> bool:
    """Whether it is a packaged scheme, as it was read from its file."""
    name = source.data.get("scheme")
    return name in packaged() and source is _of_ours(str(name))


@cache
def _of_ours(name: str) -> Source:
    """A packaged scheme, which stays as it is while the program runs; to read one takes a fifth of a second."""
    path = HOME / f"{name}.yaml"
    return parsed(path.read_text(encoding="utf-8"), path.name)


def parsed(text: str, name: str) -> Source:
    """The source of a scheme file's text. Raises SchemeError, with the place in the file of that name, where it is none."""
    data, tree = written.read(text, name)
    return Source(data, Origin(name, tree))


def dated(source: Source, effective: date) -> Source:
    """A scheme that says another effective date itself, so that scheme, date and hash are one."""
    return Source({**source.data, "effective": effective.isoformat()})


def walk(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every node of a source with its path, such as ``rules[3].points.by``."""
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk(value, f"{path}[{index}]")
