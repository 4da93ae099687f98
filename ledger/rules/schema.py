"""The JSON Schema (draft 2020-12) of a scheme file, made from the model, so that editors complete and check what is written.

A file is read with every scalar as text; so where the model has a number or a truth value, text will do as well. Any
value may depend on a reading (``by_reading``), and a rule may stand only under some (``when_reading``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.rules.model import Scheme

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = ["string", "number", "integer", "boolean"]
_LEFT_OUT = ("title", "default", "discriminator", "examples", "$comment")
"""What says nothing in an editor: a description says it, or how a value is stored and not how it is written."""
_RULES = ("Award", "Measure", "Assess", "Limit", "Flag", "Rank")
_BY_READING: Mapping[str, Any] = {
    "type": "object",
    "description": "A value for each option of one reading.",
    "properties": {"by_reading": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "object"}}},
    "required": ["by_reading"],
    "additionalProperties": False,
}
_WHEN_READING: Mapping[str, Any] = {
    "type": "object",
    "description": "The rule stands only under these options of readings.",
    "additionalProperties": {"type": "string"},
}


def schema() -> dict[str, Any]:
    """The schema as JSON."""
    made = Scheme.model_json_schema(by_alias=True, mode="validation")
    found = _open(made)
    found["$defs"]["by_reading"] = dict(_BY_READING)
    for name in _RULES:
        found["$defs"][name]["properties"]["when_reading"] = dict(_WHEN_READING)
    return {"$schema": DIALECT, "title": "scoreledger scheme", **{key: value for key, value in found.items() if key != "title"}}


def _open(node: Any) -> Any:
    """A part of the schema as files are written: scalars as text too, one for a list of one, and any value by reading."""
    if isinstance(node, list):
        return [_open(each) for each in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {key: _part(key, value) for key, value in node.items() if key not in _LEFT_OUT}
    if found.get("type") in ("integer", "number", "boolean", "string") and "enum" not in found and "const" not in found:
        found = {"type": _SCALAR, **({"description": found["description"]} if "description" in found else {})}
    return found


def _part(key: str, value: Any) -> Any:
    if key in ("properties", "$defs"):
        return {name: _open(each) if key == "$defs" else _by_reading(_open(each)) for name, each in value.items()}
    if key == "additionalProperties" and isinstance(value, dict):
        return _by_reading(_open(value))
    return _open(value)


def _by_reading(node: Any) -> Any:
    """A value, or one for each option of a reading; what the key means is said of both."""
    said = {key: node[key] for key in ("description",) if isinstance(node, dict) and key in node}
    own = {key: value for key, value in node.items() if key not in said} if said else node
    return {**said, "anyOf": [own, {"$ref": "#/$defs/by_reading"}]}
