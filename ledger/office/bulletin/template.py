"""A Word file with tags in it, filled: the wording of a bulletin is the template's, in every form that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ledger import messages
from ledger.errors import InputError, Problem, reason
from ledger.office.bulletin import tags
from ledger.office.bulletin.packing import packed
from ledger.office.bulletin.pictures import CHARTS, Picture
from ledger.office.bulletin.widths import fit
from ledger.office.new_files import put

HOME = Path(__file__).parent / "templates"
"""Where our templates are, one in each language, ``bulletin.zh.docx`` and ``bulletin.en.docx``."""
_UNWRITTEN = dict.fromkeys([*range(9), *range(11, 32), 0xFFFE, 0xFFFF])
"""Signs that no file of Word can hold, of which some would break a paragraph in two."""


def copy(file: Path) -> None:
    """Writes our template in the reader's language, for an office to edit. Raises InputError where that cannot be."""
    put(file, _ours().read_bytes())


def _ours() -> Path:
    return HOME / f"bulletin.{messages.language()}.docx"


def filled(template: Path | None, fields: Mapping[str, Any], pictures: Mapping[str, Picture], qr: Picture) -> bytes:
    """The document that a template and the fields make; without a template, ours in the reader's language.

    Raises InputError for a file that is no Word document, a tag that is broken, and a name that no bulletin has.
    """
    file = template or _ours()
    document, environment = _opened(file), _environment()
    if problems := [problem for text in _texts(document) for problem in _problems(text, environment, str(file))]:
        raise InputError(*problems)
    shown = {name: _inline(document, picture) for name, picture in pictures.items()}
    context = {**fields, "pictures": dict.fromkeys(CHARTS) | shown, "qr": _inline(document, qr)}
    try:
        document.render(context, environment, autoescape=True)
    except TemplateSyntaxError as error:  # a filter that there is not, which is found late
        raise InputError(_broken(error, str(file))) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:  # what an office's tags may come to
        raise InputError.of("office.bulletin_not_filled", where=str(file), detail=str(error)) from error
    fit(document.docx.element.body)
    written = BytesIO()
    document.save(written)
    return packed(written.getvalue())


def _opened(file: Path) -> DocxTemplate:
    """The template, read. Raises InputError where that cannot be."""
    try:
        document = DocxTemplate(BytesIO(file.read_bytes()))
        document.init_docx()
    except OSError as error:
        raise InputError.of("office.cannot_read", file=file, reason=reason(error)) from error
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise InputError.of("office.bulletin_not_word", where=str(file)) from error
    return document


def _inline(document: DocxTemplate, picture: Picture) -> InlineImage:
    return InlineImage(document, BytesIO(picture.png), width=Mm(picture.width))


def _environment() -> ImmutableSandboxedEnvironment:
    """The template is a file from elsewhere: its tags name fields, and reach nothing else."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_finished)
    environment.globals.pop("lipsum")
    environment.filters |= {"listed": listed, "counted": counted, "change": change}
    return environment


def _finished(value: object) -> object:
    """What is not there is written as nothing; a text, without signs that cannot be written."""
    if value is None:
        return ""
    return messages.printable(value.translate(_UNWRITTEN)) if type(value) is str else value


def listed(values: object, between: str, last: str | None = None) -> str:
    """Texts as a sentence lists them: ``A, B and C`` with ``listed(', ', ' and ')``. What is no list stays as it is."""
    if not isinstance(values, list | tuple):
        return "" if values is None else str(values)
    *before, end = [str(value) for value in values] or [""]
    return f"{between.join(before)}{between if last is None else last}{end}" if before else end


def counted(count: object, one: str, many: str | None = None) -> str:
    """A number, or how many a list has, with its noun: ``1 item``, ``3 items``; ``many`` where that is not ``one`` with an s."""
    number = len(count) if isinstance(count, Sequence) and not isinstance(count, str) else count
    return f"{number} {one if str(number) in ('1', '-1') else many or f'{one}s'}"


def change(signed: object, up: str, down: str, level: str) -> str:
    """A signed number in words, of which ``N`` is its size: ``+3`` is ``N more``, ``-2`` is ``N fewer``, ``0`` is ``as many``."""
    text = str(signed)
    words = down if text.startswith(("-", "\u2212")) else level if text.strip("+0.") == "" else up
    return words.replace("N", text.lstrip("+-\u2212"))


def _texts(document: DocxTemplate) -> Iterator[str]:
    """The body, headers and footers as Jinja reads them, a paragraph a line."""
    parts = (part for uri in (document.HEADER_URI, document.FOOTER_URI) for _, part in document.get_headers_footers(uri))
    for xml in (document.get_xml(), *map(document.get_part_xml, parts)):
        yield re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(xml))


def _problems(text: str, environment: ImmutableSandboxedEnvironment, where: str) -> Iterator[Problem]:
    try:
        found = tags.strangers(environment.parse(text))
    except TemplateSyntaxError as error:
        yield _broken(error, where)
        return
    for each in found:
        params = {"name": each.name, "nearest": each.nearest, "text": _shown(text, each.line)}
        yield Problem("office.bulletin_unknown_field", where=where, params=params)


def _broken(error: TemplateSyntaxError, where: str) -> Problem:
    params = {"detail": str(error.message), "text": _shown(error.source or "", error.lineno)}
    return Problem("office.bulletin_broken_tag", where=where, params=params)


def _shown(text: str, line: int) -> str:
    """The beginning of what a person sees in a paragraph."""
    seen = re.sub(r"<[^>]*>", "", text.split("\n")[line - 1]).strip()
    return seen if len(seen) <= 80 else f"{seen[:80]}…"
