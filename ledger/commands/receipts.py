"""``--receipt FILE``, of every command that appends what a person gives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from ledger.messages import text

if TYPE_CHECKING:
    from ledger.application import Ledger


def receipt_option() -> click.Option:
    """The option."""
    return click.Option(["--receipt"], metavar="FILE")


class Keep(Protocol):
    """Writes the receipt for the last ``count`` events up to position ``last``, if it is wanted."""

    def __call__(self, count: int, last: int) -> None:
        """Writes it. Raises StoreError where it cannot."""


@contextmanager
def receipt(ledger: Ledger, file: str | None) -> Iterator[Keep]:
    """Makes the receipt's file before anything is appended, and takes it away again where nothing was.

    Raises StoreError where the file is there already or cannot be made.
    """
    if file is None:
        yield lambda count, last: None  # noqa: ARG005 - nobody wants one
        return
    from ledger.commands.plain import say
    from ledger.proofs.receipt import ReceiptFile

    with ReceiptFile(Path(file)) as made:

        def keep(count: int, last: int) -> None:
            if count:
                made.write(ledger.receipt(last - count + 1, last))
            say(text("commands.receipt_written" if count else "commands.no_receipt", {"file": file, "count": count}))

        yield keep
