"""``record``: one event. Each kind is a command whose options are the kind's fields, made from its model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import click

from ledger import times
from ledger.commands.options import common, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command, Group
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.events import Event
    from ledger.rules.source import OwnField

_EXTRA = re.compile(r"--extra\.([\w-]+)(?:=|$)")
_LENIENT = {"ignore_unknown_options": True, "allow_extra_args": True}
_ADJUST = click.Option(["--adjust"], metavar="REASON")
_SAMPLE_DAY, _SAMPLE_MOMENT = "2024-09-30", "2024-09-30T08:15"


Append = Callable[[str, Mapping[str, str], str | None, str | None, str, str], None]
"""What is done with an event of a kind: its fields, why a late one is taken, where its receipt goes, the ledger's location, and
the form of the answer.
"""


class Kinds(Group):
    """The kinds that can be recorded, or proposed, each a command."""

    def __init__(self, append: Append) -> None:
        super().__init__("record", {})
        self._append = append

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The kinds, in the contract's order."""
        return list(_models())

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that records a kind; None where there is no such kind."""
        return _command(cmd_name, self._append) if cmd_name in _models() else None

    def in_brief(self, _ctx: click.Context, name: str) -> str:
        """What a kind of event is."""
        return text(f"commands.kind_{name}")


class Kind(Command):
    """The command of one kind. Which fields a scheme adds, as ``--extra.NAME``, only a ledger knows: any name is taken, for
    the scheme to refuse, and the help page names those of the scheme in force where there is a ledger.
    """

    def __init__(self, model: type[Event], append: Callable[..., None], about: str) -> None:
        super().__init__(model.kind, callback=append, params=[_ADJUST, receipt_option(), *common()], help=about)
        self._kind = model.kind
        self._fields = _options(model)
        self._extras = [_extra("NAME", text("commands.field_extra"))]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The kind's fields, those that the scheme adds, and the options of every command."""
        return [*self._fields, *self._extras, *super().get_params(ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as every command does, once it is known which fields there are."""
        if "--help" in args:
            self._extras = _declared(self._kind, _location(args), self._extras)
            return super().parse_args(ctx, ["--help"])
        named = dict.fromkeys(found[1] for arg in args if (found := _EXTRA.match(arg)))
        self._extras = [_extra(name) for name in named]
        return super().parse_args(ctx, args)


def _location(args: Sequence[str]) -> str:
    """The ledger that a call means, told before the rest of it is read."""
    finder = click.Command("", params=common()[:1], add_help_option=False, context_settings=_LENIENT)
    return str(finder.make_context("", list(args)).params["location"])


def _declared(kind: str, location: str, otherwise: list[click.Option]) -> list[click.Option]:
    """Options for the fields that the scheme in force adds to a kind; ``otherwise`` where there is no ledger to ask."""
    if not Path(location).is_file():
        return otherwise
    from ledger.errors import LedgerError
    from ledger.projections.cut import calendar_of, scheme_in_force

    today = times.now().date()
    try:
        with opened(location) as ledger:
            recorded = ledger.schemes()
        scheme = scheme_in_force(recorded, calendar_of(recorded, today).number(today), today).source
    except LedgerError:  # a page of help is not where to say what is wrong with a ledger
        return otherwise
    fields = scheme.fields.get(kind, {})
    return [_extra(name, _about(fields[name])) for name in sorted(fields, key=lambda name: not fields[name].required)]


def _about(field: OwnField) -> str:
    """What a field that the scheme adds is for, and what it holds."""
    choices = ", ".join(text("commands.detailed", {"what": key, "details": name}) for key, name in field.choices.items())
    holds = text(f"commands.extra_{field.type}", {"choices": choices})
    words = text("commands.extra_field", {"name": field.name, "holds": holds})
    return text("commands.as_needed", {"words": words}) if field.required else words


def _extra(name: str, about: str | None = None) -> click.Option:
    option = click.Option([f"--extra.{name}", "extra"], metavar="VALUE", help=about, callback=_once, multiple=True)
    option.name = f"extra.{name}"  # as the record spells it; click itself would have a name without a dot
    return option


@cache
def _models() -> Mapping[str, type[Event]]:
    from ledger.events import FROM_FILES

    return {model.kind: model for model in FROM_FILES}


def _command(kind: str, append: Append) -> click.Command:
    def called(location: str, form: str, adjust: str | None, receipt: str | None, **fields: str | None) -> None:
        append(kind, {name: value for name, value in fields.items() if value is not None}, adjust, receipt, location, form)

    about = text("commands.about_kind", {"kind": kind, "meaning": text(f"commands.kind_{kind}")})
    return Kind(_models()[kind], called, about)


def _record(kind: str, fields: Mapping[str, str], adjust: str | None, receipt: str | None, location: str, form: str) -> None:
    from ledger.commands.plain import put_json, say

    with opened(location) as ledger, kept(ledger, receipt) as keep:
        before = ledger.position
        done = ledger.record(kind, fields, adjust)
        keep(int(done.position > before), done.position)
    if adjust is not None and not done.late:
        say(text("commands.not_late"))
    if form == "json":
        return put_json({"id": done.id, "position": done.position})
    said = {"id": done.id, "position": done.position, "meaning": text(f"commands.kind_{kind}")}
    return click.echo(text("commands.recorded", said))


command = Kinds(_record)


def _options(model: type[Event]) -> list[click.Option]:
    """An option a field, those that are needed first."""
    from ledger.events import LEDGERS_FIELDS

    left_out = {"extra", *LEDGERS_FIELDS}
    fields = {info.alias or name: info for name, info in model.model_fields.items() if name not in left_out}
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
