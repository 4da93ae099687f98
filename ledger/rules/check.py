"""Is a scheme sound? A check is a function from a scheme to its problems, and the checks are a list.

Every combination of readings that matters is checked, so that no option can turn out unsound years later. What rules
say of facts is checked in :mod:`ledger.rules.speech`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, product
from math import prod
from typing import Any

from ledger import points
from ledger.errors import Problem, SchemeError, nearest
from ledger.rules import fields, holding
from ledger.rules.calendar import DIVISIONS
from ledger.rules.conditions import ALWAYS, DayOrder, Is, Order, leaves
from ledger.rules.model import AnyRule, Assess, Award, Band, Flag, Limit, Measure, Rank, Scheme
from ledger.rules.plan import Plan, within
from ledger.rules.readings import Reading, readings, resolve
from ledger.rules.scheme import build
from ledger.rules.source import Source, is_ours, walk
from ledger.rules.speech import declared, one_of, priced, spoken, words
from ledger.rules.timing import timed

Check = Callable[[Scheme], Iterator[Problem]]
MOST_COMBINATIONS = 4096
"""Of the options of readings that rules depend on: twelve readings of two each. The packaged schemes have 64 and 4."""


_sound: set[str] = set()
"""The hashes of schemes that were found sound: what a scheme says is its hash, and looking takes a second or two."""


def demand_sound(source: Source) -> None:
    """Raises SchemeError with every problem found, under any combination of the readings that the rules depend on.

    Those that come with the program were looked through before they came: a test does it.
    """
    if is_ours(source) or source.sha256 in _sound:
        return
    problems = found(source)
    if problems:
        raise SchemeError(*problems)
    _sound.add(source.sha256)


def found(source: Source) -> tuple[Problem, ...]:
    """Every problem of a scheme, under any combination of readings; with its place, where the scheme comes from a file."""
    try:
        problems = dict.fromkeys(map(_comparable, [*_readings(source), *_too_many(source)]))
        given: dict[str, None] = {}
        excluded: dict[tuple[str, str], None] = {}
        for chosen in () if problems else combinations(source):
            scheme = build(resolve(source.data, chosen))
            own = [problem for check in CHECKS for problem in check(scheme)] or list(_cycles(scheme))
            own = own or [problem for check in holding.LAST for problem in check(scheme)]
            problems |= dict.fromkeys(map(_comparable, own))
            given |= dict.fromkeys(rule.flag for rule in scheme.rules if isinstance(rule, Flag | Limit) and rule.flag)
            excluded |= {(rule.id, flag): None for rule in scheme.rules if isinstance(rule, Rank) for flag in rule.excludes}
        problems |= dict.fromkeys(map(_comparable, _flags(given, excluded)))
    except SchemeError as error:
        problems = dict.fromkeys(map(_comparable, error.problems))
    return tuple(placed(source, problem) for problem in problems)


def placed(source: Source, problem: Problem) -> Problem:
    """A problem with its place in the file that the scheme comes from."""
    if source.origin is None or problem.where is not None:
        return problem
    return problem.at(source.origin.place(problem.field, problem.params.get("value")))


def _readings(source: Source) -> Iterator[Problem]:
    """Readings name rules that there are, and are named with options that they have."""
    known = readings(source)
    rules = [str(rule["id"]) for rule in source.data.get("rules", []) if isinstance(rule, Mapping) and "id" in rule]
    for reading in known.values():
        for rule in reading.rules if rules else ():
            yield from one_of(rule, rules, f"readings.{reading.id}.rules", "rules.no_rule")
    for path, node in walk(source.data):
        if isinstance(node, Mapping):
            yield from _options(path, node, known)


def _options(path: str, node: Mapping[str, Any], known: Mapping[str, Reading]) -> Iterator[Problem]:
    for word in ("by_reading", "when_reading"):
        for reading, options in _each(node.get(word)):
            if reading not in known:
                yield Problem("rules.undeclared_reading", path, None, {"reading": reading, "nearest": nearest(reading, known)})
            else:
                for option in options if isinstance(options, Mapping) else [str(options)]:
                    yield from one_of(option, known[reading].options, path, "rules.no_option_named")


def _each(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        yield from node.items()


def combinations(source: Source) -> Iterator[dict[str, str]]:
    """Every combination of the readings that the file depends on; the others have no other effect."""
    used = _used(source)
    defaults = {key: reading.default for key, reading in readings(source).items()}
    for options in product(*(reading.options for reading in used)):
        yield defaults | dict(zip((reading.id for reading in used), options, strict=True))


def _used(source: Source) -> list[Reading]:
    """The readings that something in the file depends on."""
    nodes = [node for _, node in walk(source.data) if isinstance(node, Mapping)]
    depended = {key for node in nodes for word in ("by_reading", "when_reading") for key, _ in _each(node.get(word))}
    return [reading for key, reading in readings(source).items() if key in depended]


def _too_many(source: Source) -> Iterator[Problem]:
    """More combinations than can be checked in a time that somebody waits: each reading more doubles them."""
    count = prod(len(reading.options) for reading in _used(source))
    if count > MOST_COMBINATIONS:
        yield Problem("rules.too_many_combinations", "readings", None, {"count": count, "most": MOST_COMBINATIONS})


def _comparable(problem: Problem) -> Problem:
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
        yield from one_of(account, scheme.accounts, place, "rules.no_account")


def _names(scheme: Scheme) -> Iterator[Problem]:
    """Groups, measures, targets and bands that rules name are declared, and fit the period that they are used in."""
    measures = {rule.id: rule for rule in scheme.rules if isinstance(rule, Measure)}
    of_year = {key: measure for key, measure in measures.items() if measure.period == "year" and not measure.elapsed}
    for rule in scheme.rules:
        place = f"rules.{rule.id}"
        if isinstance(rule, Award) and rule.group:
            yield from one_of(rule.group, scheme.groups, place, "rules.no_group")
        elif isinstance(rule, Measure) and rule.in_band:
            yield from _bands(scheme, rule)
        elif isinstance(rule, Measure):
            fitting = {key for key, each in measures.items() if each.period == rule.period and not each.elapsed}
            for name in rule.made_of:
                fit = fitting | (of_year.keys() if rule.weighted else set())
                yield from one_of(name, list(fit), place, _lacking(name, rule.period, measures))
            if rule.target:
                yield from one_of(rule.target, [*scheme.targets, "staff"], place, "rules.no_target_name")
        elif isinstance(rule, Rank):
            shown = [key for key, measure in of_year.items() if measure.shown]
            for key in rule.keys:
                yield from one_of(key.by, [*shown, "score", "order"], place, _lacking(key.by, "year", measures))
        elif isinstance(rule, Assess | Limit | Flag):
            yield from _asked(rule, measures, place)


def _lacking(name: str, period: str, measures: Mapping[str, Measure]) -> str:
    """What to say of a measure that a rule of a period cannot ask for: there is none, or it is of another period."""
    other = name in measures and measures[name].period != period and not measures[name].elapsed
    return "rules.measure_period" if other else "rules.no_measure"


def _asked(rule: Assess | Limit | Flag, measures: Mapping[str, Measure], place: str) -> Iterator[Problem]:
    """What a judgement, a limit or a flag asks about is there, of its own period or of the year, and known when it asks."""
    period = "year" if isinstance(rule, Flag) else rule.period
    judged = [rule.measure] if isinstance(rule, Assess) and rule.measure else []
    names = [name for name in fields.of_condition(rule.when) if name not in ("year", "class", "staff")]
    names += [rule.deduct.each] if isinstance(rule, Limit) and rule.deduct and rule.deduct.each else []
    fitting = [key for key, each in measures.items() if each.period in (period, "year")]
    numbers = [key for key in fitting if not measures[key].elapsed]
    for name in [*judged, *names]:
        timed = name in measures and measures[name].elapsed is not None
        key = "rules.measure_period" if name in measures and not timed else "rules.no_measure"
        yield from one_of(name, fitting if name in judged else numbers, place, key)
        compares = name in measures and holding.compares(measures[name], measures)
        if compares and not (isinstance(rule, Assess | Flag) and rule.judged == "end"):
            yield Problem("rules.among_at_end", place, None, {"value": name})


def _periods(scheme: Scheme) -> Iterator[Problem]:
    """Every rule's period is one of the calendar's."""
    known = [*DIVISIONS, *scheme.calendar.divisions]
    for rule in scheme.rules:
        if isinstance(rule, Measure | Assess | Limit):
            yield from one_of(rule.period, known, f"rules.{rule.id}", "rules.no_period")


def _limits(scheme: Scheme) -> Iterator[Problem]:
    """Limits that can be attributed: no deeper account is held for longer than one above it; and ranges that are some."""
    plan = Plan(scheme, "", {})
    limits = [rule for rule in scheme.rules if isinstance(rule, Limit) and rule.period in (*DIVISIONS, *scheme.calendar.divisions)]
    for rule in limits:
        for inner in limits:
            longer = plan.coarseness(inner.period) > plan.coarseness(rule.period)
            if inner.account != rule.account and within(inner.account, rule.account) and longer:
                yield Problem("rules.limits_cross", f"rules.{rule.id}", None, {"period": rule.period, "other": inner.id})
        marks = rule.flag and rule.when != ALWAYS  # without a condition it marks by what it takes, and this takes nothing
        if rule.least is None and rule.most is None and not rule.deduct and not marks:
            yield Problem("rules.limits_nothing", f"rules.{rule.id}")
        if rule.deduct and not 0 < rule.deduct.percent <= 100 * points.ONE:
            yield Problem("rules.bad_percent", f"rules.{rule.id}.deduct", None, {"value": points.text(rule.deduct.percent)})
        if rule.least is not None and rule.most is not None and rule.least > rule.most:
            known = {"least": points.text(rule.least), "most": points.text(rule.most)}
            yield Problem("rules.least_over_most", f"rules.{rule.id}", None, known)


def _credits(scheme: Scheme) -> Iterator[Problem]:
    """What credits a person posts to a person's account, and nothing else does."""
    root = scheme.persons.scored_account if scheme.persons else None
    for rule in scheme.rules:
        if isinstance(rule, Award):
            personal = root is not None and within(rule.account, root)
            if rule.credit != "unit" and root is None:
                yield Problem("rules.no_persons", f"rules.{rule.id}.credit", None, {})
            elif personal != (rule.credit != "unit"):
                yield Problem("rules.credit_account", f"rules.{rule.id}.account", None, {"account": root})


def _flags(given: Collection[str], excluded: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Marks that keep a unit out of the ranks are ones that some rule gives, under whatever reading: another may drop it."""
    for rule, flag in excluded:
        yield from one_of(flag, [*given], f"rules.{rule}.excludes", "rules.no_flag")


def _bands(scheme: Scheme, rule: Measure) -> Iterator[Problem]:
    assert rule.in_band is not None
    judged = {each.id: each for each in scheme.rules if isinstance(each, Assess)}
    yield from one_of(rule.in_band.of, judged, f"rules.{rule.id}", "rules.no_measure")
    if rule.in_band.of in judged:
        names = [band.name for band in judged[rule.in_band.of].bands or () if band.name]
        for band in rule.in_band.bands:
            yield from one_of(band, names, f"rules.{rule.id}", "rules.no_band_name")
        timed = {each.id for each in scheme.rules if isinstance(each, Measure) and each.elapsed}
        if judged[rule.in_band.of].judged != "end" and judged[rule.in_band.of].measure not in timed:
            yield Problem("rules.in_band_at_end", f"rules.{rule.id}", None, {"value": rule.in_band.of})


def _dated(scheme: Scheme) -> Iterator[Problem]:
    """A first day is one of the year, and is asked for by a rank, or compared with days; when a period starts, nothing is measured yet."""
    days = {rule.id for rule in scheme.rules if isinstance(rule, Measure) and rule.first_day}
    plan = Plan(scheme, "", {})
    for rule in scheme.rules:
        place = f"rules.{rule.id}"
        if isinstance(rule, Measure) and rule.first_day and rule.period != "year":
            yield Problem("rules.first_day_of_year", place, None, {})
        compared = [leaf for leaf in leaves(rule.when) if isinstance(leaf, DayOrder)] if isinstance(rule, Assess | Limit | Flag) else []
        for name in dict.fromkeys(_numbers(plan, rule)):
            if name in days:
                yield Problem("rules.day_no_number", place, None, {"value": name})
        for leaf in compared:
            if leaf.field not in days:
                yield Problem("rules.no_day", place, None, {"value": leaf.field})
        if isinstance(rule, Assess) and rule.judged == "start" and rule.points is None:
            yield Problem("rules.points_at_start", place, None, {})


def _numbers(plan: Plan, rule: AnyRule) -> Iterator[str]:
    """What a rule takes for a number: what it is made from, and what its condition compares with one."""
    if not isinstance(rule, Assess | Limit | Flag):
        yield from plan.before(rule)
        return
    yield from (leaf.field for leaf in leaves(rule.when) if isinstance(leaf, Is | Order))
    yield from [rule.measure] if isinstance(rule, Assess) and rule.measure else []
    yield from [rule.deduct.each] if isinstance(rule, Limit) and rule.deduct and rule.deduct.each else []


def _complete(scheme: Scheme) -> Iterator[Problem]:
    """Bands fall from one to the next, and the last leaves no value out."""
    for rule in scheme.rules:
        if isinstance(rule, Assess) and rule.bands:
            if _edge(rule.bands[-1]) is not None:
                yield Problem("rules.open_bands", f"rules.{rule.id}", None, {})
            edges = [_edge(band) for band in rule.bands[:-1]]
            if any(upper is None or lower is None or upper <= lower for upper, lower in pairwise(edges)) or None in edges:
                yield Problem("rules.bands_not_falling", f"rules.{rule.id}", None, {})


def _edge(band: Band) -> tuple[int, int] | None:
    """Where a band begins, so that what is more than a bound comes above what is at least it; None for all the rest."""
    edges = [(bound, above) for bound, above in ((band.at_least, 0), (band.more_than, 1)) if bound is not None]
    return max(edges) if edges else None


def _targets(scheme: Scheme) -> Iterator[Problem]:
    """Every unit has every target that a rule holds it to, none undeclared, and none that it is divided by is 0."""
    measures = [rule for rule in scheme.rules if isinstance(rule, Measure)]
    needed = {rule.target for rule in measures if rule.target and rule.target != "staff"}
    divided = {rule.ratio.target for rule in measures if rule.ratio}
    given = {f"classes.{key}": entry.targets for key, entry in scheme.classes.items()}
    given |= {f"units.{key}": unit.targets for key, unit in scheme.units.items()}
    for place, targets in given.items():
        for name in targets:
            yield from one_of(name, scheme.targets, f"{place}.targets", "rules.no_target_name")
    for key, unit in scheme.units.items():
        yield from one_of(unit.class_, scheme.classes, f"units.{key}.class", "rules.no_class")
        of_class = scheme.classes[unit.class_].targets if unit.class_ in scheme.classes else {}
        for name in sorted(needed):
            value = {**of_class, **unit.targets}.get(name)
            if value is None or (value == 0 and name in divided):
                yield Problem("rules.target_missing", f"units.{key}.targets", None, {"unit": unit.name, "target": name})


def _cycles(scheme: Scheme) -> Iterator[Problem]:
    """Rules, measures and accounts form a graph without cycles. Only for a scheme whose names are all known."""
    plan = Plan(scheme, "", {})
    try:
        TopologicalSorter({rule.id: set(plan.before(rule)) for rule in scheme.rules}).prepare()
    except CycleError as error:
        yield Problem("rules.cycle", "rules", None, {"rules": " → ".join(error.args[1])})


CHECKS: tuple[Check, ...] = (
    _ids,
    _accounts,
    _periods,
    declared,
    words,
    spoken,
    priced,
    _names,
    timed,
    _complete,
    _targets,
    _limits,
    _credits,
    _dated,
    *holding.SAID,
)
