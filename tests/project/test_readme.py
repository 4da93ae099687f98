"""The examples of the README and of docs/ do what the pages say."""

import shlex
import sys
from pathlib import Path

import pytest

from tests.project.examples import Example, examples, matches, run

ROOT = Path(__file__).parents[2]
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if examples(page.read_text(encoding="utf-8"))]


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A directory in which ``scoreledger`` is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "scoreledger"
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    script.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m ledger "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return str(folder)


def test_the_readme_has_examples() -> None:
    assert ROOT / "README.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_prints_what_the_page_says(page: Path, tmp_path: Path, path: str) -> None:
    for example in examples(page.read_text(encoding="utf-8")):
        status, printed = run(example.command, tmp_path, path)
        place = f"{page.relative_to(ROOT)}:{example.line}: {example.command}"
        says = "\n".join(example.expected)
        assert matches(example.expected, printed), f"{place}\nthe page says\n{says}\nit printed\n{printed}"
        assert status == 0, f"{place}\nexit status {status}\n{printed}"


PAGE = """\
# A page
```sh
never run
```
```console
$ cat > two.txt <<'END'
> one
> two
> END
$ cat two.txt
one
t…o
$ seq 9
1
…
9
```
"""


def test_a_page_is_read_as_a_terminal() -> None:
    assert examples(PAGE) == [
        Example("cat > two.txt <<'END'\none\ntwo\nEND", (), 6),
        Example("cat two.txt", ("one", "t…o"), 10),
        Example("seq 9", ("1", "…", "9"), 13),
    ]


def test_the_examples_of_a_page_share_a_directory(tmp_path: Path, path: str) -> None:
    for example in examples(PAGE):
        status, printed = run(example.command, tmp_path, path)
        assert (status, matches(example.expected, printed)) == (0, True), printed


@pytest.mark.parametrize(
    ("expected", "printed"),
    [(("one",), "two\n"), (("one",), ""), ((), "more\n"), (("a…c",), "a\nc\n"), (("…", "end"), "end\nmore\n"), (("1.5",), "1x5\n")],
)
def test_other_output_does_not_match(expected: tuple[str, ...], printed: str) -> None:
    assert not matches(expected, printed)


def test_a_block_that_starts_with_output_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="line 2"):
        examples("```console\nresult\n```\n")
