"""Is a scheme sound? A check is a function from a scheme to its problems, and the checks are a list.

Every combination of readings is checked, so that no option can turn out unsound years later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import Any

from ledger import events
from ledger.errors import Problem, SchemeError, nearest
from ledger.rules import fields
from ledger.rules.conditions import Condition, Exists, Is, leaves
from ledger.rules.model import AnyRule, Assess, Award, Flag, Limit, Measure, Rank, Scheme
from ledger.rules.plan import Plan
from ledger.rules.readings import readings, resolve
from ledger.rules.scheme import build
from ledger.rules.source import VOCABULARIES, Source, walk

Check = Callable[[Scheme], Iterator[Problem]]


def demand_sound(source: Source) -> None:
    """Raises SchemeError with every problem found, under any combination of the readings that the rules depend on."""
    problems: dict[Problem, None] = {}
    for chosen in _combinations(source):
        scheme = build(resolve(source.data, chosen))
        found = [problem for check in NAMING for problem in check(scheme)] or list(_cycles(scheme))
        problems |= dict.fromkeys(map(_hashable, found))
    if problems:
        raise SchemeError(*problems)


def _combinations(source: Source) -> Iterator[dict[str, str]]:
    """Every combination of the readings that the file depends on; the others have no other effect."""
    known = readings(source)
    depended = {key for _, node in walk(source.data) if isinstance(node, Mapping) for key in _named(node)}
    used = [reading for key, reading in known.items() if key in depended]
    defaults = {key: reading.default for key, reading in known.items()}
    for options in product(*(reading.options for reading in used)):
        yield defaults | dict(zip((reading.id for reading in used), options, strict=True))


def _named(node: Mapping[str, Any]) -> Iterator[str]:
    for word in ("by_reading", "when_reading"):
        if isinstance(node.get(word), Mapping):
            yield from node[word]


def _hashable(problem: Problem) -> Problem:
    return Problem(problem.key, problem.field, problem.where, _Frozen(problem.params))


class _Frozen(dict[str, object]):
    """Parameters that can be compared by content in a set."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none; this one is never changed
        return hash(tuple(sorted((key, str(value)) for key, value in self.items())))


def _ids(scheme: Scheme) -> Iterator[Problem]:
    """Every rule has an id of its own."""
    seen: set[str] = set()
    for rule in scheme.rules:
        if rule.id in seen:
            yield Problem("rules.id_twice", f"rules.{rule.id}", None, {"id": rule.id})
        seen.add(rule.id)


def _accounts(scheme: Scheme) -> Iterator[Problem]:
    """Every account is declared, and so has a name."""
    used = [(f"rules.{rule.id}.account", rule.account) for rule in scheme.rules if isinstance(rule, Award | Assess | Limit)]
    used += [(f"rules.{rule.id}.sum", rule.sum) for rule in scheme.rules if isinstance(rule, Measure) and rule.sum]
    for place, account in [*used, ("scored_account", scheme.scored_account)]:
        yield from _one_of(account, scheme.accounts, place, "rules.no_account")


def _matches(scheme: Scheme) -> Iterator[Problem]:
    """Rules match kinds of fact that there are, and speak of fields that these have and of words that the scheme has."""
    for place, kind, names, conditions in _facts_of(scheme):
        if kind not in events.KINDS:
            yield Problem("rules.no_kind", place, None, {"value": kind, "nearest": nearest(kind, events.KINDS)})
            continue
        for name in names:
            yield from _one_of(name, fields.known(kind), place, "rules.no_field")
        for condition in conditions:
            yield from _words(scheme, place, kind, condition)


def _facts_of(scheme: Scheme) -> Iterator[tuple[str, str, set[str], list[Condition]]]:
    """Where rules speak of facts: the place, the kind, the fields and the conditions."""
    for rule in scheme.rules:
        place = f"rules.{rule.id}"
        if isinstance(rule, Award):
            group = scheme.groups.get(rule.group) if rule.group else None
            yield place, rule.match, fields.of_award(rule, group), [rule.when]
        elif isinstance(rule, Measure) and rule.count:
            names = {*fields.of_condition(rule.count.when), *filter(None, [rule.count.distinct])}
            yield place, rule.count.match, names, [rule.count.when]
        elif isinstance(rule, Measure) and rule.elapsed:
            yield place, rule.elapsed.from_, set(fields.of_condition(rule.elapsed.from_when)), [rule.elapsed.from_when]
            yield place, rule.elapsed.to, set(fields.of_condition(rule.elapsed.when)), [rule.elapsed.when]


def _words(scheme: Scheme, place: str, kind: str, condition: Condition) -> Iterator[Problem]:
    for leaf in leaves(condition):
        if isinstance(leaf, Exists):
            yield from _words(scheme, place, leaf.match, leaf.when)
        elif isinstance(leaf, Is) and leaf.field in VOCABULARIES and _is_word(kind, leaf.field):
            for value in leaf.values:
                yield from _one_of(value, scheme.vocabulary.get(leaf.field, {}), place, "rules.no_word")


def _is_word(kind: str, field: str) -> bool:
    """Whether a field of a kind, or of its subject, holds a word of the scheme; an incident's channel does not."""
    kinds = [kind, *filter(None, [fields.opener(kind)])]
    return any(use.name == field and use.ref == field for each in kinds for use in events.references(events.KINDS[each]))


def _names(scheme: Scheme) -> Iterator[Problem]:
    """Groups, measures, targets and bands that rules name are declared."""
    measures = {rule.id: rule for rule in scheme.rules if isinstance(rule, Measure)}
    for rule in scheme.rules:
        place = f"rules.{rule.id}"
        if isinstance(rule, Award) and rule.group:
            yield from _one_of(rule.group, scheme.groups, place, "rules.no_group")
        elif isinstance(rule, Measure) and rule.against:
            yield from _one_of(rule.against.of, measures, place, "rules.no_measure")
            yield from _one_of(rule.against.target, scheme.targets, place, "rules.no_target_name")
        elif isinstance(rule, Measure) and rule.in_band:
            yield from _bands(scheme, rule)
        elif isinstance(rule, Assess) and rule.measure:
            yield from _one_of(rule.measure, measures, place, "rules.no_measure")
        elif isinstance(rule, Limit | Flag):
            for name in fields.of_condition(rule.when):
                yield from _one_of(name, {**measures, "year": None}, place, "rules.no_measure")
        elif isinstance(rule, Rank):
            for key in rule.keys:
                yield from _one_of(key.by, {**measures, "score": None}, place, "rules.no_measure")


def _bands(scheme: Scheme, rule: Measure) -> Iterator[Problem]:
    assert rule.in_band is not None
    judged = {each.id: each for each in scheme.rules if isinstance(each, Assess)}
    yield from _one_of(rule.in_band.of, judged, f"rules.{rule.id}", "rules.no_measure")
    if rule.in_band.of in judged:
        names = [band.name or "" for band in judged[rule.in_band.of].bands or ()]
        for band in rule.in_band.bands:
            yield from _one_of(band, names, f"rules.{rule.id}", "rules.no_band_name")


def _complete(scheme: Scheme) -> Iterator[Problem]:
    """Bands leave no value out, and a delay's bands are open below."""
    for rule in scheme.rules:
        if isinstance(rule, Assess) and rule.bands and (rule.bands[-1].at_least, rule.bands[-1].more_than) != (None, None):
            yield Problem("rules.open_bands", f"rules.{rule.id}", None, {})


def _targets(scheme: Scheme) -> Iterator[Problem]:
    """Every unit has every target that a rule holds it to, and none that it is divided by is 0."""
    measures = [rule for rule in scheme.rules if isinstance(rule, Measure)]
    needed = {rule.against.target for rule in measures if rule.against}
    divided = {rule.ratio.target for rule in measures if rule.ratio}
    for key, unit in scheme.units.items():
        yield from _one_of(unit.class_, scheme.classes, f"units.{key}.class", "rules.no_class")
        of_class = scheme.classes[unit.class_].targets if unit.class_ in scheme.classes else {}
        for name in sorted(needed):
            value = {**of_class, **unit.targets}.get(name)
            if value is None or (value == 0 and name in divided):
                yield Problem("rules.target_missing", f"units.{key}.targets", None, {"unit": unit.name, "target": name})


def _cycles(scheme: Scheme) -> Iterator[Problem]:
    """Rules, measures and accounts form a graph without cycles. Only for a scheme whose names are all known."""
    plan = Plan(scheme, "", {})
    try:
        TopologicalSorter({rule.id: set(_before(plan, rule)) for rule in scheme.rules}).prepare()
    except CycleError as error:
        yield Problem("rules.cycle", "rules", None, {"rules": " → ".join(error.args[1])})


def _before(plan: Plan, rule: AnyRule) -> Iterator[str]:
    """The rules that a rule's value is made from."""
    if isinstance(rule, Measure):
        if rule.sum:
            yield from (plan.scheme.rules[place].id for place in plan.feeding(rule.sum))
        yield from filter(None, [rule.against and rule.against.of, rule.in_band and rule.in_band.of])
    elif isinstance(rule, Assess):
        yield from filter(None, [rule.measure])
    elif isinstance(rule, Limit):
        yield from (plan.scheme.rules[place].id for place in plan.unlimited(rule.account))
        yield from (name for name in fields.of_condition(rule.when) if name in plan.measures)


def _one_of(value: str, known: Mapping[str, Any] | Sequence[str], place: str, key: str) -> Iterator[Problem]:
    if value not in known:
        yield Problem(key, place, None, {"value": value, "nearest": nearest(value, known)})


NAMING: tuple[Check, ...] = (_ids, _accounts, _matches, _names, _complete, _targets)
