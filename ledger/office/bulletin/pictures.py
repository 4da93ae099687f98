"""Pictures for a document: drawn once as SVG, and as PNG for Word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

CHARTS = ("standings", "progress", "channels")
"""The charts that a template may name."""
QR_WIDTH = 30
"""Width of the QR code in mm."""
PICTURE_WIDTH = 150
"""Width of a chart in mm."""
TALLEST = 195
"""The most that a chart may be high in mm, so that it and its words fit on a page."""
_PPI, _COARSE = 200, 50


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture twice, and its width in mm. Its PNG is what finds it again in a filled document."""

    svg: str
    png: bytes
    width: int


def qr(lines: Sequence[str]) -> Picture:
    """The QR code of a text: the lines, each with its end, as a file of them has it."""
    import segno

    code = segno.make("".join(f"{line}\n" for line in lines), error="m", micro=False)
    svg, png = BytesIO(), BytesIO()
    code.save(svg, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, border=2)
    code.save(png, kind="png", scale=6, border=2)
    return Picture(svg.getvalue().decode().strip(), png.getvalue(), QR_WIDTH)


def charts(drawn: Mapping[str, str | None], *, shown: bool) -> dict[str, Picture]:
    """Charts by their names, from SVG; where their PNG is not ``shown``, it is a coarse one, for that is faster."""
    import typst

    found = {name: svg for name, svg in drawn.items() if svg}
    if not found:
        return {}
    pages = [f'#page(width: {PICTURE_WIDTH}mm, height: auto, margin: 0pt)[#image(bytes(sys.inputs.at("{name}")))]' for name in found]
    made = typst.Compiler("\n".join(pages).encode(), sys_inputs=found).compile(format="png", ppi=_PPI if shown else _COARSE)
    images = made if isinstance(made, list) else [made]
    return {name: _chart(svg, bytes(png or b"")) for (name, svg), png in zip(found.items(), images, strict=True)}


def _chart(svg: str, png: bytes) -> Picture:
    """As wide as a page, or narrower where it would be too high for one."""
    wide, high = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return Picture(svg, png, min(PICTURE_WIDTH, TALLEST * wide // high))
