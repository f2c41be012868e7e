"""What is printed of a page code: the picture at a fixed place, and the words beside it.

Lengths are in millimetres where a name says so, else in twips. The pictures lie behind the text, so
that they never hide a word.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from safety_docs.documents.package import parse_part
from safety_docs.documents.page_marks import DRAWING_NAME, HEADERS
from safety_docs.documents.qr_picture import QUIET
from safety_docs.documents.qr_symbol import SIZE
from safety_docs.documents.story import W

FIRST_DRAWING = 901
"""Drawings of codes are numbered from here, below those of the text (`finish`)."""
LEAST_FOOTER_MM = 8
"""From the edge of the paper to a page number that has been moved."""
_EMU_PER_MM, _EMU_PER_TWIP = 36_000, 635
_A4 = {"w": 11_906, "h": 16_838}
_GAP = 113
_SIZE_HALF_POINTS = 16


class _Symbol(NamedTuple):
    """A symbol in a corner of the paper.

    Attributes:
        side: Width and height of the symbol in mm, without its quiet zone.
        edge: Millimetres from it to both edges of the paper; printers leave out about four.
    """

    side: float
    edge: float

    @property
    def picture(self) -> float:
        """Width and height with the quiet zone, in mm."""
        return self.side * (SIZE + 2 * QUIET) / SIZE

    @property
    def offset(self) -> float:
        """From the edges of the paper to the picture, in mm."""
        return self.edge - self.side * QUIET / SIZE

    @property
    def reach(self) -> int:
        """From the edges of the paper to the end of the quiet zone, in twips."""
        return _twips(self.offset + self.picture)


ABOVE = _Symbol(20, 5)
BELOW = _Symbol(16, 6)
_NAMESPACES = (
    f'xmlns:w="{W[1:-1]}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_DRAWING = (
    "<w:r><w:drawing>"
    '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{id}" '
    'behindDoc="1" locked="1" layoutInCell="0" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="page"><wp:posOffset>{across}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="page"><wp:posOffset>{down}</wp:posOffset></wp:positionV>'
    '<wp:extent cx="{size}" cy="{size}"/><wp:wrapNone/>'
    '<wp:docPr id="{id}" name="{name}" descr="页码二维码"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{id}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
    '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{size}" cy="{size}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
)
_FONT = "宋体"
_WORDS = (
    f'<w:rFonts w:hint="eastAsia" w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:eastAsia="{_FONT}" '
    f'w:cs="{_FONT}"/><w:b w:val="0"/><w:i w:val="0"/><w:color w:val="000000"/>'
    f'<w:sz w:val="{_SIZE_HALF_POINTS}"/><w:szCs w:val="{_SIZE_HALF_POINTS}"/>'
)


def code_paragraph(
    section: etree._Element, relation: str, number: int, *, is_left: bool
) -> etree._Element:
    """The paragraph of a header: picture and words, the words as the last text.

    Args:
        section: Properties of the section, for the size of its page.
        relation: Id of the picture's relationship.
        number: Which header, from 0.
        is_left: Whether the picture stands on the left.
    """
    margins = section.find(f"{W}pgMar")
    inner = 0
    if margins is not None:
        inner = min(int(margins.get(f"{W}{side}", "0")) for side in ("left", "right"))
    indent = max(ABOVE.reach - inner, 0) + _GAP
    side, other = ("left", "right") if is_left else ("right", "left")
    far = _far(section, "w", ABOVE)
    across = round(ABOVE.offset * _EMU_PER_MM) if is_left else far
    picture = _drawing(number, relation, ABOVE, (across, round(ABOVE.offset * _EMU_PER_MM)))
    return _parsed(
        f'<w:p {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
        f'w:lineRule="auto"/><w:ind w:{other}Chars="0" w:{other}="0" w:{side}Chars="0" '
        f'w:{side}="{indent}" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{side}"/>'
        f"<w:rPr>{_WORDS}</w:rPr></w:pPr>{picture}"
        f'<w:r><w:rPr>{_WORDS}</w:rPr><w:t xml:space="preserve">页码</w:t></w:r></w:p>'
    )


def last_run(section: etree._Element, relation: str) -> etree._Element:
    """The run with the picture of the last page's code, in the lower right corner."""
    place = (_far(section, "w", BELOW), _far(section, "h", BELOW))
    picture = _drawing(len(HEADERS), relation, BELOW, place)
    return _parsed(f"<w:p {_NAMESPACES}>{picture}</w:p>")[0]


def end_paragraph() -> etree._Element:
    """A paragraph so low that it hardly ever needs a page of its own."""
    return _parsed(
        f'<w:p {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" '
        'w:lineRule="exact"/><w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def make_room(section: etree._Element) -> None:
    """Margins that leave the codes free.

    The text begins below the quiet zone of the code above it. If there is room at the foot, text
    and page number move down as a whole, so that pages break where they did. The code in the bottom
    corner stands beside the text, or below it where the margin at the side is narrow.
    """
    margins = section.find(f"{W}pgMar")
    if margins is None:
        return
    top, right, bottom, footer = (
        int(margins.get(f"{W}{side}", "0")) for side in ("top", "right", "bottom", "footer")
    )
    shift = max(ABOVE.reach - abs(top), 0)
    if right < BELOW.reach:
        bottom = max(bottom, BELOW.reach)
    elif shift and footer - shift >= _twips(LEAST_FOOTER_MM):
        bottom, footer = bottom - shift, footer - shift
    for side, value in (
        ("top", ABOVE.reach if shift else top),
        ("bottom", bottom),
        ("footer", footer),
    ):
        margins.set(f"{W}{side}", str(value))


def _twips(length_mm: float) -> int:
    return round(length_mm * 1440 / 25.4)


def _far(section: etree._Element, side: str, symbol: _Symbol) -> int:
    """Place of a picture at the far edge of the paper, in EMU; `side` is w or h."""
    size = section.find(f"{W}pgSz")
    length = _A4[side] if size is None else int(size.get(f"{W}{side}", _A4[side]))
    return length * _EMU_PER_TWIP - round((symbol.offset + symbol.picture) * _EMU_PER_MM)


def _drawing(number: int, relation: str, symbol: _Symbol, place_emu: tuple[int, int]) -> str:
    return _DRAWING.format(
        id=FIRST_DRAWING + number,
        name=f"{DRAWING_NAME}{number + 1}",
        relation=relation,
        across=place_emu[0],
        down=place_emu[1],
        size=round(symbol.picture * _EMU_PER_MM),
    )


def _parsed(markup: str) -> etree._Element:
    return parse_part(markup.encode(), "页码")
