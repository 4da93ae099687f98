"""The commands that write: init, import, record, correct, scheme enact."""

import json
import os
import pwd
from pathlib import Path

import pytest

from tests.commands.shell import QUARTER_END, SCHEME, YEAR, Shell, lines_of

SUBMITTED = {"kind": "item_submitted", "on": "2024-09-10", "item": "N7", "unit": "大埔镇"}
ORPHAN = {"kind": "item_adopted", "on": "2024-09-11", "item": "N9", "channel": "contry"}


def test_init_makes_a_ledger(empty: Shell) -> None:
    done = empty.good("init", "--scheme", SCHEME, "--format", "json").json
    assert done.keys() == {"ledger", "ledger_id", "position"}
    assert (done["ledger"], done["position"]) == (str(empty.ledger), 50)


@pytest.mark.parametrize(("lang", "words"), [("en", "48 units"), ("zh", "48 个单位")])
def test_init_says_what_it_made(empty: Shell, lang: str, words: str) -> None:
    assert words in empty.speak(lang).good("init", "--scheme", SCHEME).out


def test_init_leaves_an_existing_file_alone(shell: Shell) -> None:
    done = shell("init", "--scheme", SCHEME)
    assert (done.status, done.out) == (1, "")
    assert "already there" in done.err
    assert shell.head() == 63


def test_import_appends_skips_and_says_so(empty: Shell) -> None:
    empty.good("init", "--scheme", SCHEME)
    Path("year.jsonl").write_text(lines_of(YEAR), encoding="utf-8")
    assert empty.good("import", "year.jsonl", "--format", "json").json == {"appended": 13, "skipped": 0, "position": 63, "errors": []}
    assert "Appended 0, skipped 13" in empty.good("import", "year.jsonl").out
    assert "跳过已登记的 13 个" in empty.speak("zh").good("import", "year.jsonl").out


def test_a_dry_run_records_nothing(shell: Shell) -> None:
    Path("more.jsonl").write_text(lines_of([SUBMITTED]), encoding="utf-8")
    assert "Would append 1" in shell.good("import", "more.jsonl", "--dry-run").out
    assert shell.head() == 63


def test_a_bad_file_shows_every_problem_and_leaves_nothing(shell: Shell) -> None:
    Path("bad.jsonl").write_text(lines_of([SUBMITTED, ORPHAN, {**SUBMITTED, "item": "N8", "unit": "大浦镇"}]), encoding="utf-8")
    done = shell("import", "bad.jsonl")
    first, second, last = done.err.splitlines()
    assert (done.status, done.out) == (1, "")
    assert first.startswith("bad.jsonl:2: channel: ")
    assert second.startswith("bad.jsonl:3: unit: ")
    assert "大埔镇" in second
    assert last.startswith("2 problem")
    assert shell.head() == 63


def test_a_bad_file_in_json_is_a_document_with_errors(shell: Shell) -> None:
    Path("bad.jsonl").write_text(lines_of([ORPHAN]), encoding="utf-8")
    done = shell("import", "bad.jsonl", "--format", "json")
    assert done.status == 1
    assert (done.json["appended"], done.json["position"]) == (0, 63)
    (error,) = done.json["errors"]
    assert (error["where"], error["field"]) == ("bad.jsonl:1", "channel")
    assert "county" in error["message"]


@pytest.mark.parametrize("name", ["nothing.jsonl", "picture.png", "."])
def test_a_file_that_cannot_be_read_is_a_problem_like_any_other(shell: Shell, name: str) -> None:
    done = shell("import", name, "--format", "json")
    assert (done.status, len(done.json["errors"])) == (1, 1)


def test_record_appends_one_event_under_the_system_account(shell: Shell) -> None:
    words = ("--id", "n3", "--on", "2024-09-10", "--item", "N3", "--units", "大埔镇、东泉镇", "--lead", "东泉镇")
    assert shell.good("record", "item_submitted", *words, "--format", "json").json == {"id": "n3", "position": 64}
    (event,) = shell.good("log", "--since", "@63", "--format", "json").json["events"]
    assert event["units"] == ["dapu-zhen", "dongquan-zhen"]
    assert event["recorded_by"] == pwd.getpwuid(os.geteuid()).pw_name


def test_nobody_records_under_another_s_name_by_saying_so(shell: Shell) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        shell.monkeypatch.setenv(name, "somebody-else")
    shell.good("record", "training_completed", "--on", "2024-09-03", "--unit", "大埔镇")
    (event,) = shell.good("log", "--since", "@63", "--format", "json").json["events"]
    assert event["recorded_by"] == pwd.getpwuid(os.geteuid()).pw_name


def test_an_account_without_a_name_can_record(shell: Shell) -> None:
    def nobody(_number: int) -> pwd.struct_passwd:
        raise KeyError("getpwuid(): uid not found: 4711")

    shell.monkeypatch.setattr(pwd, "getpwuid", nobody)
    shell.good("record", "training_completed", "--on", "2024-09-03", "--unit", "大埔镇")
    assert shell.good("log", "--since", "@63", "--format", "json").json["events"][0]["recorded_by"] == f"uid-{os.geteuid()}"


@pytest.mark.parametrize(("lang", "words"), [("en", "Recorded endorsement at @64, id x1."), ("zh", "已登记领导批示，位置 @64，编号 x1。")])
def test_record_says_where_the_event_stands(shell: Shell, lang: str, words: str) -> None:
    done = shell.speak(lang).good("record", "item_endorsed", "--id", "x1", "--on", "2024-09-10", "--item", "N1", "--level", "市领导")
    assert done.out == f"{words}\n"


def test_record_alone_lists_the_kinds(shell: Shell) -> None:
    out = shell.good("record").out
    assert "item_adopted" in out
    assert "event_reversed" in out
    assert "scheme_enacted" not in out


def test_correct_replaces_an_event_and_shows_before_and_after(shell: Shell) -> None:
    out = shell.good("correct", "n1-city", "--reason", "应为区级采用", "--set", "channel=region").out
    assert "Reversed n1-city" in out
    assert "Recorded n1-city~2" in out
    (line,) = [line for line in out.splitlines() if "adoption year" in line]
    assert line.split()[-2:] == ["40", "50"]


def test_correct_in_json_names_what_was_reversed_and_recorded(shell: Shell) -> None:
    done = shell.good("correct", "@53", "--reason", "应为区级采用", "--set", "channel=区级采用", "--format", "json").json
    assert done == {"reversed": ["n1-city"], "recorded": ["n1-city~2"], "position": 65}


def test_correct_says_when_no_figure_changed(shell: Shell) -> None:
    out = shell.speak("zh").good("correct", "n1", "--reason", "标题有误", "--set", "title=秋粮收购").out
    assert "没有单位的数字发生变化" in out


def test_a_correction_of_a_year_that_has_not_begun_has_no_figures(shell: Shell) -> None:
    shell.good("record", "training_completed", "--id", "far", "--on", "2999-01-01", "--unit", "大埔镇")
    assert "2999" not in shell.good("correct", "far", "--reason", "误记").out


def test_a_refused_correction_names_the_dependants_and_changes_nothing(shell: Shell) -> None:
    done = shell("correct", "n1", "--reason", "误记")
    assert done.status == 1
    assert "n1-county" in done.err
    assert "--cascade" in done.err
    assert shell.head() == 63
    reversed_too = shell.good("correct", "n1", "--reason", "误记", "--cascade", "--format", "json").json["reversed"]
    assert sorted(reversed_too) == ["n1", "n1-city", "n1-county"]


def test_another_scheme_is_recorded_and_shown(shell: Shell) -> None:
    from ledger.rules.source import load

    data = dict(load(SCHEME).data) | {"scheme": "liucheng-2025", "effective": "2025-01-01"}
    Path("next.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert "in force from 2025-01-01" in shell.good("scheme", "enact", "next.yaml").out
    assert shell.good("scheme", "show", "--format", "json").json["scheme"] == "liucheng-2025"
    assert shell.good("standings", "--year", "2025", "--format", "json").json["scheme"] == "liucheng-2025"
    assert shell.good("standings", *QUARTER_END, "--format", "json").json["scheme"] == "liucheng-2024"
    assert shell("scheme", "enact", "next.yaml").status == 1


def test_figures_can_be_asked_under_a_scheme_file(shell: Shell) -> None:
    from ledger.rules.source import load

    data = dict(load(SCHEME).data) | {"scheme": "draft"}
    Path("draft.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    done = shell.good("score", "大埔镇", *QUARTER_END, "--scheme", "draft.yaml", "--format", "json").json
    assert (done["scheme"], done["score"]) == ("draft", 46)
    assert "draft" in shell.good("score", "大埔镇", *QUARTER_END, "--scheme", "draft.yaml").out


def test_signs_that_could_forge_a_line_are_taken_out_of_what_is_shown(shell: Shell) -> None:
    title = "a\x1b[2J\u202eb\nc [bold]d"
    shell.good("record", "item_submitted", "--on", "2024-09-10", "--item", "N4", "--unit", "大埔镇", "--title", title)
    assert "“a[2Jb c [bold]d”" in shell.good("log", "--since", "@63").out


def test_a_cell_that_a_spreadsheet_would_run_is_marked_as_text(shell: Shell) -> None:
    shell.good("correct", "t1", "--reason", "x")
    shell.good("record", "item_submitted", "--id", "=1+1", "--on", "2024-09-10", "--item", "N4", "--unit", "大埔镇")
    assert ",'=1+1," in shell.good("log", "--since", "@64", "--format", "csv").out
