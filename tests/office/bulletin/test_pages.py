"""The pages of a bulletin by GB/T 9704: as an office shows the Word file, and as the PDF has them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from ledger.office.bulletin.writing import write
from scripts import bulletin_template
from tests.office.bulletin import sample
from tests.office.bulletin.conftest import LONG, Pages, Written, opened

PLAIN = "国" * 28 * 22 * 2
BOTH = [f"{name}.{lang}" for name in ("full", "draft", "empty") for lang in ("zh", "en")]
LEFT, RIGHT = 28 * 72 / 25.4, (210 - 26) * 72 / 25.4


def shown(written: Written, name: str) -> list[Pages]:
    return [written.opened(name), written.printed(name)]


@pytest.mark.usefixtures("chinese")
def test_a_page_holds_22_lines_of_28_characters(tmp_path: Path) -> None:
    template = tmp_path / "plain.docx"
    template.write_bytes(bulletin_template.document("zh", bulletin_template.paragraph("p", PLAIN)))
    write(tmp_path / "plain.pdf", sample.fields(), template)
    for pages in (*opened(template), Pages(tmp_path / "plain.pdf")):
        first, second, *_ = pages
        lines = [line.strip() for line in first.splitlines() if "国" in line]
        assert [len(line) for line in lines] == [26, *[28] * 21], "the first line is set in by two"
        assert len([line for line in second.splitlines() if "国" in line]) == 22


@pytest.mark.parametrize("name", BOTH)
def test_the_paper_is_a4_and_nothing_runs_over_its_edges(written: Written, name: str) -> None:
    for pages in shown(written, name):
        assert pages.size.endswith("(A4)")
        for number in range(1, len(pages) + 1):
            over = [word for word in pages.words(number) if word.left < LEFT - 10 or word.right > RIGHT + 17]
            assert over == [], "punctuation may hang over the edge, nothing else"


@pytest.mark.parametrize("name", ["full.zh", "full.en"])
def test_pages_are_numbered_on_the_outer_side(written: Written, name: str) -> None:
    for pages in shown(written, name):
        assert len(pages) > 20
        for number in range(1, len(pages) + 1):
            *_, before, digit, after = sorted(pages.words(number), key=lambda word: (round(word.top), word.left))
            assert (before.text, digit.text, after.text) == ("—", str(number), "—")
            assert (digit.left > 400) == (number % 2 == 1)


def test_the_headings_of_a_long_table_stand_on_each_of_its_pages(written: Written) -> None:
    for pages in shown(written, "full.zh"):
        listing = [page for page in pages if len(re.findall(r"@[12]\d\d", page)) > 5]
        assert len(listing) > 5
        assert all("事件编号" in page for page in listing)
        assert all(f"@{100 + number}" in pages.text for number in range(1, LONG + 1))


def test_no_heading_is_the_last_line_of_a_page(written: Written) -> None:
    for pages in shown(written, "full.zh"):
        for page in pages:
            *_, last, _number = [line.strip() for line in page.splitlines() if line.strip()]
            assert not last.startswith(tuple(f"{number}、" for number in "一二三四五六"))
            assert not last.endswith("个单位）")


@pytest.mark.parametrize(("lang", "mark"), [("zh", "草稿"), ("en", "DRAFT")])
def test_a_draft_says_so_on_every_page_and_a_final_one_nowhere(written: Written, lang: str, mark: str) -> None:
    for pages in shown(written, f"draft.{lang}"):
        assert all(mark in page for page in pages)
        first = [word.text for word in pages.words(1)]
        assert sum(mark[0] in text for text in first) > 1, "and at the head of the first"
    for pages in shown(written, f"full.{lang}"):
        assert mark not in pages.text


def test_the_imprint_stands_at_the_foot_of_the_last_page(written: Written) -> None:
    for pages in shown(written, "full.zh"):
        (copies,) = [word for word in pages.words(len(pages)) if word.text.startswith("抄送")]
        (issued,) = [word for word in pages.words(len(pages)) if word.text.endswith("印发")]
        foot = (297 - 35) * 72 / 25.4
        assert foot - 62 < copies.top < issued.top < foot
        assert copies.left - LEFT == pytest.approx(14, abs=3)
        assert RIGHT - issued.right == pytest.approx(14, abs=3)


def test_the_fonts_are_those_of_an_official_document(written: Written) -> None:
    document = docx.Document(str(written.file("full.zh", ".docx")))
    east = {}
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if style.element.get(qn("w:type")) == "paragraph":
            assert fonts is not None, style.name
            assert fonts.get(qn("w:ascii")), style.name
            east[style.name] = (fonts.get(qn("w:eastAsia")), style.font.size.pt)
    assert east["Normal"] == ("仿宋_GB2312", 16)
    assert east["Title"] == ("方正小标宋简体", 22)
    assert east["Heading 1"] == ("黑体", 16)
    assert east["Heading 2"] == ("楷体_GB2312", 16)
    assert east["Bulletin header"][0] == "方正小标宋简体"
    red = document.styles["Bulletin header"].font.color.rgb
    assert str(red) == "FF0000"
    rule = document.styles["Bulletin number"].element.find(f".//{qn('w:bottom')}")
    assert rule.get(qn("w:color")) == "FF0000"


def test_the_page_is_that_of_the_standard(written: Written) -> None:
    (section,) = docx.Document(str(written.file("full.zh", ".docx"))).sections
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(each / Mm(1), 1) for each in margins if each] == [37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_ruled_table_repeats_its_headings_and_breaks_between_rows_only(written: Written, lang: str) -> None:
    document = docx.Document(str(written.file(f"full.{lang}", ".docx")))
    ruled = [table for table in document.tables if table.style and table.style.name == "Table Grid"]
    assert len(ruled) == 4
    for table in ruled:
        first, *others = table._tbl.tr_lst
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in others)
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in (first, *others))


@pytest.mark.parametrize("name", ["full.zh", "draft.zh", "full.en"])
def test_the_columns_of_every_table_fill_the_page(written: Written, name: str) -> None:
    for table in docx.Document(str(written.file(name, ".docx"))).tables:
        widths = [sum(int(size.get(qn("w:w"))) for size in row.iter(qn("w:tcW"))) for row in table._tbl.tr_lst]
        assert widths == [pytest.approx(156 / 25.4 * 1440, abs=15)] * len(widths)


@pytest.mark.parametrize("lang", bulletin_template.LANGUAGES)
def test_the_templates_are_what_the_wording_makes(lang: str) -> None:
    kept, made = ((bulletin_template.HOME / f"bulletin.{lang}.docx").read_bytes(), bulletin_template.made(lang))
    assert parts(kept) == parts(made), "stale: python -m scripts.bulletin_template"


def parts(archive: bytes) -> dict[str, bytes]:
    """The files in an archive; how they are packed is the library's business."""
    with ZipFile(BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


@pytest.mark.parametrize("name", ["full.zh", "draft.zh"])
def test_no_figure_is_broken_in_two_in_the_table_of_all_units(written: Written, name: str) -> None:
    """Eleven columns stand in it, of which the program does not know beforehand how wide they are."""
    for pages in shown(written, name):
        words = [word.text for number in range(1, len(pages) + 1) for word in pages.words(number)]
        assert words.count("49.17/37.5") == words.count("215.33/180") == words.count("119.63%") == 48
        assert words.count("130.11%") == 2
