"""Addresses of ledgers: what is printed is read as the same, and nothing odd becomes part of one."""

from __future__ import annotations

import pytest

from ledger.errors import StoreError
from ledger.journal.places import Address, place
from ledger.messages import LANGUAGES


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("postgresql://ann@db.county.cn:5433/scores?schema=county_2024", ("ann", "db.county.cn", "5433", "scores", "county_2024")),
        ("postgres:///d?schema=x", ("", "", "", "d", "x")),
        ("postgresql://[::1]:5432/d?schema=x", ("", "[::1]", "5432", "d", "x")),
        ("postgresql://%2Frun%2Fpg/d?schema=x", ("", "/run/pg", "", "d", "x")),
        ("postgresql://a%2Fb%40c@h/d%2Fe?schema=x", ("a/b@c", "h", "", "d/e", "x")),
        ("postgresql://a%3Ab@h/%E5%8E%BF%20%3F?schema=x", ("a:b", "h", "", "县 ?", "x")),
    ],
)
def test_an_address_reads_as_itself_when_it_was_printed(written: str, parts: tuple[str, ...]) -> None:
    found = place(written)
    assert found == Address(*parts)
    assert place(str(found)) == found


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://%5Bx/d?schema=x",
        "postgresql://[:%5D1]x/d?schema=x",
        "postgresql://h\udcff/d?schema=x",
        "postgresql://h/d%00?schema=x",
        "postgresql://a%0Ab@h/d?schema=x",
        "postgresql://h:١/d?schema=x",
    ],
)
def test_what_no_server_is_called_is_no_address(written: str) -> None:
    with pytest.raises(StoreError) as refused:
        place(written)
    assert refused.value.problem.key == "journal.bad_address"
    assert all(refused.value.problem.line(lang).encode() for lang in LANGUAGES)
