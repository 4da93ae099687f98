"""What a scheme file lists beside its rules: targets, classes, units, words, fields of its own, readings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.parts import Part, YesNo
from ledger.values import Hundredths, Invalid


class Target(Part):
    """What a unit has to reach, by name; pro-rated, where the scheme says so, for a unit that joined or left midway."""

    name: str
    prorate: Literal["no", "days", "months"] = "no"


class ClassEntry(Part):
    """A class of units and its targets."""

    targets: dict[str, Hundredths] = Field(default_factory=dict)


class UnitEntry(Part):
    """A unit as the scheme lists it: its roster entry, and its own targets."""

    name: str
    class_: Annotated[str, Field(alias="class")]
    aliases: tuple[str, ...] = ()
    targets: dict[str, Hundredths] = Field(default_factory=dict)


class Word(Part):
    """A word of the vocabulary; rules may speak of its ``group``."""

    name: str
    aliases: tuple[str, ...] = ()
    group: str | None = None


class ExtraField(Part):
    """A typed field of the scheme's own, in the ``extra`` of a kind of event."""

    name: str
    type: Literal["text", "whole", "number", "yes_no", "choice", "day", "ratio"]
    choices: dict[str, str] | None = None
    required: YesNo = False

    @model_validator(mode="after")
    def _chosen(self) -> ExtraField:
        if (self.type == "choice") != bool(self.choices):
            raise Invalid("rules.choices")
        return self


class Persons(Part):
    """Persons have standings of their own, in the accounts under this one."""

    scored_account: str
    name: str


class ReadingEntry(Part):
    """A reading as the scheme file declares it; see :mod:`ledger.rules.readings`."""

    clause: str
    rules: tuple[str, ...]
    question: str
    why: str
    default: str
    options: dict[str, str]


Targets = Annotated[
    dict[str, Target],
    BeforeValidator(
        lambda written: (
            {key: {"name": value} if isinstance(value, str) else value for key, value in written.items()}
            if isinstance(written, dict)
            else written
        )
    ),
    WithJsonSchema({"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, Target.model_json_schema()]}}),
]
