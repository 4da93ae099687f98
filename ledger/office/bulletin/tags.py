"""What the tags of a template name, held against the fields that there are, before anything is filled in.

A template is read as Jinja reads it, loops and all, so that a name is known or unknown by where it stands: ``unit`` is a name inside
``for unit in sent_nothing``, and ``row.rank`` inside ``for row in group.rows``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

from ledger.errors import nearest
from ledger.office.bulletin.names import FIELDS

Meant = str | None
"""What an expression stands for: a field, by its whole name without the places in lists (``groups.rows.unit``), or None where
nothing is known of it. A name inside what is not known is let through here, and refused while filling if it is not there."""

_TOP: Final = ""
_OPEN = frozenset(("columns", "pictures", "groups.rows"))
"""What holds names that differ from scheme to scheme; only those of ``groups.rows`` that begin so are let through."""
_NUMBERED = ("goal_", "rate_")
_LIKE = {
    "totals.before": "totals.now",
    "totals.last_year": "totals.now",
    "totals.changes.last_year": "totals.changes.before",
    "totals.changes.before.by": "totals.now",
    "totals.changes.before.trend": "totals.now",
    "totals.changes.last_year.by": "totals.now",
    "totals.changes.last_year.trend": "totals.now",
}
"""What has the names of something else."""
_GLOBALS: Mapping[str, Meant] = dict.fromkeys(("range", "loop", "dict", "namespace", "joiner", "cycler"))
_KEEP = frozenset(("sort", "reverse", "list", "unique", "select", "reject", "selectattr", "rejectattr", "default", "d", "first", "last"))
"""The filters that give back what they were given, or some of its elements."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that no bulletin has, the nearest that it has, and the line of the template's text (from 1)."""

    name: str
    nearest: str
    line: int


def strangers(template: nodes.Template) -> list[Stranger]:
    """What a template names that there is not, in its order."""
    found: list[Stranger] = []
    _visit(template, {**_GLOBALS, **{name: name for name in FIELDS[_TOP]}}, found)
    return found


def _inside(whole: str) -> Collection[str]:
    """The names inside a field; none in a text or a number."""
    like = _LIKE.get(whole, whole)
    return (*FIELDS.get(like, ()), *(FIELDS["totals.now"] if like == "totals.changes.before" else ()))


Scope = dict[str, Meant]


def _visit(node: nodes.Node, scope: Scope, found: list[Stranger]) -> Meant:
    """What a part of a template stands for; what it names that there is not goes to ``found``."""
    for kind, read in _READ.items():
        if isinstance(node, kind):
            return read(node, scope, found)
    for child in node.iter_child_nodes():
        _visit(child, scope, found)
    return None


def _name(node: nodes.Name, scope: Scope, found: list[Stranger]) -> Meant:
    if node.ctx == "load" and node.name not in scope:
        found.append(Stranger(node.name, nearest(node.name, scope.keys() - _GLOBALS.keys()), node.lineno))
    return scope.get(node.name)


def _part(node: nodes.Getattr | nodes.Getitem, scope: Scope, found: list[Stranger]) -> Meant:
    """``unit.name``, ``unit["name"]``, ``units[0]`` or ``units[:3]``."""
    whole = _visit(node.node, scope, found)
    if isinstance(node, nodes.Getattr):
        return _named(node, node.attr, whole, found)
    _visit(node.arg, scope, found)
    match node.arg:
        case nodes.Const(value=str(name)):
            return _named(node, name, whole, found)
        case nodes.Const() | nodes.Slice():
            return whole
    return None


def _named(node: nodes.Getattr | nodes.Getitem, name: str, whole: Meant, found: list[Stranger]) -> Meant:
    if whole is None:
        return None
    known = _inside(whole)
    own = hasattr(dict, name) or (not known and hasattr(str, name))  # columns.items(), title.upper()
    if name in known:
        return f"{whole}.{name}"
    if not own and not (whole in _OPEN and (not known or name.startswith(_NUMBERED))):
        found.append(Stranger(f"{_written(node.node)}.{name}", _nearest(name, known, _written(node.node)), node.lineno))
    return None


def _nearest(name: str, known: Collection[str], written: str) -> str:
    """The nearest name as it would be typed; of a field that has none inside, the field itself."""
    if not known:
        return written
    near = nearest(name, known)
    return f"{written}.{near}" if near in known else near


def _written(node: nodes.Expr) -> str:
    """An expression as it was typed, as far as that matters."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _loop(node: nodes.For, scope: Scope, found: list[Stranger]) -> None:
    """The body of a loop knows more names; what stands after ``else`` does not."""
    inner = {**scope, **_bound(node.target, _visit(node.iter, scope, found))}
    for child in (*([node.test] if node.test else []), *node.body):
        _visit(child, inner, found)
    for child in node.else_:
        _visit(child, scope, found)


def _assigned(node: nodes.Assign, scope: Scope, found: list[Stranger]) -> None:
    scope.update(_bound(node.target, _visit(node.node, scope, found)))


def _macro(node: nodes.Macro, scope: Scope, found: list[Stranger]) -> None:
    scope[node.name] = None
    inner = {**scope, **{argument.name: None for argument in node.args}}
    for child in (*node.defaults, *node.body):
        _visit(child, inner, found)


def _bound(target: nodes.Node, meant: Meant) -> Scope:
    """The names on the left of ``in`` or ``=``; of several, nothing is known."""
    if isinstance(target, nodes.Name):
        return {target.name: meant if meant is None or _inside(meant) else None}
    return {each.name: None for each in target.find_all(nodes.Name)}


def _filtered(node: nodes.Filter, scope: Scope, found: list[Stranger]) -> Meant:
    first, *_ = [_visit(child, scope, found) for child in node.iter_child_nodes()]
    return first if node.name in _KEEP else None


_READ: Mapping[type[nodes.Node], Callable[..., Meant]] = {
    nodes.Name: _name,
    nodes.Getattr: _part,
    nodes.Getitem: _part,
    nodes.Filter: _filtered,
    nodes.For: _loop,
    nodes.Assign: _assigned,
    nodes.Macro: _macro,
}
