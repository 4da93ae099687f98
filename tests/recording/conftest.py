"""The fixtures of the write side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recording.book import START, Book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A ledger of liucheng-2024 with nothing in it but its opening."""
    made = Book(tmp_path / "scores.ledger")
    yield made
    made.journal.close()


@pytest.fixture
def started(book: Book) -> Book:
    """The same, with an adopted item, an incident and a solicitation."""
    book.good(*START)
    return book
