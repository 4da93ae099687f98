"""Can the times that a scheme speaks of be taken? From moment to moment of one subject, and judged by bands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ledger import events
from ledger.errors import Problem
from ledger.rules import fields
from ledger.rules.conditions import ALWAYS, Condition, Exists, leaves
from ledger.rules.model import Assess, Elapsed, Measure, Scheme


def timed(scheme: Scheme) -> Iterator[Problem]:
    """Times run from what begins a subject to what has a moment there, and a judgement of one has bands and nothing else."""
    times = {rule.id: rule.elapsed for rule in scheme.rules if isinstance(rule, Measure) and rule.elapsed}
    for rule, elapsed in times.items():
        yield from _taken(f"rules.{rule}", elapsed)
    for judging in scheme.rules:
        if isinstance(judging, Assess) and judging.measure in times:
            for name in _beside_bands(judging):
                yield Problem("rules.time_in_bands", f"rules.{judging.id}", None, {"value": name})


def _taken(place: str, elapsed: Elapsed) -> Iterator[Problem]:
    start, end = elapsed.from_, elapsed.to
    known = start in events.KINDS and end in events.KINDS
    if known and not (_begins(start) and end != start and fields.stream(end) == fields.stream(start)):
        yield Problem("rules.not_timed", place, None, {"from": start, "to": end})
    for condition in (elapsed.from_when, elapsed.when):
        for name in _elsewhere(condition):
            yield Problem("rules.not_of_time", place, None, {"value": name})


def _begins(kind: str) -> bool:
    """Whether a kind of fact begins a subject's life at a moment."""
    return kind in fields.OPENERS.values() and events.KINDS[kind].model_fields["on"].annotation is datetime


def _elsewhere(condition: Condition) -> Iterator[str]:
    """What a condition asks that neither the fact nor its subject can say."""
    for leaf in leaves(condition):
        if isinstance(leaf, Exists):
            yield "exists"
        elif leaf.field in fields.DERIVED:
            yield leaf.field


def _beside_bands(rule: Assess) -> Iterator[str]:
    """What a judgement of a time says that nothing would come of."""
    if rule.when != ALWAYS:
        yield "when"
    if rule.judged != "daily":
        yield f"judged: {rule.judged}"
    yield from (name for name in ("each", "beyond", "worth") if getattr(rule, name))
