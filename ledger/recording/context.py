"""What every fact is judged against: the schemes in force and the roster, as the log has them."""

from __future__ import annotations

from typing import NamedTuple, cast

from ledger.aggregates.lexicon import Lexicon
from ledger.aggregates.scheme import Schemes, Terms
from ledger.aggregates.unit import Roster
from ledger.events import SchemeEnacted
from ledger.journal.sqlite import Writer
from ledger.recording.recall import REVERSAL, live, target_of, void_among
from ledger.recording.world import ROSTER_KINDS
from ledger.rules.source import VOCABULARIES, Source


class Context(NamedTuple):
    """The schemes and the roster as of a position. ``ids`` are the roster's events and the reversals among them."""

    position: int
    schemes: Schemes
    roster: Roster
    ids: frozenset[str]


def terms(source: Source) -> Terms:
    """What a scheme lets events name."""
    words = {kind: Lexicon((term.id, (term.name, *term.aliases)) for term in source.terms(kind)) for kind in VOCABULARIES}
    entries = {**source.data["classes"], **source.data["units"]}
    given = {key: frozenset(entry.get("targets", ())) for key, entry in entries.items() if entry}
    targets = tuple(source.data.get("targets", ()))
    return Terms(source.id, source.sha256, source.effective, words, source.classes, targets, given=given)


def current(writer: Writer, known: Context | None) -> Context:
    """The context at the writer's position: ``known`` where nothing recorded since concerns it."""
    if known is None or known.position > writer.position or _concerned(writer, known):
        return _load(writer)
    return known._replace(position=writer.position)


def _concerned(writer: Writer, known: Context) -> bool:
    if known.position == writer.position:
        return False
    rows = writer.rows((SchemeEnacted.kind, *ROSTER_KINDS, REVERSAL), known.position)
    return any(row.kind != REVERSAL or target_of(row) in known.ids for row in rows)


def _load(writer: Writer) -> Context:
    schemes = Schemes()
    for row in writer.rows([SchemeEnacted.kind]):
        (enacted,) = live(writer, [row])
        schemes = schemes.enact(terms(Source(cast(SchemeEnacted, enacted).content)))
    rows = writer.rows(ROSTER_KINDS)
    ids, _ = void_among(writer, rows)
    return Context(writer.position, schemes, Roster.of(live(writer, rows)), frozenset(ids))
