"""Four eyes, read from the log: the policy in force, and what waits for somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.events import SchemeEnacted
from ledger.journal.decode import fields_of
from ledger.journal.reader import LogReader
from ledger.journal.record import canonical
from ledger.journal.rows import Row
from ledger.projections.cut import reversals
from ledger.scoring import said
from ledger.views import known, reversed_pairs


@dataclass(frozen=True, slots=True)
class Policy:
    """What takes four eyes, since which position and why; nothing, and no position, where no policy was ever set."""

    covers: tuple[str, ...]
    position: int | None = None
    recorded_by: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The policy as JSON."""
        return {"four_eyes": list(self.covers), "position": self.position, "recorded_by": self.recorded_by, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that waits: whose it is, and the kind and fields of each event that it would record."""

    id: str
    position: int
    recorded_at: str
    recorded_by: str
    events: tuple[tuple[str, Mapping[str, Any]], ...]

    def as_json(self) -> dict[str, Any]:
        """The proposal as JSON."""
        return {
            "id": self.id,
            "position": self.position,
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by,
            "events": [{"kind": kind, **fields} for kind, fields in self.events],
        }


def policy(reader: LogReader) -> Policy:
    """The policy that was set last."""
    found = list(reader.rows(kinds={"policy_set"}))
    if not found:
        return Policy(())
    fields = said(reader, found[-1])
    return Policy(tuple(fields["four_eyes"]), found[-1].position, found[-1].recorded_by, fields["reason"])


def proposals(reader: LogReader) -> list[Proposed]:
    """The proposals that are neither withdrawn nor carried out, in order."""
    return [_proposed(reader, row) for row in _waiting(reader)]


def _waiting(reader: LogReader) -> list[Row]:
    """The events of the same."""
    rows = list(reader.rows(kinds={"change_proposed"}))
    withdrawn = reversals(reversed_pairs(reader, known(reader, None), {row.stream for row in rows}))
    return [row for row in rows if row.position not in withdrawn and not reader.mentions(row.stream)]


def schemes_proposed(reader: LogReader, reference: str) -> Iterator[Mapping[str, Any]]:
    """What the schemes say that a proposal that waits, by id or ``@N``, would bring into force; none for anything else."""
    for row in _waiting(reader):
        if reference in (row.id, f"@{row.position}"):
            yield from (each["body"]["content"] for each in fields_of(row)["events"] if each["kind"] == SchemeEnacted.kind)


def _proposed(reader: LogReader, row: Row) -> Proposed:
    each = said(reader, row)["events"]
    shown = tuple((entry["kind"], _spoken(reader, row, entry)) for entry in each)
    return Proposed(row.id, row.position, row.recorded_at, row.recorded_by, shown)


def _spoken(reader: LogReader, row: Row, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an event that is only proposed, as :func:`ledger.scoring.said` says those of one in the log."""
    return said(reader, row._replace(kind=entry["kind"], version=entry["version"], body=canonical(entry["body"])))
