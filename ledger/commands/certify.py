"""``certify``: one unit's score with its postings, the events behind them and their proofs, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger.commands.options import FIGURES, common, opened
from ledger.commands.signing import SIGNING, signer_of
from ledger.commands.worded import Command
from ledger.messages import text

_OF_THE_LEDGER = [option for option in FIGURES if option.name in ("as_of", "year", "known_at")]
"""A certificate is of the ledger's own scheme in its default readings: there are no others to choose."""

PARAMS: list[click.Parameter] = [
    click.Argument(["unit"], metavar="UNIT"),
    click.Option(["--out"], metavar="FILE", required=True),
    *_OF_THE_LEDGER,
    *SIGNING,
    *common(),
]


@click.command("certify", cls=Command, params=PARAMS)
def command(unit: str, out: str, key: str | None, signer: str | None, location: str, form: str, **basis: Any) -> None:
    """Writes a unit's score certificate."""
    from ledger.commands.plain import Progress, clean, put_json
    from ledger.evidence.certificate import write
    from ledger.views import Question

    signs, progress = signer_of(key, signer), Progress()
    with opened(location) as ledger:
        made = ledger.certify(unit, Question(**basis), signs, progress.proved)
    progress.done()
    write(made, Path(out))
    if form == "json":
        return put_json({"file": out, **made.as_json()})
    said = {"file": out, **made.as_json()}
    return click.echo("\n".join(clean(text(f"commands.certified{part}", said)) for part in ("", "_rests", "_next")))
