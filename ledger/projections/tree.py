"""A score as a tree: score, accounts, rules, postings, events, each with its clause and the words of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ledger import points
from ledger.projections.statement import Posting, Statement

_Each = TypeVar("_Each")


def tree(statement: Statement) -> dict[str, Any]:
    """The tree of a statement as JSON. The points of each node are the sum of those below it."""
    scored = [posting for posting in statement.postings if posting.scored]
    beside = [posting for posting in statement.postings if not posting.scored]
    return {
        "score": points.number(statement.row.score),
        "accounts": [_account(statement, account, own) for account, own in _by(scored, lambda each: each.account)],
        "beside": [_account(statement, account, own) for account, own in _by(beside, lambda each: each.account)],
    }


def _account(statement: Statement, account: str, postings: list[Posting]) -> dict[str, Any]:
    rules = [_rule(statement, own) for _, own in _by(postings, lambda each: each.rule)]
    return {"account": account, "name": statement.accounts.get(account, account), "points": _sum(postings), "rules": rules}


def _rule(statement: Statement, postings: list[Posting]) -> dict[str, Any]:
    first = postings[0]
    said = {"rule": first.rule, "clause": first.clause, "text": first.text}
    return {**said, "points": _sum(postings), "postings": [_posting(statement, each) for each in postings]}


def _posting(statement: Statement, posting: Posting) -> dict[str, Any]:
    events = [{"id": each, **_event(statement, each)} for each in posting.events]
    words = {"clause": posting.clause, "text": posting.text}
    said = {"on": posting.on.isoformat(), "period": posting.period, "points": points.number(posting.points), "note": posting.note}
    return {**said, **words, "events": events}


def _event(statement: Statement, event: str) -> dict[str, Any]:
    happened = statement.events.get(event)
    return {"position": happened.position, "kind": happened.kind, **happened.fields} if happened else {}


def _by(items: Iterable[_Each], key: Callable[[_Each], str]) -> list[tuple[str, list[_Each]]]:
    """The items by key, in the order in which keys come."""
    found: dict[str, list[_Each]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.items())


def _sum(postings: Iterable[Posting]) -> int | float:
    return points.number(sum(posting.points for posting in postings))
