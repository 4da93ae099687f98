"""The commands on a ledger that a server keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import QUARTER_END, SCHEME, YEAR, Shell, lines_of
from tests.postgres import Cluster

ASKED = (
    ("standings", *QUARTER_END),
    ("bulletin", "2024Q3"),
    ("bulletin", "2024-08"),
    ("score", "大埔镇", "--explain", *QUARTER_END),
    ("log",),
    ("log", "--unit", "大埔镇"),
)


@pytest.fixture
def location(server: Cluster) -> str:
    return server.location(server.unused())


@pytest.fixture
def there(location: str, empty: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """The small year, on a server."""
    monkeypatch.setenv("SCORELEDGER", location)
    empty.good("init", "--scheme", SCHEME)
    (tmp_path / "year.jsonl").write_text(lines_of(YEAR), encoding="utf-8")
    empty.good("import", "year.jsonl")
    return empty


def test_a_year_on_a_server_and_its_copy_in_a_file_have_the_same_figures(
    there: Shell, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_server = [there.good(*words, "--format", "json").json for words in ASKED]
    copied = there.good("copy", location, "copy.ledger", "--format", "json").json
    assert (copied["source"], copied["target"]) == (location, "copy.ledger")
    monkeypatch.setenv("SCORELEDGER", "copy.ledger")
    assert [there.good(*words, "--format", "json").json for words in ASKED] == on_server
    verified = there.good("verify", "--format", "json").json
    assert (verified["events"], verified["root"], verified["intact"]) == (copied["events"], copied["root"], True)


def test_a_ledger_that_moves_is_told_in_words_and_its_checkpoint_holds_there(shell: Shell, location: str) -> None:
    Path("then.txt").write_text(shell.good("checkpoint").out, encoding="utf-8")
    done = shell.good("copy", str(shell.ledger), location)
    assert location in done.out
    shell.good("verify", "--ledger", location, "--checkpoint", "then.txt")
    again = shell("copy", str(shell.ledger), location)
    assert again.status == 1
    assert "already there" in again.err


def test_closing_replaying_and_correcting_go_on_a_server(there: Shell) -> None:
    there.good("close", "2024Q3")
    there.good("correct", "n1-city", "--reason", "应为自治区级", "--set", "channel=region")
    replayed = there.good("replay", "2024", "--format", "json").json
    assert [each["matches"] for each in replayed["snapshots"]] == [True]
    assert there.good("restatements", "--format", "json").json["changes"]


def test_a_name_is_erased_on_a_server_and_its_copies_are_named(there: Shell, location: str) -> None:
    there.good("copy", location, "copy.ledger")
    erased = there.good("erase", "韦某", "--reason", "本人依法申请", "--format", "json").json
    assert [Path(each["place"]).name for each in erased["copies"]] == ["copy.ledger"]
    assert "韦某" not in there.good("log").out
    assert there.good("verify", "--format", "json").json["intact"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_name_that_is_erased_on_a_server_can_linger_there_and_what_to_do_is_said(there: Shell, location: str, lang: str) -> None:
    said = there.speak(lang).good("erase", "韦某", "--reason", "本人依法申请").err
    assert f"VACUUM FULL {location.rpartition('=')[2]}.person_names" in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_ledger_on_a_server_is_backed_up_examined_and_upgraded(there: Shell, server: Cluster, location: str, lang: str) -> None:
    schema = location.rpartition("=")[2]
    root = there.good("verify", "--format", "json").json["root"]
    assert root in there.speak(lang).good("backup", "copy.ledger").out
    assert there.good("verify", "--ledger", "copy.ledger", "--format", "json").json["root"] == root
    server.execute(f"DROP TRIGGER append_only ON {schema}.heads")
    found = there("doctor")
    assert found.status == 1
    for said in ("append_only", "heads", "scoreledger upgrade", "PostgreSQL 1", "psycopg"):
        assert said in found.out
    assert {"check", "state", "found", "advice"} == set(there("doctor", "--format", "json").json["checks"][0])
    assert "append_only" in there.good("upgrade").out
    assert there.good("upgrade", "--format", "json").json["changes"] == []


def test_the_doctor_looks_at_a_server_that_is_not_there(there: Shell) -> None:
    found = there("doctor", "--ledger", "postgresql://127.0.0.1:1/none?schema=liucheng", "--format", "json")
    assert found.status == 1
    assert [check["check"] for check in found.json["checks"]] == ["program", "zone", "client", "server"]


def test_a_server_that_is_not_there_is_told_without_a_traceback(there: Shell) -> None:
    failed = there("standings", "--ledger", "postgresql://127.0.0.1:1/none?schema=liucheng")
    assert failed.status == 1
    assert "127.0.0.1:1" in failed.err
