"""Facts joined with their subjects, and turned into entries for each unit in order of business date.

An *entry* is a change of one rule's value for one unit on one day, a plain tuple because there are very many::

    (day, rule, hundredths, cell, positions, note)

``day`` is a proleptic ordinal, ``rule`` the rule's place in the scheme, ``cell`` that of the year's periods in which it
counts (:class:`~ledger.rules.calendar.Year`), ``positions`` those in the log of the events behind it. An entry of a
rule that posts is a posting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from ledger.rules import fields
from ledger.rules.award import Program, getter

Fact = Any
"""A decoded event: an object with the fields of its kind."""
Entry = tuple[int, int, int, int, tuple[int, ...], str | None]


@dataclass
class Joined:
    """The facts of a cut: subjects by stream and id, and the rest in order of business date, then log position.

    ``positions`` holds where each subject began whose time is measured, ``aside`` the facts of kinds asked for by name.
    """

    subjects: dict[str, dict[str, Fact]] = field(default_factory=lambda: {stream: {} for stream in fields.OPENERS})
    positions: dict[str, int] = field(default_factory=dict)
    rest: list[tuple[int, int, str, Fact]] = field(default_factory=list)
    aside: dict[str, list[tuple[int, Fact]]] = field(default_factory=dict)


def join(
    facts: Iterable[tuple[int, str, Fact]], programs: Mapping[str, tuple[Program, ...]], timed: Collection[str], aside: Collection[str]
) -> Joined:
    """Sort a cut's facts by what they are.

    Openers are kept as subjects, and also as facts where a rule matches them; of those that are ``timed``, where they began.
    Facts of the kinds ``aside`` are kept by themselves, in order of position, as well.
    """
    joined = Joined(aside={kind: [] for kind in aside})
    opening = {kind: (joined.subjects[stream], getter((stream,))) for stream, kind in fields.OPENERS.items()}
    kept = joined.aside
    rest = joined.rest
    for position, kind, fact in facts:
        if kind in kept:
            kept[kind].append((position, fact))
        opened = opening.get(kind)
        if opened is not None:
            subjects, name = opened
            subjects[name(fact)] = fact
            if kind in timed:
                joined.positions[name(fact)] = position
            if kind not in programs:
                continue
        rest.append((fact.on.toordinal(), position, kind, fact))
    rest.sort(key=itemgetter(0))
    return joined
