"""Options that mean the same in every command, and the types of their values. A bad value is wrong usage."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger import times
from ledger.errors import nearest
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.rules.source import Source
    from ledger.views import Question

_YEARS = range(1900, 3000)
_DEFAULT_LEDGER = "./scores.ledger"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ].+", re.ASCII)
_POSITION = re.compile(r"@\d{1,15}", re.ASCII)


def day(value: str) -> date:
    """A business date. Raises BadParameter, as all of these do, for what is none."""
    try:
        return times.day(value)
    except ValueError as error:
        raise click.BadParameter(text("events.bad_day", {"value": value})) from error


def year(value: str) -> int:
    """A calendar year."""
    if not (value.isascii() and value.isdecimal() and len(value) == 4 and int(value) in _YEARS):
        raise click.BadParameter(text("commands.bad_year", {"value": value}))
    return int(value)


def known_at(value: str) -> str:
    """A position, a day or a time, as written; whether the log reaches it is for the ledger to say."""
    if not _POSITION.fullmatch(value):
        try:
            if _MOMENT.fullmatch(value):
                datetime.fromisoformat(value).astimezone(times.SHANGHAI)
            else:
                times.day(value)
        except (ValueError, OverflowError) as error:
            raise click.BadParameter(text("projections.bad_known_at", {"written": value})) from error
    return value


def position(value: str) -> int:
    """The N of ``@N``."""
    if not _POSITION.fullmatch(value):
        raise click.BadParameter(text("commands.bad_position", {"value": value}))
    return int(value[1:])


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    """What reads one of a few values."""

    def choice(value: str) -> str:
        if value not in choices:
            raise click.BadParameter(text("commands.not_a_choice", {"value": value, "nearest": nearest(value, choices)}))
        return value

    return choice


def workbook(value: str) -> Path:
    """The file of a workbook to be written, by its ending."""
    if Path(value).suffix.lower() != ".xlsx":
        raise click.BadParameter(text("commands.bad_report", {"value": value, "endings": ".xlsx"}))
    return Path(value)


def pairs(_ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> dict[str, str]:
    """The callback of a repeatable ``NAME=VALUE``: each name once."""
    found: dict[str, str] = {}
    for each in value:
        name, sign, rest = each.partition("=")
        name = name.strip()
        if not sign or not name:
            raise click.BadParameter(text("commands.not_a_pair", {"value": each, "shape": param.metavar}), param=param)
        if name in found:
            raise click.BadParameter(text("commands.twice", {"name": name}), param=param)
        found[name] = rest.strip()
    return found


def common(*, csv: bool = False, xlsx: bool = False) -> list[click.Parameter]:
    """The options of every command: which ledger, and in what form to answer."""
    forms = ("table", "json", *(["csv"] if csv else []), *(["xlsx"] if xlsx else []))
    return [
        click.Option(["--ledger", "location"], metavar="LOCATION", envvar="SCORELEDGER", default=_DEFAULT_LEDGER),
        click.Option(["--format", "form"], metavar="|".join(forms), type=one_of(forms), default="table"),
    ]


FIGURES: list[click.Parameter] = [
    click.Option(["--as-of"], metavar="DATE", type=day),
    click.Option(["--year"], metavar="YEAR", type=year),
    click.Option(["--known-at"], metavar="WHEN", type=known_at),
    click.Option(["--reading", "readings"], metavar="ID=OPTION", multiple=True, callback=pairs),
    click.Option(["--scheme"], metavar="FILE"),
]
"""The options of every command that shows figures: on what basis. :func:`asked` makes a question of them."""


def asked(*, as_of: date | None, year: int | None, known_at: str | None, readings: dict[str, str], scheme: str | None) -> Question:
    """The basis that is asked for. Raises Unknown or SchemeError for a scheme that cannot be scored under."""
    from ledger.views import Question

    return Question(as_of, year, known_at, readings, None if scheme is None else sound(scheme))


def sound(scheme: str) -> Source:
    """Another scheme than the recorded ones; only then is it worth the time to load what checks it. Raises as :func:`asked`."""
    from ledger.rules.check import demand_sound
    from ledger.rules.source import load

    source = load(scheme)
    demand_sound(source)
    return source


def opened(location: str) -> Ledger:
    """The ledger at a location. Raises StoreError where there is none."""
    from ledger.application import Ledger

    return Ledger(location, actor())


def actor() -> str:
    """The system account, under whose name events are recorded. What the environment says of it is not asked: anybody can set that."""
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # an account without a name, as in some containers
        return f"uid-{number}"
