"""Files of Office are archives; the same content packs to the same bytes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can name; what is in one was changed then, as far as it says."""


def packed(archive: bytes) -> bytes:
    """The archive with the same files in the same order, none of which says when it was made."""
    again = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(again, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, _WHEN), source.read(name), ZIP_DEFLATED)
    return again.getvalue()
