"""The running log: a line for each command, and nothing in it of what was recorded, asked or typed."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from tests.commands.shell import Shell, lines_of, process

KEYS = ["time", "command", "ledger", "actor", "status", "before", "after", "ms", "error"]
CHANGING = ("time", "ms", "before", "after")
SUBMIT = ("record", "item_submitted", "--on", "2024-09-02", "--unit", "大埔镇", "--item", "N9")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the running log goes."""
    monkeypatch.setenv("SCORELEDGER_LOG", str(tmp_path / "run.log"))
    return tmp_path / "run.log"


def lines(log: Path) -> list[Mapping[str, Any]]:
    found = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert all(list(line) == KEYS for line in found)
    return found


def last(log: Path) -> Mapping[str, Any]:
    return lines(log)[-1]


def test_nothing_is_logged_where_nobody_asks(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LOG", "")
    before = set(tmp_path.iterdir())
    assert shell.good("log").err == ""
    assert set(tmp_path.iterdir()) == before


def test_a_command_that_records_says_where_the_log_ended_before_and_after(shell: Shell, log: Path) -> None:
    shell.good(*SUBMIT)
    with Ledger(str(shell.ledger)) as ledger:
        own = ledger.id
    line = last(log)
    assert (line["command"], line["ledger"], line["status"], line["error"]) == ("record item_submitted", own, 0, None)
    assert (line["before"], line["after"]) == (63, 64)
    assert line["actor"] == pwd.getpwuid(os.geteuid()).pw_name
    assert line["ms"] >= 0
    assert line["time"].endswith("+08:00")


@pytest.mark.parametrize(
    ("words", "command", "status", "error"),
    [
        (
            ("record", "item_submitted", "--on", "2024-13-01", "--unit", "大埔镇", "--item", "X"),
            "record item_submitted",
            1,
            "events.bad_day",
        ),
        (("score", "某镇"), "score", 1, "rules.no_unit"),
        (("backup", "ledgers"), "backup", 1, "journal.backup_exists"),
        (("import", "no.jsonl"), "import", 1, "office.cannot_read"),
        (("verify", "--checkpoint", "no"), "verify", 1, "proofs.cannot_read"),
        (("log", "--ledger", "no.ledger"), "log", 1, "journal.missing"),
        (("log", "--kidn", "x"), "log", 2, "usage"),
        (("scheme", "lits"), "scheme", 2, "usage"),
        (("lgo",), None, 2, "usage"),
        (("scheme", "list"), "scheme list", 0, None),
        (("--help",), None, 0, None),
        (("propose", *SUBMIT), "propose record item_submitted", 0, None),
        (("upgrade",), "upgrade", 0, None),
    ],
)
def test_a_line_names_the_command_and_why_it_was_refused(
    shell: Shell, log: Path, words: tuple[str, ...], command: str | None, status: int, error: str | None
) -> None:
    assert shell(*words).status == status
    line = last(log)
    assert (line["command"], line["status"]) == (command, status)
    assert line["error"] == error
    assert len(lines(log)) == 1


def test_a_verification_with_findings_gives_the_first_ones_key(shell: Shell, log: Path) -> None:
    shell.ledger.write_bytes(shell.ledger.read_bytes().replace("实为误记".encode(), "实为错记".encode()))
    assert shell("verify").status == 1
    assert last(log)["error"] == "journal.found_leaf"
    assert shell("doctor").status == 1
    assert last(log)["error"] == "journal.found_leaf"


def test_a_new_ledger_has_no_position_before(empty: Shell, log: Path) -> None:
    empty.good("init", "--scheme", "liucheng-2024")
    assert (last(log)["before"], last(log)["after"]) == (None, 50)
    assert last(log)["ledger"]


def test_a_demo_is_one_command(empty: Shell, log: Path) -> None:
    empty.good("demo")
    assert [line["command"] for line in lines(log)] == ["demo"]


def test_an_interruption_is_logged(shell: Shell, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "log", interrupt)
    assert shell("log").status == 1
    assert (last(log)["command"], last(log)["error"]) == ("log", "interrupted")


def test_a_dash_is_standard_error_and_the_answer_stays_by_itself(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LOG", "-")
    done = shell.good("log", "--format", "json")
    assert done.json["events"]
    assert list(json.loads(done.err)) == KEYS


def test_a_log_that_cannot_be_written_is_said_and_the_command_stands(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELEDGER_LOG", "no/run.log")
    done = shell.good(*SUBMIT)
    assert "SCORELEDGER_LOG" in done.err
    assert shell.head() == 64


def test_commands_at_once_write_whole_lines(shell: Shell, log: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: process("log", SCORELEDGER=str(shell.ledger), SCORELEDGER_LOG=str(log)), range(4)))
    assert [each.returncode for each in done] == [0] * 4
    assert [line["command"] for line in lines(log)] == ["log"] * 4


TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="|=~@"), min_size=1, max_size=30)
FIELDS = st.fixed_dictionaries(
    {
        "on": st.just("2024-09-02") | TEXTS,
        "unit": st.just("大埔镇") | TEXTS,
        "item": TEXTS,
        "title": TEXTS,
        "author": TEXTS,
        "note": TEXTS,
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS)
def test_two_records_that_end_alike_leave_the_same_line_whatever_they_say(shell: Shell, log: Path, fields: Mapping[str, str]) -> None:
    log.unlink(missing_ok=True)
    status = shell("record", "item_submitted", *(f"--{name}={value}" for name, value in fields.items())).status
    (line,) = lines(log)
    said = {key: value for key, value in line.items() if key not in CHANGING}
    with Ledger(str(shell.ledger)) as ledger:
        own = ledger.id
    plain = {"command": "record item_submitted", "ledger": own, "actor": pwd.getpwuid(os.geteuid()).pw_name, "status": status}
    assert said == plain | {"error": said["error"]}
    assert said["error"] is None if status == 0 else said["error"].partition(".")[0] in ("aggregates", "events", "rules", "recording")
    assert {type(line[key]) for key in ("ms", "before", "after")} == {int}


TOLD = "秘密-8c1f"


@pytest.mark.parametrize(
    "words",
    [
        (*SUBMIT, "--title", TOLD, "--author", TOLD, "--note", TOLD),
        ("record", TOLD),
        ("record", "item_submitted", f"--{TOLD}", "x"),
        (TOLD,),
        ("scheme", TOLD),
        ("correct", "n1", "--reason", TOLD, "--set", f"title={TOLD}"),
        ("correct", TOLD, "--reason", "x"),
        ("score", TOLD),
        ("erase", "韦某", "--reason", TOLD),
        ("import", f"{TOLD}.jsonl"),
        ("import", "rows.jsonl"),
        ("backup", f"{TOLD}/copy"),
        ("export", "--out", f"{TOLD}.out"),
        ("log", "--ledger", f"/{TOLD}.ledger"),
        ("log", "--ledger", f"postgresql://clerk:{TOLD}@host/{TOLD}"),
        ("standings", "--scheme", f"{TOLD}.yaml"),
    ],
)
def test_nothing_that_was_typed_recorded_or_named_is_in_the_log(shell: Shell, log: Path, words: tuple[str, ...]) -> None:
    Path("rows.jsonl").write_text(lines_of([{"kind": "item_submitted", "on": TOLD, "item": TOLD, "unit": TOLD}]), encoding="utf-8")
    shell(*words)
    written = log.read_text(encoding="utf-8")
    assert len(lines(log)) == 1
    for secret in (TOLD, TOLD.encode("unicode_escape").decode(), "8c1f", "韦某", "大埔镇", "秋粮", str(shell.ledger.parent)):
        assert secret not in written
