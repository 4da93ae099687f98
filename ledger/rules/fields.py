"""Which fields a rule may speak of, for each kind of fact, and which of them a scheme's rules touch.

A fact is joined with its subject: an adoption sees its item, an answer its solicitation. A scheme's own fields are
spoken of as ``extra.NAME``, the group of a word as ``channel.group``. Then there are fields that belong to neither:
``role`` (the unit's part in a joint item), ``unit_count`` (its units), ``class`` (the unit's, on the day) and ``year``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from ledger import events, points
from ledger.rules import prices
from ledger.rules.conditions import Condition, Exists, leaves
from ledger.rules.entries import ExtraField
from ledger.rules.model import Award, ByField, Count, Group, Measure, Scheme, Share
from ledger.rules.prices import Given, Table, Times

OPENERS: Mapping[str, str] = {"item": "item_submitted", "solicitation": "solicitation_issued", "incident": "incident_occurred"}
"""The kind of fact that begins a subject's life, by stream."""
DERIVED = ("role", "unit_count", "class", "year")
OUTCOMES = (
    "item_adopted", "item_endorsed", "solicitation_fulfilled", "solicitation_missed",
    "feedback_failed", "training_completed", "finding_established", "points_awarded",
)  # fmt: skip
"""Kinds of fact that a scheme is expected to price; one that no rule prices is listed as unpriced."""
_LINKS = ("on", "unit", "units", "lead", "item", "solicitation", "incident")
_EXTRA, _GROUP = "extra.", ".group"

Reader = Callable[[Any, Any], Any]
"""Gives the value of a field from a fact and its subject."""


def stream(kind: str) -> str:
    """The stream of a kind of fact."""
    return events.KINDS[kind].stream


def opener(kind: str) -> str | None:
    """The kind that opens the subject of a fact of ``kind``; None for an opener itself and for facts of a unit."""
    first = OPENERS.get(stream(kind))
    return None if first == kind else first


def own(kind: str) -> tuple[str, ...]:
    """The fields of a kind of fact, the ledger's own left out."""
    return tuple(name for name in events.KINDS[kind].model_fields if name not in events.LEDGERS_FIELDS)


def kinds(kind: str) -> tuple[str, ...]:
    """A kind of fact and the one that opens its subject: whose fields a rule on it may speak of."""
    return tuple(filter(None, [kind, opener(kind)]))


def known(scheme: Scheme, kind: str) -> tuple[str, ...]:
    """Every field that a rule on this kind of fact may speak of."""
    return (*dict.fromkeys(name for each in kinds(kind) for name in owned(scheme, each)), *DERIVED)


def owned(scheme: Scheme, kind: str) -> tuple[str, ...]:
    """Those of them that a fact of this kind has itself."""
    extras = [f"{_EXTRA}{name}" for name in scheme.fields.get(kind, ())]
    groups = [f"{name}{_GROUP}" for name in own(kind) if any(word.group for word in scheme.vocabulary.get(name, {}).values())]
    return (*own(kind), *extras, *groups)


def root(name: str) -> str:
    """The stored field in which a field that is spoken of is found."""
    return "extra" if name.startswith(_EXTRA) else name.removesuffix(_GROUP)


def reader(scheme: Scheme, kind: str, name: str) -> Reader:
    """What reads a field of a fact of ``kind``, or of its subject; numbers in hundredths."""
    if name.startswith(_EXTRA):
        return _extra_reader(scheme, kind, name.removeprefix(_EXTRA))
    field, mine = root(name), root(name) in own(kind)
    if field == name:
        return (lambda fact, _subject: getattr(fact, name)) if mine else (lambda _fact, subject: getattr(subject, name))
    groups = {word: entry.group for word, entry in scheme.vocabulary.get(field, {}).items()}
    return lambda fact, subject: groups.get(getattr(fact if mine else subject, field))


def declared(scheme: Scheme, kind: str, name: str) -> ExtraField | None:
    """The scheme's own field that a name such as ``extra.post`` speaks of; None for a field that every scheme has."""
    owners = (scheme.fields.get(each, {}) for each in kinds(kind))
    return next((own[root] for own in owners if (root := name.removeprefix(_EXTRA)) in own), None) if name.startswith(_EXTRA) else None


def _extra_reader(scheme: Scheme, kind: str, name: str) -> Reader:
    mine, found = name in scheme.fields.get(kind, {}), declared(scheme, kind, _EXTRA + name)
    read = _TYPED.get(found.type, _plain) if found else _plain

    def value(fact: Any, subject: Any) -> Any:
        found = ((fact if mine else subject).extra or {}).get(name)
        return None if found is None else read(found)

    return value


def _plain(value: Any) -> Any:
    """A value that is compared as text; a list was entered under another scheme, which had another type for the field."""
    return None if isinstance(value, list) else value


def _number(value: Any) -> int | None:
    """A number in hundredths; None for what was entered under another scheme as something else."""
    try:
        return points.parse(value)
    except ValueError:
        return None


def _ratio(value: Any) -> tuple[int, ...] | None:
    return tuple(value) if isinstance(value, list | tuple) else None


_TYPED: Mapping[str, Callable[[Any], Any]] = {"whole": _number, "number": _number, "ratio": _ratio}


def choices(kind: str, name: str) -> tuple[str, ...]:
    """The values that a field of a fact of ``kind`` or of its subject may have, where it is a closed choice; else none."""
    if name == "role":
        return ("sole", "lead", "other")
    for each in kinds(kind):
        if name in own(each):
            return tuple(_literals(events.KINDS[each].model_fields[name].annotation))
    return ()


def values(scheme: Scheme, kind: str, name: str) -> tuple[str, ...]:
    """The values that a field of a fact of ``kind`` or of its subject may have, where it is a closed choice; else none.

    Of a field that need not be there, nothing is a value too, written as an empty text.
    """
    if name == "class":
        return tuple(scheme.classes)
    if name.endswith(_GROUP):
        groups = (word.group for word in scheme.vocabulary.get(root(name), {}).values())
        return (*dict.fromkeys(filter(None, groups)), "")
    own_field = declared(scheme, kind, name)
    if own_field:
        said = own_field.choices or (("true", "false") if own_field.type == "yes_no" else ())
        return (*said, "") if said else ()
    return choices(kind, name)


def is_number(scheme: Scheme, kind: str, name: str) -> bool:
    """Whether a field holds a number that may be a price."""
    own_field = declared(scheme, kind, name)
    return own_field.type in ("whole", "number") if own_field else name in ("points", "unit_count", "year")


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif annotation is bool:
        yield from ("true", "false")


def of_price(scheme: Scheme, price: Any, met: frozenset[str] = frozenset()) -> Iterator[str]:
    """The fields that a price looks at, those of a price that it is a multiple of included; ``met`` are the awards gone through."""
    for condition in prices.conditions(price):
        yield from of_condition(condition)
    for part in prices.parts(price):
        if isinstance(part, Table):
            yield from part.by
        elif isinstance(part, Given):
            yield part.field
        elif isinstance(part, Times) and part.of not in met:
            other = next((rule for rule in scheme.rules if rule.id == part.of and isinstance(rule, Award)), None)
            yield from of_price(scheme, other.points, met | {part.of}) if other else ()


def of_condition(condition: Condition) -> Iterator[str]:
    """The fields of the fact itself that a condition looks at."""
    return (leaf.field for leaf in leaves(condition) if not isinstance(leaf, Exists))


def existing(condition: Condition) -> Iterator[Exists]:
    """The ``exists`` of a condition."""
    return (leaf for leaf in leaves(condition) if isinstance(leaf, Exists))


def conditions(rule: Award | Count) -> list[Condition]:
    """The conditions of an award, its price's included, or of a count."""
    return [rule.when, *(prices.conditions(rule.points) if isinstance(rule, Award) else ())]


def asked(scheme: Scheme, rule: Award | Count) -> list[Condition]:
    """The same with those of the prices that its own is a multiple of."""
    return [rule.when, *(_of_prices(scheme, rule.points, frozenset()) if isinstance(rule, Award) else ())]


def _of_prices(scheme: Scheme, price: Any, met: frozenset[str]) -> Iterator[Condition]:
    yield from prices.conditions(price)
    for part in prices.parts(price):
        if isinstance(part, Times) and part.of not in met:
            for rule in scheme.rules:
                if rule.id == part.of and isinstance(rule, Award):
                    yield from _of_prices(scheme, rule.points, met | {part.of})


def of_share(share: Share) -> list[str]:
    """The fields that a share looks at."""
    return [share.by] if isinstance(share, ByField) else []


def of_group(scheme: Scheme, group: Group) -> list[str]:
    """The fields that a group looks at; the periods among its key are none."""
    return [*(name for name in group.per if not is_period(scheme, name)), *filter(None, [group.distinct]), *of_share(group.share)]


def is_period(scheme: Scheme, name: str) -> bool:
    """Whether a name in a key is that of a division of the year."""
    return name in ("year", "half", "quarter", "month", "week", *scheme.calendar.divisions)


def of_rule(scheme: Scheme, rule: Award | Count) -> set[str]:
    """Every field that an award with its group, or a count, looks at."""
    names = {name for condition in conditions(rule) for name in of_condition(condition)}
    if rule.credit != "unit":
        names.add(rule.credit)
    if isinstance(rule, Award):
        group = scheme.groups.get(rule.group) if rule.group else None
        return {*names, *of_price(scheme, rule.points), *(of_group(scheme, group) if group else ())}
    return {*names, *filter(None, [rule.distinct]), *of_share(rule.share)}


def uses(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The kinds of fact that an evaluation reads, each with the fields that must be decoded."""
    always = (*OPENERS.values(), *OUTCOMES, "order_settled")
    touched = {kind: {name for name in own(kind) if name in _LINKS} for kind in always}
    for kind, names in _spoken_of(scheme):
        wanted = {root(name) for name in names} | ({"rule"} if kind == "points_awarded" else set())
        for each in kinds(kind):
            touched.setdefault(each, {name for name in own(each) if name in _LINKS}).update(wanted & set(own(each)))
    return {kind: tuple(sorted(names)) for kind, names in touched.items()}


def _spoken_of(scheme: Scheme) -> Iterator[tuple[str, set[str]]]:
    """Each kind of fact with the fields that one rule looks at."""
    for rule in scheme.rules:
        matching = rule if isinstance(rule, Award) else rule.count if isinstance(rule, Measure) else None
        if matching:
            yield matching.match, of_rule(scheme, matching)
            for condition in conditions(matching):
                yield from ((each.match, set(of_condition(each.when))) for each in existing(condition))
        elif isinstance(rule, Measure) and rule.elapsed:
            yield rule.elapsed.from_, set(of_condition(rule.elapsed.from_when))
            yield rule.elapsed.to, set(of_condition(rule.elapsed.when))
