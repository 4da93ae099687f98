"""Replay: the year made again from what is hashed alone, beside what was published."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ledger.errors import LogError
from ledger.journal.reader import LogReader
from ledger.journal.rebuild import Rebuilt, rebuild
from ledger.journal.record import canonical
from ledger.journal.verify import verify
from ledger.office.replay_report import page, write
from ledger.projections import standings
from ledger.projections.replays import Replay
from ledger.projections.standings import Row
from ledger.rules.evaluate import Standing
from tests.closing.test_restatements import YEAR
from tests.projections.county import County

GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def replayed(county: County, year: int = 2024) -> Replay:
    with county.open() as ledger:
        return ledger.replay(year, lambda _done, _total: None)


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in the hands of somebody who goes below all guards."""
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute(GUARDS).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        yield db
        db.commit()


@pytest.fixture
def closed(county: County) -> County:
    """A year with two periods closed and a late fact after."""
    county.bring(*YEAR)
    with county.open() as ledger:
        ledger.close("2024Q1")
        ledger.close("2024")
        ledger.record("feedback_failed", {"id": "late", "on": "2024-02-03", "unit": "大埔镇", "how": "none"}, "核查补记")
    return county


def test_every_snapshot_of_the_year_comes_out_again_whatever_came_later(closed: County) -> None:
    found = replayed(closed)
    assert found.matches
    assert [(each.snapshot.period, each.matches) for each in found.snapshots] == [("2024Q1", True), ("2024", True)]
    with closed.open() as ledger:
        assert found.events == ledger.position


def test_another_year_has_nothing_to_compare_and_is_rebuilt_all_the_same(closed: County) -> None:
    found = replayed(closed, 2025)
    assert (found.matches, found.snapshots) == (True, ())
    assert found.events > 0


def test_the_rebuilt_ledger_is_one_without_findings_and_without_names(closed: County, tmp_path: Path) -> None:
    made = tmp_path / "made.ledger"
    done = rebuild(closed.path, made, lambda _done, _total: None)
    found = verify(made, lambda _done, _total: None)
    assert (found.findings, found.events, found.root) == ((), done.events, done.root)
    with LogReader(closed.path) as before, LogReader(made) as after:
        assert list(before.rows()) == list(after.rows())


def test_copies_beside_what_is_hashed_take_no_part(closed: County) -> None:
    """A cheat that changes a column, an index row and the kept tree moves figures, but not the replay's."""
    with tampering(closed.path) as db:
        db.execute("UPDATE stored_events SET business_date = '2024-12-01' WHERE event_id = 'aA'")
        db.execute("DELETE FROM event_mentions WHERE subject = 'unit:dapu-zhen'")
    assert replayed(closed).matches


def _edit(path: Path, event: str, **changes: object) -> None:
    with tampering(path) as db:
        ((body,),) = db.execute("SELECT state FROM stored_events WHERE event_id = ?", (event,)).fetchall()
        db.execute("UPDATE stored_events SET state = ? WHERE event_id = ?", (canonical({**msgspec.json.decode(body), **changes}), event))


def test_an_edited_fact_shows_in_the_root_in_the_checkpoints_and_in_the_lines(closed: County) -> None:
    _edit(closed.path, "aA", channel="region")
    found = replayed(closed)
    assert not found.matches
    assert found.root != found.head_root
    assert all("checkpoint" in each.broken for each in found.snapshots)
    (line,) = [line for line in found.snapshots[1].lines if line.name == "大埔镇"]
    assert "measures.adoption_year" in {figure.field for figure in line.figures}
    basis = f"--year 2024 --as-of 2024-12-31 --known-at @{found.snapshots[1].snapshot.position}"
    assert found.snapshots[1].command(line) == f"scoreledger score dapu-zhen {basis} --explain"


def test_an_edited_snapshot_shows_in_its_digest_and_in_its_lines(closed: County) -> None:
    with closed.open() as ledger:
        snapshot = ledger.snapshots("2024Q1")[0]
    rows = [{**row, "score": 10000} if row["unit"] == "大埔镇" else row for row in snapshot.rows]
    _edit(closed.path, snapshot.id, rows=rows)
    first, second = replayed(closed).snapshots
    assert "digest" in first.broken
    assert [(line.name, [figure.field for figure in line.figures]) for line in first.lines] == [("大埔镇", ["score"])]
    assert second.broken == ("checkpoint",)
    assert second.lines == ()


def test_another_scheme_in_its_place_shows_as_what_it_is(closed: County) -> None:
    with closed.open() as ledger:
        snapshot = ledger.snapshots("2024Q1")[0]
    _edit(closed.path, snapshot.id, scheme_hash="0" * 64)
    assert set(replayed(closed).snapshots[0].broken) == {"scheme", "digest"}


BASES: dict[str, tuple[dict[str, object], set[str]]] = {
    "a position that is not there": ({"position": 9999}, {"basis"}),
    "another reading": ({"readings": {"x": "y"}}, {"basis"}),
    "a day of another year": ({"on": "2020-01-01"}, {"basis"}),
    "a checkpoint that is none": ({"checkpoint": "x"}, {"checkpoint"}),
}


@pytest.mark.parametrize("what", BASES)
def test_a_snapshot_that_cannot_be_scored_again_is_said_and_hides_no_other(closed: County, tmp_path: Path, what: str) -> None:
    changes, broken = BASES[what]
    with closed.open() as ledger:
        snapshot = ledger.snapshots("2024Q1")[0]
    _edit(closed.path, snapshot.id, **changes)
    found = replayed(closed)
    first, second = found.snapshots
    assert {*first.broken} >= {*broken, "digest"}
    assert second.lines == ()
    assert (first.as_json()["unscored"] is not None) == ("basis" in broken)
    write(tmp_path / "r.html", found)


@pytest.mark.parametrize("changes", [{"rows": [{}]}, {"rows": "x"}, {"on": "x"}, {"rows": [{"unit_id": "u", "score": "x"}]}, {"first": 3}])
def test_a_snapshot_that_is_none_is_named(closed: County, changes: dict[str, object]) -> None:
    with closed.open() as ledger:
        snapshot = ledger.snapshots("2024Q1")[0]
    _edit(closed.path, snapshot.id, **changes)
    with pytest.raises(LogError) as error:
        replayed(closed)
    assert error.value.problem.params["position"] == snapshot.at


def test_a_record_that_cannot_be_read_is_named(closed: County) -> None:
    with tampering(closed.path) as db:
        db.execute("UPDATE stored_events SET state = X'7B' WHERE event_id = 'aA'")
        ((position,),) = db.execute("SELECT rowid FROM stored_events WHERE event_id = 'aA'").fetchall()
    with pytest.raises(LogError) as error:
        replayed(closed)
    assert error.value.problem.params["position"] == position


def test_a_record_taken_out_is_named(closed: County) -> None:
    with tampering(closed.path) as db:
        db.execute("DELETE FROM stored_events WHERE event_id = 'aA'")
    with pytest.raises(LogError):
        replayed(closed)


def test_a_rebuilt_log_with_many_records_has_the_nodes_that_proofs_need(tmp_path: Path, county: County) -> None:
    county.bring(*({"kind": "training_completed", "on": "2024-03-01", "unit": "大埔镇", "id": f"t{number}"} for number in range(600)))
    made = tmp_path / "made.ledger"
    done: Rebuilt = rebuild(county.path, made, lambda _done, _total: None)
    assert verify(made, lambda _done, _total: None).findings == ()
    assert done.events > 600


def test_the_report_says_in_both_forms_what_was_found(closed: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(closed.path, tmp_path / "b.ledger")
    _edit(closed.path, "aA", channel="region")
    found = replayed(closed)
    write(tmp_path / "r.json", found)
    said = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert said == found.as_json()
    assert said["snapshots"][1]["differences"][0]["command"].startswith("scoreledger score ")
    for lang, word in (("zh", "原始日志重算"), ("en", "Replay of 2024")):
        monkeypatch.setenv("SCORELEDGER_LANG", lang)
        write(tmp_path / f"{lang}.html", found)
        html = (tmp_path / f"{lang}.html").read_text(encoding="utf-8")
        assert all(text in html for text in (word, found.root, found.head_root, "大埔镇", found.snapshots[0].snapshot.digest))
        assert "{{" not in html


def test_a_report_escapes_what_a_record_says(closed: County) -> None:
    found = replayed(closed)
    snapshot = replace(found.snapshots[0].snapshot, recorded_by="<script>")
    html = page(replace(found, snapshots=(replace(found.snapshots[0], snapshot=snapshot),)))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_table_that_an_altered_program_published_is_found_by_one_that_is_not(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's program gives one unit five points more than its postings; everything that it records is consistent."""
    county.bring(*YEAR)
    honest = standings.row

    def altered(standing: Standing, as_of: date) -> Row:
        row = honest(standing, as_of)
        return replace(row, score=row.score + 500) if row.unit_id == "dapu-zhen" else row

    with monkeypatch.context() as patched, county.open() as ledger:
        patched.setattr(standings, "row", altered)
        ledger.close("2024")
        assert ledger.verify(lambda _done, _total: None).findings == ()
        assert ledger.replay(2024, lambda _done, _total: None).matches
    (again,) = replayed(county).snapshots
    assert again.broken == ()
    assert [(line.name, [(figure.field, figure.before - figure.after) for figure in line.figures]) for line in again.lines] == [
        ("大埔镇", [("score", 500)])
    ]
