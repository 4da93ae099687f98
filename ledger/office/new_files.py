"""Files that we write for people: each is new, whole, or not there."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import InputError, reason


def demand_new(file: Path) -> None:
    """Raises InputError for a file that is there: what somebody has in it is not ours to replace."""
    if file.exists():
        raise InputError.of("office.report_exists", file=file)


def put(file: Path, content: bytes) -> None:
    """Writes a new file. Raises InputError where it is there already, or cannot be written; nothing of it is left then."""
    try:
        with file.open("xb") as out:
            try:
                out.write(content)
                out.flush()
            except OSError:
                file.unlink()
                raise
    except FileExistsError:
        raise InputError.of("office.report_exists", file=file) from None
    except OSError as error:
        raise InputError.of("office.cannot_write", file=file, reason=reason(error)) from error
