"""A log that was changed below our names is refused in words by whatever is asked of it, with the event and what to do."""

import pytest

from tests.commands.shell import QUARTER_END, Shell
from tests.journal.test_verify import tamper


def changed(shell: Shell, statement: str) -> Shell:
    """The ledger with something changed by another program."""
    tamper(shell.ledger, statement)
    return shell


@pytest.mark.parametrize("words", [("log",), ("log", "--unit", "大埔镇"), ("standings", *QUARTER_END), ("score", "大埔镇", *QUARTER_END)])
def test_a_reversal_of_what_is_not_there(shell: Shell, words: tuple[str, ...]) -> None:
    done = changed(shell, "UPDATE stored_events SET event_id = 'n2-cit?' WHERE event_id = 'n2-city'")(*words)
    assert done.status == 1
    assert "“n2-city”, which is not in the log" in done.err
    assert "scoreledger verify" in done.err


@pytest.mark.parametrize("words", [("prove", "@55"), ("log", "--since", "@50"), ("standings", *QUARTER_END)])
def test_an_event_that_was_taken_out(shell: Shell, words: tuple[str, ...]) -> None:
    done = changed(shell, "DELETE FROM stored_events WHERE rowid = 55")(*words)
    assert done.status in (0, 1), "what is left can be shown; verify is what finds it"
    assert shell("verify").status == 1
    if words[0] == "prove":
        assert (done.status, "scoreledger verify" in done.err) == (1, True)


def test_an_event_of_which_only_the_place_is_known(shell: Shell) -> None:
    """An index that still knows it: the table does not."""
    done = changed(shell, "UPDATE stored_events SET rowid = 1000 WHERE rowid = 55")("prove", "@55")
    assert (done.status, "scoreledger verify" in done.err) == (1, True)
