"""``erase``: takes a person's name out of the ledger, which keeps all that was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ledger.commands.options import common, opened
from ledger.commands.worded import Command
from ledger.messages import text

if TYPE_CHECKING:
    from ledger.recording import Erased

PARAMS: list[click.Parameter] = [
    click.Argument(["person"], metavar="PERSON"),
    click.Option(["--reason"], metavar="TEXT", required=True),
    *common(),
]
_SHOWN = 5


@click.command("erase", cls=Command, params=PARAMS)
def command(person: str, reason: str, location: str, form: str) -> None:
    """Erases a person's name; hashes, proofs and scores stand."""
    from ledger.commands.plain import clean, put_json, say

    with opened(location) as ledger:
        done = ledger.erase(person, reason)
        lingers = ledger.lingers
    if form == "json":
        copies = [copy._asdict() for copy in done.copies]
        put_json({"erased": done.person, "position": done.position, "copies": copies, "mentioned_in": list(done.mentioned_in)})
    else:
        click.echo("\n".join(map(clean, _told(done))))
    if lingers:
        say(lingers.text())


def _told(done: Erased) -> Iterator[str]:
    """What was erased, what stands, and where the name still is."""
    from ledger.commands.words import moment

    yield text("commands.erased", {"person": done.person, "position": done.position})
    yield text("commands.erased_stands", {"person": done.person})
    if done.mentioned_in:
        first = ", ".join(f"@{position}" for position in done.mentioned_in[:_SHOWN])
        more = "…" if len(done.mentioned_in) > _SHOWN else ""
        yield text("commands.erased_mentioned", {"count": len(done.mentioned_in), "positions": first + more})
    for copy in done.copies:
        said = {"what": text(f"commands.copy_{copy.what}"), "place": copy.place, "when": moment(copy.made_at), "actor": copy.actor}
        yield text("commands.erased_copy", said)
    yield text("commands.erased_elsewhere")
