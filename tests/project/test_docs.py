"""The pages of docs/ say what the code says: the words, the links."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.project import sources

DOCS = sources.ROOT / "docs"
PAGES = (sources.ROOT / "README.md", sources.ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))


def code_names() -> list[str]:
    """The names in the glossary's column of code names."""
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@cache
def names_in_code() -> frozenset[str]:
    """Every module, class, function, field, argument and literal of the package, and every word of the scheme files."""
    found = {part for path in sources.files() for part in sources.module(path).split(".")}
    for path in sources.files():
        found |= {name for node in ast.walk(sources.tree(path)) for name in names_of(node)}
        found |= {str(node.value) for node in sources.texts(path)}
    for scheme in (sources.PACKAGE / "rules" / "schemes").glob("*.yaml"):
        found |= set(re.findall(r"[a-z_]+", scheme.read_text(encoding="utf-8")))
    return frozenset(found)


def names_of(node: ast.AST) -> set[str]:
    """The names that a node of the code gives to something."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
            return {name}
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            return {name}
        case _:
            return set()


def test_the_words_of_the_glossary_are_names_in_the_code() -> None:
    words = code_names()
    assert len(words) > 20
    assert [name for name in words if name not in names_in_code()] == []


def links(page: Path) -> list[str]:
    """The places in this tree that a page links to."""
    targets: list[str] = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(sources.ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    assert [target for target in links(page) if not (page.parent / target).exists()] == []


def test_the_index_leads_to_every_page() -> None:
    linked = {(DOCS / target).resolve() for target in links(DOCS / "index.md")}
    assert {page for page in DOCS.rglob("*.md") if page != DOCS / "index.md"} <= linked
