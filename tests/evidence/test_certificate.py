"""Score certificates: what the verifier accepts, and every way to make more of one than the log holds."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from ledger.errors import BasisError, StoreError, Unknown
from ledger.evidence import verify_export
from ledger.evidence.certificate import write
from ledger.views import Question
from tests.evidence.forge import Key, checked
from tests.gallery.pages import Example, examples, outcome

UNIT, DAY = "dapu-zhen", date(2024, 12, 31)


@pytest.fixture(scope="session")
def certified(ledger: Path) -> dict[str, Any]:
    """The certificate of a unit with joint items, misses and caps; not to be changed."""
    with Ledger(str(ledger)) as opened:
        document: dict[str, Any] = json.loads(opened.certify(UNIT, Question(as_of=DAY)).text())
    return document


def put(folder: Path, document: object) -> Path:
    """A document in a file."""
    file = folder / "certificate.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return file


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_certificate_is_all_right_and_says_what_it_does_not_prove(certified: dict[str, Any], tmp_path: Path, lang: str) -> None:
    status, said = checked(put(tmp_path, certified), lang=lang)
    assert status == 0, said
    assert {"en": "This cannot prove:\n- that points follow from the scheme", "zh": "这不能证明:\n- 分数确由细则得出"}[lang] in said
    assert f"{certified['row']['score']}" in said


@pytest.mark.parametrize("example", examples(), ids=str)
def test_every_unit_of_every_construct_has_a_certificate_that_holds(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = outcome(example, tmp_path)
    for statement in made.statements if not made.refused else ():
        with Ledger(str(made.ledger)) as opened:
            basis = statement.basis
            found = opened.certify(statement.row.unit_id, Question(as_of=basis.cut.as_of, year=basis.year))
        file = tmp_path / f"{statement.row.unit_id}.json"
        write(found, file)
        assert verify_export.main([str(file), "--lang", "en"]) == 0, capsys.readouterr().out


def test_what_was_known_is_what_is_certified(ledger: Path, tmp_path: Path) -> None:
    with Ledger(str(ledger)) as opened:
        found = opened.certify(UNIT, Question(as_of=DAY, known_at="@400"))
    assert found.size == 400
    assert max(record["position"] for record in found.document["records"]) <= 400
    status, said = checked(put(tmp_path, found.document))
    assert (status, "400 events of scoreledger/" in said) == (0, True), said


Change = Callable[[dict[str, Any]], object]


def paid(document: dict[str, Any]) -> dict[str, Any]:
    """The first posting with events behind it."""
    return next(posting for posting in document["postings"] if posting["events"])


def record(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first record of a kind."""
    found: dict[str, Any] = next(each for each in document["records"] if each["envelope"]["kind"] == kind)
    return found


def drop(kind: str) -> Change:
    """The records of a kind are left out."""
    return lambda found: found.update(records=[each for each in found["records"] if each["envelope"]["kind"] != kind])


def more(document: dict[str, Any]) -> None:
    """A posting twice, and all sums with it."""
    again = paid(document)
    document["postings"].append(again)
    for account in document["accounts"]:
        if f"{again['account']}/".startswith(f"{account}/"):
            document["accounts"][account] += again["points"]
    document["row"]["score"] += 100


def renamed(document: dict[str, Any], name: str, unit_id: str) -> None:
    """Everything is said of another unit."""
    for line in (document["row"], *document["postings"]):
        line.update(unit=name, unit_id=unit_id)


def other_account(document: dict[str, Any]) -> None:
    """The score is that of an account of the cheat's choice."""
    account = max(document["accounts"], key=lambda name: document["accounts"][name])
    document["basis"]["scored_account"] = account
    document["row"]["score"] = document["accounts"][account]


ALTERATIONS: dict[str, tuple[Change, str]] = {
    "another score": (lambda found: found["row"].update(score=99), "accounts.appraisal: the postings do not add up"),
    "a score that is no number": (lambda found: found["row"].update(score="many"), "the postings do not add up"),
    "other points": (lambda found: found["postings"][0].update(points=99.5), "accounts.appraisal: the postings do not add up"),
    "points that are none": (lambda found: found["postings"][0].update(points=None), "file: cannot be read"),
    "another balance": (lambda found: found["accounts"].update(appraisal=1), "accounts.appraisal: the postings do not add up"),
    "an account not told of": (lambda found: found["accounts"].popitem(), "accounts: the postings do not add up"),
    "a posting left out": (lambda found: found["postings"].pop(0), "the postings do not add up"),
    "a posting twice": (more, "the postings do not add up"),
    "another scored account": (other_account, "basis.scored_account: the basis is not that of the records"),
    "an event behind that is not there": (lambda found: paid(found).update(events=["none"]), "an event behind it is not among the records"),
    "another rule": (lambda found: paid(found).update(rule="none"), "the scheme has no such rule"),
    "another clause": (lambda found: paid(found).update(clause="none"), "the scheme has no such rule"),
    "a posting of another unit": (lambda found: paid(found).update(unit_id="fengshan-zhen"), "the posting is of another unit"),
    "a posting after the day": (lambda found: paid(found).update(on="2025-01-01"), "dated after the as-of date"),
    "an earlier as-of date": (lambda found: found["basis"].update(as_of="2024-03-01"), "dated after the as-of date"),
    "a day that is none": (lambda found: found["basis"].update(as_of="9"), "basis.as_of: the basis is not"),
    "another name": (lambda found: renamed(found, "凤山镇", "dapu-zhen"), "row.unit: the posting is of another unit"),
    "another unit": (lambda found: renamed(found, "凤山镇", "fengshan-zhen"), "row.unit: the posting is of another unit"),
    "another ledger": (lambda found: found["basis"].update(ledger_id="f00"), "basis: the basis is not"),
    "another cut": (lambda found: found["basis"]["known_at"].update(position=9), "basis.known_at: the basis is not"),
    "another reading": (lambda found: found["basis"].update(readings={"a": "b"}), "basis.readings: the basis is not"),
    "a scheme that is supposed": (lambda found: found["basis"].update(what_if={}), "basis.readings: the basis is not"),
    "another scheme": (lambda found: found["basis"].update(scheme="other"), "basis.scheme: the basis is not"),
    "another scheme's hash": (lambda found: found["basis"].update(scheme_hash="00" * 32), "basis.scheme_hash: the basis is not"),
    "no scheme": (drop("scheme_enacted"), "basis.scheme_hash: the basis is not"),
    "no first event": (drop("ledger_opened"), "basis.ledger_id: the basis is not"),
    "no roster": (drop("unit_enrolled"), "row.unit: the posting is of another unit"),
    "no events": (drop("item_adopted"), "an event behind it is not among the records"),
    "no items": (drop("item_submitted"), "the posting is of another unit"),
    "a scheme's price": (
        lambda found: record(found, "scheme_enacted")["body"]["content"].update(name="other"),
        "records[1]: the record is not in the checkpoint's tree",
    ),
    "an event's field": (lambda found: record(found, "item_adopted")["body"].update(channel="region"), "is not in the checkpoint's tree"),
    "an event's day": (lambda found: record(found, "item_adopted")["body"].update(on="2023-01-01"), "is not in the checkpoint's tree"),
    "an event's actor": (lambda found: found["records"][0]["envelope"].update(recorded_by="x"), "records[0]: the record is not in"),
    "an event's position": (lambda found: found["records"][0].update(position=7), "records[0]: the position is not"),
    "an envelope of more": (lambda found: found["records"][0]["envelope"].update(more=1), "records[0]: has not the fields"),
    "a fraction in a body": (lambda found: found["records"][0]["body"].update(more=1.5), "records[0]: cannot be read"),
    "a proof cut short": (lambda found: found["records"][0]["proof"].pop(), "records[0]: the record is not in"),
    "a proof too long": (lambda found: found["records"][0]["proof"].append("A" * 43 + "="), "records[0]: the record is not in"),
    "a proof of no hashes": (lambda found: found["records"][0].update(proof=["AA=="]), "records[0]: cannot be read"),
    "a checkpoint of another root": (
        lambda found: found.update(checkpoint="\n".join([*found["checkpoint"].split("\n")[:2], "A" * 43 + "=", ""])),
        "records[0]: the record is not in",
    ),
    "a checkpoint that is none": (lambda found: found.update(checkpoint="x"), "file: cannot be read"),
    "another hash": (lambda found: found.update(hash="sm3"), "records[0]: the record is not in"),
    "a word more": (lambda found: found.update(honoured="yes"), "file: has not the fields"),
    "no postings": (lambda found: found.pop("postings"), "file: cannot be read"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_of_a_certificate_is_named(certified: dict[str, Any], name: str, tmp_path: Path) -> None:
    change, place = ALTERATIONS[name]
    document = json.loads(json.dumps(certified))
    change(document)
    assert document != certified
    status, said = checked(put(tmp_path, document))
    assert (status, place in said) == (1, True), said
    assert "All right." not in said


def test_a_key_that_stands_twice_is_no_certificate(certified: dict[str, Any], tmp_path: Path) -> None:
    file = put(tmp_path, certified)
    file.write_text(file.read_text(encoding="utf-8").replace('"score":', '"score": 99, "score":', 1), encoding="utf-8")
    assert checked(file)[0] == 2


def test_a_signed_certificate_is_checked_against_pinned_key_and_old_checkpoint(certified: dict[str, Any], tmp_path: Path) -> None:
    text = certified["checkpoint"]
    key, old = Key(text.split("\n")[0]), tmp_path / "old.txt"
    old.write_text(text, encoding="utf-8")
    file = put(tmp_path, {**certified, "checkpoint": key.sign(text)})
    status, said = checked(file, "--public-key", key.verifier, "--checkpoint", str(old))
    assert (status, "signed the checkpoint" in said, "extend the old checkpoint" in said) == (0, True, True), said
    assert checked(put(tmp_path, certified), "--public-key", key.verifier)[0] == 1
    old.write_text(text.replace("974", "900"), encoding="utf-8")
    status, said = checked(file, "--checkpoint", str(old))
    assert (status, "cannot be compared with it" in said) == (1, True), said


def test_only_units_and_days_that_there_are_can_be_certified(ledger: Path) -> None:
    with Ledger(str(ledger)) as opened:
        with pytest.raises(Unknown):
            opened.certify("nobody", Question(as_of=DAY))
        with pytest.raises(BasisError):
            opened.certify(UNIT, Question(as_of=date(2020, 1, 1)))


def test_a_file_that_is_there_is_left_alone(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with Ledger(str(ledger)) as opened, pytest.raises(StoreError):
        write(opened.certify(UNIT, Question(as_of=DAY)), tmp_path / "mine")
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_whatever_is_written_over_a_certificate_ends_in_a_status(certified: dict[str, Any], tmp_path: Path, data: st.DataObject) -> None:
    before = json.dumps(certified, ensure_ascii=False).encode()
    at = data.draw(st.integers(0, len(before)))
    stray = data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"{}", b"[]", b"null", b"-1", b"1e9", b"\\u0000", b"true", b"1.5"]))
    file = tmp_path / "certificate.json"
    file.write_bytes(before[:at] + stray + before[at + data.draw(st.integers(0, 9)) :])
    assert verify_export.main([str(file), "--lang", "en"]) in (0, 1, 2)
