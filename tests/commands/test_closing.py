"""Closing, restatements, replay and four eyes at the command line, in both languages."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.projections.drafts import draft

LATE = ("record", "feedback_failed", "--id", "late", "--on", "2024-08-01", "--unit", "大埔镇", "--how", "none")
VETO = ("record", "finding_established", "--id", "veto", "--on", "2024-08-02", "--unit", "大埔镇", "--finding", "serious_falsity")
WATCH = ("policy", "--cover", "closed_periods", "--cover", "veto_findings", "--reason", "局务会")


@pytest.fixture
def closed(shell: Shell) -> Shell:
    """The third quarter is closed."""
    shell.good("close", "2024Q3")
    return shell


def test_close_answers_in_the_contract_s_words(shell: Shell) -> None:
    said = shell.good("close", "2024Q3", "--format", "json").json
    assert said.keys() >= {"period", "position", "checkpoint", "digest"}
    assert (said["period"], said["position"], said["known_at"]) == ("2024Q3", 64, 63)
    assert said["checkpoint"].count("\n") == 3


def test_close_says_what_was_closed_and_how_to_see_it_again(shell: Shell) -> None:
    out = shell.speak("zh").good("close", "2024Q3").out
    assert "2024年第3季度已结账（@64）：48个单位，截至2024-09-30（含当日），以@63所知为准。" in out
    assert "scoreledger standings --as-of 2024-09-30 --known-at @63" in out
    shell.good("standings", "--as-of", "2024-09-30", "--known-at", "@63")


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2024Q3", "closed already"),
        ("2099", "has not ended"),
        ("2024Q7", "is no period"),
        ("2019", "No scheme"),
        ("2024q2 ", "Write 2024Q2."),
        ("\uff12\uff10\uff12\uff14", "Write 2024."),
        ("", "is no period"),
    ],
)
def test_what_cannot_be_closed_is_refused_in_a_sentence(closed: Shell, period: str, words: str) -> None:
    done = closed("close", period)
    assert (done.status, done.out) == (1, "")
    assert words in done.err


def test_a_position_that_is_not_written_as_one_is_named_as_it_is_meant(closed: Shell) -> None:
    for written in ("62", "@ 62", "\uff20\uff16\uff12"):
        assert "the nearest is @62." in closed("correct", written, "--reason", "r").err


def test_snapshots_lists_the_closed_periods(closed: Shell) -> None:
    closed.good("close", "2024-08")
    found = closed.good("snapshots", "--format", "json").json["snapshots"]
    assert [(each["period"], each["as_of"], each["units"]) for each in found] == [
        ("2024Q3", "2024-09-30", 48),
        ("2024-08", "2024-08-31", 48),
    ]
    assert closed.good("snapshots", "--format", "csv").out.count("\n") == 3
    assert "2024Q3" in closed.good("snapshots").out


@pytest.mark.parametrize("command", ["snapshots", "restatements"])
def test_where_nothing_is_closed_it_is_said_how_to(shell: Shell, command: str) -> None:
    assert "scoreledger close" in shell.good(command).out
    assert list(shell.good(command, "--format", "json").json.values())[-1] == []


def test_a_late_fact_is_taken_with_a_reason_and_shows_as_a_restatement(closed: Shell) -> None:
    refused = closed(*LATE)
    assert (refused.status, "--adjust REASON" in refused.err) == (1, True)
    closed.good(*LATE, "--adjust", "核查补记")
    (change, *_) = [each for each in closed.good("restatements", "--format", "json").json["changes"] if each["difference"]]
    assert (change["unit"], change["difference"], change["events"]) == ("大埔镇", -5, ["late"])
    assert change["current"] - change["published"] == sum(effect["points"] for effect in change["effects"]) == -5
    out = closed.speak("zh").good("restatements", "2024Q3").out
    assert all(words in out for words in ("2024年第3季度", "大埔镇", "迟来的事实", "核查补记；如即日结算", "-5"))
    rows = closed.good("restatements", "--format", "csv").out.splitlines()
    assert rows[0].lstrip("\ufeff").startswith("period,unit,unit_id,published,current,difference,position,id,kind")


def test_nothing_restated_is_said(closed: Shell) -> None:
    assert "Everything is as it was published." in closed.good("restatements").out
    done = closed("restatements", "2024Q2")
    assert (done.status, "2024Q3" in done.err) == (1, True)


def test_an_import_takes_late_rows_with_a_reason(closed: Shell, tmp_path: Path) -> None:
    file = tmp_path / "late.jsonl"
    file.write_text(json.dumps({"kind": "training_completed", "on": "2024-08-01", "unit": "大埔镇"}) + "\n", encoding="utf-8")
    done = closed("import", str(file), "--format", "json")
    assert (done.status, done.json["errors"][0]["field"]) == (1, "on")
    taken = closed.good("import", str(file), "--adjust", "补记", "--format", "json")
    assert (taken.json["appended"], taken.json["late"]) == (1, 1)
    assert "1 late fact(s)" in taken.err


def test_a_reason_that_nothing_needed_is_said_not_to_be_recorded(closed: Shell, tmp_path: Path) -> None:
    words = ("record", "training_completed", "--on", "2024-10-02", "--unit", "大埔镇", "--adjust", "补记")
    assert "the reason was not recorded" in closed.good(*words).err
    file = tmp_path / "in-time.jsonl"
    file.write_text(json.dumps({"kind": "training_completed", "on": "2024-11-01", "unit": "大埔镇"}) + "\n", encoding="utf-8")
    assert "the reason was not recorded" in closed.good("import", str(file), "--adjust", "补记").err


def test_replay_reports_and_writes_reports(closed: Shell, tmp_path: Path) -> None:
    closed.good(*LATE, "--adjust", "核查补记")
    said = closed.good("replay", "2024", "--format", "json").json
    assert (said["events"], said["matches"]) == (65, True)
    assert [(each["period"], each["matches"]) for each in said["snapshots"]] == [("2024Q3", True)]
    out = closed.good("replay", "2024", "--out", str(tmp_path / "r.html"), "--out", str(tmp_path / "r.json")).out
    assert "all 48 lines as published" in out
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["root"] == said["root"]
    assert said["root"] in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_replay_of_a_changed_log_fails_and_names_the_command_that_shows_it(closed: Shell) -> None:
    from tests.closing.test_replay import _edit

    _edit(closed.ledger, "n1-city", channel="region")
    done = closed("replay", "2024")
    assert done.status == 1
    assert all(
        words in done.out for words in ("are not as published", "scoreledger score dapu-zhen", "Not as it was recorded: the checkpoint.")
    )


def test_a_replay_names_figures_in_the_reader_s_words_and_each_unit_s_command_once(closed: Shell, tmp_path: Path) -> None:
    from tests.closing.test_replay import _edit

    _edit(closed.ledger, "n1-city", channel="region")
    done = closed.speak("zh")("replay", "2024", "--out", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    for shown in (done.out, page):
        assert "年度信息采用任务" in shown
        assert "adoption_year" not in shown
        assert shown.count("scoreledger score dapu-zhen") == 1
    assert re.search(r"年度信息采用任务（分） \d+ → \d+", done.out)


def test_a_replay_in_which_only_the_checkpoint_differs_does_not_speak_of_no_lines(closed: Shell) -> None:
    from tests.closing.test_replay import _edit

    _edit(closed.ledger, "n1-city", issue="另一期")
    out = closed("replay", "2024").out
    assert "all 48 lines as published, but not what stands beside them" in out
    assert "0 of 48" not in out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("replay", "2024", "--out", "r.pdf"), 2),
        (("replay", "2024", "--out", "/no/such/place/r.json"), 1),
        (("replay", "24"), 2),
        (("close",), 2),
    ],
)
def test_wrong_usage_of_replay_and_close(closed: Shell, words: tuple[str, ...], status: int) -> None:
    assert closed(*words).status == status


def test_the_policy_is_off_until_it_is_set_and_then_shown(shell: Shell) -> None:
    assert shell.good("policy", "--format", "json").json["four_eyes"] == []
    assert "Nothing takes four eyes" in shell.good("policy").out
    assert shell.good(*WATCH, "--format", "json").json["four_eyes"] == ["closed_periods", "veto_findings"]
    out = shell.speak("zh").good("policy").out
    assert all(words in out for words in ("已结账期间的变动", "一票否决的认定", "局务会"))


@pytest.mark.parametrize(
    "words",
    [("--cover", "x", "--reason", "r"), ("--cover", "schemes"), ("--reason", "r"), ("--none", "--cover", "schemes", "--reason", "r")],
)
def test_a_policy_says_what_and_why(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell("policy", *words).status == 2


def test_one_proposes_and_cannot_approve(closed: Shell) -> None:
    closed.good(*WATCH)
    refused = closed(*VETO, "--adjust", "查实")
    assert (refused.status, "scoreledger propose" in refused.err) == (1, True)
    said = closed.good("propose", *VETO, "--adjust", "查实", "--format", "json").json
    waiting = closed.good("proposals").out
    assert all(words in waiting for words in ("大埔镇", "late fact: 查实"))
    (waiting,) = closed.good("proposals", "--format", "json").json["proposals"]
    assert (waiting["id"], waiting["events"][0]["finding"]) == (said["id"], "serious_falsity")
    done = closed("approve", said["id"])
    assert (done.status, "Somebody else has to." in done.err) == (1, True)
    assert closed("approve", "nothing").status == 1


def test_every_kind_of_change_can_be_proposed(closed: Shell) -> None:
    closed.good(*WATCH)
    closed.good("propose", "correct", "n1-city", "--reason", "刊物有误", "--set", "channel=county", "--set", "issue=")
    closed.good("propose", "policy", "--none", "--reason", "试行结束")
    closed.good("propose", "enact", "qingshan-2020", "--effective", "2024-01-01")
    assert len(closed.good("proposals", "--format", "json").json["proposals"]) == 3
    assert "No proposal waits." in closed.good("proposals", "--ledger", str(_other(closed))).out


def _other(shell: Shell) -> Path:
    path = shell.ledger.with_name("other.ledger")
    shell.good("init", "--scheme", "liucheng-2024", "--ledger", str(path))
    return path


def test_another_account_approves_and_the_figures_are_shown(closed: Shell) -> None:
    closed.good(*WATCH)
    proposal = closed.good("propose", *VETO, "--adjust", "查实", "--format", "json").json["id"]
    closed.monkeypatch.setattr(os, "geteuid", lambda: 12345)
    out = closed.good("approve", proposal).out
    assert out.startswith("Recorded veto, as it was proposed. The log ends at @67.\n")
    (event,) = [each for each in closed.good("log", "--since", "@66", "--format", "json").json["events"] if each["id"] == "veto"]
    assert (event["recorded_by"], event["approves"], event["adjust"]) == ("uid-12345", proposal, "查实")
    assert "late fact: 查实; approved:" in " ".join(closed.good("log", "--since", "@66").out.split())
    assert closed.good("verify", "--format", "json").json["intact"]


def test_a_scheme_that_is_proposed_is_weighed_like_one_that_is_enacted(closed: Shell) -> None:
    from tests.closing.test_four_eyes import WITHOUT

    refused = closed("propose", "enact", str(draft(closed.ledger.parent, WITHOUT)), "--effective", "2024-01-01")
    assert (refused.status, "县委统战部" in refused.err) == (1, True)
    shown = closed.good("propose", "enact", "qingshan-2020", "--effective", "2024-01-01").err
    assert "大埔镇" in shown


def test_a_period_that_cannot_be_scored_is_said_in_every_form(closed: Shell, tmp_path: Path) -> None:
    from tests.closing.test_restatements import beginning

    closed.good("scheme", "enact", str(beginning(tmp_path, "10-01")), "--effective", "2024-01-01", "--yes")
    for form in ("table", "json", "csv"):
        done = closed("restatements", "--format", form)
        assert (done.status, "2024Q3" in done.err) == (1, True)
    (error,) = closed("restatements", "--format", "json").json["errors"]
    assert error["where"] == "2024Q3"


MEASURE = "  - {id: sent, kind: measure, clause: 一, text: 报送条数, period: year, count: {match: item_submitted}}\n"


def test_an_approved_scheme_with_another_measure_shows_what_it_did(closed: Shell) -> None:
    file = draft(closed.ledger.parent, ("rules:\n", f"rules:\n{MEASURE}"))
    proposal = closed.good("propose", "enact", str(file), "--effective", "2024-01-01", "--format", "json").json["id"]
    closed.monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert "sent" in closed.good("approve", proposal).out


def test_the_published_table_is_shown_as_it_was_recorded_whatever_came_later(closed: Shell) -> None:
    before = closed.good("standings", "--as-of", "2024-09-30", "--known-at", "@63", "--format", "json").json
    closed.good(*LATE, "--adjust", "核查补记")
    said = closed.good("snapshots", "2024Q3", "--format", "json").json
    assert said["rows"] == before["rows"]
    assert {name: said[name] for name in ("scheme_hash", "as_of", "known_at", "year")} == {
        name: before[name] for name in ("scheme_hash", "as_of", "known_at", "year")
    }
    out = closed.good("snapshots", "2024Q3").out
    assert all(words in out for words in ("As of 2024-09-30", "大埔镇", said["snapshot"]["digest"]))
    assert closed.good("snapshots", "2024Q3", "--format", "csv").out.count("\n") == 49
    assert closed("snapshots", "2024Q1").status == 1


def test_a_report_does_not_take_another_s_place(closed: Shell, tmp_path: Path) -> None:
    closed.good("replay", "2024", "--out", str(tmp_path / "r.json"))
    done = closed("replay", "2024", "--out", str(tmp_path / "r.json"))
    assert (done.status, "already there" in done.err) == (1, True)


def test_what_was_given_out_is_checked_by_our_own_command(closed: Shell, tmp_path: Path) -> None:
    closed.good("certify", "大埔镇", "--as-of", "2024-09-30", "--out", str(tmp_path / "c.json"))
    assert "All right." in closed.good("check", str(tmp_path / "c.json")).out
    closed.good(*LATE, "--adjust", "核查补记", "--receipt", str(tmp_path / "r.json"))
    assert "一切相符。" in closed.speak("zh").good("check", str(tmp_path / "r.json")).out
    text = (tmp_path / "c.json").read_text(encoding="utf-8")
    (tmp_path / "bad.json").write_text(text.replace('"points": 10', '"points": 9', 1), encoding="utf-8")
    assert closed("check", str(tmp_path / "bad.json")).status == 1
    assert closed("check", str(tmp_path / "none.json")).status == 2
    assert closed("check", "--public-key", "x", str(tmp_path / "c.json")).status == 2


def test_the_table_of_a_snapshot_that_names_no_scheme_of_the_ledger_is_shown_all_the_same(closed: Shell) -> None:
    from tests.closing.test_replay import _edit

    snapshot = closed.good("snapshots", "--format", "json").json["snapshots"][0]["id"]
    _edit(closed.ledger, snapshot, scheme_hash="0" * 64)
    assert "大埔镇" in closed.good("snapshots", "2024Q3").out
    assert closed("replay", "2024").status == 1


def test_a_policy_s_reason_is_not_longer_than_any_other(shell: Shell) -> None:
    done = shell("policy", "--cover", "schemes", "--reason", "长" * 4001)
    assert (done.status, "at most 4000" in done.err) == (1, True)
