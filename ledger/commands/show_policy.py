"""Four eyes for people: the policy, and what waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from ledger.commands.tables import columns, line, stacked
from ledger.commands.words import Words, kind, moment
from ledger.messages import listed, text
from ledger.proposing import Policy, Proposed
from ledger.values import Covered


def policy(found: Policy) -> Iterator[RenderableType]:
    """What takes four eyes, by what event."""
    if not found.covers:
        yield line(text("commands.policy_off"))
    else:
        yield line(text("commands.policy_on", {"covered": listed(map(_covered, found.covers))}), "bold")
    if found.position is not None:
        yield line(text("commands.policy_by", {"position": found.position, "actor": found.recorded_by, "reason": found.reason}))


def _covered(name: str | Covered) -> str:
    return text("commands.detailed", {"what": text(f"commands.covered_{name}"), "details": name})


def proposals(found: Sequence[Proposed], words: Words) -> RenderableType:
    """The proposals that wait, each with what it would record."""
    if not found:
        return line(text("commands.no_proposals"))
    table = columns(
        None,
        (text("commands.head_position"), "right"),
        (text("commands.head_id"), "left"),
        (text("commands.head_proposed"), "left"),
        (text("commands.head_what"), "left"),
    )
    for each in found:
        events = [f"{kind(of)} {fields['on']} {words.event(of, fields)}" for of, fields in each.events]
        whose = line(f"{moment(each.recorded_at)} {each.recorded_by}")
        table.add_row(line(f"@{each.position}"), line(each.id), whose, stacked(*map(line, events)))
    return table
