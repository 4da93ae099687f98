"""Every example of the gallery comes to what its rule's words mean, and explains itself; and every construct has one."""

import difflib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.commands import main
from ledger.rules.check import demand_sound
from ledger.rules.source import Source
from ledger.views import Question
from tests.gallery.constructs import known, used
from tests.gallery.pages import BLOCKS, Example, Outcome, came_to, examples, expected, of_page, outcome

Made = Callable[[Example], Outcome]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What an example came to, found out once."""
    return cache(lambda example: outcome(example, tmp_path_factory.mktemp("example")))


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_comes_to_what_its_page_says(example: Example, made: Made) -> None:
    demand_sound(Source(example.scheme))
    said, found = expected(example), came_to(example, made(example))
    assert found == said, "\n".join([f"{example}: - is what the page says, + what it comes to", *difflib.ndiff(said, found)])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_explains_itself(
    example: Example, lang: str, made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCORELEDGER_LANG", lang)
    monkeypatch.setenv("COLUMNS", "400")
    printed = {}
    for statement in (*made(example).statements, *made(example).persons):
        assert sum(posting.points for posting in statement.postings if posting.scored) == statement.row.score
        assert all(posting.clause and posting.text for posting in statement.postings)
        basis, unit = statement.basis, statement.row.unit
        cut = ("--as-of", basis.cut.as_of.isoformat(), "--year", str(basis.year))
        status = main(["score", unit, "--explain", *cut, "--ledger", str(made(example).ledger)])
        done = capsys.readouterr()
        assert (status, done.err) == (0, "")
        printed[unit] = "".join(done.out.split())
        assert "None" not in printed[unit]
        assert [posting.clause for posting in statement.postings if posting.clause not in printed[unit]] == []
    assert [words for unit, words in example.says if "".join(words.split()) not in printed[unit]] == []


@pytest.mark.parametrize("example", examples(), ids=str)
def test_a_reversed_event_leaves_what_there_would_have_been_without_it(example: Example, made: Made, tmp_path: Path) -> None:
    *before, last = example.events.splitlines() or [""]
    if made(example).refused or not before:
        return
    reversal = {"kind": "event_reversed", "id": "void", "target": json.loads(last)["id"], "on": "2025-12-31", "reason": "实为误记"}
    (tmp_path / "without").mkdir()
    without = outcome(replace(example, events="\n".join(before)), tmp_path / "without")
    voided = outcome(replace(example, events=f"{example.events}{json.dumps(reversal)}\n"), tmp_path)
    assert came_to(example, voided) == came_to(example, without)


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_has_bulletins_whose_quarters_add_up_to_the_year(example: Example, made: Made) -> None:
    if made(example).refused:
        return
    year = made(example).statements[0].basis.year
    with Ledger(str(made(example).ledger), "reader") as ledger:
        whole, *quarters = (ledger.bulletin(f"{year}{part}", lambda *_: None) for part in ("", "Q1", "Q2", "Q3", "Q4"))
        table = ledger.standings(Question(whole.last, year))
    assert sorted(line.row.unit for line in whole.lines) == sorted(row.unit for row in table.rows)
    current = [{line.row.unit_id: line.current for line in each.lines} for each in quarters]
    if whole.account == whole.basis.scored_account:
        for line in whole.lines:
            if all(line.row.unit_id in each for each in current):  # it was there at the end of every quarter
                assert sum(each[line.row.unit_id] for each in current) == line.current
        if "units_merged" not in example.events and "unit_split" not in example.events:
            assert [line.current for line in whole.lines] == [line.row.score for line in whole.lines]


def test_every_construct_has_an_example() -> None:
    assert len(known()) > len(BLOCKS)
    assert sorted(known() - {construct for example in examples() for construct in used(example.scheme)}) == []


def test_a_section_without_its_three_blocks_is_no_example() -> None:
    with pytest.raises(ValueError, match="no postings"):
        list(of_page("points.md", "# 分值\n\n## no postings\n\n```yaml\nrules: []\n```\n"))


def test_a_line_that_is_not_so_is_seen(tmp_path: Path) -> None:
    page = "## 得分\n```yaml\nrules: []\n```\n```jsonl\n```\n```postings\nscore 甲局 1\nunpriced a1\n```\n"
    (example,) = of_page("made-up.md", page)
    assert came_to(example, outcome(example, tmp_path)) == ["score 甲局 0"]
    assert expected(example) == ["score 甲局 1", "unpriced a1"]
