"""Addresses of ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import StoreError
from ledger.journal.places import Address, place
from tests.stress.fuzzing.mutate import mutated
from tests.stress.fuzzing.target import Target, refused

_ADDRESSES = (
    "postgresql://ann@db.county.cn:5433/scores?schema=county_2024", "postgres://h/d?schema=x", "postgresql:///d?schema=_a",
    "postgresql://a%40b@[::1]:5432/%E5%8E%BF?schema=x", "postgresql://a:b@h/d?schema=x", "./scores.ledger", "mysql://h/d",
    "postgresql://%2Frun%2Fpostgresql/d?schema=x&password=y",
)  # fmt: skip
_WORDS = (
    "postgresql://",
    "://",
    "@",
    ":",
    "/",
    "?",
    "schema=",
    "&",
    "#",
    "%",
    "%2F",
    "%40",
    "%3A",
    "%5B",
    "%5D",
    "%00",
    "%FF",
    "[",
    "]",
    "pg_",
    "%25",
)


@contextmanager
def addresses() -> Iterator[Target]:
    """Addresses, as an argument brings them."""
    corpus, words = [text.encode() for text in _ADDRESSES], [text.encode() for text in _WORDS]

    def judge(data: bytes) -> bool:
        try:
            found = place(data.decode(errors="surrogateescape"))
        except StoreError as error:
            return refused(error)
        if isinstance(found, Address):
            printed = str(found)
            printed.encode()
            assert place(printed) == found, f"{printed} reads as another"
            assert ":" not in found.user or "%3A" in printed, "no password is printed"
        return True

    yield Target(lambda chance: mutated(chance, corpus, words), judge)
