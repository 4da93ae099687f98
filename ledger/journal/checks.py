"""What the doctor says: one thing that was looked at, how it stands, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ledger.errors import Problem

State = Literal["ok", "note", "wrong"]
"""``note``: nothing is broken, but somebody should know or do something."""


class Check(NamedTuple):
    """One thing that was looked at. ``found`` says what is there, ``advice`` what to do, where something is to be done."""

    name: str
    state: State
    found: Problem
    advice: Problem | None = None

    def as_json(self) -> dict[str, str | None]:
        """The check as JSON."""
        advice = None if self.advice is None else self.advice.text()
        return {"check": self.name, "state": self.state, "found": self.found.text(), "advice": advice}


def fine(name: str, key: str, **params: object) -> Check:
    """A check that found all well, in the words of ``key``."""
    return Check(name, "ok", Problem(key, params=params))
