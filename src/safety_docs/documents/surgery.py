"""Cutting and joining pieces of a parsed part, so that tags stand where they belong.

Text beside an element is its tail, or the text of its parent, as lxml has it; nothing here loses
any.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.story import W

if TYPE_CHECKING:
    from safety_docs.documents.story import Block, Slot

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CELL_PROPERTIES = (
    "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
    "vAlign hideMark"
)
_TC_ORDER = [f"{W}{name}" for name in _CELL_PROPERTIES.split()]


def join_split_tags(block: Block) -> None:
    """Move the pieces of a tag that Word has spread over several runs into the first of them."""
    starts: list[int] = []
    position = 0
    for slot in block.slots:
        starts.append(position)
        position += len(slot.text)
    kept: list[Slot] = []
    for slot, start in zip(block.slots, starts, strict=True):
        if any(tag.start < start < tag.end for tag in block.tags):
            kept[-1].text += slot.text
            _drop_text(slot.element)
        else:
            kept.append(slot)
    block.slots = kept


def _drop_text(text: etree._Element) -> None:
    """Remove a ``w:t``, its run when nothing else is in it, and spelling marks before that."""
    run = text.getparent()
    if run is None:
        return
    run.remove(text)
    if run.tag != f"{W}r" or any(child.tag != f"{W}rPr" for child in run):
        return
    previous = run.getprevious()
    while previous is not None and previous.tag == f"{W}proofErr":
        mark, previous = previous, previous.getprevious()
        replace(mark, "")
    replace(run, "")


def replace(element: etree._Element, text: str) -> None:
    """Put `text` where `element` stands."""
    _before(element, text + (element.tail or ""))
    parent = element.getparent()
    if parent is not None:
        element.tail = None
        parent.remove(element)


def wrap(element: etree._Element, before: str, after: str) -> None:
    """Put text around `element`."""
    _before(element, before)
    element.tail = after + (element.tail or "")


def _before(element: etree._Element, text: str) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text


def insert_run(after: etree._Element, words: str, like: etree._Element) -> etree._Element:
    """A run behind `after`, dressed as `like` when it has words."""
    run = etree.Element(f"{W}r")
    style = like.find(f"{W}rPr")
    if words and style is not None:
        run.append(copy.deepcopy(style))
    node = etree.SubElement(run, f"{W}t")
    node.set(SPACE, "preserve")
    node.text = words
    parent = after.getparent()
    if parent is not None:
        parent.insert(parent.index(after) + 1, run)
    return run


def grid_span(cell: etree._Element) -> int:
    """Columns that a cell of the template takes up; 1 where a tag says how many."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    value = span.get(f"{W}val", "1") if span is not None else "1"
    return int(value) if value.isdecimal() else 1


def set_property(cell: etree._Element, name: str, **attributes: str) -> None:
    """Set a cell property, in the order of CT_TcPr (ECMA-376-1, 17.4.70)."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    for old in properties.findall(f"{W}{name}"):
        properties.remove(old)
    rank = _TC_ORDER.index(f"{W}{name}")
    index = sum(
        1 for child in properties if child.tag in _TC_ORDER and _TC_ORDER.index(child.tag) < rank
    )
    element = etree.Element(f"{W}{name}")
    for key, value in attributes.items():
        element.set(f"{W}{key}", value)
    properties.insert(index, element)
