"""The bench measures what it says, at any size; how fast it is, is not for a test to say."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.bench import events, measure, peers
from ledger.bench.constructs import CONSTRUCTS
from ledger.bench.events import COUNTY, Workload
from ledger.bench.figures import Figure
from ledger.bench.run import Sizes, run_server
from ledger.bench.stock import Stock
from ledger.journal.reader import LogReader
from ledger.journal.verify import verify
from ledger.office.rows import read
from ledger.rules.source import load as load_scheme
from ledger.views import Question, View
from tests.commands.shell import process
from tests.gallery.constructs import known, used
from tests.postgres import Cluster

SMALL = Sizes(appends=20, events=400, unit=100, rows=200, memory=400)
ALWAYS = [
    "append", "import", "replay_scan", "replay_stock", "replay_constructs", "constructs_scan", "one_unit", "start_help", "start_score",
    "import_table", "bulletin_docx", "bulletin_pdf", "import_memory", "replay_memory", "verify_raw",
]  # fmt: skip


@pytest.fixture(scope="module")
def answer() -> Any:
    """What the command answers in JSON, of one small run."""
    sizes = ["--appends", "100", "--events", "400", "--unit", "100", "--rows", "200", "--memory", "400"]
    return json.loads(process("bench", *sizes, "--format", "json").stdout)


@pytest.fixture(scope="module")
def figures(answer: Any) -> list[Figure]:
    """Its figures."""
    names = ("figure", "ours", "theirs", "unit", "value", "sense", "bound")
    return [Figure(*(each[name] for name in names)) for each in answer["figures"]]


def test_every_figure_of_the_design_is_measured(figures: list[Figure]) -> None:
    keys = [figure.key for figure in figures]
    assert [key for key in keys if key != "replay_hledger"] == ALWAYS
    assert ("replay_hledger" in keys) == peers.has_hledger()


def test_the_figures_of_a_server_are_measured_and_nothing_is_left_there(server: Cluster) -> None:
    def names() -> set[str]:
        with server.connect() as connection:
            asked = "SELECT nspname FROM pg_namespace UNION ALL SELECT rolname FROM pg_roles"
            return {name for (name,) in connection.execute(asked.encode()) if not name.startswith("pg_t")}

    before = names()
    measured = list(run_server(server.location(server.unused()), SMALL, lambda _key: None))
    assert [figure.key for figure in measured] == ["server_append", "server_replay", "server_writers"]
    assert all(figure.ours > 0 and figure.theirs for figure in measured)
    assert names() == before


def test_a_ratio_is_that_of_its_two_sides(figures: list[Figure]) -> None:
    for figure in figures:
        if figure.theirs is None:
            assert figure.value == figure.ours
            continue
        rough = max(0.001, 0.002 / min(figure.ours, figure.theirs))  # three decimals are said of both
        ratios = (figure.ours / figure.theirs, figure.theirs / figure.ours)
        assert any(math.isclose(figure.value, ratio, rel_tol=rough, abs_tol=0.001) for ratio in ratios), figure


def test_a_bound_is_kept_on_its_own_side() -> None:
    kept = Figure("append", 1, 2, "µs", 0.6, "at_least", 0.6)
    assert kept.met
    assert not Figure("append", 1, 2, "µs", 0.59, "at_least", 0.6).met
    assert not Figure("one_unit", 16, None, "ms", 16, "at_most", 15).met


@pytest.mark.parametrize("load", [COUNTY, CONSTRUCTS], ids=["county", "constructs"])
def test_the_events_are_the_same_every_time_and_all_of_them_are_recorded(load: Workload, tmp_path: Path) -> None:
    records = list(load.records(500))
    assert records == list(load.records(500))
    ledger, file = measure.made(tmp_path, 500, load)
    with Ledger(str(ledger), "tester") as opened:
        done = opened.import_rows(read(file), file.name)
    assert (done.appended, done.problems) == (len(records), ())


def test_the_scheme_of_every_construct_has_every_one_of_them_and_every_rule_pays(tmp_path: Path) -> None:
    assert known() - used(load_scheme(CONSTRUCTS.scheme).data) == {"Calendar.of=same"}
    ledger = measure.filled(tmp_path, 3000, CONSTRUCTS)
    reader = LogReader(ledger)
    view = View(reader, Question(as_of=date(2025, 1, 31), year=2024), date(2025, 1, 31))
    found = view.evaluation
    reader.close()
    holders = [standing.year for standing in (*found.standings.values(), *found.persons.values())]
    paid = {posting[1] for year in holders for posting in year.postings}
    assert [rule.id for place, rule in enumerate(view.plan.scheme.rules) if view.plan.posting[place] and place not in paid] == []
    assert {flag for standing in found.standings.values() for flag in standing.flags} >= {"vetoed", "warned"}


def test_what_is_inserted_raw_is_what_the_ledger_holds(tmp_path: Path) -> None:
    ledger = measure.filled(tmp_path, 300)
    rows, mentions = peers.copied(ledger)
    raw = peers.raw_store(tmp_path / "raw.db", ledger)
    peers.raw_insert(raw, rows, mentions, 100)
    assert raw.execute(f"SELECT {peers.EVENTS} FROM stored_events ORDER BY rowid").fetchall() == rows
    assert raw.execute("SELECT COUNT(*) FROM event_mentions").fetchone() == (len(mentions),)
    raw.close()


def test_what_is_hashed_raw_has_the_root_that_verifying_finds(tmp_path: Path) -> None:
    ledger = measure.filled(tmp_path, 300)
    assert peers.raw_hash(ledger) == verify(ledger, lambda _done, _total: None).root


def test_the_stock_peer_replays_every_item(tmp_path: Path) -> None:
    stock = Stock(tmp_path / "stock.db", events.records(200))
    assert stock.replay() == len(stock.items) > 0


def test_the_command_answers_in_json(answer: Any) -> None:
    assert all(each["met"] in (True, False) for each in answer["figures"])
    assert answer["machine"]["python"]
