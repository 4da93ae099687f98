"""What another scheme does to the standings: who rises, who falls, by what clause; and the same before a scheme is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger import points
from ledger.commands.show_standings import footing, heading
from ledger.commands.tables import columns, line, stacked
from ledger.commands.words import Titles, amount, kind, several
from ledger.messages import listed, text
from ledger.projections.impact import Impact, Moved, Share
from ledger.whatif import Falling, Proposal

_HASH_SHOWN = 12
_HEADER = (
    *("unit", "unit_id", "class", "rank_before", "rank_after", "class_rank_before", "class_rank_after"),
    *("score_before", "score_after", "score_change", "clauses", "year", "as_of", "known_at", "scheme_before", "scheme_after", "readings"),
)


def impact(found: Impact, titles: Titles, other: Titles) -> Iterator[RenderableType]:
    """The standings against those under the other scheme."""
    yield from heading(found.before.basis, titles)
    basis = found.after.basis
    yield line(
        text("commands.impact_against", {"name": other.name, "scheme": basis.scheme, "hash": basis.scheme_hash[:_HASH_SHOWN]}), "bold"
    )
    yield from (line(text("commands.departs", {"reading": each}), "yellow") for each in other.departures(basis.readings))
    yield line()
    yield from _found(found)
    yield footing(found.before.basis)


def _found(found: Impact) -> Iterator[RenderableType]:
    """The counts, the units that do not stay as they are, and what the other scheme's lists leave open."""
    counts = found.counts()
    yield line(text("commands.impact_places", counts))
    yield line(text("commands.impact_scores", counts))
    moved = [unit for unit in found.units if not unit.stays]
    if moved:
        yield _table(moved)
    if len(moved) < len(found.units):
        yield line(text("commands.impact_unchanged", {"count": len(found.units) - len(moved)}), "dim")
    before, after = len(found.before.unpriced), len(found.after.unpriced)
    if before != after:
        yield line(text("commands.impact_unpriced", {"before": before, "after": after}), "yellow")
    for name, names in found.rosters.as_json().items():
        if names:
            yield line(text(f"commands.impact_{name}", {"names": several(names)}), "yellow")


def _table(moved: Sequence[Moved]) -> Table:
    over_all = any(unit.before.rank and unit.after.rank for unit in moved)
    table = columns(
        None,
        (text("commands.head_unit"), "left"),
        (text("commands.head_class"), "left"),
        (text("commands.head_rank" if over_all else "commands.head_class_rank"), "right"),
        (text("commands.head_score"), "right"),
        (text("commands.head_change"), "right"),
        (text("commands.head_by_clause"), "left"),
    )
    for column in table.columns[2:5]:
        column.no_wrap = True
    for unit in moved:
        score = line(f"{amount(unit.before.score)} → {amount(unit.after.score)}")
        change = line(amount(unit.change, signed=True), "green" if unit.change > 0 else "red" if unit.change < 0 else "")
        table.add_row(line(unit.after.unit), line(unit.after.class_), _ranks(unit), score, change, _clauses(unit))
    return table


def _ranks(unit: Moved) -> Text:
    """The rank, and the one it becomes; in brackets those in the class, where only they differ."""
    before, after = unit.places or (None, None)
    if before != after:
        return line(f"{before} → {after}", "green" if unit.climbed > 0 else "red")
    was, now = unit.before.class_rank, unit.after.class_rank
    return line(f"{before or '–'} ({was} → {now})" if was != now else f"{before or '–'}")


def _clauses(unit: Moved) -> Text:
    """What each rule adds to the change of the score; then what changed beside the score, which measures may stand on."""
    lines = [line(_share(share)) for share in unit.shares if share.scored]
    beside = [_share(share) for share in unit.shares if not share.scored]
    if beside:
        lines.append(line(text("commands.impact_beside", {"shares": listed(beside)}), "dim"))
    return stacked(*lines)


def _share(share: Share) -> str:
    return text("commands.impact_share", {"change": amount(share.change, signed=True), "clause": share.clause, "rule": share.rule})


def proposal(proposed: Proposal) -> Iterator[RenderableType]:
    """What bringing a scheme into force would do."""
    scheme = proposed.scheme
    said = {"name": scheme.name, "scheme": scheme.id, "hash": scheme.sha256[:_HASH_SHOWN], "effective": scheme.effective}
    yield line(text("commands.proposed", said), "bold")
    if proposed.retroactive:
        days = (proposed.today - scheme.effective).days
        yield line(text("commands.retroactive", {"effective": scheme.effective, "days": days}), "yellow")
    if proposed.falling:
        yield line(_falling(proposed.falling), "yellow")
    for found in proposed.impacts:
        basis = found.after.basis
        yield line()
        yield line(text("commands.proposed_year", {"year": basis.year, "as_of": basis.cut.as_of}), "bold")
        yield from [line(text("commands.proposed_same"))] if all(unit.stays for unit in found.units) else _found(found)
    if not proposed.impacts:
        yield line(text("commands.proposed_nothing"))
    yield line()


def _falling(falling: Falling) -> str:
    kinds = (text("commands.counted", {"count": count, "kind": kind(name)}) for name, count in falling.kinds.items())
    return text(
        "commands.falling", {"count": sum(falling.kinds.values()), "first": falling.first, "last": falling.last, "kinds": listed(kinds)}
    )


def sheet(found: Impact) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Every unit for a spreadsheet, with the cut and both schemes."""
    return _HEADER, [_sheet_row(found, unit) for unit in found.units]


def _sheet_row(found: Impact, unit: Moved) -> Sequence[object]:
    before, after, basis = unit.before, unit.after, found.before.basis
    ranks = (before.rank, after.rank, before.class_rank, after.class_rank)
    scores = (points.number(each) for each in (before.score, after.score, unit.change))
    clauses = " ".join(f"{share.rule}:{amount(share.change, signed=True)}" for share in unit.shares if share.scored)
    readings = " ".join(f"{key}={option}" for key, option in {**basis.readings, **found.after.basis.readings}.items())
    cut = (basis.year, basis.cut.as_of, f"{basis.cut.position} {basis.cut.time}", basis.scheme, found.after.basis.scheme, readings)
    return (after.unit, after.unit_id, after.class_, *ranks, *scores, clauses, *cut)
