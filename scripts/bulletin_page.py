"""The page and the styles of a bulletin, by GB/T 9704-2012: what stands in ``word/styles.xml`` of its Word template.

A page holds 22 lines of 28 characters of 16 pt: margins of 37, 28, 35 and 26 mm, lines of exactly 28.95 pt, characters drawn together
by a quarter of a point. Lengths are in points where nothing else is said, indents in characters of the paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

LINE = 28.95
"""The height of a line in points: 22 of them fill the 225 mm between the margins."""
WIDTH = 156
"""The width between the margins in mm."""

POINTS = 72 / 25.4
"""Points in a mm."""

TIMES, SONG, XBS = "Times New Roman", "宋体", "方正小标宋简体"
FANGSONG, HEI, KAI, CODE = "仿宋_GB2312", "黑体", "楷体_GB2312", "Courier New"
RED = "FF0000"

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. ``first``, ``left``, ``right`` and ``hanging`` are indents in characters; ``line`` None is as high as it needs.

    ``keep`` holds it on the page of the next paragraph, ``border`` is the XML of its rules, ``tab`` how far from the left
    what follows a tab ends.
    """

    name: str
    east: str = FANGSONG
    latin: str = TIMES
    size: float = 16
    bold: bool = False
    color: str = ""
    align: str = "left"
    first: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    line: float | None = LINE
    keep: bool = False
    new_page: bool = False
    grid: bool = False
    tight: bool = False
    border: str = ""
    tab: float = 0
    outline: int | None = None

    @property
    def id(self) -> str:
        """The name by which paragraphs call it inside the file."""
        return identifier(self.name)


def identifier(name: str) -> str:
    """The identifier that goes with the name of a style: ``heading 1`` is ``Heading1``."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _rule(side: str, eighths: int, color: str = "auto", space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'


_IMPRINT = _rule("top", 8, space=1) + _rule("bottom", 8, space=1) + _rule("between", 6, space=1)
"""The rules of the imprint, the outer ones 0.35 mm thick, those between 0.25."""

STYLES = {
    "p": Style("Normal", align="both", first=2, grid=True, tight=True),
    "h1": Style("heading 1", east=HEI, first=2, keep=True, grid=True, tight=True, outline=0),
    "h2": Style("heading 2", east=KAI, first=2, keep=True, grid=True, tight=True, outline=1),
    "title": Style("Title", east=XBS, size=22, align="center", before=2 * LINE, after=LINE, line=33, keep=True),
    "header": Style("header", east=HEI, size=14, color=RED, align="right", line=None),
    "odd": Style("footer", east=SONG, size=14, align="right", right=1, line=None),
    "even": Style("Bulletin footer even", east=SONG, size=14, left=1, line=None),
    "draft": Style("Bulletin draft", east=HEI, size=26, bold=True, color=RED, align="center", line=None),
    "draftnote": Style("Bulletin draft note", size=12, color=RED, align="center", line=None),
    "red": Style("Bulletin header", east=XBS, size=36, color=RED, align="center", before=99.2, line=None),
    "number": Style("Bulletin number", align="center", before=2 * LINE, border=_rule("bottom", 18, RED, 11)),
    "to": Style("Bulletin recipients", align="both", grid=True, tight=True),
    "annexes": Style("Bulletin annexes", left=6.5, hanging=4.5, before=LINE, keep=True, grid=True, tight=True),
    "annexes2": Style("Bulletin annexes more", left=6.5, hanging=1.5, keep=True, grid=True, tight=True),
    "signature": Style("Bulletin signature", align="right", right=2, before=LINE, keep=True, grid=True, tight=True),
    "date": Style("Bulletin date", align="right", right=4, grid=True, tight=True),
    "annex": Style("Bulletin annex", east=HEI, keep=True, new_page=True),
    "atitle": Style("Bulletin annex title", east=XBS, size=22, align="center", before=LINE / 2, after=LINE / 2, line=33, keep=True),
    "group": Style("Bulletin group", east=KAI, size=14, before=8, after=4, line=22, keep=True),
    "head": Style("Bulletin table head", east=HEI, size=10.5, align="center", line=15, keep=True),
    "cell": Style("Bulletin table text", size=10.5, align="center", line=15),
    "narrowhead": Style("Bulletin table narrow head", east=HEI, size=9, align="center", line=13, keep=True),
    "narrow": Style("Bulletin table narrow", size=9, align="center", line=13),
    "<": Style("Bulletin table left", size=10.5, line=15),
    ">": Style("Bulletin table number", size=10.5, align="right", line=15),
    "picture": Style("Bulletin picture", align="center", before=12, line=None, keep=True),
    "caption": Style("caption", east=HEI, size=12, align="center", line=22),
    "note": Style("Bulletin note", size=12, align="both", first=2, after=8, line=20),
    "code": Style("Bulletin code", latin=CODE, size=9, line=13),
    "imprint": Style("Bulletin imprint", size=14, line=24, border=_IMPRINT, tab=WIDTH * POINTS - 14),
    "end": Style("Bulletin end", size=1, line=1),
    "tag": Style("Bulletin tag", latin=CODE, size=8, color="808080", line=10),
}
"""By the word that the wording has for it; ``<`` and ``>`` are the cells of a table that do not stand in the middle."""

_GRID = "".join(_rule(side, 4) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
_CELL = '<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar>'
TABLES = {"grid": "Table Grid", "plain": "Bulletin plain"}
"""By the word that the wording has for it."""
AT_THE_FOOT = (
    f'<w:framePr w:w="{round(WIDTH * POINTS * 20)}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:x="1" w:yAlign="bottom"/>'
)
"""Where the imprint stands: on the last lines of its page. It goes with each paragraph, for LibreOffice does not look for it in a style."""


def styles_xml(lang: str) -> str:
    """The whole ``w:styles`` element for readers of ``lang``; headings in English, which have no typefaces of their own, are bold.

    Latin text is English in both: where it is Chinese, LibreOffice breaks numbers in two.
    """
    styles = (
        STYLES.values() if lang == "zh" else [replace(style, bold=style.bold or style.east in (HEI, KAI, XBS)) for style in STYLES.values()]
    )
    fonts = _fonts(STYLES["p"])
    return (
        f"<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        + "".join(map(_style, styles))
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f"<w:tblPr>{_CELL}</w:tblPr></w:style>"
        + _table("grid", f"<w:tblBorders>{_GRID}</w:tblBorders>")
        + _table("plain", "")
        + '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style></w:styles>'
    )


def _table(kind: str, properties: str) -> str:
    name = TABLES[kind]
    return (
        f'<w:style w:type="table" w:styleId="{identifier(name)}"><w:name w:val="{name}"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr>{properties}</w:tblPr></w:style>"
    )


def _style(style: Style) -> str:
    default = ' w:default="1"' if style.name == "Normal" else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId={quoteattr(style.id)}><w:name w:val={quoteattr(style.name)}/>{based}<w:qFormat/>'
        f"<w:pPr>{''.join(_paragraph(style))}</w:pPr><w:rPr>{''.join(_run(style))}</w:rPr></w:style>"
    )


def _paragraph(style: Style) -> Iterator[str]:
    """The properties of the paragraph, in the order that the schema of Word's files asks for."""
    yield f'<w:keepNext w:val="{int(style.keep)}"/>'
    if style.new_page:
        yield "<w:pageBreakBefore/>"
    yield '<w:widowControl w:val="0"/>'
    if style.border:
        yield f"<w:pBdr>{style.border}</w:pBdr>"
    if style.tab:
        yield f'<w:tabs><w:tab w:val="right" w:pos="{round(style.tab * 20)}"/></w:tabs>'
    yield f'<w:snapToGrid w:val="{int(style.grid)}"/>'
    height = f' w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else ' w:line="240" w:lineRule="auto"'
    yield f'<w:spacing w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}"{height}/>'
    yield _indent(style)
    yield f'<w:jc w:val="{style.align}"/>'
    if style.outline is not None:
        yield f'<w:outlineLvl w:val="{style.outline}"/>'


def _indent(style: Style) -> str:
    """Indents in hundredths of a character, for Word, and in twentieths of a point, for those that know no characters."""
    wide = (style.size - 0.25 * style.tight) * 20
    said = {"left": style.left, "right": style.right, "hanging" if style.hanging else "firstLine": style.hanging or style.first}
    written = [f'w:{name}Chars="{round(chars * 100)}" w:{name}="{round(chars * wide)}"' for name, chars in said.items()]
    return f"<w:ind {' '.join(written)}/>"


def _fonts(style: Style) -> str:
    latin, east = quoteattr(style.latin), quoteattr(style.east)
    return f"<w:rFonts w:ascii={latin} w:hAnsi={latin} w:cs={latin} w:eastAsia={east}/>"


def _run(style: Style) -> Iterator[str]:
    yield _fonts(style)
    yield f'<w:b w:val="{int(style.bold)}"/>'
    yield f'<w:color w:val="{style.color or "auto"}"/>'
    yield f'<w:spacing w:val="{-5 * style.tight}"/><w:kern w:val="0"/>'
    yield f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/>'
