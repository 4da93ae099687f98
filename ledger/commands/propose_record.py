"""``propose record``: an event of any kind, for somebody else to approve."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ledger.commands.options import opened
from ledger.commands.record import Kinds
from ledger.messages import text
from ledger.recording import Recorded


def _propose(kind: str, fields: Mapping[str, str], adjust: str | None, location: str, form: str) -> None:
    from ledger.recording.deeds import record

    with opened(location) as ledger:
        put_proposed(ledger.propose(lambda work: record(work, kind, fields, adjust)), form)


command = Kinds(_propose)


def put_proposed(done: Recorded, form: str) -> None:
    """Says that a proposal waits, and how it is approved."""
    from ledger.commands.plain import put_json

    if form == "json":
        return put_json({"id": done.id, "position": done.position})
    return click.echo(text("commands.is_proposed", {"id": done.id, "position": done.position}))
