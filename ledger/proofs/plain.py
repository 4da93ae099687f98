"""What the text formats of this room share: lines, hashes in base64, whole numbers; each read strictly, one way to write each."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode

from ledger.errors import InputError
from ledger.journal.merkle import HASH_SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
BRIEF = 20
"""Signs that a message shows of what may be a private key, given by mistake: PEM says nothing secret in so many."""

_SHOWN = 60


def base64(data: bytes) -> str:
    """The standard base64 of RFC 4648, section 4."""
    return b64encode(data).decode("ascii")


def unbase64(value: str, line: int) -> bytes:
    """The bytes of :func:`base64`. Raises InputError, which names the line, for any other text."""
    try:
        data = b64decode(value.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        data = b""
    if base64(data) != value or not value:
        raise InputError.of("proofs.not_base64", line=line, value=short(value, BRIEF))
    return data


def read_hash(value: str, line: int) -> bytes:
    """A hash of the tree from its base64. Raises InputError for one of another length too."""
    found = unbase64(value, line)
    if len(found) != HASH_SIZE:
        raise InputError.of("proofs.not_a_hash", line=line, bytes=len(found), size=HASH_SIZE)
    return found


def read_number(value: str, line: int) -> int:
    """A whole number in ASCII digits, without leading zeroes. Raises InputError for anything else."""
    if not _NUMBER.fullmatch(value):
        raise InputError.of("proofs.not_a_number", line=line, value=short(value, BRIEF))
    return int(value)


def demand_text(text: str) -> None:
    """Raises InputError for a text that is empty, does not end its last line, or has a control character other than the newline."""
    if not text:
        raise InputError.of("proofs.empty")
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise InputError.of("proofs.control", line=line, sign=f"U+{ord(found[0]):04X}")
    if not text.endswith("\n"):
        raise InputError.of("proofs.no_newline", line=text.count("\n") + 1)


def short(value: str, most: int = _SHOWN) -> str:
    """A value as a message shows it."""
    return value if len(value) <= most else f"{value[:most]}…"
