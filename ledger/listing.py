"""The log as it is shown: every event with what reverses it, chosen by kind, unit or id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger import events
from ledger.errors import Unknown, nearest
from ledger.journal.reader import LogReader
from ledger.journal.rows import Row
from ledger.projections.cut import live, reversals
from ledger.rules.roster import Roster
from ledger.scoring import said
from ledger.views import ROSTER_KINDS, known, reversed_pairs


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as the log shows it: its envelope, what reverses it, and its fields with persons by name."""

    position: int
    id: str
    kind: str
    recorded_at: str
    recorded_by: str
    reversed_by: str | None
    fields: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The event in the contract's words."""
        return {
            "position": self.position,
            "id": self.id,
            "kind": self.kind,
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by,
            "reversed_by": self.reversed_by,
            **{name: value for name, value in self.fields.items() if name != "id"},
        }


def listed(
    reader: LogReader, *, since: int = 0, kind: str | None = None, unit: str | None = None, ids: Collection[str] | None = None
) -> Iterator[LoggedEvent]:
    """The events after a position, in order; of one kind, of one unit and the items and calls it is part of, or of these ids.

    Raises Unknown for a kind or a unit that is not there.
    """
    last = known(reader, None)
    by_reversal = reversals(reversed_pairs(reader, last))
    subject = None if unit is None else f"unit:{_roster(reader, last, by_reversal).find(unit).id}"
    streams = None if subject is None else reader.streams_of(subject)
    kinds = None if kind is None else {_known_kind(kind)}
    rows = list(reader.rows(since=since, upto=last, kinds=kinds, ids=ids, subject=subject, streams=streams))
    by = reader.ids(by_reversal.values())
    reversed_by = {target: by[reversal] for target, reversal in by_reversal.items()}
    return (_logged(reader, row, reversed_by.get(row.position)) for row in rows)


def _roster(reader: LogReader, last: int, by_reversal: Mapping[int, int]) -> Roster:
    return Roster(live(reader.scan(ROSTER_KINDS, upto=last), by_reversal))


def _logged(reader: LogReader, row: Row, reversed_by: str | None) -> LoggedEvent:
    return LoggedEvent(row.position, row.id, row.kind, row.recorded_at, row.recorded_by, reversed_by, said(reader, row))


def _known_kind(kind: str) -> str:
    if kind not in events.KINDS:
        raise Unknown.of("application.no_kind", field="kind", kind=kind, nearest=nearest(kind, events.KINDS))
    return kind
