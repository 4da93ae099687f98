"""What a scheme file lists beside its rules: targets, classes, units, words, fields of its own, readings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ledger.rules.parts import Id, Part, Whole, YesNo
from ledger.values import Hundredths, Invalid


class Target(Part):
    """What a unit has to reach, by name; pro-rated, where the scheme says so, for a unit that joined or left midway."""

    name: Id = Field(description="What it is called.")
    prorate: Literal["no", "days", "months"] = Field(
        default="no", description="For a unit there only part of the period: whole, or by days or whole months. Default: `no`."
    )


class ClassEntry(Part):
    """A class of units and its targets."""

    targets: dict[str, Hundredths] = Field(default_factory=dict, description="What each of its units has to reach, by the target's id.")


class UnitEntry(Part):
    """A unit as the scheme lists it: its roster entry, and its own targets."""

    name: Id = Field(description="The unit's name.")
    class_: Annotated[str, Field(alias="class", description="Its class, by name.")]
    aliases: tuple[str, ...] = Field(default=(), description="Other names that it goes by. Default: none.")
    targets: dict[str, Hundredths] = Field(default_factory=dict, description="Targets of its own, instead of its class's, by id.")
    staff: Whole | None = Field(
        default=None, description="Its number of staff as a ledger begins, such as `12`; `unit_changed` says it from a later day on."
    )


class Word(Part):
    """A word of the vocabulary; rules may speak of its ``group``."""

    name: Id = Field(description="The word, as people say it.")
    aliases: tuple[str, ...] = Field(default=(), description="Other ways to say it. Default: none.")
    group: Id | None = Field(default=None, description="A group of words, of which rules speak as `channel.group`.")


class ExtraField(Part):
    """A typed field of the scheme's own, in the ``extra`` of a kind of event."""

    name: Id = Field(description="What it is called.")
    type: Literal["text", "whole", "number", "yes_no", "choice", "day", "ratio"] = Field(
        description="What it holds; a `number` has two decimals, a `ratio` is `3:2`."
    )
    choices: dict[str, str] | None = Field(default=None, description="The names of its choices, by id; of type `choice` only.")
    required: YesNo = Field(default=False, description="Whether an event without it is refused. Default: `false`.")

    @model_validator(mode="after")
    def _chosen(self) -> ExtraField:
        if (self.type == "choice") != bool(self.choices):
            raise Invalid("rules.choices")
        return self


class Persons(Part):
    """Persons have standings of their own, in the accounts under this one."""

    scored_account: Id = Field(description="The account whose balance is a person's score, such as `personal`.")
    name: Id = Field(description="What the standings of persons are called.")


class ReadingEntry(Part):
    """A doubtful clause, every way to read it, and the one that is taken."""

    clause: str = Field(description="The doubtful clause.")
    rules: tuple[str, ...] = Field(description="The rules that rest on it, by id.")
    question: str = Field(description="What is in doubt.")
    why: str = Field(description="Why it is read as the default says.")
    default: str = Field(description="The option that is taken unless another is asked for.")
    options: dict[str, str] = Field(description="Every way to read it, in words, by id.")


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
