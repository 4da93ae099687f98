"""A scheme file as it is read: text all through, no key twice, no code, and one hash whatever the order."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Problem, SchemeError, Unknown
from ledger.messages import LANGUAGES
from ledger.rules.scheme import plan
from ledger.rules.source import Source, load, packaged, walk
from tests.rules import kit

SCHEMES = [kit.LIUCHENG, kit.QINGSHAN]


def read(tmp_path: Path, written: str) -> Source:
    """A scheme file of this text."""
    path = tmp_path / "county.yaml"
    path.write_text(written, encoding="utf-8")
    return load(str(path))


def refused(tmp_path: Path, written: str) -> Problem:
    """What is wrong with a scheme file of this text."""
    with pytest.raises(SchemeError) as caught:
        read(tmp_path, written)
    return caught.value.problem


def test_both_counties_are_packaged() -> None:
    assert packaged() == ("liucheng-2024", "qingshan-2020")


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scalar_of_a_scheme_is_text(name: str) -> None:
    assert all(isinstance(node, str | list | dict) for _, node in walk(load(name).data))


@pytest.mark.parametrize(
    "written",
    ["62.5", "62.50", "1e3", "0x10", "010", "1_000", "yes", "no", "on", "off", "true", "~", "null", "2024-01-01", ".inf", "12:30", "="],
)
def test_what_yaml_would_read_as_something_else_stays_text(tmp_path: Path, written: str) -> None:
    assert read(tmp_path, f"scheme: {written}\nlist: [{written}]\n{written}: key").data == {
        "scheme": written,
        "list": [written],
        written: "key",
    }


def test_half_a_point_stays_exact() -> None:
    assert load(kit.LIUCHENG).data["units"]["fazhangaige-ju"]["targets"] == {"adoption_year": "250", "adoption_quarter": "62.5"}
    assert plan(load(kit.LIUCHENG), {}).scheme.units["fazhangaige-ju"].targets == {"adoption_year": 25000, "adoption_quarter": 6250}


@pytest.mark.parametrize("written", ["a: 1\nb: 2\na: 3", "rules: {x: {id: 1, id: 2}}", "list:\n- {a: 1, a: 1}"])
def test_a_key_written_twice_is_refused_where_it_stands(tmp_path: Path, written: str) -> None:
    problem = refused(tmp_path, written)
    assert problem.key == "rules.key_twice"
    assert problem.params["key"] in ("a", "id")
    assert str(problem.where).startswith("county.yaml:")


@pytest.mark.parametrize(
    "written",
    [
        "a: !!python/object/apply:os.system ['touch ran']",
        "a: !!python/name:os.system",
        "a: !!python/object/new:pathlib.Path [ran]",
        "a: !custom {b: 1}",
        "a: [1",
        "a: 1\n  b: 2",
        "a: &x [*y]",
    ],
)
def test_a_tag_of_python_or_broken_yaml_is_refused_and_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(tmp_path, written).key in ("rules.tagged", "rules.not_yaml", "rules.not_closed", "rules.second_colon")
    assert [path.name for path in tmp_path.iterdir()] == ["county.yaml"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("[" * 3000, "too_deep"),
        ("- " * 300, "too_deep"),
        ("a: " + "{b: " * 33 + "c" + "}" * 33, "too_deep"),
        ("a: &a {b: *a}", "too_deep"),
        ("\n".join(["a0: &a0 x", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 40))]), "too_deep"),
        ("\n".join(["a0: &a0 x", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 9))]), "too_large"),
        ("a: !!int abc", "tagged"),
        ("a: !!float .nan", "tagged"),
        ("a: !!timestamp x", "tagged"),
        ("a: !!binary x", "tagged"),
        ("a: !!set {b}", "tagged"),
        ("? [a]\n: b", "odd_key"),
        ('a: "\\ud800"', "half_a_sign"),
        ('"\\udfff": a', "half_a_sign"),
        ('a: "\\U0011ffff"', "not_yaml"),
        ('a: "\\Uffffffff"', "not_yaml"),
        ("%YAML 1." + "1" * 5000 + "\n---\na: b", "not_yaml"),
    ],
)
def test_what_yaml_could_make_beyond_a_scheme_is_refused(tmp_path: Path, written: str, key: str) -> None:
    problem = refused(tmp_path, written)
    assert problem.key == f"rules.{key}"
    assert str(problem.where).startswith("county.yaml")
    assert all(problem.line(lang).encode() for lang in LANGUAGES)


def test_an_alias_stands_for_what_it_refers_to(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &a {b: [c]}\nd: *a").data == {"a": {"b": ["c"]}, "d": {"b": ["c"]}}


@pytest.mark.parametrize("written", ["", "just text", "- a\n- b", "5"])
def test_a_file_that_is_not_a_mapping_is_not_a_scheme(tmp_path: Path, written: str) -> None:
    assert refused(tmp_path, written).key == "rules.not_a_mapping"


def test_an_unknown_scheme_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Unknown) as caught:
        load("liucheng-2042")
    assert caught.value.problem.key == "rules.no_scheme"
    assert caught.value.problem.params["nearest"] == "liucheng-2024"
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unknown):
        load(str(tmp_path / "binary.yaml"))


@pytest.mark.parametrize("field", ["scheme", "effective", "classes", "units", "vocabulary"])
def test_what_a_scheme_does_not_say_is_named(field: str) -> None:
    source = Source({key: value for key, value in load(kit.LIUCHENG).data.items() if key != field})
    with pytest.raises(SchemeError) as caught:
        [source.id, source.effective, source.classes, source.roster, source.terms("channel")]
    assert (caught.value.problem.key, caught.value.problem.field) == ("rules.missing", field)


def test_a_date_that_no_calendar_has_is_refused() -> None:
    source = Source({**load(kit.LIUCHENG).data, "effective": "2024-02-30"})
    with pytest.raises(SchemeError) as caught:
        source.effective  # noqa: B018 - reading it is the test
    assert (caught.value.problem.key, caught.value.problem.params["value"]) == ("rules.bad_date", "2024-02-30")


def test_the_roster_is_the_documents() -> None:
    liucheng, qingshan = load(kit.LIUCHENG), load(kit.QINGSHAN)
    assert (len(liucheng.roster), len(qingshan.roster)) == (48, 37)
    assert liucheng.classes == ("一类", "二类")
    assert [sum(unit.class_ == each for unit in qingshan.roster) for each in qingshan.classes] == [14, 13, 10]
    assert [sum(unit.class_ == each for unit in liucheng.roster) for each in liucheng.classes] == [14, 34]
    assert (liucheng.roster[0].name, liucheng.roster[-1].name) == ("大埔镇", "县委统战部")
    assert (liucheng.effective, qingshan.effective) == (date(2024, 1, 1), date(2020, 4, 1))


# the hash


@pytest.mark.parametrize("name", SCHEMES)
def test_the_hash_is_that_of_the_canonical_json(name: str) -> None:
    source = load(name)
    assert source.sha256 == hashlib.sha256(rfc8785.dumps(dict(source.data))).hexdigest()


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_recorded_as_json_is_the_same_scheme(name: str) -> None:
    source = load(name)
    again = Source(json.loads(json.dumps(source.data)))
    assert again == source
    assert hash(again) == hash(source)


def reordered(data: Any, chance: random.Random) -> Any:
    """The same data with the keys of every mapping in another order; lists stay."""
    if isinstance(data, dict):
        keys = list(data)
        chance.shuffle(keys)
        return {key: reordered(data[key], chance) for key in keys}
    return [reordered(each, chance) for each in data] if isinstance(data, list) else data


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SCHEMES))
def test_the_hash_does_not_depend_on_the_order_of_keys(seed: int, name: str) -> None:
    source = kit.packaged(name)
    chance = random.Random(seed)
    assert Source(reordered(source.data, chance)).sha256 == source.sha256


def test_the_hash_depends_on_every_word() -> None:
    data = load(kit.LIUCHENG).data
    assert Source({**data, "name": data["name"] + "。"}).sha256 != Source(data).sha256
    assert Source({**data, "rules": data["rules"][::-1]}) != Source(data)


def test_a_source_is_not_equal_to_its_data() -> None:
    source = load(kit.QINGSHAN)
    assert source != source.data


def test_the_hash_is_of_the_rfcs_canonical_json_whatever_signs_its_keys_are_of() -> None:
    """The RFC sorts by UTF-16: a sign beyond the basic plane comes before a full-width one."""
    data = {"units": {"（": {"name": "甲"}, "𠮷": {"name": "乙"}}}
    assert Source(data).sha256 == hashlib.sha256(rfc8785.dumps(data)).hexdigest()
