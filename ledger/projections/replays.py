"""What a replay of a year found: each snapshot beside what the raw log makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Problem
from ledger.projections.snapshots import Difference, Line, Snapshot, differing, holder


@dataclass(frozen=True, slots=True)
class Differing:
    """A holder whose line is not the published one; a line that is on one side only differs in every figure."""

    holder: str
    name: str
    figures: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One snapshot, and what differs: lines, the scheme in force, the log's root before it, the digest of what it holds.

    ``unscored`` is why it could not be scored again on the basis that it states; then no lines are compared.
    """

    snapshot: Snapshot
    lines: tuple[Differing, ...]
    scheme_hash: str
    root: str
    published_root: str
    digest: str
    unscored: Problem | None = None

    @property
    def matches(self) -> bool:
        """Whether everything is as it was published."""
        return not self.lines and not self.broken

    @property
    def broken(self) -> tuple[str, ...]:
        """What does not match beside the lines: ``basis``, ``scheme``, ``checkpoint``, ``digest``."""
        pairs = {
            "scheme": (self.scheme_hash, self.snapshot.scheme_hash),
            "checkpoint": (self.root, self.published_root),
            "digest": (self.digest, self.snapshot.digest),
        }
        return (*(["basis"] if self.unscored else []), *(name for name, (now, then) in pairs.items() if now != then))

    def command(self, each: Differing) -> str:
        """The command that shows how a line comes about."""
        basis = f"--year {self.snapshot.year} --as-of {self.snapshot.as_of} --known-at @{self.snapshot.position}"
        return f"scoreledger score {each.holder} {basis} --explain"

    def as_json(self) -> dict[str, Any]:
        """The snapshot with whether it matches, and each difference with the command that shows it."""
        differences = [
            {"holder": each.holder, "name": each.name, **figure.as_json(), "command": self.command(each)}
            for each in self.lines
            for figure in each.figures
        ]
        return {
            **self.snapshot.as_json(),
            "matches": self.matches,
            "broken": list(self.broken),
            "unscored": self.unscored.text() if self.unscored else None,
            "rows": len(self.snapshot.rows) + len(self.snapshot.persons),
            "differences": differences,
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """A year rebuilt from the raw log: how much there was, what it took, and every snapshot of the year.

    ``root`` is the rebuilt log's, ``head_root`` what the ledger says of itself, both in hex.
    """

    ledger_id: str
    year: int
    events: int
    seconds: float
    root: str
    head_root: str
    evaluator: str
    snapshots: tuple[Replayed, ...]

    @property
    def matches(self) -> bool:
        """Whether the root and every snapshot are what they were."""
        return self.root == self.head_root and all(each.matches for each in self.snapshots)

    @property
    def speed(self) -> int:
        """Events a second."""
        return round(self.events / self.seconds) if self.seconds else self.events

    def as_json(self) -> dict[str, Any]:
        """The report in the contract's words."""
        return {
            "ledger_id": self.ledger_id,
            "year": self.year,
            "events": self.events,
            "seconds": round(self.seconds, 3),
            "events_per_second": self.speed,
            "root": self.root,
            "head_root": self.head_root,
            "evaluator": self.evaluator,
            "matches": self.matches,
            "snapshots": [each.as_json() for each in self.snapshots],
        }


def compared(published: Sequence[Line], again: Sequence[Line], names: Mapping[str, str]) -> tuple[Differing, ...]:
    """The holders whose lines differ, in the order of the first table; ``names`` are those that lines do not say."""
    before, after = ({holder(line): line for line in side} for side in (published, again))
    found = []
    for id in dict.fromkeys([*before, *after]):
        figures = differing(before.get(id), after.get(id))
        if figures:
            line = before.get(id) or after[id]
            found.append(Differing(id, str(line.get("unit") or names.get(id, id)), figures))
    return tuple(found)
