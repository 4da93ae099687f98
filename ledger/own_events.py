"""The ledger's own kinds: what no file may say, and only a use case of the ledger records."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ledger.event import Event
from ledger.values import LISTED, Covered, Day, Name, Subject, Text


class LedgerOpened(Event):
    """The first event: the ledger's random id, the hash of its tree and the version of the record format."""

    kind = "ledger_opened"
    stream = "ledger"
    ledger: Name
    hash: Literal["sha-256", "sm3"]
    format: int


class SchemeEnacted(Event):
    """A scheme comes into force from ``effective``. ``content`` is the whole scheme, ``sha256`` that of its canonical JSON."""

    kind = "scheme_enacted"
    stream = "scheme"
    scheme: Annotated[Name, Subject("scheme")]
    effective: Day
    sha256: str
    content: dict[str, Any]


class PeriodClosed(Event):
    """The snapshot of a period that has ended: what was published, for good. ``on`` is its last day, the as-of date.

    ``position`` is the last one known, which ``checkpoint`` (the text of a C2SP tlog-checkpoint) is of; ``readings`` are all
    of the scheme's, as they were taken. ``rows`` are the standings', and ``persons`` those of persons, by id alone; points in
    hundredths. ``digest`` is that of :func:`ledger.journal.record.digest` of the rest.
    """

    kind = "period_closed"
    stream = "period"
    period: Annotated[Name, Subject("period")]
    first: Day
    year: int
    position: int
    checkpoint: str
    scheme: Name
    scheme_hash: str
    readings: dict[str, str]
    evaluator: str
    scored_account: str
    rows: Annotated[tuple[dict[str, Any], ...], LISTED]
    persons: Annotated[tuple[dict[str, Any], ...], LISTED] | None = None
    digest: str


class PolicySet(Event):
    """What takes four eyes from here on: one proposes it, another approves. Nothing listed is nothing covered."""

    kind = "policy_set"
    stream = "policy"
    four_eyes: Annotated[tuple[Covered, ...], LISTED]
    reason: Text


class ChangeProposed(Event):
    """Events that are to be recorded when somebody else approves; by themselves they post nothing.

    Each of ``events`` is a ``kind``, its ``version`` and a ``body`` as :mod:`ledger.journal.record` makes it. A correction is
    the reversals of what depends on its target, that of the target, and the event that is to stand instead, if any.
    """

    kind = "change_proposed"
    stream = "proposal"
    events: Annotated[tuple[dict[str, Any], ...], LISTED]


class NameErased(Event):
    """The name of a person, and its salt, was taken from the table beside the log. It holds neither."""

    kind = "name_erased"
    stream = "person"
    person: Annotated[Name, Subject("person")]
    reason: Text
