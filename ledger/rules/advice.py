"""What may be meant otherwise in a scheme that is sound: warnings, each explained in place or mended.

A warning is a value like any problem; its key names it in the file's ``explained``, beside the place and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, product
from typing import Any

from ledger import points
from ledger.errors import Problem
from ledger.rules import fields
from ledger.rules.check import placed
from ledger.rules.coverage import coverage
from ledger.rules.model import Award, Measure, Scheme
from ledger.rules.plan import within
from ledger.rules.prices import Cases, Table
from ledger.rules.readings import readings, resolve, settle
from ledger.rules.scheme import build
from ledger.rules.solve import both, domain, truth
from ledger.rules.source import VOCABULARIES, Source, walk

Advice = Callable[[Scheme, Source], Iterator[Problem]]
_MOST = 4000
"""Combinations of values that are tried for one table."""


@dataclass(frozen=True, slots=True)
class Advised:
    """The warnings of a scheme, and those that its file explains, each with the reason."""

    warnings: tuple[Problem, ...]
    explained: tuple[tuple[Problem, str], ...]


def advise(source: Source, recorded: Sequence[Source] = ()) -> Advised:
    """What there is to warn of in a sound scheme, under its default readings, and beside those recorded in a ledger."""
    scheme = build(resolve(source.data, settle(source, {})))
    told = [placed(source, problem) for each in ADVICE for problem in each(scheme, source)]
    told += [placed(source, problem) for problem in _twice(source, recorded)]
    reasons = {(key, place): why for key, places in scheme.explained.items() for place, why in places.items()}
    names = [(problem.key.removeprefix("rules."), problem.field or "") for problem in told]
    explained = [(problem, reasons[name]) for problem, name in zip(told, names, strict=True) if name in reasons]
    left = [problem for problem, name in zip(told, names, strict=True) if name not in reasons]
    idle = [Problem("rules.explains_nothing", f"explained.{key}.{place}") for key, place in reasons if (key, place) not in names]
    return Advised((*left, *(placed(source, problem) for problem in idle)), tuple(explained))


def _tables(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A cell of a table that is missing, or that its rule's condition never reaches."""
    for rule in scheme.rules:
        if isinstance(rule, Award):
            for case, table in _priced(rule):
                domains = [domain(scheme, rule.match, name) for name in table.by]
                cells = list(product(*domains)) if all(domains) and _size(domains) <= _MOST else []
                for cell in cells:
                    known = dict(zip(table.by, cell, strict=True))
                    reached = truth(both(rule.when, case), known)
                    price = table.price(known.get)
                    if price is None and reached is not False:
                        yield Problem("rules.cell_missing", f"rules.{rule.id}.points", None, {"cell": " · ".join(cell)})
                    elif price is not None and reached is False:
                        yield Problem("rules.cell_unreached", f"rules.{rule.id}.points", None, {"cell": " · ".join(cell)})


def _size(domains: list[tuple[str, ...]]) -> int:
    size = 1
    for each in domains:
        size *= len(each)
    return size


def _priced(rule: Award) -> Iterator[tuple[Any, Table]]:
    """The tables of a price, each with the condition of its case."""
    if isinstance(rule.points, Table):
        yield rule.when, rule.points
    elif isinstance(rule.points, Cases):
        yield from ((case.when, case.worth) for case in rule.points.cases if isinstance(case.worth, Table))


def _overlaps(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Two awards that can match one fact on one account without saying so."""
    awards = [rule for rule in scheme.rules if isinstance(rule, Award)]
    for one, other in combinations(awards, 2):
        apart = one.match != other.match or one.credit != other.credit or other.id in one.besides or one.id in other.besides
        grouped = one.group is not None and one.group == other.group
        held = within(one.account, other.account) or within(other.account, one.account)
        if not apart and not grouped and held and _together(scheme, one, other):
            yield Problem("rules.overlap", f"rules.{other.id}", None, {"other": one.id, "account": one.account})


def _together(scheme: Scheme, one: Award, other: Award) -> bool:
    """Whether some fact meets both conditions, as far as their closed fields can tell; points awarded name their rule."""
    if one.match == "points_awarded":
        return False
    when = both(one.when, other.when)
    names = sorted({*fields.of_condition(one.when), *fields.of_condition(other.when)})
    domains = [domain(scheme, one.match, name, when) or ("",) for name in names]
    return any(truth(when, dict(zip(names, values, strict=True))) is not False for values in product(*domains))


def _words(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A word of the vocabulary that no rule can meet."""
    matching = [
        (each.match, each.when) for rule in scheme.rules if (each := rule if isinstance(rule, Award) else getattr(rule, "count", None))
    ]
    for kind in VOCABULARIES:
        for word in scheme.vocabulary.get(kind, {}):
            met = any(kind in fields.known(scheme, match) and truth(when, {kind: word}) is not False for match, when in matching)
            if not met:
                yield Problem("rules.word_unused", f"vocabulary.{kind}.{word}", None, {"word": scheme.vocabulary[kind][word].name})


def _targets(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Targets of one thing for two periods that do not add up."""
    held = [
        (rule, scheme_measure(scheme, rule.against.of))
        for rule in scheme.rules
        if isinstance(rule, Measure) and rule.against and rule.target
    ]
    for (fine, of_fine), (coarse, of_coarse) in product(held, held):
        if of_fine.period != of_coarse.period and _alike(of_fine, of_coarse) and fine.target != coarse.target:
            count = len(scheme.calendar.year(2001, (fine.period,)).slots[fine.period])
            if coarse.period == "year":
                yield from _contradictions(scheme, str(fine.target), str(coarse.target), count)


def scheme_measure(scheme: Scheme, name: str) -> Measure:
    """A measure by its id."""
    return next(rule for rule in scheme.rules if isinstance(rule, Measure) and rule.id == name)


def _alike(one: Measure, other: Measure) -> bool:
    return (one.count, one.sum, one.weighted) == (other.count, other.sum, other.weighted)


def _contradictions(scheme: Scheme, fine: str, coarse: str, count: int) -> Iterator[Problem]:
    holders = {f"classes.{key}": entry.targets for key, entry in scheme.classes.items()}
    own = {key: unit for key, unit in scheme.units.items() if unit.targets}
    holders |= {f"units.{key}": {**scheme.classes[unit.class_].targets, **unit.targets} for key, unit in own.items()}
    for place, targets in holders.items():
        if fine in targets and coarse in targets and targets[fine] * count != targets[coarse]:
            known = {"fine": fine, "coarse": coarse, "sum": points.text(targets[fine] * count), "whole": points.text(targets[coarse])}
            yield Problem("rules.targets_contradict", f"{place}.targets", None, known)


def _clauses(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A rule whose words say no more than its clause."""
    for rule in scheme.rules:
        if not rule.text.strip() or rule.text.strip() == rule.clause.strip():
            yield Problem("rules.no_words", f"rules.{rule.id}.text", None, {"clause": rule.clause})


def _readings(_scheme: Scheme, source: Source) -> Iterator[Problem]:
    """A reading that leaves no choice."""
    for reading in readings(source).values():
        if len(reading.options) == 1:
            yield Problem("rules.one_option", f"readings.{reading.id}", None, {"reading": reading.id})


def _dates(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Days of the first year without rules, and rules for days before they were issued."""
    number = scheme.calendar.number(scheme.effective)
    first = scheme.calendar.first(number)
    if first < scheme.effective:
        until = scheme.effective - timedelta(days=1)
        yield Problem("rules.days_without_rules", "effective", None, {"first": first, "last": until, "year": number})
    if scheme.issued > scheme.effective:
        yield Problem("rules.issued_later", "issued", None, {"issued": scheme.issued, "effective": scheme.effective})


def _twice(source: Source, recorded: Sequence[Source]) -> Iterator[Problem]:
    """A day from which two schemes are in force: the later recorded would win."""
    for other in recorded:
        if other.effective == source.effective and other != source:
            yield Problem("rules.two_schemes", "effective", None, {"scheme": other.id, "effective": other.effective})


def _coverage(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Clauses of the source that no rule cites, and clauses that are cited and not the source's."""
    if not scheme.clauses:
        yield Problem("rules.no_clauses", "clauses")
        return
    said = coverage(scheme)
    yield from (Problem("rules.clause_uncited", f"clauses.{clause}", None, {"clause": clause}) for clause in said.uncited)
    yield from (Problem("rules.clause_unknown", place, None, {"clause": clause}) for place, clause in said.unknown)
    yield from (Problem("rules.clause_cited_after_all", f"uncited.{clause}", None, {"clause": clause}) for clause in said.after_all)


def _groups(scheme: Scheme, source: Source) -> Iterator[Problem]:
    """A group that no award is in, under any reading."""
    used = {node for path, node in walk(source.data.get("rules", [])) if ".group" in path and isinstance(node, str)}
    for name in scheme.groups:
        if name not in used:
            yield Problem("rules.group_unused", f"groups.{name}", None, {"group": name})


ADVICE: tuple[Advice, ...] = (_tables, _overlaps, _words, _targets, _clauses, _readings, _dates, _coverage, _groups)
