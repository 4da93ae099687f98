"""Fields of the scheme's own on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.recording.mini import EXTRA, MINI, STORED, written

ENDORSE = ("record", "item_endorsed", "--id", "e", "--on", "2024-02-02", "--item", "N1", "--level", "县领导")
OPTIONS = tuple(word for name, value in EXTRA.items() for word in (f"--extra.{name}", value))


@pytest.fixture
def mini(empty: Shell) -> Shell:
    """At a ledger of the small scheme with one item."""
    empty.good("init", "--scheme", written(Path()))
    empty.good("record", "item_submitted", "--id", "s", "--on", "2024-02-01", "--item", "N1", "--unit", "甲镇")
    return empty


def last(shell: Shell) -> dict[str, object]:
    event: dict[str, object] = shell.good("log", "--format", "json").json["events"][-1]
    return event


def test_an_option_of_its_name_gives_a_field(mini: Shell) -> None:
    mini.good(*ENDORSE, *OPTIONS)
    assert last(mini)["extra"] == STORED


def test_a_value_may_stand_behind_an_equals_sign(mini: Shell) -> None:
    mini.good(*ENDORSE, "--extra.post=副县长")
    assert last(mini)["extra"] == {"post": "deputy"}


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        ((), 1, "extra.post is missing"),
        (("--extra.post", "镇长"), 1, "extra.post: "),
        (("--extra.psot", "县长", "--extra.post", "县长"), 1, "The nearest is post."),
        (("--extra.post", "县长", "--extra.post", "县长"), 2, "extra.post is given twice"),
        (("--extra.post",), 2, "--extra.post needs a value"),
        (("--extra.a/b", "x"), 2, "no option --extra.a/b"),
        (("--extra", "x"), 2, "no option --extra "),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(mini: Shell, words: tuple[str, ...], status: int, named: str) -> None:
    before = mini.head()
    done = mini(*ENDORSE, *words)
    assert (done.status, named in done.err) == (status, True), done.err
    assert mini.head() == before


def test_a_correction_sets_one_and_keeps_the_others(mini: Shell) -> None:
    mini.good(*ENDORSE, *OPTIONS)
    mini.good("correct", "e", "--reason", "职务有误", "--set", "extra.post=副县长", "--set", "extra.words=")
    assert last(mini)["extra"] == {**{name: value for name, value in STORED.items() if name != "words"}, "post": "deputy"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "作者分工：3:2、办结日期：2024-03-01、批示领导职务：县长、是否急件：是、系数：2.5、批示摘要：请办公室办理"),
        ("en", "作者分工: 3:2; 办结日期: 2024-03-01; 批示领导职务: 县长; 是否急件: yes; 系数: 2.5; 批示摘要: 请办公室办理"),
    ],
)
def test_log_and_statement_name_fields_and_choices_in_the_scheme_s_words(mini: Shell, lang: str, words: str) -> None:
    mini.good(*ENDORSE, *OPTIONS)
    mini.speak(lang)
    for command in (("log", "--since", "@5"), ("score", "甲镇", "--year", "2024", "--explain")):
        assert words in mini.good(*command, "--format", "csv").out
        assert all(word in mini.good(*command).out for word in ("3:2", "2.5", "2024-03-01"))


def test_what_the_log_shows_can_be_imported_elsewhere(mini: Shell) -> None:
    mini.good(*ENDORSE, *OPTIONS)
    events = mini.good("log", "--since", "@4", "--format", "json").json["events"]
    ours = {"position", "recorded_at", "recorded_by", "reversed_by"}
    lines = [json.dumps({name: value for name, value in event.items() if name not in ours}) for event in events]
    Path("log.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert mini.good("import", "log.jsonl", "--format", "json").json["skipped"] == 2
    mini.good("init", "--scheme", "mini.yaml", "--ledger", "other.ledger")
    mini.good("import", "log.jsonl", "--ledger", "other.ledger")
    assert mini.good("log", "--ledger", "other.ledger", "--format", "json").json["events"][-1]["extra"] == STORED


@pytest.mark.parametrize("order", [("--help", "--ledger"), ("--ledger", "--help"), ("--help",)])
def test_help_lists_the_fields_of_the_scheme_in_force(mini: Shell, order: tuple[str, ...]) -> None:
    words = [part for word in order for part in ((word, str(mini.ledger)) if word == "--ledger" else (word,))]
    if "--ledger" in order:
        mini.monkeypatch.delenv("SCORELEDGER")
    out = " ".join(mini.good("record", "item_endorsed", "--on", "2024-02-02", *words).out.split())
    assert "--level LEVEL The leader's level. Needed." in out
    assert "--extra.post VALUE 批示领导职务: one of deputy (副县长), mayor (县长). Needed. --extra.authors VALUE" in out
    assert "--extra.weight VALUE 系数: a number, at most two decimals." in out
    assert "--extra.authors VALUE 作者分工: a ratio of whole numbers, as 3:2." in out
    assert "extra.length" not in out
    assert "extra.NAME" not in out
    chinese = "".join(mini.speak("zh").good("record", "item_endorsed", *words).out.split())
    assert "批示领导职务：可为deputy（副县长）,mayor（县长）。必填。" in chinese


def test_help_lists_none_where_the_scheme_has_none(mini: Shell, shell: Shell) -> None:
    assert "--extra." not in mini.good("record", "training_completed", "--help", "--ledger", str(mini.ledger)).out
    assert "--extra." not in shell.good("record", "item_endorsed", "--help").out


@pytest.mark.parametrize("there", [None, "text", "ledger"])
def test_help_without_a_ledger_that_can_be_asked_says_that_there_may_be_some(empty: Shell, there: str | None) -> None:
    if there == "text":
        empty.ledger.write_text("no ledger", encoding="utf-8")
    if there == "ledger":
        later = MINI.replace("effective: 2024-01-01", "effective: 2999-01-01")
        empty.good("init", "--scheme", written(Path(), later))
    done = empty.good("record", "item_endorsed", "--extra.post", "县长", "--help")
    assert "--extra.NAME VALUE" in done.out
    assert done.err == ""


AWARD = ("record", "points_awarded", "--on", "2024-03-01", "--unit", "甲镇", "--rule", "merit", "--officer", "王某", "--reason", "抗洪")


def test_an_award_within_its_rule_s_range_is_scored(mini: Shell) -> None:
    mini.good(*AWARD, "--points", "2.5")
    assert mini.good("score", "甲镇", "--year", "2024", "--format", "json").json["score"] == 2.5


@pytest.mark.parametrize(("lang", "words"), [("en", "points: 5.5 points are outside"), ("zh", "应在1至5之间")])
def test_an_award_outside_its_rule_s_range_is_refused(mini: Shell, lang: str, words: str) -> None:
    done = mini.speak(lang)(*AWARD, "--points", "5.5")
    assert (done.status, words in done.err) == (1, True)
