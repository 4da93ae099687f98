"""Journals by their place: what writes to a file, or to a server. Only what a place needs is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import times
from ledger.journal.places import Address, Place, demand_client
from ledger.journal.writer import Clock, Warn, say

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ledger.journal.database import Database
    from ledger.journal.writer import Journal


def making(place: Place) -> AbstractContextManager[Database]:
    """A new ledger's tables, in the transaction that fills them: where the block raises or is cut off, there is no ledger.

    Raises StoreError where something already is, or none can be made.
    """
    if isinstance(place, Address):
        demand_client()
        from ledger.journal.postgres import making_server

        return making_server(place)
    from ledger.journal.making import making_file

    return making_file(place)


def open_journal(place: Place, clock: Clock = times.now, warn: Warn = say) -> Journal:
    """Opens a ledger for writing. Raises StoreError where there is none, or not one of this format."""
    if isinstance(place, Address):
        demand_client()
        from ledger.journal.postgres import ServerJournal

        return ServerJournal.open(place, clock, warn)
    from ledger.journal.sqlite import Journal

    return Journal.open(place, clock, warn)
