"""Questions that score more than once: under another scheme, under every reading, before and after a scheme comes into force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.errors import BasisError, SchemeError
from ledger.events import FROM_FILES
from ledger.journal.reader import LogReader
from ledger.projections.cut import Enacted, live, reversals, scheme_in_force
from ledger.projections.doubts import Doubt, Doubts, First, alternative, firsts
from ledger.projections.impact import Impact, Rosters, Side, impact, rosters, side
from ledger.projections.standings import Standings
from ledger.rules.readings import Reading, readings
from ledger.rules.source import Source
from ledger.views import ROSTER_KINDS, Question, View, enacted, known, reversed_pairs

Progress = Callable[[int, int], None]
_FACTS: Mapping[str, tuple[str, ...]] = {model.kind: ("on",) for model in FROM_FILES if model.kind not in {*ROSTER_KINDS, "event_reversed"}}


@dataclass(frozen=True, slots=True)
class Falling:
    """The facts recorded already that a retroactive scheme scores: how many of each kind, and the days of the first and last."""

    kinds: Mapping[str, int]
    first: date
    last: date

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON."""
        return {
            "count": sum(self.kinds.values()),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "kinds": dict(self.kinds),
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """What bringing a scheme into force would do, said before it is recorded.

    ``impacts`` are the years that it would be the scheme of, as of today, a past year as of its last day; a scheme of the
    future is shown as of its first day, with what is recorded so far. ``falling`` is None where it is not ``retroactive``, or
    where nothing recorded falls under it.
    """

    scheme: Source
    today: date
    impacts: tuple[Impact, ...]
    falling: Falling | None

    @property
    def retroactive(self) -> bool:
        """Whether it would be in force from a day that is past."""
        return self.scheme.effective < self.today

    def as_json(self) -> dict[str, Any]:
        """The proposal as JSON."""
        return {
            "scheme": self.scheme.id,
            "sha256": self.scheme.sha256,
            "effective": self.scheme.effective.isoformat(),
            "retroactive": self.retroactive,
            "falling": self.falling.as_json() if self.falling else None,
            "years": [each.as_json() for each in self.impacts],
        }


class WhatIf:
    """Answers about one ledger, each from the log as it stands when asked. ``progress`` is told how often it has scored, of how often."""

    def __init__(self, reader: LogReader, today: Callable[[], date]) -> None:
        self._reader = reader
        self._today = today

    def impact(self, scheme: Source, question: Question, class_: str | None, progress: Progress) -> Impact:
        """What a scheme does to the standings that are asked for. A reading is taken under each scheme that has it.

        Raises as :meth:`ledger.scoring.Scoring.standings`, and BasisError for a reading that neither scheme has.
        """
        base = self._view(replace(question, readings={})).source
        asked, of_base, of_other = question.readings, readings(base), readings(scheme)
        shared = {key: option for key, option in asked.items() if key in of_base or key not in of_other}
        was = self._view(replace(question, readings=shared))
        own = {key: option for key, option in asked.items() if key in of_other}
        now = self._view(replace(question, scheme=scheme, readings=own, known_at=f"@{was.basis.cut.position}"))
        tally = _Tally(progress, 2)
        return impact(tally.side(was, class_), tally.side(now), _rosters(was, now))

    def doubts(self, question: Question, class_: str | None, progress: Progress) -> Doubts:
        """The standings, and once more under every other option of every reading, the other readings as asked or at their default.

        Raises as :meth:`ledger.scoring.Scoring.standings`.
        """
        base = self._view(question)
        doubtful = readings(base.source)
        tally = _Tally(progress, 1 + sum(len(reading.options) - 1 for reading in doubtful.values()))
        standings = tally.standings(base, class_)
        doubts = tuple(self._doubt(question, base, reading, class_, tally) for reading in doubtful.values())
        return Doubts(standings, _firsts(base, class_), doubts)

    def _doubt(self, question: Question, base: View, reading: Reading, class_: str | None, tally: _Tally) -> Doubt:
        taken, found = base.plan.readings[reading.id], []
        for option in reading.options:
            if option != taken:
                other = self._view(_under(question, base, {reading.id: option}))
                after = tally.standings(other, class_)
                found.append(alternative(reading, option, base.standings(class_), after, _firsts(other, class_)))
        return Doubt(reading, taken, tuple(found))

    def proposal(self, scheme: Source, progress: Progress) -> Proposal:
        """What bringing a scheme into force would do.

        Raises BasisError or SchemeError where it could not score what is recorded; that the scheme of today cannot is no
        reason to refuse another, and shows no comparison.
        """
        today, position = self._today(), known(self._reader, None)
        concerned = list(_concerned(enacted(self._reader, position), Enacted(position + 1, scheme), today))
        tally, impacts, spans = _Tally(progress, 2 * len(concerned)), [], []
        for year, as_of in concerned:
            question = Question(as_of, year, f"@{position}")
            now = self._view(replace(question, scheme=scheme))
            calendar, after = now.plan.year(year), tally.side(now)
            spans.append((calendar.first, min(calendar.last, as_of.toordinal())))
            with suppress(BasisError, SchemeError):
                was = self._view(question)
                impacts.append(impact(tally.side(was), after, _rosters(was, now)))
        return Proposal(scheme, today, tuple(impacts), self._falling(spans, position))

    def _view(self, question: Question) -> View:
        return View(self._reader, question, self._today())

    def _falling(self, spans: Sequence[tuple[int, int]], position: int) -> Falling | None:
        """The live facts dated within these spans of days, as ordinals."""
        found = live(self._reader.scan(_FACTS, upto=position), reversals(reversed_pairs(self._reader, position)))
        dated = [(fact.on.toordinal(), kind) for _, kind, fact in found]
        inside = [(day, kind) for day, kind in dated if any(first <= day <= last for first, last in spans)]
        if not inside:
            return None
        first, last = (date.fromordinal(edge(inside)[0]) for edge in (min, max))
        return Falling(Counter(kind for _, kind in inside), first, last)


class _Tally:
    """Scores, and tells how often it has."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def standings(self, view: View, class_: str | None) -> Standings:
        found = view.standings(class_)
        self._done += 1
        self._progress(self._done, self._total)
        return found

    def side(self, view: View, class_: str | None = None) -> Side:
        return side(self.standings(view, class_), view.plan, view.evaluation)


def _under(question: Question, base: View, other: Mapping[str, str]) -> Question:
    """The question on the same basis, but for a reading."""
    return replace(question, known_at=f"@{base.basis.cut.position}", readings={**question.readings, **other})


def _firsts(view: View, class_: str | None) -> tuple[First, ...]:
    return firsts(view.standings().rows, view.source.classes if class_ is None else [class_])


def _rosters(was: View, now: View) -> Rosters:
    enrolled = {unit.id: unit.on(was.basis.cut.as_of).name for unit in was.roster.at(was.day)}
    return rosters(enrolled, was.source, now.source)


def _concerned(recorded: Sequence[Enacted], proposed: Enacted, today: date) -> Iterator[tuple[int, date]]:
    """The years, by its own calendar, that a proposed scheme would be the scheme of instead of another, each with the day to look at it."""
    effective, calendar = proposed.source.effective, proposed.source.calendar
    earliest = min((each.source.effective for each in recorded), default=effective)
    last = max(today, effective)
    for year in range(calendar.number(max(effective, earliest)), calendar.number(last) + 1):
        as_of = min(calendar.last(year), last)
        if scheme_in_force([*recorded, proposed], year, as_of) is proposed:
            yield year, as_of
