"""Closed periods for people: the snapshots, and what is no longer as it was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from ledger.commands.show_standings import standings
from ledger.commands.tables import columns, line
from ledger.commands.words import Titles, amount, flags, kind, moment, several
from ledger.commands.words import period as in_words
from ledger.messages import listed, text
from ledger.projections.restatements import Effect, Restatement, score
from ledger.projections.snapshots import Difference, Snapshot
from ledger.projections.standings import Standings

_DIGEST_SHOWN = 16
_RANKS = frozenset({"rank", "class_rank"})
_POINTS = frozenset({"score", "pending", "if_closed"})


def closed(snapshot: Snapshot) -> Iterator[RenderableType]:
    """One snapshot, as it has just been recorded."""
    said = {"period": in_words(snapshot.period), "units": len(snapshot.rows), "at": snapshot.at, "known_at": snapshot.position}
    yield line(text("commands.is_closed", {**said, "as_of": snapshot.as_of}), "bold")
    yield line(text("commands.closed_scheme", {"scheme": snapshot.scheme, "hash": snapshot.scheme_hash}))
    yield line(text("commands.closed_digest", {"digest": snapshot.digest}))
    yield line(text("commands.closed_checkpoint"))
    yield from (line(f"  {each}") for each in snapshot.checkpoint.splitlines())


def published(snapshot: Snapshot, table: Standings, titles: Titles) -> Iterator[RenderableType]:
    """The table that a closing recorded."""
    yield from standings(table, titles)
    yield line(text("commands.closed_digest", {"digest": snapshot.digest}))


def snapshots(found: Sequence[Snapshot]) -> RenderableType:
    """The closed periods, in the order in which they were closed."""
    if not found:
        return line(text("commands.no_snapshots"))
    table = columns(
        None,
        (text("commands.head_period"), "left"),
        (text("commands.head_as_of"), "left"),
        (text("commands.head_position"), "right"),
        (text("commands.head_recorded"), "left"),
        (text("commands.head_scheme"), "left"),
        (text("commands.head_units"), "right"),
        (text("commands.head_digest"), "left"),
    )
    for each in found:
        table.add_row(
            line(each.period),
            line(str(each.as_of)),
            line(f"@{each.at}"),
            line(f"{moment(each.recorded_at)} {each.recorded_by}"),
            line(each.scheme),
            line(str(len(each.rows))),
            line(f"{each.digest[:_DIGEST_SHOWN]}…"),
        )
    return table


def snapshots_sheet(found: Sequence[Snapshot]) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """The same as rows."""
    names = (
        *("period", "first", "as_of", "year", "position", "recorded_at", "recorded_by"),
        *("known_at", "scheme", "scheme_hash", "units", "digest"),
    )
    return names, ([said[name] for name in names] for said in (each.as_json() for each in found))


def restatements(closed: Sequence[Snapshot], found: Sequence[Restatement], titles: Titles) -> Iterator[RenderableType]:
    """For each closed period the units whose figures differ, and the events that did it."""
    if not closed:
        yield line(text("commands.no_snapshots"))
    for snapshot in closed:
        said = {"period": in_words(snapshot.period), "as_of": snapshot.as_of, "at": snapshot.at, "digest": snapshot.digest[:_DIGEST_SHOWN]}
        yield line(text("commands.restated", said), "bold")
        yield from _period([each for each in found if each.snapshot.at == snapshot.at], titles)
        yield line()


def _period(found: Sequence[Restatement], titles: Titles) -> Iterator[RenderableType]:
    shown = [each for each in found if not _only_ranks(each)]
    others = [each.unit for each in found if _only_ranks(each)]
    if not found:
        yield line(text("commands.nothing_restated"), "green")
    if shown:
        yield _table(shown, titles)
    if others:
        yield line(text("commands.only_ranks", {"units": several(others)}), "dim")


def _only_ranks(each: Restatement | Effect) -> bool:
    return all(figure.field in _RANKS for figure in each.figures)


def _table(found: Sequence[Restatement], titles: Titles) -> Table:
    table = columns(
        None,
        (text("commands.head_unit"), "left"),
        (text("commands.head_published"), "right"),
        (text("commands.head_now"), "right"),
        (text("commands.head_change"), "right"),
        (text("commands.head_event"), "left"),
        (text("commands.head_why"), "left"),
        (text("commands.head_points"), "right"),
    )
    for each in found:
        total = [line(each.unit), line(_score(each.published)), line(_score(each.current)), line(amount(each.change, signed=True))]
        effects = [effect for effect in each.effects if not _only_ranks(effect)]
        for at, effect in enumerate(effects):
            head = total if at == 0 else [line()] * len(total)
            table.add_row(*head, line(_event(effect)), line(_why(effect, titles)), line(amount(effect.change, signed=True)))
    return table


def _score(side: Mapping[str, Any] | None) -> str:
    return amount(score(side)) if side else text("commands.never")


def _event(effect: Effect) -> str:
    """The event of an effect: what kind of cause, where it stands, and its id."""
    step, cause = effect.step, text(f"commands.cause_{effect.step.cause}")
    if step.position is None:
        return cause
    return text("commands.caused", {"cause": cause, "kind": kind(str(step.kind)), "position": step.position, "id": step.id})


def _why(effect: Effect, titles: Titles) -> str:
    """The reason that was given, and what moved beside the score."""
    beside = [moved(figure, titles) for figure in effect.figures if figure.field not in {"score", *_RANKS}]
    return listed([*([effect.step.reason] if effect.step.reason else []), *beside], "besides")


def moved(figure: Difference, titles: Titles) -> str:
    """A figure in words, with what it was and what it is."""
    name, _, measure = figure.field.partition(".")
    title = titles.measure(measure) if measure else text(f"commands.head_{name}")
    before, after = (_value(name, value) for value in (figure.before, figure.after))
    return text("commands.figure_moved", {"figure": title, "before": before, "after": after})


def _value(name: str, value: Any) -> str:
    """A recorded value in words; measures are hundredths or dates."""
    if name == "flags":
        return flags(value or ()) or text("commands.never")
    if value is None:
        return text("commands.never")
    return amount(value) if isinstance(value, int) and name in {*_POINTS, "measures"} else str(value)


def restatements_sheet(found: Sequence[Restatement]) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """A row for each effect, that the changes can be added up from."""
    names = ("period", "unit", "unit_id", "published", "current", "difference")
    effect = ("position", "id", "kind", "cause", "reason", "points")
    whole = [(each.as_json(), step.as_json(), step) for each in found for step in each.effects]
    rows = (
        [*(said[name] for name in names), *(moved[name] for name in effect), "; ".join(figure.field for figure in step.figures)]
        for said, moved, step in whole
    )
    return (*names, *effect, "figures"), rows
