"""The JSON Schema of scheme files: it takes the packaged schemes, and refuses what the model would."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ledger.rules.schema import schema
from tests.rules.kit import LIUCHENG, QINGSHAN, packaged
from tests.rules.mutants import Change, put, rule


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


@pytest.mark.parametrize("scheme", [LIUCHENG, QINGSHAN])
def test_it_takes_the_packaged_schemes(scheme: str, validator: Draft202012Validator) -> None:
    assert not list(validator.iter_errors(packaged(scheme).data))


def test_it_takes_numbers_and_truth_values_as_people_write_them(validator: Draft202012Validator) -> None:
    data: Any = copy.deepcopy(dict(packaged(LIUCHENG).data))
    rule(data, "floor")["least"] = 0
    rule(data, "year_completion")["shown"] = False
    assert not list(validator.iter_errors(data))


def test_an_editor_is_told_what_each_key_means() -> None:
    made = schema()
    parts = [made, *(part for name, part in made["$defs"].items() if name != "by_reading")]
    assert [key for part in parts for key, node in part["properties"].items() if not node.get("description")] == []


@pytest.mark.parametrize(
    "change",
    [
        put("floor", "leest", "0"),
        put("floor", "kind", "limt"),
        put("year_target", "judged", "sometimes"),
        lambda data: rule(data, "floor").pop("account"),
        lambda data: data.update(unit={}),
        lambda data: data["groups"]["item_adoption"].update(keep="both"),
    ],
)
def test_it_refuses_what_no_scheme_has(change: Change, validator: Draft202012Validator) -> None:
    data = copy.deepcopy(dict(packaged(LIUCHENG).data))
    change(data)
    assert list(validator.iter_errors(data))
