"""``policy``: what takes four eyes."""

from __future__ import annotations

from typing import get_args

import click

from ledger.commands.options import common, one_of, opened
from ledger.commands.receipts import receipt as kept
from ledger.commands.receipts import receipt_option
from ledger.commands.worded import Command
from ledger.messages import text
from ledger.values import Covered

COVERED = get_args(Covered)
SETTING: list[click.Parameter] = [
    click.Option(["--cover", "covers"], metavar="WHAT", multiple=True, type=one_of(COVERED)),
    click.Option(["--none", "nothing"], is_flag=True),
    click.Option(["--reason"], metavar="TEXT"),
]


@click.command("policy", cls=Command, params=[*SETTING, receipt_option(), *common()])
def command(covers: tuple[Covered, ...], nothing: bool, reason: str | None, receipt: str | None, location: str, form: str) -> None:
    """Shows what takes four eyes, or says it from here on."""
    from ledger.commands.plain import put_json
    from ledger.commands.show_policy import policy
    from ledger.commands.tables import put_page

    setting = bool(covers) or nothing or reason is not None
    with opened(location) as ledger:
        if setting:
            with kept(ledger, receipt) as keep:
                keep(1, ledger.set_policy(*demanded(covers, nothing, reason)).position)
        found = ledger.policy()
    return put_json(found.as_json()) if form == "json" else put_page(*policy(found))


def demanded(covers: tuple[Covered, ...], nothing: bool, reason: str | None) -> tuple[tuple[Covered, ...], str]:
    """What is to be covered, and why. Raises UsageError for neither or both of something and nothing, or no reason."""
    if bool(covers) == nothing:
        raise click.UsageError(text("commands.policy_what", {"choices": ", ".join(COVERED)}))
    if not (reason or "").strip():
        raise click.UsageError(text("commands.policy_why"))
    return covers, str(reason)
