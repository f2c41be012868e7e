"""What is printed of a page code: the picture at a fixed place, and the words beside it.

The codes stand in the outer top corner, right on odd pages and left on even ones: of paper that is
printed on both sides and bound on the left, staples and punches sit on the inner side. The last
page's code stands in the middle of the top margin, where neither staples nor punches come, where it
is free on odd and even pages, and where it is not cut off with a slip at the foot of a letter.

Pictures lie behind the text, so that they never hide a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from safety_docs.documents.package import parse_part
from safety_docs.documents.page_marks import DRAWING_NAME, HEADERS
from safety_docs.documents.qr_picture import QUIET
from safety_docs.documents.qr_symbol import SIZE
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from lxml import etree

FIRST_DRAWING = 901
"""Drawings of codes are numbered from here, below those of the text (`finish`)."""
_LEAST_FOOTER_MM = 8
"""From the edge of the paper to a page number that has been moved."""
_GAP_MM = 2
_EMU_PER_MM = 36_000
_A4_TWIPS = 11_906
_SIZE_HALF_POINTS = 16


class _Symbol(NamedTuple):
    """A symbol at the upper edge of the paper; all in millimetres.

    Attributes:
        side: Width and height without the quiet zone.
        edge: From it to the edges of the paper; printers leave out about four.
    """

    side: float
    edge: float

    @property
    def picture(self) -> float:
        """Width and height with the quiet zone."""
        return self.side * (SIZE + 2 * QUIET) / SIZE

    @property
    def offset(self) -> float:
        """From the edges of the paper to the picture."""
        return self.edge - self.side * QUIET / SIZE

    @property
    def reach(self) -> float:
        """From the edges of the paper to the end of the quiet zone."""
        return self.offset + self.picture


_OF_PAGE = _Symbol(20, 5)
_OF_LAST = _Symbol(16, 5)
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
    width = _width_mm(section)
    near, far = (_margin_mm(section, side) for side in ("left", "right"))
    if not is_left:
        near, far = far, near
    beside = max(_OF_PAGE.reach + _GAP_MM - near, 0)
    beyond = max(width / 2 + _OF_LAST.picture / 2 + _GAP_MM - far, 0)
    side, other = ("left", "right") if is_left else ("right", "left")
    across = _OF_PAGE.offset if is_left else width - _OF_PAGE.reach
    picture = _drawing(number, relation, _OF_PAGE, across)
    return _parsed(
        f'<w:p {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
        f'w:lineRule="auto"/><w:ind w:{other}Chars="0" w:{other}="{_twips(beyond)}" '
        f'w:{side}Chars="0" w:{side}="{_twips(beside)}" w:firstLineChars="0" w:firstLine="0"/>'
        f'<w:jc w:val="{side}"/>'
        f"<w:rPr>{_WORDS}</w:rPr></w:pPr>{picture}"
        f'<w:r><w:rPr>{_WORDS}</w:rPr><w:t xml:space="preserve">页码</w:t></w:r></w:p>'
    )


def last_run(section: etree._Element, relation: str) -> etree._Element:
    """The run with the picture of the last page's code."""
    across = (_width_mm(section) - _OF_LAST.picture) / 2
    picture = _drawing(len(HEADERS), relation, _OF_LAST, across)
    return _parsed(f"<w:p {_NAMESPACES}>{picture}</w:p>")[0]


def end_paragraph() -> etree._Element:
    """A paragraph so low that it hardly ever needs a page of its own."""
    return _parsed(
        f'<w:p {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" '
        'w:lineRule="exact"/><w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def make_room(section: etree._Element) -> None:
    """Let the text begin below the codes.

    If there is room at the foot, text and page number move down as a whole, so that pages break
    where they did.
    """
    margins = section.find(f"{W}pgMar")
    if margins is None:
        return
    shift = _twips(_OF_PAGE.reach) - abs(int(margins.get(f"{W}top", "0")))
    if shift <= 0:
        return
    margins.set(f"{W}top", str(_twips(_OF_PAGE.reach)))
    footer, bottom = (int(margins.get(f"{W}{side}", "0")) for side in ("footer", "bottom"))
    if footer - shift >= _twips(_LEAST_FOOTER_MM):
        margins.set(f"{W}footer", str(footer - shift))
        margins.set(f"{W}bottom", str(bottom - shift))


def _twips(length_mm: float) -> int:
    return round(length_mm * 1440 / 25.4)


def _margin_mm(section: etree._Element, side: str) -> float:
    margins = section.find(f"{W}pgMar")
    return 0 if margins is None else int(margins.get(f"{W}{side}", "0")) * 25.4 / 1440


def _width_mm(section: etree._Element) -> float:
    """Of the paper."""
    size = section.find(f"{W}pgSz")
    twips = _A4_TWIPS if size is None else int(size.get(f"{W}w", _A4_TWIPS))
    return twips * 25.4 / 1440


def _drawing(number: int, relation: str, symbol: _Symbol, across_mm: float) -> str:
    return _DRAWING.format(
        id=FIRST_DRAWING + number,
        name=f"{DRAWING_NAME}{number + 1}",
        relation=relation,
        across=round(across_mm * _EMU_PER_MM),
        down=round(symbol.offset * _EMU_PER_MM),
        size=round(symbol.picture * _EMU_PER_MM),
    )


def _parsed(markup: str) -> etree._Element:
    return parse_part(markup.encode(), "页码")
