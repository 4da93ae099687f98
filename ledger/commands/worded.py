"""Commands that speak the reader's language: their help pages, and what is said about wrong usage.

Words are looked up when they are shown, by a name made from the command or the option (``about_scheme_list``,
``opt_as_of``); nothing below imports more than click and the catalogues, because every start of the program does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

import click

from ledger.commands.wrapping import rows
from ledger.messages import LANGUAGES, catalogue, language, text
from ledger.widths import cells

WRITTEN = "ledger.commands.written"
"""The name under which a command's context keeps the arguments as they were written."""

_NARROWEST, _WIDEST = 40, 100
_INDENT = 2


def _lang(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    """Demands a language that there is; :func:`spoken` has heeded it already."""
    if value is not None and value not in LANGUAGES:
        raise click.BadParameter(text("commands.not_a_choice", {"value": value, "nearest": _nearest(value, LANGUAGES)}))


_LANG = click.Option(["--lang"], metavar="zh|en", expose_value=False, is_eager=True, callback=_lang)
"""Every command has it."""


def spoken(arguments: Sequence[str]) -> str | None:
    """The language that a command line asks for, wherever in it: even what is wrong with the rest is said in it."""
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


class Command(click.Command):
    """A command whose help and refusals are ours. An option without a help text has ``opt_<name>`` in the catalogue."""

    allow_extra_args = True  # refused below, in the reader's words

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own, and what all have."""
        return _with_lang(super().get_params(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does, and keeps what was written; arguments that nothing takes are wrong usage."""
        ctx.meta[WRITTEN] = tuple(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            error.ctx = ctx  # click leaves it out, and with it what the option is
            raise
        if rest and not ctx.resilient_parsing:
            ctx.fail(text("commands.too_many", {"arguments": " ".join(rest)}))
        return rest

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; the running log, where it is kept, is told which one it is."""
        if ctx.obj is not None:
            ctx.obj.called(ctx)
        return super().invoke(ctx)

    def get_help(self, ctx: click.Context) -> str:
        """The help page."""
        return page(self, ctx)


class Group(click.Group):
    """A command of commands, each in a module that is imported when it is called.

    ``modules`` gives the module below :mod:`ledger.commands` that holds the ``command`` of each name.
    """

    def __init__(self, name: str, modules: Mapping[str, str]) -> None:
        super().__init__(name, invoke_without_command=True, callback=_show_help)
        self._modules = modules

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What all have."""
        return _with_lang(super().get_params(ctx))

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, in the order of a first visit."""
        return list(self._modules)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = import_module(f"ledger.commands.{self._modules[cmd_name]}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises UsageError, with the nearest, for one that is not there."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(text("commands.no_command", {"command": args[0], "nearest": _nearest(args[0], names)}))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """The help page, without importing what it lists."""
        return page(self, ctx)

    def in_brief(self, ctx: click.Context, name: str) -> str:
        """What a command below does, in a few words."""
        return text(f"commands.short_{_key(ctx, name)}")


@click.pass_context
def _show_help(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _with_lang(params: list[click.Parameter]) -> list[click.Parameter]:
    """Before the last, which is ``--help``."""
    return [*params[:-1], _LANG, *params[-1:]]


def _nearest(value: str, choices: Iterable[str]) -> str:
    from ledger.errors import nearest  # only when something is wrong: it costs a fifth of the start

    return nearest(value, choices)


def _key(ctx: click.Context, *below: str) -> str:
    """A command's place as part of a message's name: ``scheme_list``; nothing for the root."""
    names: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        names.insert(0, str(at.info_name))
        at = at.parent
    return "_".join([*names, *below])


def page(command: click.Command, ctx: click.Context) -> str:
    """A help page: usage, what the command does, its arguments, options and commands."""
    width = max(_NARROWEST, min(ctx.terminal_width or shutil.get_terminal_size().columns, _WIDEST))
    sections = [_usage(command, ctx), "\n".join(_block(_about(command, ctx), _INDENT, width))]
    params = command.get_params(ctx)
    listed = {
        "arguments": [(_spelt(param), _help(param, _key(ctx))) for param in params if isinstance(param, click.Argument)],
        "options": [(_spelt(param), _help(param, _key(ctx))) for param in params if isinstance(param, click.Option)],
    }
    if isinstance(command, Group):
        listed["commands"] = [(name, command.in_brief(ctx, name)) for name in command.list_commands(ctx)]
    for heading, entries in listed.items():
        if entries:
            sections.append("\n".join([text(f"commands.heading_{heading}"), *_columns(entries, width)]))
    return "\n\n".join(sections)


def _usage(command: click.Command, ctx: click.Context) -> str:
    arguments = [str(param.metavar) for param in command.get_params(ctx) if isinstance(param, click.Argument)]
    tail = text("commands.usage_command") if isinstance(command, click.Group) else " ".join([*arguments, text("commands.usage_options")])
    return text("commands.usage", {"call": f"{ctx.command_path} {tail}"})


def _about(command: click.Command, ctx: click.Context) -> str:
    key = _key(ctx)
    if not key:
        return text("commands.about")
    return _known(f"commands.about_{key}") or str(command.help)


def _known(key: str) -> str | None:
    """A message that the catalogue may not have."""
    room, _, name = key.partition(".")
    return catalogue(language(), room).get(name)


def _spelt(param: click.Parameter) -> str:
    if isinstance(param, click.Argument):
        return str(param.metavar)
    return " ".join([", ".join(param.opts), *([param.metavar] if param.metavar else [])])


def _help(param: click.Parameter, key: str) -> str:
    """What a parameter is for: its own words, those of its name in this command, or those of its name in all of them."""
    if isinstance(param, click.Argument):
        return text(f"commands.arg_{param.name}")
    if "--help" in param.opts:
        return text("commands.opt_help")
    words = getattr(param, "help", None) or _known(f"commands.opt_{key}_{param.name}") or text(f"commands.opt_{param.name}")
    return text("commands.as_needed", {"words": words}) if param.required else words


def _columns(entries: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Names on the left, what they mean on the right; under the name where the name is long."""
    first = min(max(cells(name) for name, _ in entries), width // 3) + _INDENT + 2
    for name, meaning in entries:
        lines = _block(meaning, first, width)
        start = " " * _INDENT + name
        if cells(start) + 2 <= first:
            yield start + lines[0][cells(start) :]
            yield from lines[1:]
        else:
            yield start
            yield from lines


def _block(words: str, indent: int, width: int) -> list[str]:
    return [" " * indent + row.rstrip() for row in rows(words, width - indent)]


def wrong_usage(error: click.UsageError) -> str:
    """What is wrong about a call, and where to read how it is done."""
    said = _said(error)
    path = error.ctx.command_path if error.ctx else "scoreledger"
    return f"{said}\n{text('commands.see_help', {'command': path})}"


def _said(error: click.UsageError) -> str:
    params = error.ctx.command.get_params(error.ctx) if error.ctx else []
    options = {spelt: param for param in params for spelt in param.opts}
    match error:
        case click.NoSuchOption() if error.ctx and isinstance(error.ctx.command, click.Group):
            return text("commands.option_before_command", {"option": error.option_name})
        case click.NoSuchOption():
            known = [spelt for spelt in options if spelt.startswith("-")]
            return text("commands.no_option", {"option": error.option_name, "nearest": _nearest(error.option_name, known)})
        case click.MissingParameter() if error.param:
            return text("commands.missing", {"name": _spelt(error.param)})
        case click.BadOptionUsage() if error.option_name in options:
            flag = getattr(options[error.option_name], "is_flag", False)
            return text("commands.takes_no_value" if flag else "commands.needs_value", {"option": error.option_name})
        case click.BadParameter() if error.param:
            return f"{error.param.opts[-1] if isinstance(error.param, click.Option) else error.param.metavar}: {error.message}"
        case _:
            return error.format_message()
