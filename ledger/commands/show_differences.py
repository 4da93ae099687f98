"""Two schemes beside each other: what was added, removed, changed and moved, as an author of scheme files reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding

from ledger.commands.tables import line
from ledger.messages import text, word
from ledger.projections.differences import ABSENT, Change, Differences, Field
from ledger.rules.source import Source
from ledger.widths import cells

_HASH_SHOWN = 12
_SIDE_BY_SIDE = 60
"""How wide two values may be to stand in one line."""
_STYLES = {"added": "green", "removed": "red"}


def differences(found: Differences) -> Iterator[RenderableType]:
    """Which two schemes they are, how much is not the same, and then all of it, section by section."""
    yield _identity("commands.diff_before", found.before)
    yield _identity("commands.diff_after", found.after)
    if not found.changes:
        yield line(text("commands.diff_equal"), "bold")
        return
    counts = Counter(change.how for change in found.changes)
    yield line(text("commands.diff_counts", {how: counts[how] for how in ("added", "removed", "changed", "moved")}))
    for heading, changes in groupby(found.changes, _heading):
        yield line()
        yield line(heading, "bold")
        for change in changes:
            yield from _change(change)


def _identity(key: str, source: Source) -> RenderableType:
    said = {"name": source.name, "scheme": source.id, "effective": source.effective, "hash": source.sha256[:_HASH_SHOWN]}
    return line(text(key, said))


def _heading(change: Change) -> str:
    """The section's name; what is not in a section is about the scheme as a whole."""
    alone = not change.entry and change.fields
    return text("commands.section_itself") if alone else word(f"commands.section_{change.section}", change.section)


def _change(change: Change) -> Iterator[RenderableType]:
    """What it is about and how it changed; a single value that has no name of its own goes into the same line."""
    behind = ""
    if change.how in ("added", "moved") and change.entry and change.section == "rules":
        behind = text("commands.diff_behind", {"rule": change.behind}) if change.behind else text("commands.diff_first")
    said = [_entry(change), change.clause, text(f"commands.diff_{change.how}") + behind]
    head = " · ".join(part for part in said if part)
    if [field.name for field in change.fields] == [""]:
        yield from _field(head, change, change.fields[0], 1)
        return
    yield _indented(line(head, _STYLES.get(change.how, "")), 1)
    if change.words and not any(change.words in (field.after, field.before) for field in change.fields):
        yield _indented(line(change.words, "dim"), 2)
    for field in change.fields:
        yield from _field(field.name, change, field, 2)


def _entry(change: Change) -> str:
    if not change.entry:
        return change.section if change.fields else text("commands.section_whole")
    *above, name = change.entry
    return " ".join([*(word(f"commands.vocabulary_{each}", each) for each in above), name])


def _field(name: str, change: Change, field: Field, steps: int) -> Iterator[RenderableType]:
    """A value before and after, in one line where there is room; of an entry that is new or gone, the value alone."""
    before, after = flow(field.before), flow(field.after)
    if change.how != "changed":
        said = {"field": name, "value": before if field.after is ABSENT else after}
        yield _indented(line(text("commands.diff_field", said), "" if field.name else _STYLES[change.how]), steps)
    elif cells(name + before + after) <= _SIDE_BY_SIDE:
        value = text("commands.diff_to", {"before": before, "after": after})
        yield _indented(line(text("commands.diff_field", {"field": name, "value": value})), steps)
    else:
        yield _indented(line(text("commands.diff_field", {"field": name, "value": ""}).strip()), steps)
        yield _indented(line(f"− {before}", _STYLES["removed"]), steps + 1)
        yield _indented(line(f"+ {after}", _STYLES["added"]), steps + 1)


def _indented(what: RenderableType, steps: int) -> RenderableType:
    return Padding(what, (0, 0, 0, 2 * steps))


def flow(value: Any) -> str:
    """A value as a scheme file can say it in one line."""
    if value is ABSENT:
        return text("commands.diff_nothing")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value)
