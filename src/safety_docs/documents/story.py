"""The parts of a Word package that hold text, as blocks with a place a clerk can find.

A story is one XML part: the body, a header, a footer, notes or the document properties. A block is
a paragraph of it, or a single attribute or property that has a tag. Paragraphs of the body are
counted from 1 without those in tables; tables from 1 in the whole part, nested ones too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.documents.package import content_types, parse_part
from safety_docs.documents.tags import has_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

    from safety_docs.documents.tags import Tag

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_LABELS = {
    "document.main+xml": "",
    "template.main+xml": "",
    "header+xml": "页眉",
    "footer+xml": "页脚",
    "footnotes+xml": "脚注",
    "endnotes+xml": "尾注",
    "comments+xml": "批注",
}
CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_PROPERTIES = {
    "title": "标题",
    "subject": "主题",
    "creator": "作者",
    "keywords": "标记",
    "description": "备注",
    "category": "类别",
    "lastModifiedBy": "上次修改者",
}


@dataclass(slots=True)
class Slot:
    """A place in the tree that holds text: an element's text, or one of its attributes."""

    element: etree._Element
    attribute: str | None = None

    @property
    def text(self) -> str:
        """Read/write."""
        if self.attribute is None:
            return self.element.text or ""
        return self.element.get(self.attribute, "")

    @text.setter
    def text(self, value: str) -> None:
        if self.attribute is None:
            self.element.text = value
        else:
            self.element.set(self.attribute, value)


@dataclass(slots=True)
class Block:
    """A paragraph with its text nodes, or a lone slot.

    Attributes:
        element: The ``w:p``, or the element of the slot.
        slots: Where the text lies, in order; their texts joined are `text`.
        text: As the clerk sees it, when the part was read.
        place: Such as "第 3 段" or "表 1 第 2 行第 1 列".
        tags: Complete tags in `text`; filled by the lint.
    """

    element: etree._Element
    slots: list[Slot]
    text: str
    place: str
    tags: tuple[Tag, ...] = ()

    @property
    def is_paragraph(self) -> bool:
        """False for attributes, fields and properties."""
        return self.element.tag == f"{W}p"


@dataclass(slots=True)
class Story:
    """One XML part with text.

    Attributes:
        name: Part name.
        label: "" for the body, else 页眉, 页脚, 脚注, 尾注, 批注 or 文档属性.
        root: The parsed part; the patch changes it.
        blocks: All blocks in document order.
    """

    name: str
    label: str
    root: etree._Element
    blocks: list[Block]


def read_stories(parts: Mapping[str, bytes], name: str) -> list[Story]:
    """Every part that holds text, the main part first, then in the order of the package.

    Raises:
        PackageError: If a part is damaged.
    """
    stories = []
    for part, kind in content_types(parts, name).items():
        label = story_label(kind)
        if label is not None:
            root = parse_part(parts[part], name)
            blocks = list(_property_blocks(root) if kind == CORE else _blocks(root, label))
            stories.append(Story(part, label, root, blocks))
    return sorted(stories, key=lambda story: story.label != "")


def story_label(content_type: str) -> str | None:
    """The label of a part with text, None for any other part."""
    if content_type == CORE:
        return "文档属性"
    if content_type.startswith(_WORD):
        return _LABELS.get(content_type.removeprefix(_WORD))
    return None


def _property_blocks(root: etree._Element) -> Iterator[Block]:
    for element in root:
        name = str(element.tag).rpartition("}")[2]
        place = f"文档属性“{_PROPERTIES.get(name, name)}”"
        yield Block(element, [Slot(element)], element.text or "", place)


def _blocks(root: etree._Element, label: str) -> Iterator[Block]:
    places = _Places(label)
    owned: dict[etree._Element, list[Slot]] = {}
    lone: list[tuple[etree._Element, Slot]] = []
    for element in root.iter("*"):
        if element.tag == f"{W}p":
            owned[element] = []
        elif element.tag == f"{W}t" and (paragraph := _paragraph(element)) is not None:
            owned[paragraph].append(Slot(element))
        elif has_tag(element.text or ""):
            lone.append((element, Slot(element)))
        lone += [
            (element, Slot(element, str(key)))
            for key, value in element.attrib.items()
            if has_tag(str(value))
        ]
    for paragraph, slots in owned.items():
        text = "".join(slot.text for slot in slots)
        yield Block(paragraph, slots, text, places.name(paragraph))
    for element, slot in lone:
        yield Block(element, [slot], slot.text, places.nearest(element))


def _paragraph(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(f"{W}p"), None)


class _Places:
    """Names of places, counted while walking one part in order."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._count = 0
        self._tables: dict[etree._Element, int] = {}
        self._names: dict[etree._Element, str] = {}
        self._ranks: dict[etree._Element, int] = {}

    def name(self, paragraph: etree._Element) -> str:
        """Place of the next paragraph in document order."""
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        place = self._in_table(cell) if cell is not None else self._in_text()
        self._names[paragraph] = place
        return place

    def nearest(self, element: etree._Element) -> str:
        """Place of the paragraph that holds `element`, else just the part."""
        paragraph = _paragraph(element)
        if paragraph is not None:
            return self._names[paragraph]
        return self._label or "正文"

    def _in_text(self) -> str:
        self._count += 1
        return f"{self._label}第 {self._count} 段" if self._label else f"第 {self._count} 段"

    def _in_table(self, cell: etree._Element) -> str:
        row = next(cell.iterancestors(f"{W}tr"), None)
        table = next(cell.iterancestors(f"{W}tbl"), None)
        if row is None or table is None:
            return self._in_text()
        number = self._tables.setdefault(table, len(self._tables) + 1)
        return f"{self._label}表 {number} 第 {self._rank(row)} 行第 {self._rank(cell)} 列"

    def _rank(self, element: etree._Element) -> int:
        """Position among its like in its parent, from 1; counted once for all of them."""
        parent = element.getparent()
        if element not in self._ranks and parent is not None:
            like = parent.iterchildren(str(element.tag))
            self._ranks.update({child: rank for rank, child in enumerate(like, 1)})
        return self._ranks[element]
