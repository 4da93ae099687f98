"""``explain UNIT --why-not RULE``, and the tree of ``score --explain --format json``."""

import json

import pytest

from ledger.messages import LANGUAGES
from tests.commands.shell import Shell


def reasons(shell: Shell, unit: str, rule: str, as_of: str = "2024-09-30") -> dict[str, tuple[str, float | None]]:
    told = shell.good("explain", unit, "--why-not", rule, "--as-of", as_of, "--format", "json").json["reasons"]
    return {each["event"] or each.get("period", ""): (each["reason"], each["points"]) for each in told}


def test_each_fact_that_a_rule_looks_at_has_its_reason(shell: Shell) -> None:
    assert reasons(shell, "大埔镇", "adoption") == {
        "n1-county": ("condition", None),
        "n1-city": ("paid", 10),
        "n2-city": ("reversed", None),
    }


def test_the_condition_that_does_not_hold_is_named(shell: Shell) -> None:
    told = shell.good("explain", "大埔镇", "--why-not", "brief", *("--as-of", "2024-09-30", "--format", "json")).json["reasons"]
    assert ("placement = cover", "placement = brief") in {(each.get("found"), each.get("wanted")) for each in told}


def test_a_fact_that_another_of_its_group_stands_for_says_so(shell: Shell) -> None:
    shell.good(
        "record", "item_adopted", "--id", "n1-brief", "--on", "2024-08-01", "--item", "N1", "--channel", "county", "--placement", "brief"
    )
    assert reasons(shell, "大埔镇", "brief")["n1-brief"] == ("superseded", None)


def test_a_judgement_says_what_it_was_made_of_and_when_the_next_is(shell: Shell) -> None:
    told = reasons(shell, "大埔镇", "quarter_target")
    assert [told[period] for period in ("2024Q3", "2024Q4")] == [("judged", 8), ("pending", None)]


def test_a_rule_without_a_fact_says_that_there_is_none(shell: Shell) -> None:
    assert reasons(shell, "大埔镇", "feedback_late") == {"": ("no_fact", None)}


def test_a_rule_that_is_not_there_is_refused_with_the_nearest(shell: Shell) -> None:
    done = shell("explain", "大埔镇", "--why-not", "adoptoin")
    assert done.status == 1
    assert "adoption" in done.err


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", ["adoption", "quarter_target", "floor", "delay_veto", "adoption_year", "award_ineligible", "delay"])
def test_every_kind_of_rule_can_be_asked_in_both_languages(shell: Shell, lang: str, rule: str) -> None:
    assert rule in shell.speak(lang).good("explain", "马山镇", "--why-not", rule, "--as-of", "2024-09-30").out


def test_the_tree_adds_up_at_every_node_and_cites_its_clauses(shell: Shell) -> None:
    told = json.loads(shell.good("score", "大埔镇", "--explain", "--as-of", "2024-12-31", "--format", "json").out)
    tree = told["tree"]
    assert tree["score"] == told["score"] == sum(account["points"] for account in tree["accounts"])
    for account in [*tree["accounts"], *tree["beside"]]:
        assert account["points"] == sum(rule["points"] for rule in account["rules"])
        for rule in account["rules"]:
            assert rule["clause"]
            assert rule["text"]
            assert rule["points"] == sum(posting["points"] for posting in rule["postings"])
            assert all(posting["clause"] and posting["text"] for posting in rule["postings"])
    events = [
        event for account in tree["beside"] for rule in account["rules"] for posting in rule["postings"] for event in posting["events"]
    ]
    assert {"n1-city", "n1-county"} <= {event["id"] for event in events}
