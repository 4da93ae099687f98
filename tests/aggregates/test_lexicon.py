"""Names to ids."""

from __future__ import annotations

import pytest

from ledger.aggregates.lexicon import Lexicon
from ledger.errors import Refused
from ledger.values import matching_key

WORDS = Lexicon([("county", ["县内刊物", "县级"]), ("city", ["市级采用", "市级"]), ("town", ["县级", "Town A"])])


@pytest.mark.parametrize("text", ["county", "县内刊物", " 县 内 刊 物 ", "县内刊物　", "COUNTY"])
def test_an_id_and_every_spelling_of_a_name_mean_the_id(text: str) -> None:
    assert WORDS.find(text) == "county"


def test_full_width_letters_and_case_do_not_matter() -> None:
    assert WORDS.find("Ｔｏｗｎａ") == "town"
    assert matching_key(" Ａ b") == "ab"


def test_a_name_of_two_things_is_refused_naming_both() -> None:
    with pytest.raises(Refused) as refused:
        WORDS.find("县级", "channel")
    assert refused.value.problem.field == "channel"
    assert all(word in refused.value.problem.text("en") for word in ("county (县内刊物)", "town (县级)"))


@pytest.mark.parametrize(("text", "nearest"), [("县内刊", "县内刊物"), ("contry", "county"), ("市級", "市级")])
def test_a_name_suggests_a_name_and_an_id_an_id(text: str, nearest: str) -> None:
    with pytest.raises(Refused) as refused:
        WORDS.find(text)
    assert refused.value.problem.params["nearest"] == nearest


def test_an_id_means_itself_whatever_else_goes_by_that_name() -> None:
    assert Lexicon([("a", ["b"]), ("b", ["c"])]).find("b") == "b"


def test_a_larger_lexicon_leaves_the_smaller_as_it_was() -> None:
    larger = WORDS.including("city", ["市刊"])
    assert larger.find("市刊") == "city"
    assert (larger.name("city"), WORDS.name("city")) == ("市刊", "市级采用")
    with pytest.raises(Refused):
        WORDS.find("市刊")
