"""How two schemes differ: everything that one file says and the other does not, entry by entry. Nothing is left out.

Two schemes without a difference here are the same scheme: from one of them and the differences the other can be made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from ledger.rules.source import Source

How = Literal["added", "removed", "changed", "moved"]
Step = str | int

_FIRST = (
    *("scheme", "name", "issuer", "document", "issued", "effective", "supersedes", "scored_account", "calendar"),
    *("clauses", "uncited", "rules", "groups", "readings", "vocabulary", "fields", "accounts", "targets", "classes", "units"),
)
"""The order in which sections are compared, whatever that of the files is: a recorded scheme has none. Others follow."""

_DEPTHS: Mapping[str, int] = {"vocabulary": 2, "fields": 2, "explained": 2}
"""Sections whose entries lie deeper than the section's own keys: a word is an entry of its vocabulary."""


class Absent:
    """What stands where there is nothing; an empty text or an empty list is something."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Field:
    """A value that is not the same. ``path`` leads to it inside its entry; no step at all is the entry itself."""

    path: tuple[Step, ...]
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """The path as a scheme file's checks write it: ``bands[2].points``."""
        written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return written.removeprefix(".")

    def as_json(self) -> dict[str, Any]:
        """The value before and after; what is absent is left out."""
        values = {"before": self.before, "after": self.after}
        return {"field": self.name, **{side: value for side, value in values.items() if value is not ABSENT}}


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a section that is not the same: ``adoption`` of ``rules``, ``channel``, ``county`` of ``vocabulary``.

    Without an entry it is the section itself. ``clause`` and ``words`` are what the entry says of itself. A rule that was
    added or moved stands ``behind`` another, or first: the order of rules counts.
    """

    section: str
    entry: tuple[str, ...]
    how: How
    fields: tuple[Field, ...]
    clause: str | None = None
    words: str | None = None
    behind: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The change as JSON."""
        about = {"clause": self.clause, "words": self.words, "behind": self.behind}
        return {
            "section": self.section,
            "entry": ".".join(self.entry) or None,
            "how": self.how,
            **{name: value for name, value in about.items() if value is not None},
            "fields": [field.as_json() for field in self.fields],
        }


@dataclass(frozen=True, slots=True)
class Differences:
    """Two schemes and what is not the same in them, section by section."""

    before: Source
    after: Source
    changes: tuple[Change, ...]

    def as_json(self) -> dict[str, Any]:
        """Both identities and the changes."""
        return {
            "before": identity(self.before),
            "after": identity(self.after),
            "equal": not self.changes,
            "changes": [change.as_json() for change in self.changes],
        }


def identity(source: Source) -> dict[str, str]:
    """Which scheme it is."""
    return {"scheme": source.id, "name": source.name, "effective": source.effective.isoformat(), "sha256": source.sha256}


def differences(before: Source, after: Source) -> Differences:
    """Everything in which two schemes are not the same."""
    sections = sorted({*before.data, *after.data}, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    found = (_section(name, before.data.get(name, ABSENT), after.data.get(name, ABSENT)) for name in sections)
    return Differences(before, after, tuple(change for changes in found for change in changes))


def _section(name: str, was: Any, now: Any) -> Iterator[Change]:
    if was == now:
        return
    listed = [_by_id(side) for side in (was, now) if side is not ABSENT]
    if None not in listed:
        yield from _gone_or_new(name, (), was, now)
        yield from _ordered(name, _by_id(was) or {}, _by_id(now) or {})
    elif all(isinstance(side, Mapping) or side is ABSENT for side in (was, now)):
        yield from _entries(name, (), was, now)
    else:
        yield _change(name, (), was, now)


def _by_id(listed: Any) -> dict[str, Mapping[str, Any]] | None:
    """The entries of a list by their ids, in its order; None for what is no list, or an empty one, of entries of different ids."""
    if not isinstance(listed, list):
        return None
    entries = [each for each in listed if isinstance(each, Mapping) and isinstance(each.get("id"), str)]
    found: dict[str, Mapping[str, Any]] = {each["id"]: {key: value for key, value in each.items() if key != "id"} for each in entries}
    return found if found and len(found) == len(listed) else None


def _gone_or_new(section: str, path: tuple[str, ...], was: Any, now: Any) -> Iterator[Change]:
    """The heading alone of what is there on one side only; what it holds follows entry by entry."""
    if was is ABSENT:
        yield Change(section, path, "added", ())
    elif now is ABSENT:
        yield Change(section, path, "removed", ())


def _entries(section: str, path: tuple[str, ...], was: Any, now: Any) -> Iterator[Change]:
    yield from _gone_or_new(section, path, was, now)
    old, new = (({} if side is ABSENT else side) for side in (was, now))
    for key in dict.fromkeys([*old, *new]):
        left, right = old.get(key, ABSENT), new.get(key, ABSENT)
        if left == right:
            continue
        deeper = len(path) + 1 < _DEPTHS.get(section, 1)
        if deeper and all(isinstance(side, Mapping) or side is ABSENT for side in (left, right)):
            yield from _entries(section, (*path, key), left, right)
        else:
            yield _change(section, (*path, key), left, right)


def _ordered(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """The entries of a list whose order counts."""
    behind = dict(zip(new, [None, *new], strict=False))
    for key in dict.fromkeys([*old, *new]):
        left, right = old.get(key, ABSENT), new.get(key, ABSENT)
        if left != right:
            yield _change(section, (key,), left, right, behind[key] if left is ABSENT else None)
    for key in _moved(list(old), list(new)):
        yield Change(section, (key,), "moved", (), *_about(new[key]), behind[key])


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """As few entries as it takes to explain another order of those that are in both."""
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {at for block in blocks for at in range(block.b, block.b + block.size)}
    return [key for at, key in enumerate(after) if at not in stayed]


def _change(section: str, entry: tuple[str, ...], was: Any, now: Any, behind: str | None = None) -> Change:
    how: How = "added" if was is ABSENT else "removed" if now is ABSENT else "changed"
    about = _about(was if now is ABSENT else now)
    return Change(section, entry, how, tuple(_fields((), _beside(was, now), _beside(now, was))), *about, behind)


def _beside(side: Any, other: Any) -> Any:
    """A side as it is compared: of an entry that is new or gone, each field is shown."""
    return {} if side is ABSENT and isinstance(other, Mapping) and other else side


def _about(entry: Any) -> tuple[str | None, str | None]:
    """The clause of an entry, and its words: a rule's text, a reading's question, the name of a word or a unit."""
    if not isinstance(entry, Mapping):
        return None, None
    words = next((entry[key] for key in ("text", "question", "name") if key in entry), None)
    clause = entry.get("clause")
    return clause if isinstance(clause, str) else None, words if isinstance(words, str) else None


def _fields(path: tuple[Step, ...], was: Any, now: Any) -> Iterator[Field]:
    """The values that differ, as deep inside as they can be told apart."""
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*was, *now]):
            yield from _fields((*path, key), was.get(key, ABSENT), now.get(key, ABSENT))
    elif _alike(was, now):
        for index, (left, right) in enumerate(zip(was, now, strict=True)):
            yield from _fields((*path, index), left, right)
    else:
        yield Field(path, was, now)


def _alike(was: Any, now: Any) -> bool:
    """Whether two lists of mappings can be compared place by place."""
    lists = isinstance(was, list) and isinstance(now, list) and len(was) == len(now)
    return lists and all(isinstance(each, Mapping) for each in (*was, *now))
