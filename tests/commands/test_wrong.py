"""What is wrong is said in the reader's language, with the nearest valid value; exit status 1 or 2; never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import commands
from ledger.messages import LANGUAGES
from tests.commands.shell import ROOT, Shell, process

WRONG_USAGE = [
    (["standings", "--as-off", "2024-01-01"], "--as-of"),
    (["standings", "--as-of", "2024-02-30"], "2024-02-30"),
    (["standings", "--as-of", "30.9.2024"], "2024-09-30"),
    (["standings", "--year", "abc"], "abc"),
    (["standings", "--year", "0"], "2024"),
    (["standings", "--year", "10000"], "10000"),
    (["standings", "--year", "020241"], "020241"),
    (["standings", "--year", "02024" + "9" * 40], "02024"),
    (["standings", "--known-at", "yesterday"], "yesterday"),
    (["standings", "--known-at", "20240930"], "20240930"),
    (["standings", "--known-at", "0001-01-01T00:00+14:00"], "0001-01-01"),
    (["standings", "--reading", "incident_clock"], "ID=OPTION"),
    (["standings", "--reading", "incident_clock=any", "--reading", "incident_clock=written"], "incident_clock"),
    (["standings", "--format", "cvs"], "csv"),
    (["verify", "--format", "csv"], "json"),
    (["standings", "--ledger"], "--ledger"),
    (["score"], "UNIT"),
    (["score", "大埔镇", "东泉镇"], "东泉镇"),
    (["score", "大埔镇", "--explain=yes"], "--explain"),
    (["init"], "--scheme"),
    (["correct", "n1"], "--reason"),
    (["correct", "n1", "--reason", "x", "--set", "title"], "FIELD=VALUE"),
    (["correct", "n1", "--reason", "x", "--set", "title=a", "--set", "title=b"], "title"),
    (["record", "item_submited"], "item_submitted"),
    (["record", "item_adopted", "--itm", "x"], "--item"),
    (["record", "item_adopted", "--item", "x", "--item", "y"], "--item"),
    (["log", "--since", "3"], "@120"),
    (["standing"], "standings"),
    (["scheme", "shw"], "show"),
    (["--format", "json", "standings"], "--format"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("words", "mentioned"), WRONG_USAGE, ids=lambda each: " ".join(each) if isinstance(each, list) else None)
def test_wrong_usage_is_explained_with_status_2(shell: Shell, words: list[str], mentioned: str, lang: str) -> None:
    done = shell.speak(lang)(*words)
    assert (done.status, done.out) == (2, "")
    assert mentioned in done.err
    said, hint = done.err.splitlines()
    assert hint.endswith("--help")
    assert (lang == "zh") == any("\u4e00" <= sign <= "\u9fff" for sign in said.replace("大埔镇", "").replace("东泉镇", ""))


REFUSED = [
    (["score", "大浦镇"], "大埔镇"),
    (["score", "dapu-zen"], "dapu-zhen"),
    (["standings", "--as-of", "2023-06-30"], "2024-01-01"),
    (["standings", "--year", "2023"], "2024-01-01"),
    (["standings", "--year", "2024", "--as-of", "2023-06-30"], "2024"),
    (["standings", "--known-at", "@99"], "@63"),
    (["standings", "--known-at", "@0"], "@1"),
    (["standings", "--known-at", "2001-01-01"], "2001-01-01"),
    (["standings", "--reading", "incident_clok=any"], "incident_clock"),
    (["standings", "--reading", "incident_clock=writen"], "written"),
    (["standings", "--class", "三类"], "二类"),
    (["standings", "--scheme", "liucheng"], "liucheng-2024"),
    (["standings", "--ledger", "nowhere.ledger"], "nowhere.ledger"),
    (["standings", "--ledger", "postgresql://host/db"], "postgresql://host/db"),
    (["standings", "--ledger", "text.txt"], "text.txt"),
    (["log", "--kind", "item_adoptd"], "item_adopted"),
    (["log", "--unit", "大浦镇"], "大埔镇"),
    (["correct", "n1-cty", "--reason", "x"], "n1-city"),
    (["correct", "n1-city", "--reason", "x", "--set", "chanel=city"], "channel"),
    (["correct", "n1-city", "--reason", "x", "--set", "channel=cty"], "city"),
    (["record", "item_adopted"], "item"),
    (["record", "item_submitted", "--on", "2024-03-01", "--item", "N9", "--unit", "大浦镇"], "大埔镇"),
    (["record", "item_submitted", "--on", "2024-13-01", "--item", "N9", "--unit", "大埔镇"], "2024-13-01"),
    (["init", "--scheme", "liucheng-2042", "--ledger", "other.ledger"], "liucheng-2024"),
    (["init", "--scheme", "text.txt", "--ledger", "other.ledger"], "text.txt"),
    (["init", "--scheme", "liucheng-2024", "--ledger", "no/such/folder/a.ledger"], "no/such/folder"),
    (["scheme", "show", "@7"], "@2"),
    (["scheme", "enact", "liucheng-2024"], "liucheng-2024"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("words", "mentioned"), REFUSED, ids=lambda each: " ".join(each) if isinstance(each, list) else None)
def test_what_cannot_be_is_refused_with_status_1(shell: Shell, words: list[str], mentioned: str, lang: str) -> None:
    Path("text.txt").write_text("no ledger, no scheme", encoding="utf-8")
    done = shell.speak(lang)(*words, "--format", "json")
    assert (done.status, done.out) == (1, "")
    assert mentioned in done.err
    assert shell.head() == 63


def test_all_that_is_wrong_with_a_record_is_said_at_once(shell: Shell) -> None:
    done = shell("record", "item_submitted", "--on", "2024-03-01", "--unit", "大浦镇", "--title", "x" * 5000)
    assert {line.partition(":")[0] for line in done.err.splitlines()} >= {"unit", "item", "title"}


@pytest.mark.parametrize(("lang", "words"), [("en", "KeyError"), ("zh", "不该出现的错误：KeyError")])
def test_what_nobody_foresaw_is_an_apology_without_a_traceback(shell: Shell, lang: str, words: str) -> None:
    from ledger.application import Ledger

    def broken(*_: object) -> None:
        raise KeyError("lost")

    shell.monkeypatch.setattr(Ledger, "verify", broken)
    shell.speak(lang)
    shell.capsys.readouterr()
    assert commands.main(["verify"]) == 1
    said = shell.capsys.readouterr().err
    assert words in said
    assert "SCORELEDGER_DEBUG" in said
    assert "Traceback" not in said
    shell.monkeypatch.setenv("SCORELEDGER_DEBUG", "1")
    with pytest.raises(KeyError):
        commands.main(["verify"])


def test_a_folder_without_permission_is_named(shell: Shell) -> None:
    from ledger.application import Ledger

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "secret.ledger")

    shell.monkeypatch.setattr(Ledger, "verify", forbidden)
    done = shell("verify")
    assert (done.status, done.err) == (1, "secret.ledger: permission denied.\n")


def test_an_interrupt_is_a_message(shell: Shell) -> None:
    from ledger.application import Ledger

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    shell.monkeypatch.setattr(Ledger, "verify", interrupted)
    done = shell("verify")
    assert done.status == 1
    assert "Interrupted" in done.err


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    command = f'"{sys.executable}" -m ledger log | head -1'
    environment = {**os.environ, "SCORELEDGER": str(shell.ledger), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""


def test_a_terminal_that_lacks_a_sign_shows_its_escape(shell: Shell) -> None:
    done = process("score", "大埔镇", "--as-of", "2024-09-30", SCORELEDGER=str(shell.ledger), PYTHONIOENCODING="latin-1")
    assert done.returncode == 0, done.stderr
    assert "\\u5927" in done.stdout


def test_arguments_that_are_no_text_are_refused_like_any_other(shell: Shell) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"ledger", b"score", b"\xff\xfe"],
        cwd=ROOT,
        env={**os.environ, "SCORELEDGER": str(shell.ledger)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert "大埔镇".encode() in done.stderr
