"""``record``: one event. Each kind is a command whose options are the kind's fields, made from its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command, Group
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.events import Event

_SAMPLE_DAY, _SAMPLE_MOMENT = "2024-09-30", "2024-09-30T08:15"


class Kinds(Group):
    """The kinds that can be recorded, each a command."""

    def __init__(self) -> None:
        super().__init__("record", {})

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The kinds, in the contract's order."""
        return list(_models())

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that records a kind; None where there is no such kind."""
        return _command(cmd_name) if cmd_name in _models() else None

    def in_brief(self, _ctx: click.Context, name: str) -> str:
        """What a kind of event is."""
        return text(f"commands.kind_{name}")


command = Kinds()


@cache
def _models() -> Mapping[str, type[Event]]:
    from ledger.events import FROM_FILES

    return {model.kind: model for model in FROM_FILES}


def _command(kind: str) -> click.Command:
    def append(location: str, form: str, **fields: str | None) -> None:
        _append(kind, {name: value for name, value in fields.items() if value is not None}, location, form)

    about = text("commands.about_kind", {"kind": kind, "meaning": text(f"commands.kind_{kind}")})
    return Command(kind, callback=append, params=[*_options(_models()[kind]), *common()], help=about)


def _append(kind: str, fields: Mapping[str, str], location: str, form: str) -> None:
    from ledger.commands.plain import put_json

    with opened(location) as ledger:
        done = ledger.record(kind, fields)
    if form == "json":
        return put_json({"id": done.id, "position": done.position})
    said = {"id": done.id, "position": done.position, "meaning": text(f"commands.kind_{kind}")}
    return click.echo(text("commands.recorded", said))


def _options(model: type[Event]) -> list[click.Parameter]:
    """An option a field, those that are needed first."""
    from ledger.events import LEDGERS_FIELDS

    fields = {info.alias or name: info for name, info in model.model_fields.items() if name not in LEDGERS_FIELDS}
    ordered = sorted(fields, key=lambda name: not fields[name].is_required() or name == "id")
    return [_option(name, fields[name].annotation, needed=fields[name].is_required() and name != "id") for name in ordered]


def _option(name: str, annotation: Any, *, needed: bool) -> click.Option:
    """A field's option. A text is read by the field's type when the event is made, so here it stays text."""
    words = text(f"commands.field_{name}")
    choices = _choices(annotation)
    if choices:
        words = text("commands.with_choices", {"words": words, "choices": ", ".join(choices)})
    if _is_list(annotation):
        words = text("commands.as_list", {"words": words})
    if needed:
        words = text("commands.as_needed", {"words": words})
    return click.Option([f"--{name}", name], metavar=_metavar(name, annotation), help=words, callback=_once, multiple=True)


def _once(_ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> str | None:
    """A field is given once; of two values one would be lost."""
    if len(value) > 1:
        raise click.BadParameter(text("commands.twice", {"name": param.name}), param=param)
    return value[0] if value else None


def _types(annotation: Any) -> list[Any]:
    """An annotation and all inside it."""
    return [annotation, *(each for inner in get_args(annotation) if inner is not annotation for each in _types(inner))]


def _choices(annotation: Any) -> list[str]:
    return [each for each in _types(annotation) if isinstance(each, str)]


def _is_list(annotation: Any) -> bool:
    return any(get_origin(each) is tuple for each in _types(annotation))


def _metavar(name: str, annotation: Any) -> str:
    if name in {"on", "due"}:
        return _SAMPLE_MOMENT if datetime in _types(annotation) else _SAMPLE_DAY
    return name.upper()
