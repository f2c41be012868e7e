"""What is printed of a page code: the picture at a fixed place, and the words beside it.

Lengths are in millimetres where a name says so, else in twips. The pictures lie behind the text, so
that they never hide a word.
"""

from __future__ import annotations

from lxml import etree

from safety_docs.documents.package import parse_part
from safety_docs.documents.page_marks import DRAWING_NAME, LAST_QUIET, QUIET
from safety_docs.documents.story import W

EDGE_MM = 5
"""From the edge of the paper to the symbol: printers leave out about 4 mm."""
SYMBOL_MM = 20
LAST_SYMBOL_MM = 15.5
"""With its white it is 27.9 mm wide and stands in the corner of the paper, which makes 6.2 mm from
the symbol to both edges."""
LAST_EDGE_MM = LAST_SYMBOL_MM * (25 + LAST_QUIET + 4) / 25
"""From the edge of the paper to where the quiet zone of that symbol ends."""
LEAST_FOOTER_MM = 8
"""From the edge of the paper to a page number that has been moved."""
FIRST_DRAWING = 901
"""Drawings of codes are numbered from here, below those of the text (`finish`)."""
_MODULES = 25
_EMU_PER_MM = 36_000
_EMU_PER_TWIP = 635
_GAP = 113
_A4_WIDTH = 11_906
_SIZE_HALF_POINTS = 16
_PICTURE_MM = SYMBOL_MM * (1 + 2 * QUIET / _MODULES)
_OFFSET_MM = EDGE_MM - SYMBOL_MM * QUIET / _MODULES
_LAST_MM = LAST_SYMBOL_MM * (1 + 2 * LAST_QUIET / _MODULES)
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
    '<wp:positionH relativeFrom="page">{across}</wp:positionH>'
    '<wp:positionV relativeFrom="page">{down}</wp:positionV>'
    '<wp:extent cx="{size}" cy="{size}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
    '<wp:docPr id="{id}" name="{name}" descr="页码二维码"/><wp:cNvGraphicFramePr>'
    '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
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
    width, margins = _page(section)
    indent = max(_twips(_OFFSET_MM + _PICTURE_MM) - margins, 0) + _GAP
    side = "left" if is_left else "right"
    other = "right" if is_left else "left"
    across = _OFFSET_MM * _EMU_PER_MM
    if not is_left:
        across = width * _EMU_PER_TWIP - across - _PICTURE_MM * _EMU_PER_MM
    picture = _drawing(
        number,
        relation,
        f"<wp:posOffset>{round(across)}</wp:posOffset>",
        f"<wp:posOffset>{round(_OFFSET_MM * _EMU_PER_MM)}</wp:posOffset>",
        _PICTURE_MM,
    )
    return _parsed(
        f'<w:p {_NAMESPACES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
        f'w:lineRule="auto"/><w:ind w:{other}Chars="0" w:{other}="0" w:{side}Chars="0" '
        f'w:{side}="{indent}" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{side}"/>'
        f"<w:rPr>{_WORDS}</w:rPr></w:pPr>{picture}"
        f'<w:r><w:rPr>{_WORDS}</w:rPr><w:t xml:space="preserve">页码</w:t></w:r></w:p>'
    )


def last_run(relation: str) -> etree._Element:
    """The run with the picture of the last page's code, in the lower right corner."""
    picture = _drawing(
        3, relation, "<wp:align>right</wp:align>", "<wp:align>bottom</wp:align>", _LAST_MM
    )
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
    least, corner = _twips(_OFFSET_MM + _PICTURE_MM), _twips(LAST_EDGE_MM)
    shift = max(least - abs(top), 0)
    if shift and footer - shift >= _twips(LEAST_FOOTER_MM) and right >= corner:
        bottom, footer = bottom - shift, footer - shift
    elif right < corner:
        bottom = max(bottom, corner)
    for side, value in (("top", top if not shift else least), ("bottom", bottom), ("footer", footer)):
        margins.set(f"{W}{side}", str(value))


def _twips(length_mm: float) -> int:
    return round(length_mm * 1440 / 25.4)


def _page(section: etree._Element) -> tuple[int, int]:
    """Width of the paper, and the narrower of the margins at its sides."""
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    width = _A4_WIDTH if size is None else int(size.get(f"{W}w", _A4_WIDTH))
    if margins is None:
        return width, 0
    return width, min(int(margins.get(f"{W}{side}", "0")) for side in ("left", "right"))


def _drawing(number: int, relation: str, across: str, down: str, size_mm: float) -> str:
    return _DRAWING.format(
        id=FIRST_DRAWING + number,
        name=f"{DRAWING_NAME}{number + 1}",
        relation=relation,
        across=across,
        down=down,
        size=round(size_mm * _EMU_PER_MM),
    )


def _parsed(markup: str) -> etree._Element:
    return parse_part(markup.encode(), "页码")
