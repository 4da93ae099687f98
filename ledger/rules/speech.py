"""Do rules speak of facts that there are? Their kinds, fields, words of the vocabulary and closed choices are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ledger import events
from ledger.errors import Problem, nearest
from ledger.rules import fields
from ledger.rules.award import times_of
from ledger.rules.conditions import Condition, DayOrder, Exists, Is, leaves
from ledger.rules.model import Award, Count, Measure, Scheme, Share
from ledger.rules.prices import Given, Table, parts
from ledger.rules.source import VOCABULARIES


class Saying(NamedTuple):
    """What one rule says of one kind of fact: where, the fields it looks at, its conditions and its tables."""

    place: str
    kind: str
    fields: set[str]
    conditions: Sequence[Condition]
    tables: Sequence[tuple[Sequence[str], Mapping[str, Any]]] = ()


def spoken(scheme: Scheme) -> Iterator[Problem]:
    """Rules match kinds of fact that there are, and speak of fields, words and choices that these have."""
    for saying in _sayings(scheme):
        if saying.kind not in events.KINDS:
            yield Problem("rules.no_kind", saying.place, None, {"value": saying.kind, "nearest": nearest(saying.kind, events.KINDS)})
            continue
        for name in sorted(saying.fields):
            yield from _spoken_of(name, fields.known(scheme, saying.kind), saying.place, saying.kind)
        for condition in saying.conditions:
            yield from _condition(scheme, saying.place, saying.kind, condition)
        for by, table in saying.tables:
            yield from _table(scheme, saying, by, table)


def _spoken_of(name: str, known: Sequence[str], place: str, kind: str) -> Iterator[Problem]:
    """A field that rules speak of is one that facts have, or that the scheme declares."""
    if name == "extra":
        yield Problem("rules.bare_extra", place, None, {"value": name})
    elif name.startswith("extra.") and name not in known:
        declared = [each for each in known if each.startswith("extra.")]
        said = {"value": name, "kinds": ", ".join(fields.kinds(kind)), "nearest": nearest(name, declared)}
        yield Problem("rules.no_extra", place, None, said)
    else:
        yield from one_of(name, known, place, "rules.no_field")


def declared(scheme: Scheme) -> Iterator[Problem]:
    """Fields of the scheme's own are those of kinds that a file may hold, a reversal aside."""
    known = [model.kind for model in events.FROM_FILES if model is not events.EventReversed]
    for kind in scheme.fields:
        yield from one_of(kind, known, f"fields.{kind}", "rules.no_kind")


def words(scheme: Scheme) -> Iterator[Problem]:
    """The vocabulary holds words of the kinds that events have."""
    for kind in scheme.vocabulary:
        yield from one_of(kind, VOCABULARIES, f"vocabulary.{kind}", "rules.no_vocabulary")


def priced(scheme: Scheme) -> Iterator[Problem]:
    """What prices are made of is there, and is a number; what units share by is a ratio; a person is asked for nothing of a unit's."""
    awards = {rule.id: rule for rule in scheme.rules if isinstance(rule, Award)}
    for award in awards.values():
        for name in (*times_of(award), *award.besides):
            yield from one_of(name, awards, f"rules.{award.id}", "rules.no_rule")
        for name in [part.field for part in parts(award.points) if isinstance(part, Given)]:
            if name in _known(scheme, award) and not fields.is_number(scheme, award.match, name):
                yield Problem("rules.not_a_number", f"rules.{award.id}", None, {"value": name})
        group = scheme.groups.get(award.group or "")
        yield from _parts(scheme, award, group.share if group else "full", f"rules.{award.id}")
    for rule in scheme.rules:
        if isinstance(rule, Measure) and rule.count:
            yield from _parts(scheme, rule.count, rule.count.share, f"rules.{rule.id}")


def _known(scheme: Scheme, matching: Award | Count) -> tuple[str, ...]:
    """The fields that may be spoken of; none where there is no such kind of fact, which is another problem."""
    return fields.known(scheme, matching.match) if matching.match in events.KINDS else ()


def _parts(scheme: Scheme, matching: Award | Count, share: Share, place: str) -> Iterator[Problem]:
    """What is asked about those who are credited."""
    for name in fields.of_share(share):
        found = fields.declared(scheme, matching.match, name) if name in _known(scheme, matching) else None
        if found is None or found.type != "ratio":
            yield Problem("rules.not_a_ratio", place, None, {"value": name})
    if matching.credit != "unit":
        for name in sorted(fields.of_rule(scheme, matching) & {"role", "unit_count", "class"}):
            yield Problem("rules.not_of_person", place, None, {"value": name})


def _sayings(scheme: Scheme) -> Iterator[Saying]:
    for rule in scheme.rules:
        place = f"rules.{rule.id}"
        if isinstance(rule, Award):
            tables = [(part.by, part.table) for part in parts(rule.points) if isinstance(part, Table)]
            yield Saying(place, rule.match, fields.of_rule(scheme, rule), fields.conditions(rule), tables)
        elif isinstance(rule, Measure) and rule.count:
            yield Saying(place, rule.count.match, fields.of_rule(scheme, rule.count), [rule.count.when])
        elif isinstance(rule, Measure) and rule.elapsed:
            yield Saying(place, rule.elapsed.from_, set(fields.of_condition(rule.elapsed.from_when)), [rule.elapsed.from_when])
            yield Saying(place, rule.elapsed.to, set(fields.of_condition(rule.elapsed.when)), [rule.elapsed.when])


def _condition(scheme: Scheme, place: str, kind: str, condition: Condition) -> Iterator[Problem]:
    for leaf in leaves(condition):
        if isinstance(leaf, Exists):
            yield from _exists(scheme, place, kind, leaf)
        elif isinstance(leaf, Is):
            yield from _values(scheme, place, kind, leaf.field, sorted(leaf.values))
        elif isinstance(leaf, DayOrder):
            yield Problem("rules.no_day", place, None, {"value": leaf.field})
        elif leaf.field in fields.known(scheme, kind) and not fields.is_number(scheme, kind, leaf.field):
            yield Problem("rules.no_order", place, None, {"value": leaf.field})


def _exists(scheme: Scheme, place: str, kind: str, leaf: Exists) -> Iterator[Problem]:
    """Another fact of the same subject, or of one that the fact names, whose own fields are looked at."""
    named = {fields.stream(kind), *(stream for stream in fields.OPENERS if stream in fields.own(kind))}
    alike = [other for other in events.KINDS if fields.stream(other) in named]
    problems = list(one_of(leaf.match, alike, place, "rules.no_kind"))
    yield from problems
    if not problems:
        for name in fields.of_condition(leaf.when):
            yield from _spoken_of(name, fields.owned(scheme, leaf.match), place, leaf.match)
        yield from _condition(scheme, place, leaf.match, leaf.when)


def _table(scheme: Scheme, saying: Saying, by: Sequence[str], table: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _values(scheme, saying.place, saying.kind, by[0], table)
    if len(by) > 1:
        for entry in table.values():
            yield from _table(scheme, saying, by[1:], entry)


def _values(scheme: Scheme, place: str, kind: str, field: str, values: Iterable[str]) -> Iterator[Problem]:
    """The values that a rule compares a field with are ones it can have, where these are words or a closed choice."""
    known = list(fields.values(scheme, kind, field))
    if not known and field in VOCABULARIES and _is_word(kind, field):
        known = list(scheme.vocabulary.get(field, {}))
    for value in values if known else ():
        if value or "" not in known:
            yield from one_of(value, [each for each in known if each], place, "rules.no_word")


def _is_word(kind: str, field: str) -> bool:
    """Whether a field of a kind, or of its subject, holds a word of the scheme; an incident's channel does not."""
    kinds = [kind, *filter(None, [fields.opener(kind)])]
    return any(use.name == field and use.ref == field for each in kinds for use in events.references(events.KINDS[each]))


def one_of(value: str, known: Mapping[str, Any] | Sequence[str], place: str, key: str) -> Iterator[Problem]:
    """The problem ``key``, with the nearest, when a name is not among those known."""
    if value not in known:
        yield Problem(key, place, None, {"value": value, "nearest": nearest(value, known)})
