"""A filed letter on its way into a print pack: cut once where copies differ, joined for each copy.

In one file the ids of relationships, drawings and bookmarks must be unique, so every letter and
every copy gets its own. The body is searched for fixed strings, which takes microseconds, and
never parsed; what stands in text is told from what stands in a tag.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from safety_docs.documents.errors import UnpackableError
from safety_docs.documents.pack_lists import NO_LISTS, lists_of
from safety_docs.documents.pack_plan import KINDS, MAIN, plan
from safety_docs.documents.pack_section import (
    beginning,
    find_sections,
    place_for_section,
    references,
)
from safety_docs.documents.package import CONTENT_TYPES
from safety_docs.documents.page_marks import HEADERS
from safety_docs.documents.zipreader import read_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safety_docs.documents.pack_lists import Lists
    from safety_docs.documents.pack_plan import Plan
    from safety_docs.documents.zipreader import RawEntry

SlotKind = Literal["start", "relation", "drawing", "bookmark", "name", "list"]
_IN_TAG = rb"(?=[^<>]*>)"
_SLOTS: tuple[tuple[SlotKind, bytes, re.Pattern[bytes]], ...] = (
    (
        "relation",
        b" r:",
        re.compile(rb' r:(?:id|embed|link|pict|dm|lo|qs|cs)="([^"<>]+)"' + _IN_TAG),
    ),
    ("list", b"<w:numId ", re.compile(rb'<w:numId w:val="(\d+)"')),
    ("drawing", b"<wp:docPr ", re.compile(rb'<wp:docPr (?:[^<>]*? )?id="(\d+)"')),
    (
        "bookmark",
        b"<w:bookmark",
        re.compile(rb'<w:bookmark(?:Start|End) (?:[^<>]*? )?w:id="(-?\d+)"'),
    ),
    (
        "name",
        b"<w:bookmarkStart ",
        re.compile(rb'<w:bookmarkStart (?:[^<>]*? )?w:name="([^"<>]+)"'),
    ),
)
_BODY, _END = b"<w:body>", b"</w:body></w:document>"
_ROOT = b"<w:document "
_PARAGRAPH = re.compile(rb"<w:p(?: [^<>]*[^/])?>(<w:pPr>)?(?:<w:pPr/>)?")
_FONTS = re.compile(rb"<w:rFonts [^<>]*>")
_FONT = re.compile(rb'w:(?:ascii|hAnsi|eastAsia)="([^"<>]+)"')
NO_SECTION = "结尾没有页面设置"
STYLED_LIST = "自动编号是用样式做的，合在一起会接着编下去"
FOREIGN = "写法与本系统生成的不同"
_MIXED = (
    (b"Reference ", re.compile(rb"<w:(?:foot|end)noteReference "), "里面有脚注或尾注"),
    (b"Reference ", re.compile(rb"<w:commentReference "), "里面有批注"),
    (b' w:author="', re.compile(rb'<w:\w+ [^<>]*w:author="'), "里面有修订痕迹"),
    (b"<w:altChunk ", re.compile(rb"<w:altChunk "), "里面插入了别的文件"),
    (b"REF ", re.compile(rb"<w:instrText[^<>]*>[^<>]*REF "), "里面有目录或引用"),
    (b" w:anchor=", re.compile(rb'<w:hyperlink [^<>]*w:anchor="'), "里面有目录或引用"),
)
"""What cannot be made unique by renaming: a fixed piece of it, all of it, and what it is called."""


class Cut(NamedTuple):
    """A body, cut where copies differ.

    Attributes:
        texts: What stands before each id.
        ids: Kind and old value of each id.
        end: What stands behind the last one.
    """

    texts: tuple[bytes, ...]
    ids: tuple[tuple[SlotKind, bytes], ...]
    end: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """What letters must have in common to be in one file.

    Attributes:
        head: The main part up to its first paragraph.
        shared: Parts that say how they look: type of relationship, name, bytes as they lie.
        references: Kinds of headers and footers that their first section brings along; what it
            does not, it would inherit from the letter before.
    """

    head: bytes
    shared: tuple[tuple[str, str, bytes], ...]
    references: frozenset[bytes]


class PackLetter:
    """A filed .docx, taken apart.

    Attributes:
        name: Its file name, for messages.
        entries: Its parts as they lie in the file.
        plan: What becomes of them.
        frame: What it must have in common with the others of a pack.
        lists: What counts in it.
    """

    def __init__(self, data: bytes, name: str) -> None:
        """Take a document apart.

        Raises:
            PackageError: If it is damaged.
            UnpackableError: If it cannot be merged with others.
        """
        self.name = name
        self.entries = read_entries(data, name)
        self.plan = _plan_of(self.entries, name)
        self.lists = self._lists()
        head, body = self._split(self.content(MAIN))
        sections = find_sections(body)
        if not sections or sections[-1][1] != len(body):
            raise UnpackableError(name, NO_SECTION)
        first, last = slice(*sections[0]), slice(*sections[-1])
        opening = beginning(body[first], head[head.index(_ROOT) : -len(_BODY)])
        is_one = len(sections) == 1
        self._section = opening if is_one else body[last]
        self._body = body[: last.start]
        if not is_one:
            self._body = body[: first.start] + opening + body[first.stop : last.start]
        shared = tuple((kind, part, self.entries[part].body) for kind, part in self.plan.shared)
        self.frame = Frame(head, shared, references(opening))

    @property
    def has_page_codes(self) -> bool:
        """Whether its pages carry codes."""
        return all(part in self.entries for part in HEADERS)

    def content(self, part: str) -> bytes:
        """The content of a part."""
        return self.entries[part].content(self.name)

    def fonts(self) -> frozenset[str]:
        """Names of the fonts that it asks for."""
        parts = [part for _, part in self.plan.shared]
        parts += [one.part for one in self.plan.carried.values() if one.part.endswith(".xml")]
        tags = {tag for part in [MAIN, *parts] for tag in _FONTS.findall(self.content(part))}
        return frozenset(name.decode() for tag in tags for name in _FONT.findall(tag))

    @functools.cached_property
    def closed(self) -> Cut:
        """The body with its section properties in its last paragraph."""
        place, before, after = place_for_section(self._body)
        section = before + self._section + after
        return self._cut(self._body[:place] + section + self._body[place:])

    @functools.cached_property
    def last(self) -> Cut:
        """The body as it stands at the end of a file."""
        return self._cut(self._body + self._section)

    def _split(self, main: bytes) -> tuple[bytes, bytes]:
        """The main part up to its first paragraph, and from there to the end of its body."""
        start = main.find(_BODY) + len(_BODY)
        if start < len(_BODY) or main.find(_ROOT, 0, start) < 0 or not main.endswith(_END):
            raise UnpackableError(self.name, FOREIGN)
        body = main[start : -len(_END)]
        for needle, pattern, what in _MIXED:
            if needle in body and pattern.search(body):
                raise UnpackableError(self.name, what)
        if any(b'<w:pStyle w:val="%b"/>' % style in body for style in self.lists.styles):
            raise UnpackableError(self.name, STYLED_LIST)
        return main[:start], body

    def _lists(self) -> Lists:
        parts = {kind.removeprefix(KINDS): part for kind, part in self.plan.shared}
        if "numbering" not in parts:
            return NO_LISTS
        styles = self.content(parts["styles"]) if "styles" in parts else b""
        return lists_of(self.content(parts["numbering"]), styles)

    def _cut(self, text: bytes) -> Cut:
        ours = self.plan.carried.keys() | self.plan.links.keys()
        start = _first_run(text)
        slots: list[tuple[int, int, SlotKind, bytes]] = [(start, start, "start", b"")]
        slots += [
            (*match.span(1), kind, match[1])
            for kind, needle, pattern in _SLOTS
            for match in _matches(text, needle, pattern)
            if (kind != "relation" or match[1] in ours)
            and (kind != "list" or match[1] in self.lists.starts)
        ]
        texts, ids, end = [], [], 0
        for place, stop, kind, old in sorted(slots):
            texts.append(text[end:place])
            ids.append((kind, old))
            end = stop
        return Cut(tuple(texts), tuple(ids), text[end:])


def _matches(text: bytes, needle: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Matches of a pattern, tried only where its fixed beginning stands."""
    place = text.find(needle)
    while place >= 0:
        match = pattern.match(text, place)
        if match:
            yield match
        place = text.find(needle, place + len(needle))


def _first_run(text: bytes) -> int:
    """Where the content of the first paragraph begins, be it in a table; else the beginning."""
    match = _PARAGRAPH.search(text)
    if match is None:
        return 0
    return text.index(b"</w:pPr>", match.start()) + 8 if match[1] else match.end()


def _plan_of(entries: dict[str, RawEntry], name: str) -> Plan:
    """The plan of a package; documents of one template share it."""
    frame = tuple(
        (part, entry)
        for part, entry in entries.items()
        if part.endswith(".rels") or part == CONTENT_TYPES
    )
    return _cached_plan(frame, tuple(entries), name)


_plans: dict[object, Plan] = {}
_MOST_PLANS = 64


def _cached_plan(
    frame: tuple[tuple[str, RawEntry], ...], names: tuple[str, ...], name: str
) -> Plan:
    key = (frame, names)
    found = _plans.get(key)
    if found is None:
        if len(_plans) >= _MOST_PLANS:
            _plans.clear()
        parts = {part: entry.content(name) for part, entry in frame}
        found = _plans[key] = plan(parts, names, name)
    return found
