"""What a rendered part may still need: line breaks, numbers of drawings, table grids.

Each is done only for parts that need it, on the rendered source. Numbering changes digits only;
behind the other two a part is parsed strictly, because `proof` does not speak of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.story import W

if TYPE_CHECKING:
    from safety_docs.documents.missing import RenderLog

FIRST_DRAWING = 1001
"""Drawings are numbered from here, as docxtpl does."""
_TEXT = re.compile(r"(<w:t(?: [^<>]*)?>)([^<]*[\n\t\r][^<]*)</w:t>")
_BREAK = re.compile(r"\r\n|[\n\r\t]")
_DRAWING = re.compile(r'(<\w+:docPr\b[^<>]*?\bid=")\d+(")')


def break_lines(text: str) -> str:
    r"""Line breaks and tabs in values as ``w:br`` and ``w:tab``.

    >>> break_lines('<w:t>甲\r\n乙</w:t>')
    '<w:t>甲</w:t><w:br/><w:t xml:space="preserve">乙</w:t>'
    """
    # outside of w:t, such as in a property, a bare CR would be read back as LF (XML 1.0, 2.11)
    return _TEXT.sub(_broken, text).replace("\r", "&#13;")


def _broken(match: re.Match[str]) -> str:
    opening, words = match.groups()

    def element(found: re.Match[str]) -> str:
        name = "tab" if found.group() == "\t" else "br"
        return f'</w:t><w:{name}/><w:t xml:space="preserve">'

    return f"{opening}{_BREAK.sub(element, words)}</w:t>"


def number_drawings(text: str, log: RenderLog) -> str:
    """Number the drawings in the order of the document, so that copies in loops differ."""

    def numbered(match: re.Match[str]) -> str:
        log.drawings += 1
        return f"{match.group(1)}{FIRST_DRAWING - 1 + log.drawings}{match.group(2)}"

    return _DRAWING.sub(numbered, text)


def repair_grids(data: bytes) -> bytes:
    """Give every table as many grid columns as its widest row, sharing out the width."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return data  # the strict check that follows says what is wrong
    for table in root.iter(f"{W}tbl"):
        _repair(table)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _repair(table: etree._Element) -> None:
    grid = table.find(f"{W}tblGrid")
    rows = table.findall(f"{W}tr")
    if grid is None or not rows:
        return
    columns = grid.findall(f"{W}gridCol")
    wanted = max(_width(row) for row in rows)
    if wanted == len(columns) or not wanted:
        return
    total = sum(int(column.get(f"{W}w") or 0) for column in columns)
    for column in columns:
        grid.remove(column)
    for _ in range(wanted):
        etree.SubElement(grid, f"{W}gridCol").set(f"{W}w", str(total // wanted))


def _width(row: etree._Element) -> int:
    """Grid columns that a row takes up."""
    return sum(_span(cell) for cell in row.findall(f"{W}tc"))


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else int(span.get(f"{W}val") or 1)
