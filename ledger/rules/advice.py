"""What may be meant otherwise in a scheme that is sound: warnings, each explained in place or mended.

A warning is a value like any problem; its key names it in the file's ``explained``, beside the place and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice, product
from math import prod
from typing import Any

from ledger import points
from ledger.errors import Problem
from ledger.rules import fields
from ledger.rules.check import placed
from ledger.rules.conditions import Condition, Not, as_text
from ledger.rules.coverage import coverage
from ledger.rules.model import Assess, Award, Flag, Limit, Measure, Scheme
from ledger.rules.plan import within
from ledger.rules.prices import Cases, Fixed, Table
from ledger.rules.readings import readings, resolve, settle
from ledger.rules.scheme import build
from ledger.rules.solve import both, domain, options, plain, truth
from ledger.rules.source import VOCABULARIES, Source, walk

Advice = Callable[[Scheme, Source], Iterator[Problem]]
_MOST = 4000
"""Combinations of values that are tried for one table, or one condition."""
_FEW = 5
"""Names that are told of many."""
_HALF = 6
"""The last month of a year's first half."""


@dataclass(frozen=True, slots=True)
class Advised:
    """The warnings of a scheme, and those that its file explains, each with the reason."""

    warnings: tuple[Problem, ...]
    explained: tuple[tuple[Problem, str], ...]


def advise(source: Source, recorded: Sequence[Source] = ()) -> Advised:
    """What there is to warn of in a sound scheme, under its default readings, and beside those recorded in a ledger."""
    scheme = build(resolve(source.data, settle(source, {})))
    told = [placed(source, problem) for each in ADVICE for problem in each(scheme, source) if not _ruled(scheme, problem, recorded)]
    told += [placed(source, problem) for problem in _twice(source, recorded)]
    reasons = {(key, place): why for key, places in scheme.explained.items() for place, why in places.items()}
    names = [(problem.key.removeprefix("rules."), problem.field or "") for problem in told]
    explained = [(problem, reasons[name]) for problem, name in zip(told, names, strict=True) if name in reasons]
    left = [problem for problem, name in zip(told, names, strict=True) if name not in reasons]
    idle = [Problem("rules.explains_nothing", f"explained.{key}.{place}") for key, place in reasons if (key, place) not in names]
    return Advised((*left, *(placed(source, problem) for problem in idle)), tuple(explained))


def _tables(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A cell of a table that is missing, or that the conditions before it never reach."""
    for rule in _awards(scheme):
        for when, price in _priced(rule.points, rule.when):
            if isinstance(price, Table):
                yield from _cells(scheme, rule, when, price)


def _awards(scheme: Scheme) -> list[Award]:
    return [rule for rule in scheme.rules if isinstance(rule, Award)]


def _cells(scheme: Scheme, rule: Award, when: Condition, table: Table) -> Iterator[Problem]:
    choices = [options(scheme, rule.match, name) for name in table.by]
    place, count = f"rules.{rule.id}.points", prod(map(len, choices))
    if count > _MOST:
        yield Problem("rules.table_large", place, None, {"count": count, "most": _MOST})
    when, reached, priced = plain(scheme, when), set(), set()
    for each in islice(product(*choices), _MOST):  # none, where some field is not a closed one
        known = {name: value for choice in each for name, value in choice.items()}
        cell = " · ".join(as_text(known[name]) or known[fields.root(name)] for name in table.by)
        reached |= {cell} if truth(when, known) is not False else set()
        priced |= {cell} if table.price(known.get) is not None else set()
    yield from (Problem("rules.cell_missing", place, None, {"cell": cell}) for cell in sorted(reached - priced))
    yield from (Problem("rules.cell_unreached", place, None, {"cell": cell}) for cell in sorted(priced - reached))


def _priced(price: Any, when: Condition) -> Iterator[tuple[Condition, Any]]:
    """A price, and those of its cases however deep, each with what has to hold for it: its own conditions, and none before it."""
    yield when, price
    for case in price.cases if isinstance(price, Cases) else ():
        yield from _priced(case.worth, both(when, case.when))
        when = both(when, Not(case.when))


def _cases(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A case that those before it, or the rule's own condition, leave nothing for; a table's cells tell of their own."""
    for rule in _awards(scheme):
        for when, price in _priced(rule.points, rule.when):
            if price is not rule.points and not isinstance(price, Table | Cases) and not _possible(scheme, rule.match, when):
                yield Problem("rules.case_unreached", f"rules.{rule.id}.points", None, {"price": _shown(price)})


def _shown(price: Any) -> str:
    """A price as it is written."""
    return points.text(price.points) if isinstance(price, Fixed) else ", ".join(price.model_fields_set)


def _overlaps(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Two awards that can match one fact on one account without saying so."""
    for one, other in combinations(_awards(scheme), 2):
        apart = one.match != other.match or one.credit != other.credit or other.id in one.besides or one.id in other.besides
        grouped = one.group is not None and one.group == other.group
        held = within(one.account, other.account) or within(other.account, one.account)
        if not apart and not grouped and held and _together(scheme, one, other):
            yield Problem("rules.overlap", f"rules.{other.id}", None, {"other": one.id, "account": one.account})


def _together(scheme: Scheme, one: Award, other: Award) -> bool:
    """Whether some fact meets both conditions, as far as their closed fields can tell; points awarded name their rule."""
    return one.match != "points_awarded" and _possible(scheme, one.match, both(one.when, other.when))


def _possible(scheme: Scheme, kind: str, when: Condition) -> bool:
    """Whether some fact can meet a condition.

    Fields are filled in one after another, and what is false already is left. A condition so entangled that this takes
    too long is held possible: a warning too many can be explained in the file, one too few is not seen.
    """
    when = plain(scheme, when)
    domains = {name: domain(scheme, kind, name, when) or ("",) for name in fields.of_condition(when)}
    names = sorted(domains, key=lambda name: len(domains[name]))
    waiting: list[dict[str, Any]] = [{}]
    for _ in range(_MOST):
        if not waiting:
            return False
        known = waiting.pop()
        holds = truth(when, known)
        if holds or (holds is None and len(known) == len(names)):
            return True
        if holds is None:
            name = names[len(known)]
            waiting += [{**known, name: value} for value in domains[name]]
    return True


def _accounts(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Points that go to an account which neither the score, nor a person's, nor any measure looks at."""
    looked = [scheme.scored_account, *([scheme.persons.scored_account] if scheme.persons else [])]
    looked += [rule.sum for rule in scheme.rules if isinstance(rule, Measure) and rule.sum]
    for rule in scheme.rules:
        if isinstance(rule, Award | Assess) and not any(within(rule.account, account) for account in looked):
            yield Problem(
                "rules.account_unseen", f"rules.{rule.id}.account", None, {"account": rule.account, "scored": scheme.scored_account}
            )


def _worths(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A part that is judged at the end of a period and can give points, of which another worth is shown until then."""
    for rule in scheme.rules:
        most = max((band.points for band in rule.bands or ()), default=0) if isinstance(rule, Assess) and rule.judged == "end" else 0
        if isinstance(rule, Assess) and most > 0 and rule.worth != most:
            known = {"most": points.text(most), "worth": points.text(rule.worth)}
            yield Problem("rules.worth_differs", f"rules.{rule.id}", None, known)


def _words(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A word of the vocabulary that no rule can meet."""
    matching = [
        (each.match, each.when) for rule in scheme.rules if (each := rule if isinstance(rule, Award) else getattr(rule, "count", None))
    ]
    for kind in VOCABULARIES:
        for word in scheme.vocabulary.get(kind, {}):
            met = any(
                kind in fields.known(scheme, match) and truth(plain(scheme, when), {kind: word}) is not False for match, when in matching
            )
            if not met:
                yield Problem("rules.word_unused", f"vocabulary.{kind}.{word}", None, {"word": scheme.vocabulary[kind][word].name})


def _findings(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """One price for whatever finding there is, where there are several: most often a condition was forgotten."""
    several = len(scheme.vocabulary.get("finding", {})) > 1
    for rule in _awards(scheme):
        told_apart = "finding" in map(fields.root, fields.of_condition(rule.when))
        if several and rule.match == "finding_established" and isinstance(rule.points, Fixed) and not told_apart:
            yield Problem("rules.any_finding", f"rules.{rule.id}", None, {"points": points.text(rule.points.points)})


def _targets(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Targets of one thing for two periods that do not add up."""
    held = [
        (rule, scheme_measure(scheme, rule.against.of))
        for rule in scheme.rules
        if isinstance(rule, Measure) and rule.against and rule.target
    ]
    pairs: dict[tuple[str, str, int], None] = {}  # several measures may hold the same two targets
    for (fine, of_fine), (coarse, of_coarse) in product(held, held):
        parts = coarse.period == "year" and fine.period not in ("year", "week")  # no number of weeks makes a year
        if parts and _alike(of_fine, of_coarse) and fine.target != coarse.target:
            count = len(scheme.calendar.year(2001, (fine.period,)).slots[fine.period])
            pairs[str(fine.target), str(coarse.target), count] = None
    for each in pairs:
        yield from _contradictions(scheme, *each)


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


def _staff(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Units without a number of staff, where rules ask for it; an event may still say it."""
    measured = any(rule.target == "staff" for rule in scheme.rules if isinstance(rule, Measure))
    asked = any("staff" in fields.of_condition(rule.when) for rule in scheme.rules if isinstance(rule, Assess | Limit | Flag))
    lacking = [unit.name for unit in scheme.units.values() if unit.staff is None]
    if lacking and (measured or asked):
        yield Problem("rules.staff_missing", "units", None, {"count": len(lacking), "units": _few(lacking)})


def _few(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join([*names[:_FEW], *(["…"] if len(names) > _FEW else [])])


def _clauses(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A rule whose words say no more than its clause."""
    for rule in scheme.rules:
        if not rule.text.strip() or rule.text.strip() == rule.clause.strip():
            yield Problem("rules.no_words", f"rules.{rule.id}.text", None, {"clause": rule.clause})


def _readings(_scheme: Scheme, source: Source) -> Iterator[Problem]:
    """A reading that leaves no choice, and one said of rules none of which depends on it, while others do."""
    told = _resting(source)
    anywhere = _depended(source.data)
    for reading in readings(source).values():
        if len(reading.options) == 1:
            yield Problem("rules.one_option", f"readings.{reading.id}", None, {"reading": reading.id})
        if reading.id in anywhere and not any(reading.id in told.get(name, ()) for name in reading.rules):
            known = {"reading": reading.id, "rules": ", ".join(reading.rules)}
            yield Problem("rules.reading_apart", f"readings.{reading.id}.rules", None, known)


def _resting(source: Source) -> dict[str, set[str]]:
    """The readings that each rule depends on, those of its group and of the rules that it names included."""
    groups: Mapping[str, Any] = source.data.get("groups", {})
    told: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    for rule in source.data.get("rules", []):
        said = {each for _, node in walk(rule) for each in (node if isinstance(node, Mapping) else [node]) if isinstance(each, str)}
        told.setdefault(rule["id"], set()).update(_depended([rule, [groups[each] for each in said if each in groups]]))
        named.setdefault(rule["id"], set()).update(said)
    for _ in told:  # at most as many steps as there are rules
        further = {key: own.union(*(told[each] for each in named[key] if each in told)) for key, own in told.items()}
        if further == told:
            break
        told = further
    return told


def _depended(data: Any) -> set[str]:
    """The readings that a part of a scheme file depends on."""
    nodes = [node for _, node in walk(data) if isinstance(node, Mapping)]
    return {str(key) for node in nodes for word in ("by_reading", "when_reading") for key in node.get(word) or ()}


def _dates(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Days of the first year without rules, and rules for days before they were issued."""
    number = scheme.calendar.number(scheme.effective)
    first = scheme.calendar.first(number)
    if first < scheme.effective:
        until = scheme.effective - timedelta(days=1)
        yield Problem("rules.days_without_rules", "effective", None, {"first": first, "last": until, "year": number})
    if scheme.issued > scheme.effective:
        yield Problem("rules.issued_later", "issued", None, {"issued": scheme.issued, "effective": scheme.effective})


def _ruled(scheme: Scheme, problem: Problem, recorded: Sequence[Source]) -> bool:
    """Whether the days before this scheme are those of another that the ledger at hand has in force."""
    first = scheme.calendar.first(scheme.calendar.number(scheme.effective))
    return problem.key == "rules.days_without_rules" and any(other.effective <= first for other in recorded)


def _begins(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """A year that begins in its second half and goes by the calendar year of its first day, which few mean."""
    calendar = scheme.calendar
    if calendar.of == "same" and calendar.begins[0] > _HALF:
        number = calendar.number(scheme.effective)
        known = {"year": number, "first": calendar.first(number), "last": calendar.last(number), "next": number + 1}
        yield Problem("rules.year_named_by_start", "calendar.begins", None, known)


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


def _covers(scheme: Scheme, _source: Source) -> Iterator[Problem]:
    """Working time that is known to the last day of a year and no further: what happens then runs on into the next."""
    calendar = scheme.calendar
    asked = any(rule.elapsed and rule.elapsed.clock == "working" for rule in scheme.rules if isinstance(rule, Measure))
    last = calendar.working.covers[1] if calendar.working else None
    if asked and last and last == calendar.last(calendar.number(last)):
        yield Problem("rules.covers_ends", "calendar.working.covers", None, {"last": last, "year": calendar.number(last)})


def _idle(scheme: Scheme, source: Source) -> Iterator[Problem]:
    """An account that no rule posts to or asks of, and a target that no rule uses, under any reading."""
    said = {node for _, node in walk(source.data.get("rules", [])) if isinstance(node, str)}
    scored = [scheme.scored_account, *([scheme.persons.scored_account] if scheme.persons else [])]
    for account in scheme.accounts:
        if account not in scored and not any(within(each, account) for each in said):
            yield Problem("rules.account_unused", f"accounts.{account}", None, {"account": account})
    for target in scheme.targets:
        if target not in said:
            yield Problem("rules.target_unused", f"targets.{target}", None, {"target": target})


def _groups(scheme: Scheme, source: Source) -> Iterator[Problem]:
    """A group that no award is in, under any reading."""
    used = {node for path, node in walk(source.data.get("rules", [])) if ".group" in path and isinstance(node, str)}
    for name in scheme.groups:
        if name not in used:
            yield Problem("rules.group_unused", f"groups.{name}", None, {"group": name})


ADVICE: tuple[Advice, ...] = (
    _tables,
    _cases,
    _overlaps,
    _accounts,
    _worths,
    _words,
    _findings,
    _targets,
    _staff,
    _clauses,
    _readings,
    _dates,
    _begins,
    _coverage,
    _groups,
    _covers,
    _idle,
)
