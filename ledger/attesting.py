"""What a ledger attests: that its log is intact, what is in it, and what comes of it. A part of :class:`ledger.application.Ledger`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.journal.places import Place
from ledger.journal.reader import LogReader
from ledger.views import Question

if TYPE_CHECKING:
    from ledger.evidence.certificate import Certificate
    from ledger.evidence.export import Exported
    from ledger.journal.copies import What
    from ledger.proofs.checking import Verified
    from ledger.proofs.issuing import Issued, Proven
    from ledger.proofs.note import Note, VerifierKey
    from ledger.proofs.prover import Prover
    from ledger.proofs.signing import Signer

Progress = Callable[[int, int], None]


def nothing(*_: object) -> None:
    """Where nobody wants to be told."""


class Attesting(ABC):
    """Checks, checkpoints, proofs, exports and certificates of one ledger."""

    _place: Place
    _reader: LogReader

    @property
    @abstractmethod
    def id(self) -> str:
        """The ledger's random id."""

    @abstractmethod
    def note_copy(self, what: What, place: str) -> None:
        """Note that a copy with names in it was made."""

    @abstractmethod
    def _today(self) -> date:
        """The day by the ledger's clock."""

    def verify(self, progress: Progress, checkpoints: Mapping[str, Note] | None = None, keys: Sequence[VerifierKey] = ()) -> Verified:
        """Recompute every hash of the log and compare every copy. See :func:`ledger.verifying.verify`."""
        from ledger.verifying import verify

        return verify(self._place, self._reader, self._prover, progress, checkpoints or {}, keys)

    def checkpoint(self, signer: Signer | None = None, position: int | None = None) -> Issued:
        """Size and root of the log, or of its first events, as a note. See :func:`ledger.proofs.issuing.checkpoint`."""
        from ledger.proofs.issuing import checkpoint

        return checkpoint(self._prover(), signer, position)

    def prove(self, event: str, signer: Signer | None = None) -> Proven:
        """The proof that an event, by id or ``@N``, is in the log of a checkpoint made now. Raises Unknown for one that is not there."""
        from ledger.proofs.issuing import prove

        return prove(self._reader, self._prover(), event, signer)

    def receipt(self, first: int, last: int) -> Iterator[str]:
        """The text of the receipt for the events from position ``first`` to ``last``. See :mod:`ledger.proofs.receipt`."""
        from ledger.proofs.receipt import lines

        return lines(self._reader, self._prover(), first, last)

    def export(self, out: Path, progress: Progress, signer: Signer | None = None, *, names: bool = False) -> Exported:
        """Writes the whole log as open text to a new folder; one with names is noted first. See :func:`ledger.evidence.export.export`."""
        from ledger.evidence.export import export

        if names:
            self.note_copy("export", str(out.absolute()))
        return export(self._reader, out, signer, progress, names=names)

    def certify(self, unit: str, question: Question, signer: Signer | None = None, progress: Progress = nothing) -> Certificate:
        """A unit's score with its postings, events and proofs. See :func:`ledger.evidence.certificate.certify`."""
        from ledger.evidence.certificate import certify

        return certify(self._reader, unit, question, self._today(), signer, progress)

    @property
    def origin(self) -> str:
        """The name under which the ledger's checkpoints are known."""
        return self._prover().origin

    def _prover(self) -> Prover:
        from ledger.proofs.prover import Prover

        return Prover(self._reader, self.id)
