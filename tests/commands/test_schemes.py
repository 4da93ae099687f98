"""Schemes beside each other: diff, impact, enact with its effect shown first, what-if, and standings under every reading."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.shell import QUARTER_END, SCHEME, Done, Shell
from tests.projections.drafts import draft

MISS = (
    "match: solicitation_missed\n    account: appraisal/solicitations\n    points: -2",
    "match: solicitation_missed\n    account: appraisal/solicitations\n    points: -4",
)
"""A missed call costs 4 instead of 2; in the small year 大埔镇 missed one."""
OF_2024 = ("--as-of", "2024-12-31")


@pytest.fixture
def dearer(shell: Shell, tmp_path: Path) -> str:
    """A draft under which a missed call costs more."""
    return draft(tmp_path, MISS).name


def sheet(done: Done) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))


def at_a_terminal(shell: Shell, answer: str) -> None:
    """From now on somebody sits there, who types an answer."""
    keyboard = io.StringIO(f"{answer}\n")
    shell.monkeypatch.setattr(keyboard, "isatty", lambda: True)
    shell.monkeypatch.setattr(sys, "stdin", keyboard)
    shell.monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def test_diff_shows_each_change_with_its_clause_and_words(shell: Shell, dearer: str) -> None:
    out = shell.good("scheme", "diff", SCHEME, dearer).out
    assert "From A to B: 0 new, 0 gone, 2 changed, 0 moved." in out
    assert "  scheme · changed: liucheng-2024 → draft\n" in out
    assert "  solicitation_missed · 三（二）3 · changed\n" in out
    assert "    points: -2 → -4\n" in out
    assert "每次扣2分" in out


def test_diff_speaks_chinese(shell: Shell, dearer: str) -> None:
    out = shell.speak("zh").good("scheme", "diff", dearer, SCHEME).out
    assert "修改 2 项" in out
    assert "\n规则\n  solicitation_missed · 三（二）3 · 修改\n" in out
    assert "points：-4 → -2" in out


@pytest.mark.parametrize(("lang", "words"), [("en", "are the same scheme"), ("zh", "是同一个细则")])
def test_diff_of_equal_schemes_says_so(shell: Shell, lang: str, words: str) -> None:
    assert words in shell.speak(lang).good("scheme", "diff", SCHEME, "@2").out


def test_diff_in_json_holds_the_values(shell: Shell, dearer: str) -> None:
    done = shell.good("scheme", "diff", "@2", dearer, "--format", "json").json
    assert (done["before"]["scheme"], done["after"]["scheme"], done["equal"]) == (SCHEME, "draft", False)
    (rule,) = [change for change in done["changes"] if change["section"] == "rules"]
    assert (rule["entry"], rule["how"], rule["clause"]) == ("solicitation_missed", "changed", "三（二）3")
    assert rule["fields"] == [{"field": "points", "before": "-2", "after": "-4"}]


def test_diff_shows_what_is_new_gone_and_moved(shell: Shell, tmp_path: Path) -> None:
    brief = "  - id: brief\n    kind: award\n    clause: 三（二）6 采用信息计分标准\n"
    file = draft(tmp_path, (brief, brief.replace("brief", "short")), ("  county_endorsement:", "  county_leader:"))
    out = shell.good("scheme", "diff", SCHEME, file.name).out
    assert "brief · 三（二）6 采用信息计分标准 · gone" in out
    assert "short · 三（二）6 采用信息计分标准 · new, behind adoption" in out
    assert "county_leader · new" in out
    assert "    match: item_adopted\n" in out


def test_diff_compares_a_draft_that_is_not_sound_yet(shell: Shell, tmp_path: Path) -> None:
    file = draft(tmp_path, ("points: -5", "points: soon"))
    assert shell("scheme", "show", file.name).status == 1
    assert "-5 → soon" in shell.good("scheme", "diff", SCHEME, file.name).out


def test_diff_without_a_ledger_needs_none(empty: Shell) -> None:
    assert "From A to B" in empty.good("scheme", "diff", SCHEME, "qingshan-2020").out
    assert empty("scheme", "diff", SCHEME, "@2").status == 1


def test_impact_shows_who_moves_and_by_what_clause(shell: Shell, dearer: str) -> None:
    out = shell.good("scheme", "impact", dearer, *QUARTER_END).out
    assert "what if it were in force" in out
    assert "Scores: 0 higher, 1 lower, 47 the same." in out
    (line,) = [line for line in out.splitlines() if "大埔镇" in line]
    assert "46 → 44" in line
    assert "-2 三（二）3 solicitation_missed" in line


def test_impact_speaks_chinese(shell: Shell, dearer: str) -> None:
    out = shell.speak("zh").good("scheme", "impact", dearer, *QUARTER_END).out
    for words in ("对照：假设施行", "得分：增加 0 个单位，减少 1 个", "所因条款", "其余 46 个单位"):
        assert words in out


def test_impact_in_json_and_as_a_sheet_has_every_unit(shell: Shell, dearer: str) -> None:
    done = shell.good("scheme", "impact", dearer, *QUARTER_END, "--format", "json").json
    assert (len(done["units"]), done["units"][0]["unit"]) == (48, "大埔镇")
    assert done["units"][0]["score"] == {"before": 46, "after": 44, "change": -2}
    rows = sheet(shell.good("scheme", "impact", dearer, *QUARTER_END, "--format", "csv"))
    assert len(rows) == 48
    assert (rows[0]["unit"], rows[0]["score_change"], rows[0]["clauses"]) == ("大埔镇", "-2", "solicitation_missed:-2")
    assert (rows[0]["as_of"], rows[0]["scheme_before"], rows[0]["scheme_after"]) == ("2024-09-30", SCHEME, "draft")


def test_impact_takes_a_basis_of_its_own(shell: Shell, dearer: str, tmp_path: Path) -> None:
    other = draft(tmp_path, name="other").name
    same = shell.good("scheme", "impact", SCHEME, *QUARTER_END, "--scheme", other, "--class", "一类", "--format", "json").json
    assert (same["before"]["scheme"], same["counts"]["same"]) == ("other", 14)
    assert "WHAT IF: scored under other" in shell.good("scheme", "impact", dearer, *QUARTER_END, "--scheme", other).out


def test_impact_records_nothing_and_refuses_what_is_not_there(shell: Shell, dearer: str) -> None:
    shell.good("scheme", "impact", dearer)
    assert shell.head() == 63
    assert shell("scheme", "impact", "liucheng").status == 1
    assert shell("scheme", "impact").status == 2


def test_a_script_that_enacts_is_not_asked(shell: Shell, dearer: str) -> None:
    done = shell.good("scheme", "enact", dearer)
    assert done.out == "Recorded 柳城县政府系统政务信息上报工作考评细则, in force from 2024-01-01, at @64.\n"
    assert "Retroactive: in force from 2024-01-01" in done.err
    assert "It scores 11 fact(s) recorded already, dated 2024-07-02 to 2024-09-01" in done.err
    assert "-2 三（二）3 solicitation_missed" in done.err
    assert shell.good("standings", *QUARTER_END, "--format", "json").json["scheme"] == "draft"


def test_enacting_in_json_holds_the_changes_and_asks_nobody(shell: Shell, dearer: str) -> None:
    at_a_terminal(shell, "no")
    done = shell.good("scheme", "enact", dearer, "--effective", "2024-05-01", "--format", "json")
    assert "Record this scheme?" not in done.err
    assert "Retroactive" not in done.err
    assert done.json.keys() == {"id", "position", "changes"}
    changes = done.json["changes"]
    assert (changes["effective"], changes["retroactive"], changes["falling"]["count"]) == ("2024-05-01", True, 11)
    assert changes["years"][0]["units"][0]["unit"] == "大埔镇"
    assert shell.head() == 64


@pytest.mark.parametrize(("lang", "answer", "question"), [("en", "yes", "Record this scheme?"), ("zh", "是", "登记这个细则吗？")])
def test_a_person_is_asked_after_the_effect_is_shown(shell: Shell, dearer: str, lang: str, answer: str, question: str) -> None:
    at_a_terminal(shell, answer)
    done = shell.speak(lang).good("scheme", "enact", dearer)
    assert done.err.index("三（二）3 solicitation_missed") < done.err.index(question)
    assert shell.head() == 64


@pytest.mark.parametrize("answer", ["no", "", "n", "Yess"])
def test_any_other_answer_records_nothing(shell: Shell, dearer: str, answer: str) -> None:
    at_a_terminal(shell, answer)
    done = shell("scheme", "enact", dearer)
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith("Nothing was recorded.\n")
    assert shell.head() == 63


def test_a_terminal_that_hangs_up_records_nothing(shell: Shell, dearer: str) -> None:
    at_a_terminal(shell, "")
    sys.stdin.readline()
    assert shell("scheme", "enact", dearer).status == 1
    assert shell.head() == 63


def test_with_yes_nobody_is_asked_and_the_effect_is_shown_all_the_same(shell: Shell, dearer: str) -> None:
    at_a_terminal(shell, "no")
    done = shell.good("scheme", "enact", dearer, "--yes")
    assert "Record this scheme?" not in done.err
    assert "三（二）3 solicitation_missed" in done.err


def test_a_scheme_of_the_future_is_in_force_from_its_day(shell: Shell, dearer: str) -> None:
    done = shell.speak("zh").good("scheme", "enact", dearer, "--effective", "2999-01-01")
    assert "溯及既往" not in done.err
    assert "自 2999-01-01 起施行" in done.out
    assert shell.good("standings", *QUARTER_END, "--format", "json").json["scheme"] == SCHEME
    assert shell.good("scheme", "show", "--format", "json").json["content"]["effective"] == "2999-01-01"


@pytest.mark.parametrize("words", [(), ("--effective", "2024-05-01"), ("--effective", "2999-01-01")])
def test_the_scheme_in_force_is_not_recorded_again(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell("scheme", "enact", SCHEME, *words, "--yes")
    assert (done.status, done.out) == (1, "")
    assert "says the same" in done.err
    assert shell.head() == 63


def test_a_scheme_that_is_not_sound_and_a_day_that_is_none_are_refused(shell: Shell, tmp_path: Path) -> None:
    assert shell("scheme", "enact", draft(tmp_path, ("points: -5", "points: soon")).name).status == 1
    assert shell("scheme", "enact", SCHEME, "--effective", "soon").status == 2
    assert shell.head() == 63


FIGURES = [("standings",), ("score", "大埔镇"), ("score", "大埔镇", "--explain")]


@pytest.mark.parametrize("words", FIGURES, ids=" ".join)
def test_every_figure_under_a_scheme_that_is_not_in_force_says_what_if(shell: Shell, dearer: str, words: tuple[str, ...]) -> None:
    asked = (*words, *QUARTER_END, "--scheme", dearer)
    (line,) = [line for line in shell.good(*asked).out.splitlines() if line.startswith("WHAT IF")]
    assert "scored under draft" in line
    assert "假设：按未施行的细则 draft" in shell.speak("zh").good(*asked).out
    done = shell.good(*asked, "--format", "json").json
    row = done if "score" in done else next(row for row in done["rows"] if row["unit"] == "大埔镇")
    assert (done["scheme"], row["score"], done["what_if"]["in_force"]) == ("draft", 44, SCHEME)
    assert {row["what_if"] for row in sheet(shell.good(*asked, "--format", "csv"))} == {"yes"}


@pytest.mark.parametrize("words", FIGURES, ids=" ".join)
def test_a_figure_under_the_scheme_in_force_is_no_what_if(shell: Shell, words: tuple[str, ...]) -> None:
    for asked in (words, (*words, "--scheme", SCHEME)):
        assert "WHAT IF" not in shell.good(*asked, *QUARTER_END).out
        assert "what_if" not in shell.good(*asked, *QUARTER_END, "--format", "json").json
        assert {row["what_if"] for row in sheet(shell.good(*asked, *QUARTER_END, "--format", "csv"))} == {""}


@pytest.mark.parametrize("words", FIGURES, ids=" ".join)
def test_every_figure_under_another_reading_says_which(shell: Shell, words: tuple[str, ...]) -> None:
    asked = (*words, *QUARTER_END, "--reading", "endorsement_account=appraisal")
    assert "Not the default reading: endorsement_account=appraisal" in shell.good(*asked).out
    assert shell.good(*asked, "--format", "json").json["readings"] == {"endorsement_account": "appraisal"}


def test_before_every_scheme_a_what_if_says_that_none_is_in_force(shell: Shell, tmp_path: Path) -> None:
    early = draft(tmp_path).name
    done = shell.good("standings", "--as-of", "2023-06-30", "--scheme", early, "--format", "json").json
    assert done["what_if"] == {"in_force": None, "in_force_hash": None}


def test_under_every_reading_the_ranks_in_doubt_are_marked_and_the_first_named(shell: Shell) -> None:
    out = shell.good("standings", *QUARTER_END, "--readings", "all").out
    assert "  could be  [1]  [2]\n" in out
    lines = {line.split()[2]: line.split() for line in out.splitlines() if "类   " in line}
    assert lines["马山镇"] == ["48", "14", "马山镇", "一类", "10", "3–48", "3"]
    assert lines["大埔镇"] == ["1", "1", "大埔镇", "一类", "46"]
    assert "46 of 48 units have a rank that rests on a doubtful reading." in out
    assert "over all: 大埔镇" in out
    assert "No rank changes under:\n  endorsement_account=appraisal" in out
    assert "), only 2 score(s)\n  endorsement_cross_route=highest" in out
    assert "No other option in the scheme: appraisal_floor" in out


def test_under_every_reading_it_speaks_chinese(shell: Shell) -> None:
    out = shell.speak("zh").good("standings", *QUARTER_END, "--readings", "all", "--class", "一类").out
    for words in ("可能名次", "取决于有疑义条款的理解", "改用后名次不变：", "细则中没有其他选项：", "总排名："):
        assert words in out


def test_under_every_reading_json_and_sheet_hold_the_ranges(shell: Shell) -> None:
    done = shell.good("standings", *QUARTER_END, "--readings", "all", "--format", "json").json
    plain = shell.good("standings", *QUARTER_END, "--format", "json").json
    ranks = {row["unit_id"]: row["rank"] for row in plain["rows"]}
    assert {row["unit_id"]: row["rank"] for row in done["rows"]} == ranks
    assert all(row["rank_between"][0] <= row["rank"] <= row["rank_between"][1] for row in done["rows"])
    doubtful = {row["unit_id"] for row in done["rows"] if row["rank_rests_on"]}
    said = {change["unit_id"] for each in done["by_reading"] for other in each["alternatives"] for change in other["changes"]}
    assert doubtful == said
    rows = sheet(shell.good("standings", *QUARTER_END, "--readings", "all", "--format", "csv"))
    assert {row["unit_id"] for row in rows if row["rank_rests_on"]} == doubtful


def test_readings_are_all_or_named_one_by_one(shell: Shell) -> None:
    done = shell("standings", "--readings", "some")
    assert done.status == 2
    assert "all" in done.err
    asked = ("standings", *QUARTER_END, "--readings", "all", "--reading", "rank_score=adoption", "--format", "json")
    (reading,) = [each for each in shell.good(*asked).json["by_reading"] if each["reading"] == "rank_score"]
    assert (reading["taken"], [each["option"] for each in reading["alternatives"]]) == ("adoption", ["appraisal"])


def test_where_no_rank_is_in_doubt_it_is_said(empty: Shell) -> None:
    empty.good("init", "--scheme", SCHEME)
    assert "No rank rests on a doubtful reading." in empty.good("standings", "--readings", "all", *OF_2024).out
