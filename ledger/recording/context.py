"""What every fact is judged against: the schemes in force and the roster, as the log has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple, cast

from ledger import points
from ledger.aggregates.extra import Declared
from ledger.aggregates.lexicon import Lexicon
from ledger.aggregates.oversight import Oversight
from ledger.aggregates.period import Closed, Periods
from ledger.aggregates.scheme import Schemes, Terms
from ledger.aggregates.unit import Roster
from ledger.events import PeriodClosed, PointsAwarded, PolicySet, SchemeEnacted
from ledger.journal.decode import fact_of
from ledger.journal.rows import Row
from ledger.journal.writer import Writer
from ledger.recording.recall import REVERSAL, live, restore, target_of, void_among
from ledger.recording.world import ROSTER_KINDS
from ledger.rules.readings import resolve, settle
from ledger.rules.source import VOCABULARIES, OwnField, Source, walk
from ledger.rules.vetoes import vetoes
from ledger.views import OF_SCHEME, source_of

_FOUNDATIONS = (SchemeEnacted.kind, PeriodClosed.kind, PolicySet.kind)
_WIDEST = 10**14 - 1
"""The most hundredths that can be written: see :func:`ledger.points.parse`."""


class Context(NamedTuple):
    """What is in force and closed as of a position. ``ids`` are the roster's events and the reversals among them."""

    position: int
    schemes: Schemes
    roster: Roster
    ids: frozenset[str]
    periods: Periods
    oversight: Oversight


def terms(source: Source) -> Terms:
    """What a scheme lets events name, its readings at their defaults."""
    settled = Source(resolve(source.data, settle(source, {})))
    words = {kind: Lexicon((term.id, (term.name, *term.aliases)) for term in settled.terms(kind)) for kind in VOCABULARIES}
    entries = {**settled.data["classes"], **settled.data["units"]}
    given = {key: frozenset(entry.get("targets", ())) for key, entry in entries.items() if entry}
    targets = tuple(settled.data.get("targets", ()))
    fields = {kind: {key: _declared(field) for key, field in of_kind.items()} for kind, of_kind in settled.fields.items()}
    awards = dict(_awards(settled.data["rules"]))
    return Terms(
        scheme=source.id,
        sha256=source.sha256,
        effective=source.effective,
        words=words,
        classes=source.classes,
        targets=targets,
        awards=awards,
        given=given,
        fields=fields,
        vetoes=vetoes(source),
        says=_says(source),
    )


def schemes_of(sources: Iterable[Source]) -> Schemes:
    """The schemes, given in the order in which they were recorded."""
    return reduce(lambda known, source: known.enact(terms(source)), sources, Schemes())


def _says(source: Source) -> str:
    return Source({name: value for name, value in source.data.items() if name != "effective"}).sha256


def _declared(field: OwnField) -> Declared:
    return Declared(field.type, Lexicon((key, (name,)) for key, name in field.choices.items()), field.required)


def _awards(rules: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The rules that leave the number of points to an officer, each with the widest range that any of its prices allows."""
    for rule in rules:
        if rule.get("match") == PointsAwarded.kind and rule["kind"] == "award":
            prices = [price for _, price in walk(rule["points"]) if isinstance(price, Mapping) and price.get("field") == "points"]
            if prices:
                ranges = [(_bound(price, "least", -_WIDEST), _bound(price, "most", _WIDEST)) for price in prices]
                yield rule["id"], (min(least for least, _ in ranges), max(most for _, most in ranges))


def _bound(price: Mapping[str, Any], end: str, otherwise: int) -> int:
    return points.parse(price[end]) if end in price else otherwise


def current(writer: Writer, known: Context | None) -> Context:
    """The context at the writer's position: ``known`` where nothing recorded since concerns it."""
    if known is None or known.position > writer.position or _concerned(writer, known):
        return _load(writer)
    return known._replace(position=writer.position)


def _concerned(writer: Writer, known: Context) -> bool:
    if known.position == writer.position:
        return False
    rows = writer.rows((*_FOUNDATIONS, *ROSTER_KINDS, REVERSAL), known.position)
    return any(row.kind != REVERSAL or target_of(row) in known.ids for row in rows)


def _load(writer: Writer) -> Context:
    enacted = writer.rows([SchemeEnacted.kind])
    schemes = schemes_of(source_of(row.position, fact_of(row, OF_SCHEME)) for row in enacted)
    rows = writer.rows(ROSTER_KINDS)
    ids, _ = void_among(writer, rows)
    periods = Periods(tuple(map(closed_by, writer.rows([PeriodClosed.kind]))))
    return Context(writer.position, schemes, Roster.of(live(writer, rows)), frozenset(ids), periods, _oversight(writer))


def closed_by(row: Row) -> Closed:
    """The period that an event closed, without what its snapshot holds."""
    fact = fact_of(row, ("period", "first", "on"))
    return Closed(fact.period, fact.first, fact.on)


def _oversight(writer: Writer) -> Oversight:
    """What the policy that was set last covers."""
    return reduce(lambda known, row: known.evolve(cast(PolicySet, restore(row))), writer.rows([PolicySet.kind]), Oversight())
