"""The verifier: all right of what was exported, and the place of whatever was altered since."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from ledger.events import KINDS
from ledger.evidence import verify_export
from ledger.messages import LANGUAGES
from ledger.recording.deeds import correct, record
from tests.evidence.alterations import ALL, BY_HAND, REMADE, SEALED
from tests.evidence.conftest import sample, written
from tests.evidence.forge import VERIFIER, Forge, Key, add, checked


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_export_is_all_right_on_a_bare_python_in_both_languages(exported: Path, lang: str) -> None:
    status, said = checked(exported, lang=lang)
    assert status == 0, said
    assert "974" in said
    assert {"en": "All right.", "zh": "一切相符。"}[lang] in said


def test_the_other_sample_year_is_all_right_too(tmp_path: Path) -> None:
    status, said = checked(written(sample(tmp_path, "qingshan-2020"), tmp_path / "out"))
    assert (status, "All right." in said) == (0, True), said


def test_an_export_with_snapshots_and_approvals_is_all_right(richer: Path) -> None:
    status, said = checked(richer)
    assert status == 0, said
    assert "2 readable copies" in said


def test_a_correction_and_a_new_name_that_two_have_seen_are_all_right(ledger: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(ledger, tmp_path / "two.ledger"))
    award = {"id": "trained", "on": "2024-12-30", "unit": "大埔镇", "trainee": "从未提到的人"}
    with Ledger(str(path), "clerk") as opened:
        proposals = [
            opened.propose(lambda work: correct(work, "LC-0006", "误记", {"issue": "2024-9"}, cascade=True)).id,
            opened.propose(lambda work: record(work, "training_completed", award)).id,
        ]
    with Ledger(str(path), "leader") as opened:
        for proposal in proposals:
            opened.approve(proposal)
    status, said = checked(written(path, tmp_path / "out"))
    assert (status, "5 names" in said) == (0, True), said


def test_there_are_more_than_fifty_alterations() -> None:
    assert len(ALL) == len(BY_HAND) + len(SEALED) + len(REMADE) > 90


@pytest.mark.parametrize("name", ALL)
def test_an_alteration_is_named(forge: Forge, name: str) -> None:
    alteration, place = ALL[name]
    alteration(forge)
    status, said = checked(forge.folder)
    assert status == 1, said
    assert place in said
    assert "All right." not in said
    assert "Proved" not in said


@pytest.fixture
def plain(exported: Path, tmp_path: Path) -> Forge:
    """A copy of the export as it was made, to alter: without a snapshot, which would hold a checkpoint of its own."""
    return Forge(Path(shutil.copytree(exported, tmp_path / "plain")))


@pytest.fixture
def old(exported: Path, tmp_path: Path) -> Path:
    """A checkpoint that was kept from before."""
    return Path(shutil.copy(exported / "checkpoint.txt", tmp_path / "old.txt"))


def test_a_log_that_went_on_extends_the_checkpoint_of_before(forge: Forge, old: Path) -> None:
    status, said = checked(forge.folder, "--checkpoint", str(old))
    assert status == 0, said
    assert "extend the old checkpoint of 974 events" in said


def test_a_history_made_anew_is_caught_by_an_old_checkpoint(plain: Forge, old: Path) -> None:
    plain.change(lambda records: records[59][1].update(note="made up"))
    assert checked(plain.folder)[0] == 0, "the log alone cannot show it"
    status, said = checked(plain.folder, "--checkpoint", str(old))
    assert status == 1
    assert f"{old}: the events up to this old checkpoint" in said


def test_a_tail_cut_off_is_caught_by_an_old_checkpoint(plain: Forge, old: Path) -> None:
    plain.change(lambda records: records.__delitem__(slice(970, None)))
    assert checked(plain.folder)[0] == 0, "the log alone cannot show it"
    status, said = checked(plain.folder, "--checkpoint", str(old))
    assert (status, f"{old}: the log is shorter" in said) == (1, True), said


def test_the_log_of_another_ledger_is_caught_by_an_old_checkpoint(tmp_path: Path, old: Path) -> None:
    other = written(sample(tmp_path, "qingshan-2020"), tmp_path / "out")
    status, said = checked(other, "--checkpoint", str(old))
    assert (status, f"{old}: it is of another ledger" in said) == (1, True), said


def test_a_pinned_key_is_told_from_a_new_one(plain: Forge) -> None:
    pinned, other = Key(plain.origin), Key(plain.origin, b"\x09" * 32)
    plain.rewrite(plain.records, pinned)
    status, said = checked(plain.folder, "--public-key", pinned.verifier)
    assert (status, "signed the checkpoint" in said) == (0, True), said
    plain.change(lambda records: records[59][1].update(note="made up"))
    plain.rewrite(plain.records, other)
    assert checked(plain.folder)[0] == 0, "the log alone cannot show it"
    status, said = checked(plain.folder, "--public-key", pinned.verifier)
    assert (status, "checkpoint.txt: no pinned key" in said) == (1, True), said


def test_a_signature_moved_to_another_checkpoint_is_wrong(forge: Forge) -> None:
    pinned = Key(forge.origin)
    forge.rewrite(forge.records, pinned)
    signed = forge.file("checkpoint.txt").read_text(encoding="utf-8").rpartition("\n\n")[2]
    forge.change(lambda records: records[59][1].update(note="made up"))
    forge.edit("checkpoint.txt", lambda text: text + b"\n" + signed.encode())
    forge.seal()
    status, said = checked(forge.folder, "--public-key", pinned.verifier)
    assert (status, "checkpoint.txt: the signature of a pinned key is wrong" in said) == (1, True), said


def test_a_pinned_key_of_another_type_is_said_not_to_be_checked_and_is_not_all_right(forge: Forge) -> None:
    key = Key(forge.origin)
    key.public = b"\xff" + key.public
    forge.rewrite(forge.records, key)
    status, said = checked(forge.folder, "--public-key", key.verifier)
    assert (status, f"the signature of {forge.origin}: this file knows Ed25519 alone" in said) == (1, True), said


def test_an_unknown_kind_is_hashed_counted_and_not_interpreted(forge: Forge) -> None:
    forge.change(lambda records: add(records, "moon_phase", {"target": 7, "on": "full"}))
    forge.change(lambda records: add(records, "item_adopted", {"on": "never"}, version=9))
    status, said = checked(forge.folder)
    assert (status, "hashed, not interpreted: item_adopted 9: 1, moon_phase 1: 1" in said) == (0, True), said


def test_a_python_without_sm3_says_that_no_hash_was_checked(
    exported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_export, "hasher", lambda name: None)
    assert verify_export.main([str(exported), "--lang", "en"]) == 1
    assert "every hash of events: this Python has no sha-256" in capsys.readouterr().out


def test_the_copy_in_the_folder_says_that_it_vouches_for_itself(forge: Forge) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_export.py", "."], cwd=forge.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "this verifier: it comes from the folder that it checks" in done.stdout) == (0, True), done


@pytest.mark.parametrize("altered", [lambda note: b"\xef\xbb\xbf" + note, lambda note: note.replace(b"\n", b"\r\n")])
def test_what_windows_adds_to_an_old_checkpoint_is_no_part_of_it(exported: Path, tmp_path: Path, altered: Callable[[bytes], bytes]) -> None:
    old = tmp_path / "old.txt"
    old.write_bytes(altered((exported / "checkpoint.txt").read_bytes()))
    status, said = checked(exported, "--checkpoint", str(old))
    assert (status, "they extend the old checkpoint of" in said) == (0, True), said


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--checkpoint", "empty", "empty: not a checkpoint that can be read\n"),
        ("--checkpoint", "nowhere", "nowhere (No such file or directory): not a checkpoint that can be read\n"),
        ("--public-key", "name+00000000+", "name+00000000+ is no public key; it is written NAME+ID+KEY\n"),
        ("--public-key", "PRIVATE+KEY+name+00000000+secret", "PRIVATE+KEY+name+000 is no public key; it is written NAME+ID+KEY\n"),
    ],
)
def test_what_is_brought_along_and_cannot_be_read_is_named_itself(
    option: str, value: str, words: str, exported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").touch()
    assert verify_export.main([str(exported), option, value, "--lang", "en"]) == 2
    assert capsys.readouterr().err == words


@pytest.mark.parametrize("words", [["nowhere"], [str(VERIFIER)], [], ["--public-key", "x", "."], ["--lang", "fr", "."]])
def test_wrong_usage_and_what_cannot_be_read_have_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = verify_export.main(words)
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert "Traceback" not in capsys.readouterr().err


def test_it_is_written_for_python_3_8_and_imports_the_standard_library_alone() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 8))
    found = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    found += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in found} - sys.stdlib_module_names == set()


def test_it_knows_every_kind_of_this_version() -> None:
    assert [kind for kind, model in KINDS.items() if not verify_export.KNOWN.fullmatch(kind) or model.version != 1] == []


def test_every_message_says_the_same_in_both_languages() -> None:
    for english, chinese in verify_export.WORDS.values():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese))
        assert re.search("[\u4e00-\u9fff]", chinese)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_whatever_is_written_over_a_file_ends_in_a_status(small: Forge, data: st.DataObject) -> None:
    file = small.file(data.draw(st.sampled_from(["log.jsonl", "manifest.json", "checkpoint.txt", "names.jsonl"])))
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before)))
    stray = data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"[]", b"null", b"-1", b"1e9", b"\n", b"\\u0000", b"true"]))
    file.write_bytes(before[:at] + stray + before[at + data.draw(st.integers(0, 9)) :])
    changed = file.read_bytes() != before
    for seal in (False, True):
        if seal and file.name != "manifest.json":
            small.seal()
        status = verify_export.main([str(small.folder), "--lang", "en"])
        assert status in (0, 1)
        assert seal or status == int(changed)
    file.write_bytes(before)
    small.seal()


@pytest.fixture
def small(exported: Path, tmp_path: Path) -> Forge:
    """An export of a few events."""
    forge = Forge(Path(shutil.copytree(exported, tmp_path / "small")))
    named = next(index for index, (_, body) in enumerate(forge.records) if body.get("named"))
    forge.change(lambda records: records.__delitem__(slice(named + 1, None)))
    persons = forge.records[-1][1]["named"]
    lines = forge.file("names.jsonl").read_bytes().splitlines(keepends=True)
    forge.file("names.jsonl").write_bytes(b"".join(line for line in lines if json.loads(line)["person"] in persons))
    forge.seal()
    return forge
