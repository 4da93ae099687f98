"""The text of a scheme file as data: texts, lists and sets of names, and nothing else that YAML could make of it.

A file is held to a size and a depth that no scheme comes near, as it stands and as it is with every alias written out:
reading one, and all that is done with it after, takes a time that goes with the length of what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.errors import Problem, SchemeError

if TYPE_CHECKING:
    import yaml

DEEPEST = 32
"""Steps from the top to the deepest value: the packaged schemes have nine."""
MOST = 50_000
"""Values, those of sets and lists included: the largest packaged scheme has 1,300."""

_TAGS = {kind: f"tag:yaml.org,2002:{tag}" for kind, tag in (("scalar", "str"), ("sequence", "seq"), ("mapping", "map"))}


def read(written: str, where: str) -> tuple[dict[str, Any], Any]:
    """The data of a file called ``where``, and the tree of nodes that it was read from, which know their places.

    Raises SchemeError, with the place, for what is no set of names, or holds what a scheme cannot.
    """
    import yaml  # a quarter of start-up; schemes in a log are JSON and never need it

    try:
        tree: Any = _loader(where)(written).get_single_node()
    except yaml.YAMLError as error:
        raise _unreadable(error, where) from error
    except (ValueError, OverflowError) as error:  # a sign by a number that no sign has
        raise SchemeError.of("rules.not_yaml", where=where, detail=str(error)) from error
    if tree is None or tree.id != "mapping":
        raise SchemeError.of("rules.not_a_mapping", where=where)
    data: dict[str, Any] = _Values(where).of(tree, 1)
    return data, tree


@cache
def _loader(where: str) -> type[yaml.SafeLoader]:
    import yaml

    class Loader(yaml.SafeLoader):
        """Makes nodes of a text, every scalar of them text, no deeper than a scheme is: for the parser calls itself at each step."""

        def fetch_flow_collection_start(self, token: Any) -> None:
            if self.flow_level >= DEEPEST:
                raise _too_deep(where, self.get_mark())
            super().fetch_flow_collection_start(token)

        def add_indent(self, column: int) -> bool:
            if len(self.indents) > DEEPEST:
                raise _too_deep(where, self.get_mark())
            return super().add_indent(column)

    Loader.yaml_implicit_resolvers = {}
    return Loader


def _too_deep(where: str, mark: Any) -> SchemeError:
    return SchemeError(Problem("rules.too_deep", None, _place(where, mark), {"most": DEEPEST}))


def _place(where: str, mark: Any) -> str:
    return f"{where}:{mark.line + 1}:{mark.column + 1}"


class _Values:
    """The values of the nodes of one file, counted; those of an alias once more wherever it stands."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._count = 0

    def of(self, node: Any, depth: int) -> Any:
        """The value of a node that is so deep."""
        self._count += 1
        if depth > DEEPEST:
            raise _too_deep(self._where, node.start_mark)
        if self._count > MOST:
            raise self._wrong("rules.too_large", node, most=MOST)
        if node.tag != _TAGS[node.id]:
            raise self._wrong("rules.tagged", node, tag=node.tag.replace("tag:yaml.org,2002:", "!!"))
        if node.id == "scalar":
            return self._text(node)
        return self._names(node, depth) if node.id == "mapping" else [self.of(each, depth + 1) for each in node.value]

    def _text(self, node: Any) -> str:
        text: str = node.value
        try:
            text.encode()
        except UnicodeEncodeError as error:  # an escape may say it
            raise self._wrong("rules.half_a_sign", node, sign=f"U+{ord(text[error.start]):04X}") from error
        return text

    def _names(self, node: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for said, value in node.value:
            if said.id != "scalar":
                raise self._wrong("rules.odd_key", said)
            key, line = self._text(said), said.start_mark.line + 1
            if key in found:
                raise self._wrong("rules.key_twice", said, key=key, first=lines[key], second=line)
            found[key], lines[key] = self.of(value, depth + 1), line
        return found

    def _wrong(self, key: str, node: Any, /, **params: object) -> SchemeError:
        return SchemeError(Problem(key, None, _place(self._where, node.start_mark), params))


_SLIPS: Mapping[str, str] = {
    "could not find expected ':'": "rules.no_colon",
    "mapping values are not allowed here": "rules.second_colon",
    "expected <block end>": "rules.bad_indent",
    "expected ',' or": "rules.not_closed",
    r"found character '\t'": "rules.tab",
    "that cannot start any token": "rules.not_quoted",
}
"""What the parser says, by our message for the slip that is behind it."""


def _unreadable(error: Exception, where: str) -> SchemeError:
    """What kept a file from being read, with the place; a line that does not end is told where it begins."""
    problem, mark = getattr(error, "problem", None) or str(error), getattr(error, "problem_mark", None)
    key = next((key for said, key in _SLIPS.items() if said in problem), "rules.not_yaml")
    begun = getattr(error, "context_mark", None)
    at = begun if key == "rules.no_colon" and begun else mark or begun
    return SchemeError(Problem(key, None, _place(where, at) if at else where, {"detail": " ".join(problem.split())}))
