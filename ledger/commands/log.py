"""``log``: the events, in order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened, position
from ledger.commands.worded import Command

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.commands.words import Words
    from ledger.listing import LoggedEvent

HEADER = ("position", "id", "kind", "on", "what", "recorded_at", "recorded_by", "reversed_by", "fields")
PARAMS: list[click.Parameter] = [
    click.Option(["--unit"], metavar="UNIT"),
    click.Option(["--kind"], metavar="KIND"),
    click.Option(["--since"], metavar="@N", type=position, default="@0"),
    *common(csv=True, xlsx=True),
]


@click.command("log", cls=Command, params=PARAMS)
def command(unit: str | None, kind: str | None, since: int, location: str, form: str) -> None:
    """The events after a position, of a unit, of a kind."""
    from ledger.commands.plain import put_csv, put_json

    with opened(location) as ledger:
        events = list(ledger.log(since=since, kind=kind, unit=unit))
        if form == "json":
            return put_json({"events": [event.as_json() for event in events]})
        words = words_of(ledger)
        if form == "xlsx":
            from ledger.commands.book import put_book
            from ledger.commands.book_log import log as sheet

            return put_book([sheet(ledger, events, words)], ledger.time)
    if form == "csv":
        return put_csv(HEADER, (_row(event, words) for event in events))
    from ledger.commands.show_log import log
    from ledger.commands.tables import put_page

    return put_page(log(events, words))


def _row(event: LoggedEvent, words: Words) -> Sequence[object]:
    what = words.event(event.kind, event.fields)
    fields = json.dumps(dict(event.fields), ensure_ascii=False)
    return (
        *(event.position, event.id, event.kind, event.fields["on"], what),
        *(event.recorded_at, event.recorded_by, event.reversed_by, fields),
    )


def words_of(ledger: Ledger) -> Words:
    """What describes the events of a ledger: the words of its schemes, the latest last, and its units' latest names."""
    from ledger.commands.words import Words
    from ledger.rules.source import VOCABULARIES, own_fields

    sources = [enacted.source for enacted in ledger.schemes()]
    vocabulary = {kind: {term.id: term.name for source in sources for term in source.terms(kind)} for kind in VOCABULARIES}
    rosters = [event.fields for kind in ("unit_enrolled", "unit_changed") for event in ledger.log(kind=kind) if not event.reversed_by]
    units = {fields["unit_id"]: fields["unit"] for fields in rosters if fields.get("unit")}
    return Words(vocabulary, units, own_fields(sources))
