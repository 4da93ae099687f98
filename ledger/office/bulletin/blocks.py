"""A filled document as plain blocks: its paragraphs by style, its tables by cell. HTML and PDF are made of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from ledger.office.bulletin.pictures import Picture

KINDS = {
    "heading 1": "h1",
    "heading 2": "h2",
    "title": "title",
    "caption": "caption",
    "bulletin draft": "draft",
    "bulletin draft note": "draftnote",
    "bulletin header": "red",
    "bulletin number": "number",
    "bulletin recipients": "to",
    "bulletin annexes": "annexes",
    "bulletin annexes more": "annexes2",
    "bulletin signature": "signature",
    "bulletin date": "date",
    "bulletin annex": "annex",
    "bulletin annex title": "atitle",
    "bulletin group": "group",
    "bulletin table head": "head",
    "bulletin table text": "cell",
    "bulletin table narrow": "narrow",
    "bulletin table narrow head": "narrowhead",
    "bulletin table left": "left",
    "bulletin table number": "right",
    "bulletin picture": "picture",
    "bulletin note": "note",
    "bulletin code": "code",
    "bulletin imprint": "imprint",
}
"""By the name of a style, in small letters, what kind of paragraph is in it; in any other it is one of the text, ``p``."""

_TWIPS = 1440 / 25.4
"""Twentieths of a point in a mm."""
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n"}
_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN, _TEXT = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "r", "t"))
_VALUE, _BLIP, _EMBED = qn("w:val"), qn("a:blip"), qn("r:embed")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a kind, and the picture in it, as SVG, with its width in mm."""

    kind: str
    text: str
    svg: str | None = None
    width: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, over one column or more."""

    span: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, without rules if its kind is ``plain``; ``widths`` are its columns' in mm, ``head`` is how many rows each page repeats."""

    kind: str
    widths: tuple[float, ...]
    head: int
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document: what stands in the header of each page, and its paragraphs and tables. Empty paragraphs are left out."""

    running: str
    blocks: tuple[Paragraph | Table, ...]

    @property
    def title(self) -> str:
        """What the document calls itself."""
        return next((block.text for block in self.blocks if isinstance(block, Paragraph) and block.kind == "title"), "")


def read(document: bytes, pictures: Mapping[bytes, Picture]) -> Blocks:
    """The blocks of a Word file; ``pictures`` by their PNG are shown, others are left out."""
    return _Reader(docx.Document(BytesIO(document)), pictures).blocks


class _Reader:
    """Straight from the elements: python-docx builds an object for each cell, and a year has ten thousand."""

    def __init__(self, document: Any, pictures: Mapping[bytes, Picture]) -> None:
        self._document, self._pictures = document, pictures
        self._names = {style.style_id: str(style.name).lower() for style in document.styles}

    @cached_property
    def blocks(self) -> Blocks:
        running = " ".join(paragraph.text for paragraph in self._document.sections[0].header.paragraphs).strip()
        return Blocks(running, tuple(self._blocks(self._document.element.body)))

    def _blocks(self, body: Any) -> Iterator[Paragraph | Table]:
        for element in body.iter(_PARAGRAPH, _TABLE):
            if any(above.tag == _TABLE for above in element.iterancestors()):
                continue  # a cell's
            if element.tag == _TABLE:
                yield self._table(element)
            elif (paragraph := self._paragraph(element)).text.strip() or paragraph.svg or paragraph.kind == "number":
                yield paragraph

    def _table(self, table: Any) -> Table:
        rows = [*table.iterchildren(_ROW)]
        return Table(
            kind="plain" if self._style(table, "tbl") == "bulletin plain" else "table",
            widths=tuple(round(int(column.get(qn("w:w"))) / _TWIPS, 1) for column in table.iter(qn("w:gridCol"))),
            head=sum(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows),
            rows=tuple(tuple(self._cell(cell) for cell in row.iterchildren(_CELL)) for row in rows),
        )

    def _cell(self, cell: Any) -> Cell:
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        paragraphs = tuple(self._paragraph(paragraph) for paragraph in cell.iter(_PARAGRAPH))
        return Cell(1 if span is None else int(span.get(_VALUE)), paragraphs)

    def _paragraph(self, paragraph: Any) -> Paragraph:
        kind = KINDS.get(self._style(paragraph, "p"), "p")
        picture = next((found for blip in paragraph.iter(_BLIP) if (found := self._picture(blip))), None)
        text = "".join(_said(paragraph))
        return Paragraph(kind, text, picture.svg, picture.width) if picture else Paragraph(kind, text)

    def _style(self, element: Any, of: str) -> str:
        """The name of a paragraph's or a table's style, in small letters; that of none is empty."""
        style = element.find(f"{qn(f'w:{of}Pr')}/{qn(f'w:{of}Style')}")
        return "" if style is None else self._names.get(style.get(_VALUE), "")

    def _picture(self, blip: Any) -> Picture | None:
        return self._pictures.get(self._document.part.related_parts[blip.get(_EMBED)].blob)


def _said(paragraph: Any) -> Iterator[str]:
    """What stands in the runs of a paragraph; a tab that is only defined is none."""
    for element in paragraph.iter(_TEXT, *_SIGNS):
        if element.getparent().tag == _RUN:
            yield _SIGNS.get(element.tag) or element.text or ""
