"""A score certificate: one unit's postings as of a day, and the events behind them with their proofs, in one file.

Everything is held against the checkpoint of exactly the cut's position, so that the file says of itself what was known.
``docs/explanation/export-format.md`` describes it, and what it does not prove.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ledger import points
from ledger.errors import LogError, StoreError
from ledger.evidence.verify_export import CERTIFICATE
from ledger.journal.reader import LogReader
from ledger.journal.record import canonical, leaf_input
from ledger.projections.cut import reversals, scheme_in_force
from ledger.projections.statement import Posting, Statement
from ledger.proofs import tree
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.plain import base64
from ledger.proofs.prover import Prover
from ledger.proofs.signing import Signer, signed
from ledger.rules.heirs import ancestry
from ledger.rules.roster import Unit
from ledger.scoring import Scoring
from ledger.views import ROSTER_KINDS, Question, View, enacted, reversed_pairs

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: the statement it is made from, the checkpoint's size and root in hex, and the whole document."""

    statement: Statement
    size: int
    root: str
    document: Mapping[str, Any]

    def as_json(self) -> dict[str, object]:
        """What it certifies, in short."""
        row = self.statement.row
        return {
            "unit": row.unit,
            "unit_id": row.unit_id,
            "as_of": self.statement.basis.cut.as_of.isoformat(),
            "score": points.number(row.score),
            "postings": len(self.statement.postings),
            "records": len(self.document["records"]),
            "size": self.size,
            "root": self.root,
        }

    def text(self) -> str:
        """The file's text."""
        return json.dumps(self.document, ensure_ascii=False, indent=1) + "\n"


def certify(reader: LogReader, unit: str, question: Question, today: date, signer: Signer | None, progress: Progress) -> Certificate:
    """The certificate of a unit's score under the scheme in force, in its default readings.

    ``progress`` is called now and then with the events proved and those to prove. Raises Unknown and BasisError as
    :meth:`ledger.views.View.unit`; of persons there are none, since their names can be erased.
    """
    view = View(reader, question, today)
    found, basis = view.unit(unit), view.basis
    exactly = Question(basis.cut.as_of, basis.year, f"@{basis.cut.position}")
    statement = Scoring(reader, lambda: today).statement(found.id, exactly)
    prover = Prover(reader, basis.ledger_id)
    checkpoint = prover.checkpoint_at(basis.cut.position)
    behind, records = _behind(reader, view, found, statement), []
    proved = _Proofs(reader, prover, checkpoint)
    for done, position in enumerate(behind, 1):
        records.append(proved.record(position))
        progress(done, len(behind))
    document = {
        "format": CERTIFICATE,
        "hash": prover.hashing.name,
        "basis": basis.as_json(),
        "row": statement.row.as_json(),
        "accounts": {account: points.number(balance) for account, balance in _balances(statement.postings).items()},
        "postings": [posting.as_json() for posting in statement.postings],
        "records": records,
        "checkpoint": signed(checkpoint, signer).format(),
    }
    return Certificate(statement, checkpoint.size, checkpoint.root.hex(), document)


def _behind(reader: LogReader, view: View, unit: Unit, statement: Statement) -> list[int]:
    """The positions of the records: the first event, the scheme, the roster's events about the unit, and those behind postings.

    With an event goes the first of its stream, which says whose item, call or incident it was.
    """
    last, basis = view.basis.cut.position, view.basis
    scheme = scheme_in_force(enacted(reader, last), basis.year, basis.cut.as_of)
    named = {event for posting in statement.postings for event in posting.events}
    rows = list(reader.rows(ids=named, upto=last))
    openers = (row for row in reader.rows(streams={row.stream for row in rows}, upto=last) if row.stream_version == 1)
    return sorted({1, scheme.position, *_roster(reader, view, unit), *(row.position for row in (*rows, *openers))})


def _roster(reader: LogReader, view: View, unit: Unit) -> Iterator[int]:
    """The live events of the roster about a unit and those in whose place it stands, dated by the day that is scored."""
    last = view.basis.cut.position
    for each in ancestry(view.roster.heirs, [unit.id]):
        found = list(reader.rows(kinds=ROSTER_KINDS, subject=f"unit:{each}", upto=last))
        void = reversals(reversed_pairs(reader, last, {row.stream for row in found}))
        yield from (row.position for row in found if row.position not in void and row.on <= view.day.isoformat())


class _Proofs:
    """Records with their proofs, all of one checkpoint: what several proofs need of the tree is computed once."""

    def __init__(self, reader: LogReader, prover: Prover, checkpoint: Checkpoint) -> None:
        self._reader = reader
        self._hashing = prover.hashing
        self._subtree = cache(prover.subtree)
        self._checkpoint = checkpoint

    def record(self, position: int) -> dict[str, Any]:
        """A record with its proof; envelope and body as JSON, whose canonical form is what is hashed.

        Raises LogError where it is not, or where the record's hash is not in the tree.
        """
        ((envelope, body),) = self._reader.stored(position, position)
        said, fields, size = msgspec.json.decode(envelope), msgspec.json.decode(body), self._checkpoint.size
        leaf = self._hashing.leaf(leaf_input(canonical(said), canonical(fields)))
        proof = tree.inclusion(self._hashing, self._subtree, position - 1, size)
        if not tree.is_included(self._hashing, leaf, position - 1, size, proof, self._checkpoint.root):
            raise LogError.of("evidence.not_in_tree", position=position)
        return {"position": position, "envelope": said, "body": fields, "proof": [base64(each) for each in proof]}


def _balances(postings: Iterable[Posting]) -> dict[str, int]:
    """What the postings of each account and of all below it add up to, in hundredths."""
    found: dict[str, int] = {}
    for posting in postings:
        parts = posting.account.split("/")
        for length in range(1, len(parts) + 1):
            account = "/".join(parts[:length])
            found[account] = found.get(account, 0) + posting.points
    return dict(sorted(found.items()))


def write(certificate: Certificate, out: Path) -> None:
    """Writes a certificate to a new file. Raises StoreError where there is something already."""
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(certificate.text())
    except FileExistsError:
        raise StoreError.of("evidence.file_exists", field="out", path=out) from None
