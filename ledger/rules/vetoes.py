"""Which findings may bring a score to nothing: what a policy of four eyes watches over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger import points
from ledger.events import FindingEstablished
from ledger.rules.source import Source, walk

_EVENTS = {"match": "when", "from": "from_when", "to": "when"}
"""What names a kind of event, beside what says which of them."""
_WHOLE = 100 * points.ONE

Rules = list[Mapping[str, Any]]


def vetoes(source: Source) -> frozenset[str]:
    """The findings that a veto, a limit that leaves nothing, may depend on under some reading, by id.

    A condition is followed through the measures that it names, to the facts that these count and the accounts that they sum.
    """
    rules: Rules = source.data["rules"]
    waiting = [[rule.get("when"), rule.get("deduct")] for rule in rules if _is_veto(rule)]
    known, seen = frozenset(term.id for term in source.terms("finding")), set[int]()
    found: set[str] = set()
    while waiting:
        part = waiting.pop()
        found.update(*_findings(part, known))
        followed = {at for at in _reached(part, rules) if at not in seen}
        seen |= followed
        waiting += [[rules[at]] for at in followed]
    return frozenset(found)


def _is_veto(rule: Mapping[str, Any]) -> bool:
    """Whether a rule may leave nothing of an account: at most nothing while something holds, or the whole of it taken."""
    if rule["kind"] != "limit":
        return False
    most = rule.get("most") if "when" in rule else None
    percent = [value for path, value in walk(rule.get("deduct")) if "percent" in path]
    return any(number <= 0 for number in _numbers([most])) or any(number >= _WHOLE for number in _numbers(percent))


def _numbers(written: object) -> Iterator[int]:
    """The numbers that something written may come to, in hundredths."""
    for _, value in walk(written):
        try:
            yield points.parse(value)
        except ValueError:
            continue


def _texts(written: object) -> set[str]:
    """The texts that something written may come to."""
    return {value for _, value in walk(written) if isinstance(value, str)}


def _reached(part: Any, rules: Rules) -> Iterator[int]:
    """The rules that a part of a rule names, and those that post to an account that it sums, by their places."""
    named, summed = set[str](), set[str]()
    for _, node in walk(part):
        if isinstance(node, Mapping):
            named.update(map(str, node))
            summed |= _texts(node.get("sum"))
        elif isinstance(node, str):
            named.add(node)
    for at, rule in enumerate(rules):
        accounts = [f"{account}/" for account in _texts(rule.get("account"))]
        if str(rule["id"]) in named or any(account.startswith(f"{each}/") for account in accounts for each in summed):
            yield at


def _findings(part: Any, known: frozenset[str]) -> Iterator[frozenset[str]]:
    """The findings that a part matches."""
    for _, node in walk(part):
        if isinstance(node, Mapping):
            asked = [when for kind, when in _EVENTS.items() if FindingEstablished.kind in _texts(node.get(kind))]
            yield from (_may(node.get(when, {}), known) for when in asked)


def _may(when: Any, known: frozenset[str]) -> frozenset[str]:
    """The findings that a condition may hold of, whatever else it asks."""
    if isinstance(when, list):
        return frozenset().union(*(_may(each, known) for each in when))
    if not isinstance(when, Mapping):
        return known
    held = known
    for key, value in when.items():
        if key == "finding":
            held &= _texts(value)
        elif key == "all":
            held = held.intersection(*(_may(each, known) for each in value))
        elif key == "any":
            held &= _may(value, known)
        elif key == "by_reading":
            held &= _may([option for options in value.values() for option in options.values()], known)
    return held
