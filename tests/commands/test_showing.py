"""The commands that show: standings, score, log, verify, scheme."""

import csv
import io
from collections import defaultdict
from typing import Any

import pytest

from tests.commands.shell import QUARTER_END, Done, Shell, process

BASIS = {"ledger_id", "scheme", "scheme_hash", "year", "as_of", "known_at", "readings", "scored_account"}
ROW = {"unit", "unit_id", "class", "rank", "class_rank", "score", "pending", "if_closed", "flags", "measures"}
EXPLAIN = ("score", "大埔镇", "--explain", *QUARTER_END)


def sheet(done: Done) -> list[dict[str, Any]]:
    assert done.out.startswith("\ufeff"), "Excel takes a file without a byte order mark for another encoding"
    return list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))


def section(done: Done, title: str) -> list[str]:
    """The lines of an account of a statement, from its title to its total."""
    lines = done.out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(title))
    end = next(at for at in range(start, len(lines)) if "total" in lines[at])
    return lines[start + 4 : end + 1]


def test_standings_in_json_have_the_contracts_shape(shell: Shell) -> None:
    table = shell.good("standings", *QUARTER_END, "--format", "json").json
    assert table.keys() >= BASIS | {"rows"}
    assert len(table["rows"]) == 48
    assert all(row.keys() >= ROW for row in table["rows"])
    row = next(row for row in table["rows"] if row["unit"] == "大埔镇")
    assert (row["score"], row["measures"]["adoption_q3"]) == (46, 40)


def test_standings_name_scheme_year_cut_and_basis(shell: Shell) -> None:
    head = shell.good("standings", *QUARTER_END, "--known-at", "@60").out.splitlines()
    assert "柳城县政府系统政务信息上报工作考评细则" in head[0]
    assert "2024" in head[0]
    assert "2024-09-30 (that day included)" in head[1]
    assert "@60" in head[1]
    assert "liucheng-2024" in head[-1]


def test_standings_speak_chinese(shell: Shell) -> None:
    done = shell.speak("zh").good("standings", *QUARTER_END)
    for words in ("名次", "类内名次", "如即日结算", "年度信息", "截至 2024-09-30（含当日）"):
        assert words in done.out


def test_standings_of_a_class_leave_out_the_others(shell: Shell) -> None:
    done = shell.good("standings", *QUARTER_END, "--class", "一类", "--format", "json")
    assert {row["class"] for row in done.json["rows"]} == {"一类"}


def test_standings_say_how_many_facts_have_no_price(shell: Shell) -> None:
    assert "1 fact(s) have no price" in shell.good("standings", *QUARTER_END).out
    assert shell.good("standings", *QUARTER_END, "--format", "json").json["unpriced"] == ["t1"]


def test_a_reading_that_is_not_the_default_is_said(shell: Shell) -> None:
    plain = shell.good("standings", *QUARTER_END, "--reading", "incident_clock=any").out
    other = shell.good("standings", *QUARTER_END, "--reading", "incident_clock=written").out
    assert "incident_clock" not in plain
    assert "Not the default reading: incident_clock=written" in other


def test_a_table_elsewhere_than_on_a_terminal_is_120_wide_and_without_colour(shell: Shell) -> None:
    shell.monkeypatch.setenv("COLUMNS", "40")
    shell.monkeypatch.setenv("FORCE_COLOR", "1")
    out = shell.good("standings", *QUARTER_END).out
    assert "\x1b" not in out
    assert 60 < max(map(len, out.splitlines())) <= 120


def test_standings_as_a_sheet_carry_their_basis(shell: Shell) -> None:
    rows = sheet(shell.good("standings", *QUARTER_END, "--format", "csv"))
    row = next(row for row in rows if row["unit"] == "大埔镇")
    assert (row["score"], row["as_of"], row["year"], row["adoption_q3"]) == ("46", "2024-09-30", "2024", "40")


@pytest.mark.parametrize(("lang", "words"), [("en", "Nothing recorded so far counts in 2024"), ("zh", "还没有计入 2024 年的事实")])
def test_a_year_without_facts_is_said_to_be_one(empty: Shell, lang: str, words: str) -> None:
    empty.good("init", "--scheme", "liucheng-2024")
    assert words in empty.speak(lang).good("standings", *QUARTER_END).out
    assert empty.good("score", "大埔镇", *QUARTER_END, "--explain").status == 0


def test_score_in_json_is_a_row_with_its_basis(shell: Shell) -> None:
    found = shell.good("score", "dapu-zhen", *QUARTER_END, "--format", "json").json
    assert found.keys() >= BASIS | ROW
    assert (found["unit"], found["score"]) == ("大埔镇", 46)


@pytest.mark.parametrize(("lang", "words"), [("en", "Score 46 · pending 30"), ("zh", "得分 46 · 待定 30")])
def test_score_is_a_card(shell: Shell, lang: str, words: str) -> None:
    assert words in shell.speak(lang).good("score", "大埔镇", *QUARTER_END).out


def test_a_score_as_a_sheet_is_a_line_of_the_standings(shell: Shell) -> None:
    (row,) = sheet(shell.good("score", "大埔镇", *QUARTER_END, "--format", "csv"))
    assert (row["unit_id"], row["score"]) == ("dapu-zhen", "46")


def test_explained_postings_add_up_to_the_score(shell: Shell) -> None:
    found = shell.good(*EXPLAIN, "--format", "json").json
    assert all(posting["clause"] and posting["rule"] for posting in found["postings"])
    totals: defaultdict[str, float] = defaultdict(int)
    for posting in found["postings"]:
        totals[posting["account"].split("/")[0]] += posting["points"]
    assert totals == {"appraisal": found["score"], "adoption": found["measures"]["adoption_year"]}


def test_a_statement_keeps_what_is_beside_the_score_in_an_account_of_its_own(shell: Shell) -> None:
    done = shell.good(*EXPLAIN)
    scored, beside = section(done, "考评得分 (the score)"), section(done, "采用分 (beside the score)")
    assert scored[-1].split() == ["total", "46"]
    assert beside[-1].split() == ["total", "40"]
    assert any("“秋粮收购进度” adopted: 县内刊物 (cover)" in line and "+10" in line for line in beside)
    assert not any("adopted" in line for line in scored)


def test_a_statement_tells_what_happened_in_chinese(shell: Shell) -> None:
    out = shell.speak("zh").good(*EXPLAIN).out
    for words in (
        "《秋粮收购进度》采用：县内刊物（封面）",
        "约稿S1未完成：未报送",
        "信息N2获批示：县领导",
        "第3季度，季度信息采用任务完成率：40/45",
    ):
        assert words in out


def test_a_reversed_entry_is_struck_through_with_reason_and_person(shell: Shell) -> None:
    beside = section(shell.good(*EXPLAIN), "采用分")
    at = next(at for at, line in enumerate(beside) if "~item N2 adopted: 市级采用~" in line)
    assert "~+15~" in beside[at]
    assert "reversed by clerk, n2-void: 实为误记" in beside[at + 1]


def test_a_statement_ends_with_what_is_pending_unpriced_and_doubtful(shell: Shell) -> None:
    out = shell.good(*EXPLAIN).out
    assert "Q4 2024  2024-12-31" in out
    assert "1 fact(s) without a price under this scheme, or without the person whom a rule credits: t1." in " ".join(out.split())
    assert "endorsement_split=all" in out
    assert "If every part that has begun closed today, the score would be 50" in out


def test_a_late_report_is_named_in_both_languages(shell: Shell) -> None:
    explain = ("score", "马山镇", "--explain", *QUARTER_END)
    assert "late (over 2 h)" in shell.good(*explain).out
    assert "突发事件E1电话报告（2024-08-12 13:00）：迟报" in shell.speak("zh").good(*explain).out


def test_a_statement_as_a_sheet_has_exact_points(shell: Shell) -> None:
    rows = sheet(shell.good(*EXPLAIN, "--format", "csv"))
    scored = [row for row in rows if row["account"].startswith("appraisal")]
    assert sum(float(row["points"]) for row in scored) == 46
    assert scored[-1]["balance"] == "46"
    assert {row["balance"] for row in rows if row["account"].startswith("adoption")} == {""}


def test_the_score_can_be_asked_as_it_was_known(shell: Shell) -> None:
    before = shell.good("score", "大埔镇", *QUARTER_END, "--known-at", "@62", "--format", "json").json
    after = shell.good("score", "大埔镇", *QUARTER_END, "--format", "json").json
    assert (before["measures"]["adoption_year"], after["measures"]["adoption_year"]) == (55, 40)
    assert before["known_at"]["position"] == 62


def test_the_log_has_every_event_in_order(shell: Shell) -> None:
    events = shell.good("log", "--format", "json").json["events"]
    assert [event["position"] for event in events] == list(range(1, 64))
    assert all(event.keys() >= {"id", "kind", "recorded_at", "recorded_by", "reversed_by", "on"} for event in events)
    assert {event["id"]: event["reversed_by"] for event in events}["n2-city"] == "n2-void"


def test_the_log_is_narrowed_by_unit_kind_and_position(shell: Shell) -> None:
    def ids(*words: str) -> list[str]:
        return [event["id"] for event in shell.good("log", "--format", "json", *words).json["events"]]

    assert ids("--since", "@62") == ["n2-void"]
    assert ids("--kind", "item_adopted") == ["n1-county", "n1-city", "n2-city"]
    assert ids("--unit", "马山镇", "--since", "@50") == ["e1", "e1-told"]


def test_the_log_reads_as_sentences(shell: Shell) -> None:
    assert "~item N2 adopted: 市级采用~" in shell.good("log", "--since", "@50").out
    chinese = shell.speak("zh").good("log", "--since", "@50").out
    for words in ("大埔镇、东泉镇：报送信息N2", "凤山镇：约稿S1按时报送", "冲销n2-city：实为误记", "刊物采用"):
        assert words in chinese


def test_the_log_as_a_sheet_holds_the_fields(shell: Shell) -> None:
    (row,) = sheet(shell.good("log", "--since", "@62", "--format", "csv"))
    assert (row["position"], row["recorded_by"]) == ("63", "clerk")
    assert '"target": "n2-city"' in row["fields"]


def test_a_log_without_events_says_so(shell: Shell) -> None:
    assert "No events here" in shell.good("log", "--since", "@99").out
    assert shell.good("log", "--since", "@99", "--format", "json").json == {"events": []}


def test_an_intact_log_verifies(shell: Shell) -> None:
    assert shell.good("verify", "--format", "json").json.keys() == {"events", "root", "intact", "findings"}
    assert "all 63 events are what was recorded" in shell.good("verify").out


def test_a_changed_log_does_not_verify(shell: Shell) -> None:
    import sqlite3

    with sqlite3.connect(shell.ledger) as db:
        db.execute("DROP TRIGGER IF EXISTS no_update")
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE stored_events SET recorded_by = 'nobody' WHERE rowid = 60")
    db.close()
    done = shell("verify", "--format", "json")
    assert (done.status, done.json["intact"]) == (1, False)
    assert "60" in done.json["findings"][0]["message"]
    assert "Not intact" in shell("verify").out


def test_the_schemes_there_are_are_listed(shell: Shell) -> None:
    found = shell.good("scheme", "list", "--format", "json").json
    assert [each["scheme"] for each in found["packaged"]] == ["liucheng-2024", "qingshan-2020"]
    assert [(each["scheme"], each["position"]) for each in found["recorded"]] == [("liucheng-2024", 2)]
    assert "@2" in shell.good("scheme", "list").out


def test_schemes_are_listed_without_a_ledger(empty: Shell) -> None:
    assert "no ledger" in empty.good("scheme", "list").out


@pytest.mark.parametrize(("lang", "words"), [("en", ("(default)", "Clauses and rules")), ("zh", ("（默认）", "条文与规则"))])
def test_a_scheme_is_shown_with_words_readings_and_targets(shell: Shell, lang: str, words: tuple[str, ...]) -> None:
    out = shell.speak(lang).good("scheme", "show").out
    assert all(word in out for word in words)
    for word in ("incident_clock", "serious_falsity", "大埔镇", "62.5", "超过20分的按20分扣除"):
        assert word in out


def test_a_scheme_is_shown_by_id_by_position_or_from_the_ledger(shell: Shell) -> None:
    hashes = {shell.good("scheme", "show", *which, "--format", "json").json["sha256"] for which in ((), ("@2",), ("liucheng-2024",))}
    assert len(hashes) == 1


def test_json_is_one_document_in_utf8_whatever_the_terminal(shell: Shell) -> None:
    done = process("score", "大埔镇", *QUARTER_END, "--format", "json", SCORELEDGER=str(shell.ledger), PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert '"unit": "大埔镇"' in done.stdout
    assert done.stdout.count("\n") == 1
