"""Exports: whole or not at all, of one moment, and what the two commands say."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.application import Ledger
from ledger.errors import LogError
from ledger.messages import LANGUAGES
from tests.commands.shell import Done, Shell
from tests.evidence.forge import VERIFIER, checked


@pytest.fixture
def shell(ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """At the ledger of the sample year, which the test may change."""
    monkeypatch.chdir(tmp_path)
    return Shell(Path(shutil.copy(ledger, tmp_path / "year.ledger")), capsys, monkeypatch)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key in a file."""
    file = tmp_path / "key.pem"
    file.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def test_the_log_is_the_very_bytes_that_are_hashed(exported: Path, ledger: Path) -> None:
    with Ledger(str(ledger)) as opened:
        stored = [b"[%b,%b]\n" % each for each in opened._reader.stored(1, opened.position)]
    assert (exported / "log.jsonl").read_bytes() == b"".join(stored)


def test_the_copy_of_a_scheme_is_what_a_person_can_read(exported: Path) -> None:
    text = (exported / "schemes" / "liucheng-2024@2.json").read_text(encoding="utf-8")
    assert '\n  "name": "柳城县政府系统政务信息上报工作考评细则",\n' in text


def test_the_verifier_in_the_folder_is_the_one_of_the_package(exported: Path) -> None:
    assert (exported / "verify_export.py").read_bytes() == VERIFIER.read_bytes()


def test_names_go_along_only_when_asked_for(shell: Shell, tmp_path: Path) -> None:
    without = shell.good("export", "--out", "without", "--format", "json").json
    assert (without["names"], (tmp_path / "without" / "names.jsonl").exists()) == (0, False)
    with_names = shell.good("export", "--out", "with", "--names")
    assert "4 names of persons are in it" in with_names.out
    names = [json.loads(line)["name"] for line in (tmp_path / "with" / "names.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(names) == 4
    for path in (tmp_path / "without").rglob("*"):
        if path.is_file():
            assert not [name for name in names if name in path.read_text(encoding="utf-8")], path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_says_what_was_written_and_how_to_check_it(shell: Shell, tmp_path: Path, lang: str) -> None:
    done = shell.speak(lang).good("export", "--out", "out")
    assert "974" in done.out
    assert "python3 verify_export.py out" in done.out
    assert checked(tmp_path / "out")[0] == 0


def test_a_signed_export_is_checked_with_the_key_that_checkpoint_prints(shell: Shell, key: Path, tmp_path: Path) -> None:
    public = shell.good("checkpoint", "--key", str(key), "--format", "json").json["verifier_key"]
    shell.good("export", "--out", "out", "--key", str(key))
    status, said = checked(tmp_path / "out", "--public-key", public)
    assert (status, "signed the checkpoint" in said) == (0, True), said


def test_an_empty_folder_is_filled_and_any_other_is_left_alone(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shell.good("export", "--out", "empty")
    before = sorted(tmp_path.rglob("*"))
    for taken in ("empty", "year.ledger"):
        done = shell("export", "--out", taken)
        assert (done.status, f"{taken} is there already" in done.err) == (1, True), done
    assert sorted(tmp_path.rglob("*")) == before


def test_what_goes_wrong_leaves_no_folder(ledger: Path, tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with Ledger(str(ledger)) as opened, pytest.raises(KeyboardInterrupt):
        opened.export(tmp_path / "out", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_is_not_its_tree_s_is_not_exported(shell: Shell, tmp_path: Path) -> None:
    with sqlite3.connect(shell.ledger) as db:
        db.execute("DROP TRIGGER stored_events_no_update")
        db.execute("UPDATE stored_events SET state = replace(state, '\"on\"', '\"om\"') WHERE rowid = 60")
    db.close()
    done = shell("export", "--out", "out")
    assert (done.status, "nothing was exported" in done.err, (tmp_path / "out").exists()) == (1, True, False)
    with Ledger(str(shell.ledger)) as opened, pytest.raises(LogError):
        opened.export(tmp_path / "out", lambda done, total: None)


def test_a_record_that_is_not_what_was_hashed_is_not_certified(shell: Shell, tmp_path: Path) -> None:
    with sqlite3.connect(shell.ledger) as db:
        db.execute("DROP TRIGGER stored_events_no_update")
        change = "UPDATE stored_events SET state = CAST(replace(state, '一类', '二类') AS BLOB) WHERE originator_id = 'unit:dapu-zhen'"
        assert db.execute(change).rowcount
    db.close()
    done = certified(shell)
    assert (done.status, "nothing was certified" in done.err, (tmp_path / "score.json").exists()) == (1, True, False), done


def test_what_is_recorded_meanwhile_is_not_in_the_export(shell: Shell, tmp_path: Path) -> None:
    def record(done: int, total: int) -> None:
        with Ledger(str(shell.ledger), "clerk") as other:
            other.record("training_completed", {"on": "2024-12-01", "unit": "大埔镇", "trainee": "新来的"})

    with Ledger(str(shell.ledger)) as opened:
        exported = opened.export(tmp_path / "out", record, names=True)
        assert (exported.events, opened.position) == (974, 975)
    assert checked(tmp_path / "out")[0] == 0


def certified(shell: Shell, *words: str) -> Done:
    """What ``certify`` does for one unit."""
    return shell("certify", "大埔镇", "--as-of", "2024-12-31", "--out", "score.json", *words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_certify_says_the_score_and_how_to_check_it(shell: Shell, tmp_path: Path, lang: str) -> None:
    score = shell.good("score", "大埔镇", "--as-of", "2024-12-31", "--format", "json").json["score"]
    done = certified(shell.speak(lang))
    assert (done.status, str(score) in done.out, "verify_export.py score.json" in done.out) == (0, True, True), done
    assert checked(tmp_path / "score.json")[0] == 0


def test_certify_answers_programs_and_leaves_a_file_alone(shell: Shell, key: Path, tmp_path: Path) -> None:
    said = certified(shell, "--format", "json", "--key", str(key)).json
    assert (said["file"], said["unit_id"], said["size"]) == ("score.json", "dapu-zhen", 974)
    again = certified(shell)
    assert (again.status, "score.json is there already" in again.err) == (1, True)
    public = shell.good("checkpoint", "--key", str(key), "--format", "json").json["verifier_key"]
    assert checked(tmp_path / "score.json", "--public-key", public)[0] == 0


def test_a_certificate_made_later_of_what_was_known_is_the_same(shell: Shell, tmp_path: Path) -> None:
    shell.good("certify", "大埔镇", "--as-of", "2024-12-31", "--known-at", "@974", "--out", "before.json")
    shell.good("record", "training_completed", "--on", "2024-12-01", "--unit", "大埔镇")
    shell.good("certify", "大埔镇", "--as-of", "2024-12-31", "--known-at", "@974", "--out", "after.json")
    assert (tmp_path / "before.json").read_bytes() == (tmp_path / "after.json").read_bytes()
