"""A blank form: a document whose marks become cells, lines and boxes to write in.

In a cell of its own a mark leaves the cell empty; beside other words in a table it is white space;
in running text it is a line. A paragraph to be written is several ruled lines, a photo a frame.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from safety_docs.documents.blank import LINE, MARK, OPEN, SPACE, room_for
from safety_docs.documents.package import CONTENT_TYPES, parse_part, read_package
from safety_docs.documents.story import W
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safety_docs.documents.compile import CompiledTemplate

_MAIN = "word/document.xml"
_MAX_IN_CELL = 6
_CHARACTER_TWIPS = 245
_MARGINS_TWIPS = 180
_ROW_TWIPS = 510
_PHOTO_TWIPS = 2950
_BEFORE_BORDERS = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
_BEFORE_SPACING = (*_BEFORE_BORDERS, "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs")


def render_blank(template: CompiledTemplate, values: Mapping[str, Any]) -> bytes:
    """The paper version of a form.

    Args:
        template: Of the form.
        values: A `Blank` for everything that is to be written by hand.

    Raises:
        RenderError: If the template cannot do without a value.
    """
    data = template.render(values)
    parts = read_package(data, "空白表")
    if _MAIN not in parts:
        return data  # a workbook's cells are filled with room to write already
    finished = {name: _finished(name, part) for name, part in parts.items()}
    names = sorted(finished, key=lambda name: name != CONTENT_TYPES)
    return join(pack(name, finished[name]) for name in names)


def _finished(name: str, data: bytes) -> bytes:
    if OPEN.encode() not in data:
        return data
    root = parse_part(data, name)
    for row in root.iter(f"{W}tr"):
        _give_height(row)
    for paragraph in list(root.iter(f"{W}p")):
        if OPEN in _text(paragraph):
            _Paragraph(paragraph).finish()
    _shrink_end(root)
    for element in root.iter("*"):  # properties of the document
        if element.text and OPEN in element.text:
            element.text = MARK.sub("", element.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


class _Paragraph:
    """One paragraph with marks."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.slots = list(element.iter(f"{W}t"))
        self.cell = next(element.iterancestors(f"{W}tc"), None)

    def finish(self) -> None:
        """Turn its marks into room to write."""
        marks = list(MARK.finditer(_text(self.element)))
        kinds = {found[1] for found in marks}
        around = self.element if self.cell is None else self.cell
        stands_alone = not MARK.sub("", _text(around)).strip()
        if "photo" in kinds:
            self._fill(lambda _found: "")
            _frame(self.element)
        elif stands_alone and "lines" in kinds:
            self._repeat(max(int(found[2]) for found in marks if found[1] == "lines"))
        elif self.cell is None:
            self._fill(lambda found: room_for(found, LINE))
        elif stands_alone:
            self._fill(lambda found: "" if found[3] == "1" else found[4])
        else:
            self._fill(lambda found: room_for(found, SPACE)[: max(_MAX_IN_CELL, len(found[4]))])
        if self.cell is not None:
            self._squeeze(self.cell)

    def _fill(self, room: Callable[[re.Match[str]], str]) -> None:
        for slot in self.slots:
            slot.text = MARK.sub(room, slot.text or "")

    def _squeeze(self, cell: etree._Element) -> None:
        """Less white space, so that words and what is to be written fit on a line of the cell."""
        printed = [slot for slot in self.slots if slot.text]
        if printed:
            printed[-1].text = str(printed[-1].text).rstrip(SPACE)
        room = _room(cell)
        while _columns(_text(self.element)) > room:
            widest = max(printed, key=lambda slot: _widest(slot.text), default=None)
            if widest is None or _widest(widest.text) < 2:
                return
            gap = SPACE * _widest(widest.text)
            head, _, tail = str(widest.text).rpartition(gap)
            widest.text = head + gap[1:] + tail

    def _repeat(self, lines: int) -> None:
        """`lines` copies of the emptied paragraph, ruled when it does not stand in a table."""
        for run in list(self.element.iter(f"{W}r")):
            parent = run.getparent()
            if parent is not None:
                parent.remove(run)
        if self.cell is None:
            _rule(self.element)
        for _ in range(lines - 1):
            self.element.addnext(copy.deepcopy(self.element))


def _text(element: etree._Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{W}t"))


def _room(cell: etree._Element) -> float:
    """Chinese characters on a line of a cell; it is not known how large they are, so few."""
    width = cell.find(f"{W}tcPr/{W}tcW")
    twips = 0 if width is None else int(width.get(f"{W}w") or 0)
    return (twips - _MARGINS_TWIPS) / _CHARACTER_TWIPS


def _widest(text: str | None) -> int:
    """Length of the longest white space in a text."""
    return max(map(len, re.findall(f"{SPACE}+", text or "")), default=0)


def _shrink_end(root: etree._Element) -> None:
    """An empty paragraph behind a last table must not need a page of its own."""
    for paragraph in root.findall(f"{W}body/{W}p")[-1:]:
        if not _text(paragraph):
            _space(paragraph, line=20, after=0)


def _columns(text: str) -> float:
    """Width in Chinese characters."""
    return sum(0.5 if character.isascii() else 1 for character in text)


def _give_height(row: etree._Element) -> None:
    """A row to be written in is high enough for a hand."""
    if not any(found[3] == "1" for found in MARK.finditer(_text(row))):
        return
    properties = _first(row, "trPr")
    height = properties.find(f"{W}trHeight")
    if height is None:
        height = etree.SubElement(properties, f"{W}trHeight")
    if int(height.get(f"{W}val") or 0) < _ROW_TWIPS:
        height.set(f"{W}val", str(_ROW_TWIPS))
        height.set(f"{W}hRule", "atLeast")


def _rule(paragraph: etree._Element) -> None:
    """A line under the paragraph, and one between it and others like it."""
    _border(paragraph, ("bottom", "between"))
    for name in ("ind", "jc"):
        for element in list(_first(paragraph, "pPr").iterchildren(f"{W}{name}")):
            _first(paragraph, "pPr").remove(element)


def _frame(paragraph: etree._Element) -> None:
    """A frame as high as a photo."""
    _border(paragraph, ("top", "left", "bottom", "right"))
    inset = etree.Element(f"{W}ind")
    for side in ("left", "right"):
        inset.set(f"{W}{side}", "120")
    _space(paragraph, line=_PHOTO_TWIPS, after=60)
    _insert(_first(paragraph, "pPr"), inset, (*_BEFORE_SPACING, "spacing"))


def _space(paragraph: etree._Element, *, line: int, after: int) -> None:
    """Set the exact height of its lines, and the space below."""
    spacing = etree.Element(f"{W}spacing")
    for key, value in (("before", 0), ("after", after), ("line", line)):
        spacing.set(f"{W}{key}", str(value))
    spacing.set(f"{W}lineRule", "exact")
    _insert(_first(paragraph, "pPr"), spacing, _BEFORE_SPACING)


def _border(paragraph: etree._Element, sides: tuple[str, ...]) -> None:
    borders = etree.Element(f"{W}pBdr")
    for side in sides:
        line = etree.SubElement(borders, f"{W}{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "auto")):
            line.set(f"{W}{key}", value)
    _insert(_first(paragraph, "pPr"), borders, _BEFORE_BORDERS)


def _insert(parent: etree._Element, element: etree._Element, before: tuple[str, ...]) -> None:
    """Put `element` behind the children named in `before`, in place of one like it."""
    for old in list(parent.iterchildren(str(element.tag))):
        parent.remove(old)
    names = {f"{W}{name}" for name in before}
    position = sum(1 for child in parent if child.tag in names)
    parent.insert(position, element)


def _first(element: etree._Element, name: str) -> etree._Element:
    """The first child with this name, made if there is none."""
    found = element.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        element.insert(0, found)
    return found
