"""What the sheets of a table by hand are called: which sheet records what, which column holds which field.

The words of both languages are read, whatever the reader's: they are lists in ``locale/<lang>/sheets.json``, of which the first
is what we write ourselves. A field ``of.NAME`` of a kind is what a row says of something else than its own fact: the title and the
units by which an item is found (``item.title``, ``item.units``), or what followed (``adopted.on``): see :data:`FOLLOWERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from ledger.aggregates.cells import EXTRA
from ledger.aggregates.normalise import fields
from ledger.events import FROM_FILES, KINDS, Event
from ledger.messages import LANGUAGES, catalogue, language
from ledger.values import matching_key

KIND = "kind"
IGNORED = "#"
"""What the name of a column that is not to be read begins with."""


class Follower(NamedTuple):
    """Another fact that a row may tell beside its own: its kind, the columns of its fields, and what goes without saying."""

    kind: str
    columns: Mapping[str, str]
    fixed: Mapping[str, str]


def _follower(name: str, kind: str, fields: Iterable[str], **fixed: str) -> Follower:
    return Follower(kind, {f"{name}.{field}": field for field in fields}, fixed)


FOLLOWERS: Mapping[str, Sequence[Follower]] = {
    "item_submitted": (
        _follower("adopted", "item_adopted", ("channel", "on", "placement", "issue")),
        _follower("endorsed", "item_endorsed", ("level", "on", "leader")),
    ),
    "incident_occurred": (
        _follower("phone", "incident_reported", ("on",), channel="phone"),
        _follower("written", "incident_reported", ("on",), channel="written"),
    ),
}

FOUND_BY: Mapping[str, tuple[str, str]] = {
    "item_adopted": ("item", "units"),
    "item_endorsed": ("item", "units"),
    "solicitation_fulfilled": ("solicitation", "unit"),
    "solicitation_missed": ("solicitation", "unit"),
}
"""What a kind follows, which may be found by title and unit instead of its number, and the field that names the unit."""

_TITLES = {"item": "title", "solicitation": "topic"}


def title_of(family: str) -> str:
    """The field that holds what an item or a solicitation is called; an incident has no title."""
    return _TITLES.get(family, "")


@cache
def words(key: str) -> tuple[str, ...]:
    """The words of a key, the reader's language first. A key that no catalogue has is no words."""
    listed = (word for lang in sorted(LANGUAGES, key=lambda lang: lang != language()) for word in _words(lang, key))
    return tuple(dict.fromkeys(listed))


def _words(lang: str, key: str) -> list[str]:
    room, _, name = key.partition(".")
    return [word for word in catalogue(lang, room).get(name, "").split("|") if word]


def plain(text: str) -> str:
    """A head or a sheet's name as it is compared: NFKC without spaces, signs and what stands in brackets at its end."""
    found = matching_key(text)
    return re.sub(r"(?<=.)\([^()]*\)$", "", found.strip("*:")).strip("*:")


def column(kind: str, field: str) -> str:
    """What the column of a field is called, in the reader's language; a field's own name where it has no words."""
    name = field.replace(".", "_")
    found = words(f"sheets.head_{kind}_{name}") or words(f"sheets.head_{name}") or words(f"sheets.head_{field.rpartition('.')[2]}")
    return found[0] if found else field


def sheet(kind: str) -> str:
    """What the sheet of a kind is called, in the reader's language."""
    return words(f"sheets.sheet_{kind}")[0]


@cache
def heads(kind: str, extra: tuple[tuple[str, str], ...] = ()) -> Mapping[str, str]:
    """By the compared form of its name, the field that a column holds in rows of a kind. ``extra``: the scheme's own, by id and name."""
    columns = columns_of(KINDS[kind])
    listed = [(field, words(f"sheets.head_{kind}_{field.replace('.', '_')}")) for field in columns]
    listed += [(field, (field,)) for field in columns]
    listed += [(field, each) for field in columns for each in _general(field)]
    found: dict[str, str] = {}
    for field, each in listed:
        for word in each:
            found.setdefault(plain(word), field)
    for key, name in extra:
        found[plain(f"{EXTRA}{key}")] = f"{EXTRA}{key}"
        found.setdefault(plain(name), f"{EXTRA}{key}")
    return found


def _general(field: str) -> Iterator[tuple[str, ...]]:
    """The words for a field whatever the kind: of a column of several units, those for one as well."""
    of, _, name = field.rpartition(".")
    if of not in _FOLLOWING:
        yield words(f"sheets.head_{name}")
        if name == "units":
            yield words("sheets.head_unit")


_FOLLOWING = {name.partition(".")[0] for each in FOLLOWERS.values() for follower in each for name in follower.columns}


@cache
def columns_of(model: type[Event]) -> tuple[str, ...]:
    """The columns that a sheet of a kind may have: its fields, then what it tells of others. Units jointly go before one alone."""
    own = [name for name in fields(model) if name != "extra"]
    if {"unit", "units"} <= {*own}:  # one unit is a list of one
        own = ["units" if name == "unit" else "unit" if name == "units" else name for name in own]
    family, unit = FOUND_BY.get(model.kind, ("", ""))
    found = [f"{family}.{title_of(family)}", *([f"{family}.units"] if unit == "units" else [])] if family else []
    return (*own, *found, *(name for follower in FOLLOWERS.get(model.kind, ()) for name in follower.columns))


@cache
def kinds_called() -> Mapping[str, str]:
    """By the compared form of a word for it, a kind: its own name, and what its sheet may be called."""
    found = {model.kind: model.kind for model in FROM_FILES}
    for model in FROM_FILES:
        for word in words(f"sheets.sheet_{model.kind}"):
            found.setdefault(plain(word), model.kind)
    return found


def kind_called(text: str) -> str | None:
    """The kind that a cell of the column of kinds names."""
    return kinds_called().get(plain(text))


def kind_of_sheet(name: str) -> str | None:
    """The one kind that a sheet's name says: the longest words in it are meant; None for none, or for several kinds."""
    said = re.sub(r"[\d\s_()-]", "", normalize("NFKC", name)).casefold()
    inside = {word: kind for word, kind in kinds_called().items() if word in said}
    longest = {word for word in inside if not any(word != other and word in other for other in inside)}
    kinds = {inside[word] for word in longest}
    return kinds.pop() if len(kinds) == 1 else None


def is_named(name: str, key: str) -> bool:
    """Whether a sheet's name is, or holds, one of the words of a key."""
    said = plain(name)
    return any(plain(word) in said for word in words(key))
