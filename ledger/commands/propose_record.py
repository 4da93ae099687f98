"""``propose record``: an event of any kind, for somebody else to approve."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.commands.proposing import propose
from ledger.commands.record import Kinds


def _propose(kind: str, fields: Mapping[str, str], adjust: str | None, receipt: str | None, location: str, form: str) -> None:
    from ledger.recording.deeds import record

    propose(lambda work: record(work, kind, fields, adjust), receipt, location, form)


command = Kinds(_propose)
