"""Where in a scheme file something stands: file, line and column of a path inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_NAMING = ("id", "kind", "clause", "text")
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """A file's name and the tree of its nodes, each with its place."""

    file: str
    tree: Any

    def place(self, path: str | None, said: object = None) -> str:
        """``file:line:column`` of a path such as ``rules.floor.least`` or ``rules[3].points``, or of a word ``said`` inside.

        A rule is found by its id or its number. For what is not there it is the place of what should hold it.
        """
        node = mark = self.tree
        for step in _STEP.findall(path or ""):
            found = _child(node, step)
            if found is not None:
                mark, node = found
        at = (_found(node, said) or mark).start_mark
        return f"{self.file}:{at.line + 1}:{at.column + 1}"


def _child(node: Any, step: str) -> tuple[Any, Any] | None:
    """The node that says a step, and the node of its value: a key's or an entry's; None where there is none."""
    if isinstance(node.value, str):
        return None
    if node.id == "mapping":
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if step.isdecimal():
        return (node.value[int(step)], node.value[int(step)]) if int(step) < len(node.value) else None
    return next(((entry, entry) for entry in node.value if _id(entry) == step), None)


def _found(node: Any, said: object) -> Any:
    """The first key or value below a node that is this word; what only names or quotes a rule does not count."""
    if isinstance(node.value, str):
        return node if node.value == said else None
    pairs = node.value if node.id == "mapping" else [(None, entry) for entry in node.value]
    for key, value in pairs:
        if key is not None and key.value == said:
            return key
        found = None if key is not None and key.value in _NAMING else _found(value, said)
        if found is not None:
            return found
    return None


def _id(node: Any) -> str | None:
    """The id of an entry of a list."""
    return next((value.value for key, value in node.value if key.value == "id"), None) if node.id == "mapping" else None
