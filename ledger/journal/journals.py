"""Journals by their place: what writes to a file, or to a server. Only what a place needs is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import times
from ledger.journal.places import Address, Place
from ledger.journal.writer import Clock, Warn, say

if TYPE_CHECKING:
    from ledger.journal.writer import Journal


def make_journal(place: Place, clock: Clock = times.now, warn: Warn = say) -> Journal:
    """Makes an empty ledger, open for writing. Raises StoreError where something already is, or none can be made."""
    if isinstance(place, Address):
        from ledger.journal.postgres import ServerJournal

        return ServerJournal.create(place, clock, warn)
    from ledger.journal.sqlite import Journal

    return Journal.create(place, clock, warn)


def open_journal(place: Place, clock: Clock = times.now, warn: Warn = say) -> Journal:
    """Opens a ledger for writing. Raises StoreError where there is none, or not one of this format."""
    if isinstance(place, Address):
        from ledger.journal.postgres import ServerJournal

        return ServerJournal.open(place, clock, warn)
    from ledger.journal.sqlite import Journal

    return Journal.open(place, clock, warn)
