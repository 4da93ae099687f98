"""A bulletin as a file: the filled Word document, or a page or print made of what stands in that."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from ledger.errors import InputError
from ledger.messages import language
from ledger.office.bulletin import blocks, pictures
from ledger.office.bulletin.template import HOME, filled
from ledger.office.new_files import demand_new, put

Fields = Mapping[str, Any]
Written = Callable[[Fields, Path | None], bytes]
"""The bytes of a bulletin, from its fields and an office's own Word template."""


def write(file: Path, fields: Fields, template: Path | None = None, book: Callable[[], bytes] | None = None) -> None:
    """Writes a bulletin in the form that the file's ending says, in the wording of ``template`` or of ours.

    ``book`` makes its workbook, where there is one: figures have no wording. The same fields give the same bytes. Raises InputError for
    an ending that is none, a file that is there already or cannot be written, and a template that cannot be filled.
    """
    forms = {ending: partial(form, fields, template) for ending, form in FORMS.items()} | ({".xlsx": book} if book else {})
    form = forms.get(file.suffix.lower())
    if not form:
        raise InputError.of("office.bulletin_ending", file=file, known=", ".join(forms))
    demand_new(file)
    put(file, form())


def word(fields: Fields, template: Path | None) -> bytes:
    """The bulletin as a Word document."""
    return _filled(fields, template, shown=True)[0]


def page(fields: Fields, template: Path | None) -> bytes:
    """The bulletin as one page of HTML, which needs nothing beside it and prints on A4."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("ledger.office.bulletin"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    document = blocks.read(*_filled(fields, template))
    return environment.get_template("page.html").render(document=document, lang=language()).encode()


def printed(fields: Fields, template: Path | None) -> bytes:
    """The bulletin as a PDF."""
    import typst

    document = blocks.read(*_filled(fields, template))
    data = json.dumps({"lang": language(), "title": document.title, **asdict(document)}, ensure_ascii=False)
    return bytes(typst.compile(HOME / "print.typ", sys_inputs={"data": data}, timestamp=0))


def _filled(fields: Fields, template: Path | None, *, shown: bool = False) -> tuple[bytes, Mapping[bytes, pictures.Picture]]:
    """The filled document, and the pictures in it by their PNG, which are good to be ``shown`` or only to be known again by."""
    qr, charts = pictures.qr(fields["checkpoint"]), pictures.charts(fields["pictures"], shown=shown)
    return filled(template, fields, charts, qr), {each.png: each for each in (qr, *charts.values())}


FORMS: Mapping[str, Written] = {".docx": word, ".html": page, ".pdf": printed}
"""By the ending of a file, what is written in it."""
