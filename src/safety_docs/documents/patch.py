"""From a checked story to the source of a Jinja template, on the parsed tree, block by block.

Every tag becomes a placeholder in the tree and is put back after serialising, so what is typed in a
tag is never escaped and what stands outside is never read as a tag. The source has one line for
each block with tags; `Source.places` says which block a line belongs to.

The language is docxtpl's (https://docxtpl.readthedocs.io). Where the result differs on purpose:

- a line break or tab in a value becomes ``w:br`` or ``w:tab`` in the same run;
- None prints nothing, booleans print 是 or 否, a list printed as a whole is refused;
- properties of cells stand in the order of the schema, and the text after a ``{{r }}`` keeps its
  font;
- document properties are escaped once; ``{_{`` is a brace only in the template, not in a value;
- ``{{ x|分段 }}`` alone in its paragraph makes one such paragraph for each line;
- other control characters, and names that are missing, are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from safety_docs.documents.errors import PackageError
from safety_docs.documents.page_marks import DRAWING_NAME
from safety_docs.documents.story import W
from safety_docs.documents.surgery import (
    SPACE,
    grid_span,
    insert_run,
    join_split_tags,
    replace,
    set_property,
    wrap,
)
from safety_docs.documents.tags import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.documents.story import Block, Slot, Story
    from safety_docs.documents.tags import Tag

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_PLACEHOLDER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_BRACES = re.compile(r"\{_\{|\}_\}|\{_%|%_\}")


@dataclass(slots=True)
class Source:
    """A Jinja source for one XML part.

    Attributes:
        text: The source; it has no line break but those that count blocks.
        places: The block of each line, the first for line 2.
        has_pictures: Whether it uses the filter 图片.
        has_cells: Whether the number of cells in a row may change.
        has_drawings: Whether it has drawings, whose ids must be unique; one of a page code is.
    """

    text: str = ""
    places: list[Block] = field(default_factory=list)
    has_pictures: bool = False
    has_cells: bool = False
    has_drawings: bool = False


def needs_patch(block: Block) -> bool:
    """Whether a block is not simply copied."""
    return bool(block.tags or _BRACES.search(block.text))


def patch(story: Story, filter_of: Callable[[Block, int], str]) -> Source:
    """Make the source; the story's tree is used up.

    Args:
        story: Its blocks have tags and no errors.
        filter_of: The outermost filter of a tag, by block and position.
    """
    return _Patch(story, filter_of).run()


class _Patch:
    def __init__(self, story: Story, filter_of: Callable[[Block, int], str]) -> None:
        self._story = story
        self._filter_of = filter_of
        self._sources: list[tuple[str, Block]] = []
        self._source = Source()
        self._merged: list[tuple[etree._Element, str, Block]] = []

    def run(self) -> Source:
        if _OPEN in etree.tostring(self._story.root, encoding="unicode"):
            raise PackageError(self._story.name, "里有保留字符 U+FDD0，请删去后再用。")
        for block in self._story.blocks:
            if block.tags:
                self._block(block)
            elif _BRACES.search(block.text):
                self._literal_braces(block)
        for cell, keyword, block in self._merged:
            self._merge(cell, keyword, block)
        root = self._story.root
        self._source.has_drawings = self._source.has_pictures or any(
            str(element.tag).endswith("}docPr")
            and not element.get("name", "").startswith(DRAWING_NAME)
            for element in root.iter("*")
        )
        text = etree.tostring(root, encoding="unicode")
        for raw, safe in (("\n", "&#10;"), ("\t", "&#9;")):
            text = text.replace(raw, safe)
        self._source.text = _DECLARATION + _PLACEHOLDER.sub(self._restore, text)
        return self._source

    def _restore(self, match: re.Match[str]) -> str:
        source, block = self._sources[int(match.group(1))]
        places = self._source.places
        if places and places[-1] is block:
            return source
        places.append(block)
        return "{#\n#}" + source

    def _mark(self, source: str, block: Block) -> str:
        self._sources.append((source, block))
        return f"{_OPEN}{len(self._sources) - 1}{_CLOSE}"

    def _literal_braces(self, block: Block) -> None:
        for slot in block.slots:
            slot.text = self._braces(slot.text, block)

    def _braces(self, text: str, block: Block) -> str:
        def literal(match: re.Match[str]) -> str:
            return self._mark(f"{{{{ '{match.group().replace('_', '')}' }}}}", block)

        return _BRACES.sub(literal, text)

    def _block(self, block: Block) -> None:
        whole = next((tag for tag in block.tags if tag.level in {"p", "tr", "tc"}), None)
        if whole is not None:
            self._hoist(block, whole)
            return
        join_split_tags(block)
        lines = len(block.tags) == 1 and self._filter_of(block, 0) == "分段"
        if lines and block.text.strip() == block.tags[0].raw and block.is_paragraph:
            self._paragraph_per_line(block)
            return
        position = 0
        for slot in block.slots:
            position = self._slot(block, slot, position)

    def _hoist(self, block: Block, tag: Tag) -> None:
        element = block.element
        if tag.level != "p":
            element = next(element.iterancestors(f"{W}{tag.level}"), element)
        self._source.has_cells |= tag.level == "tc"
        replace(element, self._mark(_plain(tag), block))

    def _paragraph_per_line(self, block: Block) -> None:
        before = self._mark(f"{{% for _line in _lines({block.tags[0].body}) %}}", block)
        after = self._mark("{% endfor %}", block)
        for slot in block.slots:
            if slot.text.strip():
                slot.text = self._mark("{{ _line }}", block)
                slot.element.set(SPACE, "preserve")
        wrap(block.element, before, after)

    def _slot(self, block: Block, slot: Slot, position: int) -> int:
        """Replace the tags of one slot; returns the position of the next tag of the block."""
        tags, _ = scan(slot.text)
        pieces: list[str] = []
        done = 0
        runs: list[tuple[int, str]] = []
        for tag in tags:
            pieces.append(self._braces(slot.text[done : tag.start], block))
            done = tag.end
            source = self._tag(block, tag, position)
            if slot.attribute is not None and tag.opener == "{{":
                source = f"{{{{ _attribute({tag.body}) }}}}"
            if source.startswith("\0"):
                runs.append((len(pieces), source[1:]))
                pieces.append("")
            else:
                pieces.append(self._mark(source, block))
            position += 1
        if tags:
            pieces.append(self._braces(slot.text[done:], block))
            slot.text = "".join(pieces)
            if slot.attribute is None and slot.element.tag == f"{W}t":
                slot.element.set(SPACE, "preserve")
            if runs:
                self._split_run(block, slot.element, pieces, runs)
        return position

    def _tag(self, block: Block, tag: Tag, position: int) -> str:
        """Source of a tag inside its text; with a leading NUL when it takes the place of a run."""
        if tag.keyword in {"colspan", "cellbg", "vm", "hm"}:
            return self._cell(block, tag)
        if self._filter_of(block, position) == "图片":
            self._source.has_pictures = True
            return "\0" + _plain(tag)
        if tag.level == "r":
            return "\0" + (_plain(tag) if tag.opener == "{%" else f"{{{{ _run({tag.body}) }}}}")
        return _plain(tag)

    def _split_run(
        self, block: Block, text: etree._Element, pieces: list[str], runs: list[tuple[int, str]]
    ) -> None:
        """Cut the run of a ``w:t`` so that some tags stand between runs, as docxtpl does."""
        run = text.getparent()
        if run is None or run.tag != f"{W}r":
            return
        following = list(text.itersiblings())
        text.text = "".join(pieces[: runs[0][0]])
        tail, last = run.tail or "", run
        for number, (index, source) in enumerate(runs):
            end = runs[number + 1][0] if number + 1 < len(runs) else len(pieces)
            words = "".join(pieces[index:end])
            last.tail = self._mark(source, block)
            last = insert_run(last, words, like=run)
        last.tail = tail
        for element in following:
            last.append(element)

    def _cell(self, block: Block, tag: Tag) -> str:
        """Apply colspan, cellbg, vm or hm to the cell; the tag itself prints nothing."""
        cell = next(block.element.iterancestors(f"{W}tc"))
        expression = tag.body.removeprefix(tag.keyword)
        if tag.keyword == "cellbg":
            fill = self._mark(f"{{{{ _fill({expression}) }}}}", block)
            set_property(cell, "shd", val="clear", color="auto", fill=fill)
        elif tag.keyword == "colspan":
            self._source.has_cells = True
            span = self._mark(f"{{{{ _span({expression}) }}}}", block)
            set_property(cell, "gridSpan", val=span)
        else:
            self._merged.append((cell, tag.keyword, block))
        return "{# #}"

    def _merge(self, cell: etree._Element, keyword: str, block: Block) -> None:
        first, end = self._mark("{% if loop.first %}", block), self._mark("{% endif %}", block)
        if keyword == "hm":
            self._source.has_cells = True
            width = grid_span(cell)
            span = "{{ loop.length }}" if width == 1 else f"{{{{ {width} * loop.length }}}}"
            set_property(cell, "gridSpan", val=self._mark(span, block))
            wrap(cell, first, end)
            return
        kind = self._mark("{{ 'restart' if loop.first else 'continue' }}", block)
        set_property(cell, "vMerge", val=kind)
        for text in cell.iter(f"{W}t"):
            text.text = f"{first}{text.text or ''}{end}"
            text.set(SPACE, "preserve")


def _plain(tag: Tag) -> str:
    """The tag as Jinja reads it."""
    if tag.opener == "{#":
        return "{# #}"
    closer = "}}" if tag.opener == "{{" else "%}"
    return f"{tag.opener} {tag.body} {closer}"
