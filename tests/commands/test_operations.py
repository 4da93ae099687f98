"""``backup``, ``doctor`` and ``upgrade`` on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.shell import Shell, process
from tests.journal.old import FIVE


def age(ledger: Path) -> None:
    """Makes the ledger what an earlier version would have made of it."""
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("DROP INDEX rare_kinds")
        db.execute(f"CREATE INDEX rare_kinds ON stored_events (topic) WHERE {FIVE}")
        db.execute("DROP TABLE copies")
        db.commit()


def test_a_backup_says_what_it_is_and_answers_as_the_ledger_does(shell: Shell) -> None:
    done = shell.good("backup", "copy.ledger", "--format", "json").json
    found = shell.good("verify", "--format", "json").json
    size = Path("copy.ledger").stat().st_size
    assert done == {"file": "copy.ledger", "position": found["events"], "root": found["root"], "bytes": size}
    asked = ("standings", "--year", "2024", "--format", "json")
    assert shell.good(*asked, "--ledger", "copy.ledger").json["rows"] == shell.good(*asked).json["rows"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_names_the_file_the_root_and_that_names_are_in_it(shell: Shell, lang: str) -> None:
    out = shell.speak(lang).good("backup", "copy.ledger").out
    assert out.count("copy.ledger") == 2
    assert shell.good("verify", "--format", "json").json["root"] in out
    assert "{" not in out


def test_a_backup_keeps_a_name_until_it_is_deleted_and_erase_says_so(shell: Shell) -> None:
    shell.good("backup", "copy.ledger")
    copies = shell.good("erase", "韦某", "--reason", "依本人申请", "--format", "json").json["copies"]
    assert [(copy["what"], copy["place"]) for copy in copies] == [("backup", str(Path("copy.ledger").absolute()))]
    restored = shell.good("erase", "韦某", "--reason", "依本人申请", "--ledger", "copy.ledger", "--format", "json").json["copies"]
    assert [copy["place"] for copy in restored] == [copy["place"] for copy in copies], "a copy in use as the ledger is one still"


def test_a_restored_backup_does_not_pass_for_the_ledger_of_a_later_checkpoint(shell: Shell) -> None:
    shell.good("backup", "copy.ledger")
    Path("before").write_text(shell.good("checkpoint").out, encoding="utf-8")
    shell.good("record", "training_completed", "--on", "2024-09-02", "--unit", "大埔镇")
    Path("after").write_text(shell.good("checkpoint").out, encoding="utf-8")
    shell.ledger.write_bytes(Path("copy.ledger").read_bytes())
    assert shell("verify", "--checkpoint", "before").status == 0
    done = shell("verify", "--checkpoint", "after")
    assert done.status == 1


@pytest.mark.parametrize("file", ["ledgers/year.ledger", "ledgers/year.ledger-lock", "no/copy.ledger", "ledgers", "/proc/copy"])
def test_a_place_that_cannot_be_is_said_with_what_to_do(shell: Shell, file: str) -> None:
    before = shell.head()
    done = shell("backup", file)
    assert done.status == 1
    assert file in done.err
    assert done.out == ""
    assert shell.head() == before


def test_the_doctor_names_every_check_and_ends_well(shell: Shell) -> None:
    shell.ledger.chmod(0o600)
    found = shell.good("doctor", "--format", "json").json
    assert found["healthy"] is True
    names = [check["check"] for check in found["checks"]]
    for name in ("program", "sqlite", "zone", "disk", "permissions", "lock", "side_files", "format", "journal_mode", "definitions", "pages",
                 "tail", "mentions", "clock", "backup", "checkpoint"):  # fmt: skip
        assert names.count(name) == 1
    assert all(set(check) == {"check", "state", "found", "advice"} for check in found["checks"])
    assert all(check["advice"] for check in found["checks"] if check["state"] != "ok")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_wrong_is_the_exit_status_and_stands_with_what_to_do(shell: Shell, lang: str) -> None:
    shell.speak(lang).good("doctor")
    with closing(sqlite3.connect(shell.ledger)) as db:
        db.execute("DROP TRIGGER stored_events_no_update")
        db.execute("UPDATE stored_events SET recorded_by = 'thief', envelope = replace(envelope, 'clerk', 'thief') WHERE rowid = 60")
        db.commit()
    done = shell("doctor")
    assert done.status == 1
    for said in ("stored_events_no_update", "60", "scoreledger upgrade", "scoreledger verify"):
        assert said in done.out
    assert "{" not in done.out


def test_the_doctor_looks_at_what_no_other_command_opens(empty: Shell) -> None:
    assert empty("doctor").status == 1
    assert "scoreledger init" in empty("doctor", "--format", "json").json["checks"][-1]["found"]
    empty.ledger.write_bytes(b"\x00" * 5000)
    assert empty("doctor").status == 1


def test_the_doctor_starts_nothing_that_records(shell: Shell) -> None:
    process("doctor", SCORELEDGER=str(shell.ledger))
    before = shell.ledger.read_bytes()
    shell("doctor")
    assert shell.ledger.read_bytes() == before


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_upgrade_says_what_it_did_and_that_nothing_logged_was_touched(shell: Shell, lang: str) -> None:
    shell.speak(lang)
    before = shell.good("verify", "--format", "json").json
    age(shell.ledger)
    out = shell.good("upgrade").out
    assert "rare_kinds" in out
    assert "copies" in out
    assert f"@{before['events']}" in out
    assert shell.good("verify", "--format", "json").json == before
    assert "rare_kinds" not in shell.good("upgrade").out


def test_an_upgrade_as_json(shell: Shell) -> None:
    age(shell.ledger)
    done = shell.good("upgrade", "--format", "json").json
    made, replaced = {"done": "made", "type": "table", "name": "copies"}, {"done": "replaced", "type": "index", "name": "rare_kinds"}
    assert sorted(done["changes"], key=str) == sorted([made, replaced], key=str)
    assert shell.good("upgrade", "--format", "json").json == {"changes": [], "position": done["position"]}


def test_a_ledger_of_a_newer_format_is_not_upgraded(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.ledger)) as db:
        db.execute("PRAGMA user_version = 2")
    done = shell("upgrade")
    assert done.status == 1
    assert "format 2" in done.err
