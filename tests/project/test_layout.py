"""The rooms keep to the picture in docs/explanation/design.md: who may import whom, and how large a thing may be.

That every public name has a docstring, and every argument its type, is ruff's (D1, ANN) and mypy's to say.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import pytest

from tests.project import sources

BASE = {"canonical", "errors", "event", "events", "messages", "own_events", "points", "times", "values", "widths"}
DOOR = {
    "application", "attesting", "bulletins", "closing", "holdings", "listing", "operating", "proposing", "recording", "replaying",
    "restating", "scoring", "verifying", "views", "whatif",
}  # fmt: skip

MAY_IMPORT: Mapping[str, set[str]] = {
    "": set(),
    "messages": set(),
    "canonical": set(),
    "points": set(),
    "times": set(),
    "widths": set(),
    "errors": {"messages"},
    "values": {"points", "times"},
    "event": {"values"},
    "own_events": {"event", "values"},
    "events": {"event", "own_events", "points", "values"},
    "aggregates": BASE,
    "journal": BASE,
    "rules": BASE,
    "proofs": BASE | {"journal"},
    "projections": BASE | {"rules"},
    "recording": BASE | {"aggregates", "journal", "rules", "projections", "views"},
    "views": BASE | {"journal", "rules", "projections"},
    "scoring": BASE | {"journal", "rules", "projections", "views"},
    "whatif": BASE | {"journal", "rules", "projections", "views"},
    "closing": BASE | {"journal", "proofs", "rules", "projections", "views"},
    "restating": BASE | {"journal", "rules", "projections", "views"},
    "bulletins": BASE | {"journal", "proofs", "rules", "projections", "views", "closing", "restating"},
    "proposing": BASE | {"journal", "projections", "views", "scoring"},
    "listing": BASE | {"journal", "rules", "projections", "views", "scoring"},
    "holdings": BASE | {"aggregates", "journal", "rules", "projections", "views"},
    "operating": BASE | {"journal", "views", ""},
    "verifying": BASE | {"journal", "proofs", "recording"},
    "replaying": BASE | {"journal", "proofs", "rules", "projections", "views", "closing"},
    "evidence": BASE | {"journal", "rules", "projections", "views", "scoring", "proofs", ""},
    "attesting": BASE | {"journal", "proofs", "evidence", "verifying", "views"},
    "application": BASE | (DOOR - {"application"}) | {"aggregates", "journal", "rules", "projections", "proofs", "evidence"},
    "office": BASE | DOOR | {"aggregates", "rules", "projections", ""},  # its cells are read by the fields' own types, in a scheme's words
    "web": BASE | DOOR | {"office"},
    "fleet": BASE | {"rules", "projections"},
    "bench": BASE | DOOR | {"rules", "journal", "office", "proofs"},  # it measures them
    "commands": BASE | DOOR | {"rules", "projections", "office", "web", "fleet", "bench", "proofs", "evidence", ""},
    "__main__": {"commands"},
}
"""Room by room, the rooms above it in the picture that it may use. A room's own modules use each other freely."""

ONLY_IN = {
    "eventsourcing": {"journal", "bench"},
    "click": {"commands"},
    "rich": {"commands"},
    "yaml": {"rules"},
    "cryptography": {"proofs"},
    **{name: {"office"} for name in ("docx", "docxtpl", "openpyxl", "segno", "typst")},
    **{name: {"office", "bench"} for name in ("python_calamine", "xlsxwriter")},
}
"""What comes from elsewhere and one room keeps to itself."""

ALONE = sources.PACKAGE / "evidence" / "verify_export.py"
"""The verifier. An auditor reads and runs this one file alone, without the package beside it: it carries its messages in
both languages, and all that it needs of hashing, proofs and signatures. So it may be longer, and may speak Chinese."""
ALONE_LINES = 920

FILE_LINES = 400
FUNCTION_LINES = 70
MEDIAN_FUNCTION = 6


def room(dotted: str) -> str:
    """``ledger.journal.reader.LogReader`` is in ``journal``; the package itself in the room without a name."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__version") else ""


def wrong_imports(path: Path) -> Iterator[str]:
    """A line for each import of a file that points down the picture."""
    own = room(sources.module(path))
    for name, node in sources.imports(path):
        top = name.partition(".")[0]
        if top == "ledger" and room(name) != own and room(name) not in MAY_IMPORT[own]:
            yield f"{sources.place(path, node)}: {own} may not use {room(name)} ({name})"
        if own not in ONLY_IN.get(top, {own}):
            yield f"{sources.place(path, node)}: only {', '.join(sorted(ONLY_IN[top]))} may use {top}"


def test_every_room_is_on_the_picture() -> None:
    rooms = {room(sources.module(path)) for path in sources.files()}
    assert rooms <= set(MAY_IMPORT), "say in MAY_IMPORT, and in the design, what the new room may use"


def test_imports_point_up_the_picture_only() -> None:
    wrong = [line for path in sources.files() for line in wrong_imports(path)]
    assert not wrong, "\n".join(wrong)


def test_the_picture_itself_has_no_circle() -> None:
    above: set[str] = set()
    waiting = dict(MAY_IMPORT)
    while ready := [name for name, uses in waiting.items() if uses <= above]:
        above.update(ready)
        for name in ready:
            del waiting[name]
    assert not waiting


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("import ledger.journal.reader", "ledger.journal.reader"),
        ("from ledger import journal", "ledger.journal"),
        ("from ledger.journal.reader import LogReader", "ledger.journal.reader.LogReader"),
        ("def f():\n    from ..journal import reader", "ledger.journal.reader"),
    ],
)
def test_an_import_is_seen_however_it_is_written(statement: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sources.PACKAGE / "rules" / "made_up.py"
    monkeypatch.setattr(sources, "tree", lambda _path: ast.parse(statement))
    assert [name for name, _ in sources.imports(path)] == [found]
    assert list(wrong_imports(path)), "rules know nothing of the journal"


def test_no_file_is_too_long() -> None:
    long = {str(path.relative_to(sources.ROOT)): count for path in sources.files() if (count := lines(path)) >= limit(path)}
    assert not long, f"{FILE_LINES} lines or more: {long}"


def limit(path: Path) -> int:
    """How many lines are too many."""
    return ALONE_LINES if path == ALONE else FILE_LINES


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_function_is_too_long() -> None:
    long = [
        f"{sources.place(path, node)}: {node.name} has {sources.length(node)} lines"
        for path in sources.files()
        for node in sources.functions(path)
        if sources.length(node) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_most_functions_are_a_few_lines() -> None:
    assert median(sources.length(node) for path in sources.files() for node in sources.functions(path)) <= MEDIAN_FUNCTION


def test_the_file_that_stands_alone_uses_nothing_of_ours() -> None:
    assert [name for name, _ in sources.imports(ALONE) if name.partition(".")[0] == "ledger"] == []


def test_no_chinese_stands_in_the_logic() -> None:
    """It lives in scheme files, message catalogues and templates; docstrings and comments may use it."""
    found = [
        f"{sources.place(path, node)}: {node.value!r}"
        for path in sources.files()
        if path != ALONE
        for node in sources.texts(path)
        if re.search(r"[\u3400-\u9fff\uff00-\uffef]", str(node.value))
    ]
    assert not found, "\n".join(found)
