"""What a stress run came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Told what is done, of how many."""

MOST_SHOWN = 20
"""Faults of one subject that are said one by one; the rest are counted."""


def quiet(_done: int, _total: int) -> None:
    """Where nobody wants to be told of progress."""


@dataclass(frozen=True, slots=True)
class Report:
    """One subject: what was tried, how often, which faults came out, and what else was counted on the way.

    ``faults`` is empty where all held. Each names the state, input or moment it takes to see it again.
    """

    subject: str
    tried: int
    faults: tuple[str, ...]
    counted: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The report as JSON."""
        return {"subject": self.subject, "tried": self.tried, "faults": list(self.faults), "counted": dict(self.counted)}

    def lines(self) -> list[str]:
        """The report for a person: one line, and one for each fault."""
        counted = "".join(f", {number} {what}" for what, number in self.counted.items())
        said = [f"{self.subject}: {self.tried} tried, {len(self.faults)} faults{counted}"]
        said += [f"  {fault}" for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            said.append(f"  and {len(self.faults) - MOST_SHOWN} more")
        return said
