"""Closed periods, read from the log: what to close, what was published, and whether it is still so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from unicodedata import normalize

from ledger.errors import BasisError, LogError, Unknown, nearest
from ledger.journal.decode import fact_of
from ledger.journal.reader import LogReader
from ledger.journal.record import canonical
from ledger.journal.rows import Row
from ledger.projections.cut import scheme_in_force
from ledger.projections.snapshots import Line, Snapshot, line, lines
from ledger.projections.standings import person_row
from ledger.rules.calendar import Period
from ledger.views import Question, View, enacted, known, ledger_id

_AS_THEY_ARE = (
    "period", "first", "year", "position", "checkpoint", "scheme", "scheme_hash", "readings", "evaluator", "scored_account", "rows",
    "digest",
)  # fmt: skip
_EXAMPLES = "2024Q3, 2024-09, 2024H1, 2024"


class Closing:
    """Questions about closed periods, each answered from the log as it stands when asked."""

    def __init__(self, reader: LogReader, today: Callable[[], date]) -> None:
        self._reader = reader
        self._today = today

    def period(self, name: str) -> tuple[int, Period]:
        """The year and the period of a name, by the calendar of the scheme that scores it.

        Raises Unknown for a name that no calendar has, BasisError for a period before every scheme.
        """
        recorded = enacted(self._reader, known(self._reader, None))
        failed: BasisError | None = None
        for each in sorted(recorded, key=lambda each: (each.source.effective, each.position), reverse=True):
            found = each.source.calendar.period(name)
            if found is None:
                continue
            try:
                scheme = scheme_in_force(recorded, found[0], date.fromordinal(found[1].last))
            except BasisError as error:
                failed = error
                continue
            if scheme.source.calendar == each.source.calendar:
                return found
        if failed:
            raise failed
        meant = normalize("NFKC", name).strip().upper()
        if meant != name and any(each.source.calendar.period(meant) for each in recorded):
            raise Unknown.of("application.period_meant", field="period", written=name, meant=meant)
        raise Unknown.of("application.no_period", field="period", written=name, examples=_EXAMPLES)

    def published(self, year: int, period: Period, position: int) -> Mapping[str, Any]:
        """What closing a period records: the table as of its last day, as known at the log's last position."""
        from ledger.proofs.prover import Prover  # who asks what was published proves nothing

        view = self._view(Question(date.fromordinal(period.last), year, f"@{position}"))
        persons = () if view.plan.scheme.persons is None else _persons(view)
        return {
            "year": year,
            "position": position,
            "checkpoint": Prover(self._reader, ledger_id(self._reader)).checkpoint_at(position).text(),
            "scheme": view.basis.scheme,
            "scheme_hash": view.basis.scheme_hash,
            "readings": dict(view.plan.readings),
            "evaluator": view.basis.evaluator,
            "scored_account": view.basis.scored_account,
            "rows": lines(view.standings()),
            "persons": persons or None,
        }

    def snapshots(self, name: str | None = None) -> list[Snapshot]:
        """The closed periods in the order in which they were closed, or the one of a name.

        Raises Unknown where that is not closed, LogError for an event that is no snapshot.
        """
        found = [self._snapshot(row) for row in self._reader.rows(kinds={"period_closed"})]
        chosen = found if name is None else [each for each in found if each.period == name]
        if name is not None and not chosen:
            closed = [each.period for each in found]
            raise Unknown.of("application.not_closed", field="period", written=name, nearest=nearest(name, closed))
        return chosen

    def again(self, snapshot: Snapshot) -> tuple[tuple[Line, ...], tuple[Line, ...], str]:
        """The units' lines and the persons' of a snapshot, scored again on its own basis, and the scheme's hash there."""
        question = Question(snapshot.as_of, snapshot.year, f"@{snapshot.position}", snapshot.readings)
        view = self._view(question)
        persons = _persons(view) if snapshot.persons else ()
        return lines(view.standings()), persons, view.basis.scheme_hash

    def _snapshot(self, row: Row) -> Snapshot:
        """The snapshot that an event holds."""
        said = _read(row)
        known_at = max(1, min(said.position, row.position - 1))  # an altered one may say a position that is not there
        return Snapshot(
            at=row.position,
            id=row.id,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            as_of=said.on,
            persons=said.persons or (),
            time=self._reader.time_of(known_at),
            **{name: getattr(said, name) for name in _AS_THEY_ARE},
        )

    def _view(self, question: Question) -> View:
        return View(self._reader, question, self._today())


def _read(row: Row) -> Any:
    """What a closing says. Raises LogError for an event that is none, or whose lines are none."""
    said = fact_of(row)
    for each in (*said.rows, *(said.persons or ())):
        whose = each.get("person_id", each.get("unit_id"))
        if not isinstance(whose, str) or not isinstance(each.get("score"), int):
            raise LogError.of("journal.bad_body", position=row.position, reason=canonical(each).decode())
    return said


def _persons(view: View) -> tuple[Line, ...]:
    """The persons' lines, the best first, by id alone."""
    return tuple(line(person_row(standing, "")) for standing in view.evaluation.persons.values())
