"""Do a scheme's parts hold together? Who is credited, whose a measure is, what is counted together, periods that meet.

What is refused here could be built and yet would break, or pay nothing, in the year in which it is first met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from ledger import points
from ledger.errors import Problem, nearest
from ledger.events import LEDGERS_OWN
from ledger.rules import fields
from ledger.rules.calendar import DIVISIONS
from ledger.rules.conditions import LONGEST
from ledger.rules.entries import UnitEntry, Word
from ledger.rules.model import AnyRule, Assess, Award, Flag, Limit, Measure, Rank, Scheme
from ledger.rules.plan import Plan, within
from ledger.values import matching_key

CREDITING = (
    "item_submitted", "item_adopted", "item_endorsed", "solicitation_fulfilled", "solicitation_missed", "feedback_failed",
    "incident_occurred", "incident_reported", "training_completed", "finding_established", "points_awarded",
)  # fmt: skip
"""The kinds of fact that are some unit's doing, and so may be paid for and counted."""
IDLE = (
    "order_settled", "unit_enrolled", "unit_changed", "units_merged", "unit_split", "event_reversed",
    *(model.kind for model in LEDGERS_OWN),
)  # fmt: skip
"""The kinds that no rule may look for: they are about the ledger and its roster."""


def credited(scheme: Scheme) -> Iterator[Problem]:
    """What is paid for or counted is a kind of fact that credits somebody."""
    for rule in scheme.rules:
        matching = rule if isinstance(rule, Award) else rule.count if isinstance(rule, Measure) else None
        if matching is None:
            continue
        sought = [matching.match] if matching.match in (*IDLE, "solicitation_issued") else []
        sought += [leaf.match for each in fields.conditions(matching) for leaf in fields.existing(each) if leaf.match in IDLE]
        for kind in sought:
            known = {"value": kind, "known": ", ".join(CREDITING), "nearest": nearest(kind, CREDITING)}
            yield Problem("rules.credits_nobody", f"rules.{rule.id}", None, known)


def derived(scheme: Scheme) -> Iterator[Problem]:
    """What is counted together, or counted once, goes by fields that facts have; the year is a period and fine in a key."""
    said = [(f"groups.{key}", name) for key, group in scheme.groups.items() for name in group.per if not fields.is_period(scheme, name)]
    said += [(f"groups.{key}", group.distinct) for key, group in scheme.groups.items() if group.distinct]
    for rule in scheme.rules:
        if isinstance(rule, Measure) and rule.count and rule.count.distinct:
            said.append((f"rules.{rule.id}", rule.count.distinct))
    for place, name in said:
        if name in fields.DERIVED:
            yield Problem("rules.not_stored", place, None, {"value": name})


def compared(scheme: Scheme) -> Iterator[Problem]:
    """What compares units is asked for by the periods that it compares in, and by no shorter ones."""
    measures = {rule.id: rule for rule in scheme.rules if isinstance(rule, Measure)}
    for rule in scheme.rules:
        period = "year" if isinstance(rule, Flag | Rank) else rule.period if isinstance(rule, Measure | Assess | Limit) else None
        for name in _asked(rule):
            if name in measures and measures[name].period != period and compares(measures[name], measures):
                yield Problem("rules.among_period", f"rules.{rule.id}", None, {"value": name, "period": measures[name].period})


def compares(measure: Measure, measures: Mapping[str, Measure], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a measure compares units, or is made of one that does."""
    below = [measures[each] for each in measure.made_of if each in measures and each not in seen]
    return measure.among is not None or any(compares(each, measures, seen | {measure.id}) for each in below)


def _asked(rule: AnyRule) -> Iterator[str]:
    """The measures that a rule asks for, by id, among other names."""
    if isinstance(rule, Measure):
        yield from rule.made_of
    elif isinstance(rule, Rank):
        yield from (key.by for key in rule.keys)
    elif isinstance(rule, Assess | Limit | Flag):
        yield from fields.of_condition(rule.when)
        yield from [rule.measure] if isinstance(rule, Assess) and rule.measure else []
        yield from [rule.deduct.each] if isinstance(rule, Limit) and rule.deduct and rule.deduct.each else []


def apart(scheme: Scheme) -> Iterator[Problem]:
    """Units and persons are kept apart: a rule asks for measures of its own holder's. Only where all names are known."""
    plan = Plan(scheme, "", {})
    for rule in scheme.rules:
        if isinstance(rule, Award):
            continue
        own, place = plan.holder(rule), f"rules.{rule.id}"
        asked = [name for name in _asked(rule) if name in plan.measures]
        for name in dict.fromkeys(asked):
            if plan.holder(plan.measures[name]) != own:
                yield Problem("rules.other_holder", place, None, {"value": name})
        if own == "person" and isinstance(rule, Assess | Limit | Flag):
            for name in sorted({"class", "staff"} & {*fields.of_condition(rule.when)}):
                yield Problem("rules.not_of_person", place, None, {"value": name})
        if isinstance(rule, Measure):
            yield from _of_units(plan, rule, place)


def _of_units(plan: Plan, rule: Measure, place: str) -> Iterator[Problem]:
    """What only units can be asked: comparisons, targets, and judgements whose bands are counted."""
    if plan.holder(rule) == "person" and (rule.among or rule.target):
        yield Problem("rules.units_alone", place, None, {"value": rule.form})
    judged = plan.scheme.rules[plan.place[rule.in_band.of]] if rule.in_band else None
    if judged is not None and plan.holder(judged) == "person":
        yield Problem("rules.units_alone", place, None, {"value": rule.form})


def grouped(scheme: Scheme) -> Iterator[Problem]:
    """Awards that are counted together credit the same, and where one takes another's place, on one account."""
    for name, group in scheme.groups.items():
        awards = [rule for rule in scheme.rules if isinstance(rule, Award) and rule.group == name]
        for award in awards[1:]:
            first = awards[0]
            if award.credit != first.credit:
                yield Problem("rules.group_credits", f"rules.{award.id}", None, {"group": name, "other": first.id})
            elif award.account != first.account and group.keep is not None and {award.account, first.account} <= scheme.accounts.keys():
                yield Problem("rules.group_accounts", f"rules.{award.id}.account", None, {"group": name, "other": first.id})


def nests(scheme: Scheme, fine: str, coarse: str) -> bool:
    """Whether each period of a division lies within one of another's; the year holds all that count in it."""
    if coarse in ("year", fine):
        return True
    years = [scheme.calendar.year(number, (fine, coarse)) for number in (2023, 2024)]
    return all(
        any(year.periods[outer].holds(year.periods[inner]) for outer in year.slots[coarse]) for year in years for inner in year.slots[fine]
    )


def limited(scheme: Scheme) -> Iterator[Problem]:
    """Limits of one account, or of one within the other's, are of periods that lie within one another."""
    known = (*DIVISIONS, *scheme.calendar.divisions)
    limits = [rule for rule in scheme.rules if isinstance(rule, Limit) and rule.period in known]
    for one, other in combinations(limits, 2):
        held = within(one.account, other.account) or within(other.account, one.account)
        if held and not nests(scheme, one.period, other.period) and not nests(scheme, other.period, one.period):
            said = {"other": one.id, "period": other.period, "periods": one.period}
            yield Problem("rules.limits_meet", f"rules.{other.id}", None, said)


def columns(scheme: Scheme) -> Iterator[Problem]:
    """No two measures have one name in a standing, where a period's number follows the id."""
    known = (*DIVISIONS, *scheme.calendar.divisions)
    measures = [rule for rule in scheme.rules if isinstance(rule, Measure) and rule.shown and not rule.elapsed and rule.period in known]
    shown: dict[str, str] = {}
    for rule in measures:
        count = 53 if rule.period == "week" else len(scheme.calendar.year(2024, (rule.period,)).slots[rule.period])
        names = [rule.id] if rule.period == "year" else [f"{rule.id}{number + 1}" for number in range(count)]
        for name in names:
            if shown.setdefault(name, rule.id) != rule.id:
                yield Problem("rules.one_column", f"rules.{rule.id}", None, {"value": rule.id, "other": shown[name], "column": name})
                break


def measured(scheme: Scheme) -> Iterator[Problem]:
    """A day is not cut to whole ones, nothing is held against no target at all, and bands are counted by periods that hold theirs."""
    known = (*DIVISIONS, *scheme.calendar.divisions)
    judged = {rule.id: rule for rule in scheme.rules if isinstance(rule, Assess)}
    for rule in scheme.rules:
        if not isinstance(rule, Measure):
            continue
        place = f"rules.{rule.id}"
        if rule.whole and rule.first_day:
            yield Problem("rules.whole_day", place, None, {})
        if rule.ratio and rule.ratio.times == 0:
            yield Problem("rules.times_nothing", f"{place}.ratio.times", None, {})
        of = judged.get(rule.in_band.of) if rule.in_band else None
        if of and {of.period, rule.period} <= {*known} and not nests(scheme, of.period, rule.period):
            yield Problem("rules.in_band_period", place, None, {"value": of.id, "period": of.period})


def lasting(scheme: Scheme) -> Iterator[Problem]:
    """Times are judged by bounds that a time can have."""
    times = {rule.id for rule in scheme.rules if isinstance(rule, Measure) and rule.elapsed}
    for rule in scheme.rules:
        bands = rule.bands or () if isinstance(rule, Assess) and rule.measure in times else ()
        for band in bands:
            if any(abs(bound) > LONGEST * points.ONE for bound in (band.at_least, band.more_than) if bound is not None):
                yield Problem("rules.time_too_long", f"rules.{rule.id}.bands", None, {})


def named(scheme: Scheme) -> Iterator[Problem]:
    """No two units, and no two words of one vocabulary, go by one name: a clerk who writes it could mean either."""
    listed: dict[str, Mapping[str, UnitEntry] | Mapping[str, Word]] = {"units": scheme.units}
    listed |= {f"vocabulary.{kind}": words for kind, words in scheme.vocabulary.items()}
    for place, entries in listed.items():
        owners = {matching_key(key): key for key in entries}
        for key, entry in entries.items():
            for name in (entry.name, *entry.aliases):
                other = owners.setdefault(matching_key(name), key)
                if other != key:
                    yield Problem("rules.name_twice", f"{place}.{key}", None, {"value": name, "other": other})


SAID = (credited, derived, compared, grouped, limited, columns, measured, lasting, named)
"""What can be told of any scheme that can be built."""
LAST = (apart,)
"""What can be told of one whose names are all known, and whose rules do not go round in a circle."""
