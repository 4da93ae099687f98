"""The language: asked for on the command line, in the environment, or by the terminal's locale, in that order."""

import pytest

from tests.commands.shell import QUARTER_END, Shell


@pytest.mark.parametrize("words", [("--lang", "zh", "standings"), ("--lang=zh", "standings"), ("standings", "--lang", "zh")])
def test_a_table_is_in_the_language_that_is_asked_for(shell: Shell, words: tuple[str, ...]) -> None:
    assert "名次" in shell.good(*words, *QUARTER_END).out
    assert "rank" in shell.good("standings", *QUARTER_END).out, "it is asked for once"


@pytest.mark.parametrize(
    ("words", "said"), [(("standings", "--lang", "zh", "--bogus"), "没有选项"), (("--lang", "zh", "stnadings"), "没有命令")]
)
def test_even_wrong_usage_is_said_in_it(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell(*words)
    assert done.status == 2
    assert said in done.err


def test_a_refusal_is_said_in_it(shell: Shell) -> None:
    assert "最接近" in shell("score", "大浦镇", *QUARTER_END, "--lang", "zh").err


def test_a_help_page_is_in_it(shell: Shell) -> None:
    assert "用法" in shell.good("--lang", "zh", "--help").out
    assert "用法" in shell.good("record", "item_submitted", "--lang", "zh", "--help").out
    assert "Usage" in shell.speak("zh").good("score", "--lang", "en", "--help").out


def test_another_language_names_those_there_are(shell: Shell) -> None:
    done = shell("standings", "--lang", "fr")
    assert done.status == 2
    assert "en, zh" in done.err


@pytest.mark.parametrize(("locale", "said"), [("zh_CN.UTF-8", "名次"), ("en_GB.UTF-8", "rank"), ("C", "rank")])
def test_without_a_word_it_is_the_terminals(shell: Shell, monkeypatch: pytest.MonkeyPatch, locale: str, said: str) -> None:
    monkeypatch.delenv("SCORELEDGER_LANG")
    monkeypatch.setenv("LC_ALL", locale)
    assert said in shell.good("standings", *QUARTER_END).out


def test_json_does_not_depend_on_it(shell: Shell) -> None:
    english, chinese = (shell.good("standings", *QUARTER_END, "--format", "json", "--lang", lang).json for lang in ("en", "zh"))
    assert english == chinese
