"""The packaged sample years: made by the script, whole, labelled, and holding what a newcomer should see."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from ledger.application import Ledger
from ledger.office.rows import read
from ledger.views import Question

ROOT = Path(__file__).parents[2]
SAMPLES = {"liucheng-2024": date(2024, 12, 31), "qingshan-2020": date(2021, 12, 31)}


def script() -> ModuleType:
    """``scripts/samples.py`` as a module."""
    spec = importlib.util.spec_from_file_location("samples", ROOT / "scripts" / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


def sample(scheme: str) -> Path:
    """A packaged sample year."""
    return ROOT / "ledger" / "samples" / f"{scheme}.jsonl"


def test_the_files_are_what_the_script_writes() -> None:
    module = script()
    for year in (module.liucheng(), module.qingshan()):
        written = sample(year.scheme).read_text(encoding="utf-8").splitlines()
        assert written == list(module.lines(year)), "run: python scripts/samples.py"


@pytest.mark.parametrize("scheme", SAMPLES)
def test_a_sample_year_goes_in_whole_and_every_score_comes_out(scheme: str, tmp_path: Path) -> None:
    ledger = tmp_path / "sample.ledger"
    start = Ledger.create(str(ledger), scheme, "tester").position
    count = len(sample(scheme).read_text(encoding="utf-8").splitlines())
    with Ledger(str(ledger), "tester") as opened:
        done = opened.import_rows(read(sample(scheme)), sample(scheme).name)
        assert (done.appended, done.position, done.problems) == (count, start + count, ())
        standings = opened.standings(Question(as_of=SAMPLES[scheme]))
        for row in standings.rows:
            statement = opened.statement(row.unit_id, Question(as_of=SAMPLES[scheme]))
            assert sum(posting.points for posting in statement.postings if posting.scored) == row.score


@pytest.mark.parametrize("scheme", SAMPLES)
def test_every_event_is_labelled_as_fiction(scheme: str) -> None:
    lines = sample(scheme).read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["source"] for line in lines} == {"虚构示例"}


@pytest.mark.parametrize("scheme", SAMPLES)
def test_a_sample_year_holds_joint_items_endorsements_misses_and_a_correction_of_a_correction(scheme: str) -> None:
    events = [json.loads(line) for line in sample(scheme).read_text(encoding="utf-8").splitlines()]
    reversals = {event["id"] for event in events if event["kind"] == "event_reversed"}
    assert any(len(event.get("units", ())) > 1 for event in events if event["kind"] == "item_submitted")
    assert len({event["level"] for event in events if event["kind"] == "item_endorsed"}) > 1
    assert len({event["how"] for event in events if event["kind"] == "solicitation_missed"}) > 1
    assert any(event["kind"] == "event_reversed" and event["target"] in reversals for event in events)


def test_the_sample_of_liucheng_has_an_incident_of_each_class(tmp_path: Path) -> None:
    ledger = tmp_path / "sample.ledger"
    Ledger.create(str(ledger), "liucheng-2024", "tester")
    with Ledger(str(ledger), "tester") as opened:
        opened.import_rows(read(sample("liucheng-2024")), "sample")
        rows = opened.standings(Question(as_of=date(2024, 12, 31))).rows
    assert Counter({name: sum(bool(row.measures[name]) for row in rows) for name in ("late", "omitted", "concealed")}) == Counter(
        late=1, omitted=1, concealed=1
    )
