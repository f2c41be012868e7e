"""What stands on the page, in order, before it becomes markup: paragraphs and tables.

Rules about neighbours live here: what is kept together, where space is put, where a page begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from safety_docs.documents.markdown import (
    BlockTag,
    Heading,
    PageBreak,
    Paragraph,
    PhotoGrid,
    Slip,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from safety_docs.documents.markdown import Block, Table
    from safety_docs.documents.profiles import Profile

_STYLES = {
    "body": "Body",
    "note": "Note",
    "left": "Left",
    "centre": "Centre",
    "right": "Right",
    "small": "Small",
}
_HEADINGS = ("Title", "Heading1", "Heading2", "Heading3")
CUT_LINE = "\t\u3000✂\u3000沿此线剪下\u3000\t"


@dataclass(slots=True)
class Para:
    """A paragraph to be set.

    Attributes:
        style: Style id.
        text: With marks and tags.
        keeps_next: Stays on the page of what follows.
        begins_page: Starts a new page.
        before: Space above in twips, None for that of the style.
        after: Space below in twips, None for that of the style.
    """

    style: str
    text: str
    keeps_next: bool = False
    begins_page: bool = False
    before: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Tag:
    """A ``{%p %}`` tag; it vanishes with its paragraph."""

    source: str

    @property
    def keyword(self) -> str:
        """if, elif, else, endif, for, endfor or set."""
        return self.source[3:].split(maxsplit=1)[0]


@dataclass(slots=True)
class Grid:
    """A table to be set.

    Attributes:
        table: As written.
        keeps_next: Its rows stay on the page of what follows.
        is_together: Its rows stay on one page.
    """

    table: Table
    keeps_next: bool = False
    is_together: bool = False


@dataclass(slots=True)
class Photos:
    """A grid of photos.

    Attributes:
        field: Name of the field.
        keeps_next: Its last row stays on the page of what follows.
    """

    field: str
    keeps_next: bool = False


Item = Para | Tag | Grid | Photos


@dataclass(slots=True)
class _Flow:
    profile: Profile
    items: list[Item] = field(default_factory=list)
    begins_page: bool = False

    def add(self, block: Block) -> None:
        if isinstance(block, PageBreak):
            self.begins_page = True
        elif isinstance(block, BlockTag):
            self.items.append(Tag(block.source))
        elif isinstance(block, Heading):
            self._para(_HEADINGS[block.level], block.text)
        elif isinstance(block, Paragraph):
            self._para(_STYLES[block.look], block.text)
        elif isinstance(block, Slip):
            self._slip(block)
        else:
            self._tabular(block)

    def _para(self, style: str, text: str) -> None:
        self.items.append(Para(style, text, begins_page=self.begins_page))
        self.begins_page = False

    def _tabular(self, block: Table | PhotoGrid) -> None:
        """A table is followed by a gap: it parts tables, and a page must not end in one."""
        if self.begins_page:
            self._para("Gap", "")
        if isinstance(block, PhotoGrid):
            self.items += [Photos(block.field), Para("Gap", "")]
            return
        grid = Grid(block)
        if block.kind == "签署栏":
            grid.is_together = True
            room = self.profile.style("Normal").line // 2
            self.items.append(Para("Gap", "", keeps_next=True, before=room))
            keep_with_next(self.items[:-1])
        self.items += [grid, Para("Gap", "")]

    def _slip(self, slip: Slip) -> None:
        cut = Para("CutLine", CUT_LINE, begins_page=self.begins_page)
        inner = _Flow(self.profile, [cut])
        for block in slip.blocks:
            inner.add(block)
        printed = [item for item in inner.items if not isinstance(item, Tag)]
        for item in printed[:-1]:
            item.keeps_next = True
            if isinstance(item, Grid):
                item.is_together = True
        self.begins_page = False
        self.items += inner.items


def flow(blocks: Iterable[Block], profile: Profile) -> list[Item]:
    """The items of a document, neighbours settled."""
    result = _Flow(profile)
    for block in blocks:
        result.add(block)
    _space_titles(result.items, profile)
    _lead_into_tables(result.items)
    return result.items


def keep_with_next(items: list[Item]) -> None:
    """Keep what is printed last with what follows.

    Behind a condition either branch may be last, and so may be what stands before it. A table
    whose last row is in a loop is left alone: nobody knows which of its rows is the last.
    """
    depth, is_wanted = 0, True
    for item in reversed(items):
        if isinstance(item, Tag):
            depth += _depth(item)
            is_wanted = is_wanted or item.keyword in {"if", "for", "elif", "else"}
        elif is_wanted:
            item.keeps_next = True
            is_wanted = isinstance(item, Para) and item.style == "Gap"
        if depth == 0 and not is_wanted:
            return


def _depth(tag: Tag) -> int:
    """Change of depth when walking backwards."""
    if tag.keyword in {"endif", "endfor"}:
        return 1
    return -1 if tag.keyword in {"if", "for"} else 0


def _space_titles(items: list[Item], profile: Profile) -> None:
    """Blank space below a title belongs below its centred subtitles."""
    for first, item in enumerate(items):
        if not isinstance(item, Para) or item.style != "Title":
            continue
        last = item
        for following in items[first + 1 :]:
            if not isinstance(following, Para) or following.style != "Centre":
                break
            last.keeps_next = True
            last = following
        last.after = profile.title_room
        last.keeps_next = True


def _lead_into_tables(items: list[Item]) -> None:
    """A line that ends in a colon is not parted from the table that it announces."""
    for item, following in pairwise(items):
        if isinstance(item, Para) and isinstance(following, Grid):
            item.keeps_next = item.keeps_next or item.text.rstrip().endswith("：")
