"""Which findings may bring a score to nothing: what a policy of four eyes watches over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger import points
from ledger.events import FindingEstablished
from ledger.rules.source import Source, walk


def vetoes(source: Source) -> frozenset[str]:
    """The findings that a veto, a limit that leaves nothing, may depend on under some reading, by id.

    A condition is followed through the measures that it names, to the facts that these count and the accounts that they sum.
    """
    rules = {str(rule["id"]): rule for rule in source.data["rules"]}
    waiting = [rule["when"] for rule in rules.values() if _is_veto(rule)]
    known, seen = frozenset(term.id for term in source.terms("finding")), set[str]()
    found: set[str] = set()
    while waiting:
        part = waiting.pop()
        found.update(_findings(part, known))
        followed = {key for key in _reached(part, rules) if key not in seen}
        seen |= followed
        waiting += [rules[key] for key in followed]
    return frozenset(found)


def _is_veto(rule: Mapping[str, Any]) -> bool:
    return rule["kind"] == "limit" and "when" in rule and _is_nothing(rule.get("least")) and _is_nothing(rule.get("most"))


def _is_nothing(written: object) -> bool:
    try:
        return points.parse(written) == 0
    except ValueError:
        return False


def _reached(part: Any, rules: Mapping[str, Any]) -> Iterator[str]:
    """The rules that a part of a rule names, and those that post to an account that it sums."""
    for _, node in walk(part):
        if isinstance(node, Mapping):
            yield from (str(key) for key in node if key in rules)
            summed = node.get("sum")
            if isinstance(summed, str):
                yield from (key for key, rule in rules.items() if f"{rule.get('account')}/".startswith(f"{summed}/"))
        elif isinstance(node, str) and node in rules:
            yield node


def _findings(part: Any, known: frozenset[str]) -> Iterator[str]:
    """The findings that a part matches: those that it names, or all where it names none."""
    for _, node in walk(part):
        if isinstance(node, Mapping) and node.get("match") == FindingEstablished.kind:
            named = {each for _, each in walk(node.get("when", {})) if isinstance(each, str) and each in known}
            yield from named or known
