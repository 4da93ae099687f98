"""Opening a ledger, importing, recording and enacting."""

from __future__ import annotations

import hashlib
import multiprocessing
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.errors import Problem, Refused, StoreError
from ledger.journal.reader import LogReader
from ledger.journal.sqlite import Journal
from ledger.recording import Recording, create
from ledger.recording.importing import CHUNK
from ledger.rules.source import Source, load
from tests.recording.book import ADOPTED, START, SUBMITTED, Book, Said, reversal

PLAIN = {"kind": "training_completed", "on": "2024-03-01", "unit": "大埔镇"}


def many(number: int) -> list[dict[str, Any]]:
    items = [
        {"kind": "item_submitted", "on": "2024-02-01", "item": f"I{n}", "unit": "大埔镇", "author": f"张{n % 7}"} for n in range(number)
    ]
    return items + [{"kind": "item_adopted", "on": "2024-02-02", "item": f"I{n}", "channel": "county"} for n in range(number)]


def test_a_new_ledger_starts_with_its_opening_its_scheme_and_its_units(book: Book) -> None:
    source = load("liucheng-2024")
    with LogReader(book.path) as log:
        rows = list(log.rows())
    assert [row.kind for row in rows] == ["ledger_opened", "scheme_enacted", *["unit_enrolled"] * len(source.roster)]
    assert len(rows) == book.opened.position
    assert msgspec.json.decode(rows[0].body)["ledger"] == book.opened.ledger_id
    assert msgspec.json.decode(rows[1].body)["sha256"] == source.sha256
    assert Source(msgspec.json.decode(rows[1].body)["content"]).sha256 == source.sha256
    assert {row.on for row in rows[1:]} == {"2024-01-01"}


def test_a_unit_is_enrolled_with_its_number_of_staff(tmp_path: Path) -> None:
    source = load("liucheng-2024")
    units = {key: {**unit, "staff": "12"} if key == "dapu-zhen" else unit for key, unit in source.data["units"].items()}
    create(tmp_path / "a", Source({**source.data, "units": units}), "setup")
    with LogReader(tmp_path / "a") as log:
        bodies = [msgspec.json.decode(row.body) for row in log.rows() if row.kind == "unit_enrolled"]
    assert {body["unit_id"]: body["staff"] for body in bodies if "staff" in body} == {"dapu-zhen": 12}


def test_a_ledger_is_not_made_twice(book: Book) -> None:
    with pytest.raises(StoreError):
        create(book.path, load("liucheng-2024"), "setup")


def test_a_roster_with_one_name_for_two_units_makes_no_ledger(tmp_path: Path) -> None:
    source = load("liucheng-2024")
    units = {
        **source.data["units"],
        "another": {"name": "大埔镇", "class": "一类", "targets": {"adoption_year": "60", "adoption_quarter": "15"}},
    }
    with pytest.raises(Refused) as refused:
        create(tmp_path / "a", Source({**source.data, "units": units}), "setup")
    assert refused.value.problem.key == "aggregates.name_taken"
    assert list(tmp_path.iterdir()) == []


def test_an_import_appends_the_file_in_its_order(book: Book) -> None:
    done = book.bring(*START)
    assert (done.appended, done.skipped, done.position) == (4, 0, book.opened.position + 4)
    assert book.ids() == ["ok-1", "ok-2", "ok-3", "ok-4"]


def test_a_dry_run_says_what_would_be_and_leaves_nothing(book: Book) -> None:
    done = book.bring(*START, dry_run=True)
    assert (done.appended, done.position) == (4, book.opened.position)
    assert book.ids() == []


def test_a_row_that_could_not_be_read_refuses_the_file(book: Book) -> None:
    done = book.bring(Problem("office.not_an_object", where="f:1"), PLAIN)
    assert [problem.where for problem in done.problems] == ["f:1"]
    assert book.ids() == []


def test_the_same_file_again_adds_nothing(book: Book) -> None:
    rows = [*many(3), PLAIN, PLAIN]
    assert book.bring(*rows).appended == 8
    again = book.bring(*rows)
    assert (again.appended, again.skipped) == (0, 8)


def test_the_same_file_grown_adds_what_is_new(book: Book) -> None:
    book.good(PLAIN, PLAIN)
    grown = book.bring(PLAIN, {**PLAIN, "on": "2024-03-02"}, PLAIN, PLAIN)
    assert (grown.appended, grown.skipped) == (2, 2)


def test_rows_that_look_alike_are_several_events_and_another_source_another_event(book: Book) -> None:
    book.good(PLAIN, PLAIN)
    assert book.bring(PLAIN, source="other.jsonl").appended == 1
    assert book.bring({**PLAIN, "source": "paper 7"}).appended == 1
    assert book.bring({**PLAIN, "source": "paper 7"}, source="third.jsonl").skipped == 1


def test_content_is_compared_after_normalisation(started: Book) -> None:
    same: list[Said] = [
        {**SUBMITTED, "unit": None, "units": ["dapu-zhen"], "title": " 春耕备耕 "},
        {**ADOPTED, "channel": "县级", "placement": "regular"},
    ]
    assert started.bring(*same).skipped == 2


def test_an_event_reversed_since_stays_skipped(started: Book) -> None:
    started.good(reversal("ok-2"))
    assert started.bring(ADOPTED).skipped == 1
    assert "ok-2" not in started.live()


def test_a_reversal_without_a_date_is_the_same_on_another_day(tmp_path: Path) -> None:
    path = tmp_path / "a"
    create(path, load("liucheng-2024"), "setup")
    undated = [
        PLAIN | {"id": "t"},
        {"kind": "event_reversed", "target": "t", "reason": "r"},
        {"kind": "event_reversed", "target": "t2", "reason": "r", "id": "x"},
    ]
    from datetime import datetime

    from ledger.aggregates.normalise import Incoming
    from ledger.times import SHANGHAI

    with Journal.open(path) as journal:
        for day in (1, 2):
            recording = Recording(journal, lambda day=day: datetime(2024, 5, day, tzinfo=SHANGHAI))  # type: ignore[misc]  # bound now
            rows = [Incoming("f", PLAIN | {"id": "t2"}), *[Incoming("f", each) for each in undated]]
            done = recording.import_file(rows, "f", "clerk")
            assert (done.problems, done.appended) == ((), 4 if day == 1 else 0)


def test_an_id_twice_in_a_file_is_one_event_or_refused(book: Book) -> None:
    assert book.bring({**PLAIN, "id": "a"}, {**PLAIN, "id": "a"}).skipped == 1
    assert book.refused({**PLAIN, "id": "b"}, {**PLAIN, "id": "b", "note": "x"}).key == "recording.other_content"


def test_chunks_do_not_show(book: Book) -> None:
    rows = many(CHUNK + 200)
    done = book.bring(*rows)
    assert (done.appended, done.problems) == (len(rows), ())
    assert book.bring(*rows).skipped == len(rows)


def test_a_unit_enrolled_by_a_file_is_known_in_the_next_row_and_gone_after_its_reversal(book: Book) -> None:
    enrolled = {
        "kind": "unit_enrolled",
        "id": "u",
        "on": "2024-03-01",
        "unit_id": "new",
        "unit": "新镇",
        "class": "一类",
        "targets": {"adoption_year": 100, "adoption_quarter": 25},
    }
    book.good(enrolled, {**PLAIN, "unit": "新镇", "id": "t"}, reversal("t"), reversal("u"))
    assert book.refused({**PLAIN, "unit": "新镇"}).key == "aggregates.no_such_word"


def test_an_import_is_the_same_as_recording_one_by_one(book: Book, tmp_path: Path) -> None:
    other = Book(tmp_path / "other.ledger")
    rows: list[Said] = [
        *START,
        reversal("ok-2", id="r"),
        reversal("r", id="q"),
        {"kind": "unit_changed", "id": "c", "on": "2024-03-01", "unit_id": "大埔镇", "unit": "大埔新镇"},
    ]
    book.good(*rows)
    for said in rows:
        other.recording.record(said["kind"], {name: value for name, value in said.items() if name != "kind"}, "clerk")
    assert book.rows() == other.rows()
    other.journal.close()


def test_a_command_s_texts_are_read_by_the_field_s_type(book: Book) -> None:
    recorded = book.recording.record(
        "item_submitted", {"on": "2024-02-01", "item": "A", "units": "大埔镇、东泉镇", "lead": "东泉镇"}, "clerk"
    )
    assert recorded.position == book.head()
    ((own, _, body),) = book.rows()
    assert own == recorded.id
    assert msgspec.json.decode(body)["units"] == ["dapu-zhen", "dongquan-zhen"]


def test_recording_the_same_id_again_answers_where_it_stands(started: Book) -> None:
    fields = {name: value for name, value in SUBMITTED.items() if name != "kind"}
    assert started.recording.record("item_submitted", fields, "clerk").position == started.opened.position + 1
    with pytest.raises(Refused):
        started.recording.record("item_submitted", {**fields, "title": "x"}, "clerk")


def test_a_name_is_never_in_the_log_and_its_commitment_can_be_checked(book: Book) -> None:
    name = "欧阳锋刃"
    submitted = {**SUBMITTED, "author": name}
    book.good(submitted, {"kind": "item_endorsed", "on": "2024-03-01", "item": "OK1", "level": "县", "leader": f" {name}　"})
    bodies = [msgspec.json.decode(body) for _, _, body in book.rows()]
    person = bodies[0]["author"]
    assert bodies[1]["leader"] == person
    assert "named" not in bodies[1]
    with sqlite3.connect(book.path) as db:
        ((salt,),) = db.execute("SELECT salt FROM person_names WHERE person = ? AND name = ?", (person, name))
        cells = [cell for table in ("stored_events", "event_mentions") for row in db.execute(f"SELECT * FROM {table}") for cell in row]
    assert bodies[0]["named"] == {person: hashlib.sha256(salt + name.encode()).hexdigest()}
    assert not [cell for cell in cells if name.encode() in (cell if isinstance(cell, bytes) else str(cell).encode())]
    assert book.bring(submitted).skipped == 1


def test_a_refused_file_leaves_no_name_behind(book: Book) -> None:
    book.refused({**SUBMITTED, "author": "无名氏"}, {**SUBMITTED, "id": "x"})
    with sqlite3.connect(book.path) as db:
        assert db.execute("SELECT count(*) FROM person_names").fetchone() == (0,)


def test_a_scheme_is_enacted_once_and_in_force_from_its_day(book: Book) -> None:
    source = load("liucheng-2024")
    vocabulary = source.data["vocabulary"]
    words = {**vocabulary, "channel": {"web": {"name": "门户网站"}}}
    later = Source({**source.data, "scheme": "liucheng-2025", "effective": "2025-01-01", "vocabulary": words})
    book.good(SUBMITTED)
    book.recording.enact(later, "setup")
    with pytest.raises(Refused) as refused:
        book.recording.enact(later, "setup")
    assert refused.value.problem.key == "aggregates.scheme_twice"
    book.good(ADOPTED, {**ADOPTED, "id": "web", "on": "2025-01-01", "channel": "门户网站"})
    assert book.refused({**ADOPTED, "id": "old", "on": "2025-01-01"}).key == "aggregates.no_such_word"
    assert book.refused({**ADOPTED, "id": "new", "on": "2024-12-31", "channel": "web"}).key == "aggregates.no_such_word"


def test_what_others_record_is_seen(book: Book) -> None:
    book.good(SUBMITTED)
    with Journal.open(book.path) as journal:
        Recording(journal).record("unit_changed", {"on": "2024-03-01", "unit_id": "大埔镇", "aliases": "大埔"}, "other")
    book.good({**PLAIN, "unit": "大埔"})


def _import_in_a_process(path: Path, name: str) -> None:
    from ledger.aggregates.normalise import Incoming

    with Journal.open(path) as journal:
        recording = Recording(journal)
        for part in range(5):
            rows = [Incoming("f", {**PLAIN, "id": f"{name}-{part}-{n}"}) for n in range(20)]
            rows += [Incoming("f", {"kind": "item_submitted", "id": f"i-{part}", "on": "2024-03-01", "item": f"I{part}", "unit": "大埔镇"})]
            assert recording.import_file(rows, "f", name).problems == ()


def test_two_processes_importing_at_once_lose_and_repeat_nothing(book: Book) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_import_in_a_process, args=(book.path, name)) for name in ("a", "b")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    ids = book.ids()
    assert len(ids) == len(set(ids)) == 2 * 5 * 20 + 5


def test_dates_default_to_today_for_reversals_alone(started: Book) -> None:
    started.good({"kind": "event_reversed", "target": "ok-2", "reason": "r", "id": "r"})
    assert msgspec.json.decode(started.rows()[-1][2])["on"] >= date(2024, 1, 1).isoformat()
