"""``doctor``: how the ledger, its file and this computer stand."""

from __future__ import annotations

import click

from ledger.commands.options import common
from ledger.commands.worded import Command


@click.command("doctor", cls=Command, params=common())
def command(location: str, form: str) -> int:
    """Says what is well, what is not, and what to do about it."""
    from ledger.application import Ledger
    from ledger.commands.plain import put_json
    from ledger.commands.running import refused

    checks = Ledger.doctor(location)
    wrong = [check.found for check in checks if check.state == "wrong"]
    refused(wrong)
    if form == "json":
        put_json({"ledger": location, "healthy": not wrong, "checks": [check.as_json() for check in checks]})
    else:
        from ledger.commands.show_checks import page
        from ledger.commands.tables import put_page

        put_page(*page(checks))
    return 1 if wrong else 0
