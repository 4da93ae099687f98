"""Makes the Word templates of bulletins from the wording in ``scripts/bulletin`` and the page of ``bulletin_page``.

    python -m scripts.bulletin_template

The same wording gives the same files; a test says when a template in the package is not what this makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby, repeat
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from ledger.office.bulletin.packing import packed
from ledger.times import SHANGHAI
from scripts.bulletin_page import AT_THE_FOOT, LINE, NAMESPACE, POINTS, STYLES, TABLES, WIDTH, identifier, styles_xml

WORDING = Path(__file__).parent / "bulletin"
HOME = Path(__file__).parents[1] / "ledger" / "office" / "bulletin" / "templates"
LANGUAGES = ("zh", "en")

_CELL = re.compile(r"(?P<align>[<>]?)(?:\[(?P<style>\w+)\])?(?P<text>.*)", re.DOTALL)
_FIELD = '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'

_OF_THE_FILE = (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
_OF_THE_TEXT = (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS, RELATIONSHIP_TYPE.THEME)
"""What is kept of the empty document that python-docx begins with."""


def made(lang: str) -> bytes:
    """The template of a language, as the bytes of a Word file."""
    said = [line for line in (WORDING / f"{lang}.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    header, *blocks = [[*lines] for filled, lines in groupby(said, bool) if filled]
    return document(lang, "".join(_block(lines) for lines in blocks), header[0].partition(": ")[2])


def document(lang: str, body: str, header: str = "") -> bytes:
    """A Word file with the page and the styles of a bulletin, and with ``body``, the XML of paragraphs and tables."""
    file = docx.Document()
    _properties(file)
    _replace(file.styles.element, styles_xml(lang))
    _settings(file)
    _page(file, header)
    for element in [*parse_xml(f"<w:body {NAMESPACE}>{body}</w:body>")]:
        file.element.body.sectPr.addprevious(element)
    written = BytesIO()
    file.save(written)
    return packed(written.getvalue())


def paragraph(style: str, text: str) -> str:
    """A paragraph in one of the page's styles."""
    written = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    place = AT_THE_FOOT if style == "imprint" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{STYLES[style].id}"/>{place}</w:pPr><w:r>{written}</w:r></w:p>'


def table(kind: str, widths: Sequence[int], lines: Sequence[str]) -> str:
    """A table with columns of these widths in mm, which fill the page's."""
    if sum(widths) != WIDTH:
        raise ValueError(f"{lines[0]}: {sum(widths)} mm, not {WIDTH}")
    twips = [round(width * POINTS * 20) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    rows = "".join(_row(line, twips) for line in lines)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{identifier(TABLES[kind])}"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _block(lines: Sequence[str]) -> str:
    """Paragraphs up to an empty line; a table takes the lines after its own."""
    written = ""
    for number, line in enumerate(lines):
        if line.startswith("table "):
            _, kind, *widths = line.split()
            return written + table(kind, [*map(int, widths)], lines[number + 1 :])
        written += paragraph(*line.split(": ", 1))
    return written


def _row(line: str, widths: Sequence[int]) -> str:
    """A row; the last of its cells takes the columns that are left."""
    kind, text = line.split(": ", 1)
    if kind == "tr":
        return f"<w:tr>{_cell('[tag]' + text, 'cell', sum(widths), len(widths))}</w:tr>"
    header, style = ("<w:tblHeader/>", "head") if kind == "head" else ("", "cell")
    *before, last = text.split(" | ")
    rest = widths[len(before) :]
    cells = "".join(map(_cell, before, repeat(style), widths)) + _cell(last, style, sum(rest), len(rest))
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="425" w:hRule="atLeast"/>{header}</w:trPr>{cells}</w:tr>'


def _cell(text: str, style: str, width: int, span: int = 1) -> str:
    """A cell; its paragraphs are parted by ``//``, and each may say how it is aligned and in which style."""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{''.join(_in_cell(text, style))}</w:tc>"
    )


def _in_cell(text: str, style: str) -> Iterator[str]:
    for part in text.split(" // "):
        if found := _CELL.fullmatch(part):
            yield paragraph(found["style"] or found["align"] or style, found["text"])


def _properties(file: Document) -> None:
    about = file.core_properties
    about.author, about.comments, about.title = "", "", ""
    about.created = about.modified = datetime(2024, 1, 1, tzinfo=SHANGHAI).replace(tzinfo=None)
    for relations, kept in ((file.part.package.rels, _OF_THE_FILE), (file.part.rels, _OF_THE_TEXT)):
        for name in [name for name, each in relations.items() if each.reltype not in kept]:
            del relations[name]


def _replace(element: Any, xml: str) -> None:
    """Puts what the element of ``xml`` holds in the place of what ``element`` holds."""
    for child in [*element]:
        element.remove(child)
    for child in [*parse_xml(xml)]:
        element.append(child)


def _settings(file: Document) -> None:
    """Outer page numbers need odd and even footers; Word of 2013 or later lays the page out, and draws punctuation together."""
    _replace(
        file.settings.element,
        f'<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>',
    )


def _page(file: Document, header: str) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(21)
    grid = file.element.body.sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE * 20)))
    number = f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{_FIELD}<w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    for part, written in (
        (section.header, paragraph("header", header)),
        (section.even_page_header, paragraph("header", header)),
        (section.footer, f'<w:p><w:pPr><w:pStyle w:val="{STYLES["odd"].id}"/></w:pPr>{number}</w:p>'),
        (section.even_page_footer, f'<w:p><w:pPr><w:pStyle w:val="{STYLES["even"].id}"/></w:pPr>{number}</w:p>'),
    ):
        part.is_linked_to_previous = False
        _replace(part.part.element, f"<w:hdr {NAMESPACE}>{written}</w:hdr>")


def main() -> None:
    """Writes the templates where the package keeps them."""
    HOME.mkdir(exist_ok=True)
    for lang in LANGUAGES:
        (HOME / f"bulletin.{lang}.docx").write_bytes(made(lang))


if __name__ == "__main__":
    main()
