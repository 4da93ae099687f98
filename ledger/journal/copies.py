"""The copies of a ledger, or of the names beside it, that were made through this program: backups, exports, and ledgers.

They are kept beside the log, so that whoever erases a name can be told where it still stands. Copies of the file that
were made by hand are known to nobody.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ledger.journal.database import Database
from ledger.journal.schema import COPIES, HAS_COPIES

What = Literal["backup", "export", "copy"]


class Copy(NamedTuple):
    """A copy with names in it: when it was made, which kind, where it was put, by whom, and the log's last position then."""

    made_at: str
    what: str
    place: str
    actor: str
    position: int


def note(db: Database, copy: Copy) -> None:
    """Notes a copy, in the transaction that ``db`` is in."""
    if not db.execute(HAS_COPIES).fetchone():
        db.execute(COPIES)
    db.execute("INSERT INTO copies VALUES (?, ?, ?, ?, ?)", copy)


def noted(db: Database, since: int = 0) -> list[Copy]:
    """The copies made when the log ended at ``since`` or later, in the order they were noted."""
    if not db.execute(HAS_COPIES).fetchone():
        return []
    found = db.execute("SELECT made_at, what, place, actor, position FROM copies WHERE position >= ? ORDER BY rowid", (since,))
    return [Copy(*row) for row in found]
